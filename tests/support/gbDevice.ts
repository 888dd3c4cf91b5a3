import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const sources = ['Cargo.toml', 'src/main.rs'];
/** It takes less than a minute of one core. Milliseconds. */
export const buildLimitMs = 300_000;
const run = promisify(execFile);

/**
 * The device of `gbDevice/`, which speaks GB/T 28181 by another hand (gb28181-rs): the path of its program, which is built once into the user's
 * cache, or why it is missing on this machine.
 */
export async function foreignDevice(): Promise<{ program?: string; missing?: string }> {
  const from = fileURLToPath(new URL('gbDevice/', import.meta.url));
  const hash = createHash('sha256');
  for (const name of sources) hash.update(readFileSync(join(from, name)));
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'mingchu', `gb-device-${hash.digest('hex').slice(0, 12)}`);
  const program = join(folder, 'target', 'debug', 'gb-device');
  if (existsSync(program)) return { program };
  try {
    await run('cargo', ['--version']);
  } catch {
    return { missing: 'cargo is not on this machine' };
  }
  for (const name of sources) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join(from, name), join(folder, name));
  }
  try {
    await run('cargo', ['build', '--quiet'], {
      cwd: folder,
      env: { ...process.env, CARGO_TARGET_DIR: join(folder, 'target'), CARGO_NET_RETRY: '1' },
      timeout: buildLimitMs,
    });
    return { program };
  } catch (error) {
    const why = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? '';
    return { missing: `cargo could not build it here: ${why.slice(0, 200)}` };
  }
}
