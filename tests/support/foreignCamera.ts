import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const wanted = 'ipycam==1.3.0';
/** With its picture library it is 60 MB to fetch. Milliseconds. */
export const installLimitMs = 300_000;
const run = promisify(execFile);

/**
 * A Python that has ipycam, an ONVIF camera by another hand: the machine's own, or one in the user's cache, which is installed there once where
 * MINGCHU_TEST_PEERS is 1; otherwise why it is missing.
 */
export async function foreignCamera(): Promise<{ python?: string; missing?: string }> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'mingchu', wanted.replace('==', '-'));
  const own = join(folder, 'bin', 'python');
  for (const python of ['python3', ...(existsSync(own) ? [own] : [])])
    if (await hasCamera(python)) return { python };
  if (process.env['MINGCHU_TEST_PEERS'] !== '1')
    return {
      missing: 'the Python package ipycam is not on this machine; MINGCHU_TEST_PEERS=1 installs it once',
    };
  try {
    await run('python3', ['-m', 'venv', '--clear', folder], { timeout: installLimitMs });
    await run(own, ['-m', 'pip', 'install', '--quiet', wanted], { timeout: installLimitMs });
    return (await hasCamera(own)) ? { python: own } : { missing: 'ipycam does not start on this machine' };
  } catch (error) {
    const why = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? '';
    return { missing: `ipycam could not be installed here: ${why.slice(0, 200)}` };
  }
}

async function hasCamera(python: string): Promise<boolean> {
  try {
    await run(python, ['-c', 'import ipycam']);
    return true;
  } catch {
    return false;
  }
}
