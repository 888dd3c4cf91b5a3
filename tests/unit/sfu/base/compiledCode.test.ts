import { execFile } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../../support/processes.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const run = promisify(execFile);
const environment = { ...process.env, NODE_COMPILE_CACHE: undefined, MINGCHU_PORT: undefined };
const module = pathToFileURL(join(repositoryRoot, 'src-sfu/base/compiledCode.ts')).href;

/** Runs a program that keeps compiled code in `kept`, imports a module and starts a thread; gives what it wrote. */
async function runProgram(folder: string, kept: string): Promise<string> {
  writeFileSync(join(folder, 'imported.ts'), 'export const value: number = 7;\n');
  writeFileSync(
    join(folder, 'thread.ts'),
    `import { getCompileCacheDir } from 'node:module';
     process.stdout.write(\`thread keeps: \${getCompileCacheDir() !== undefined}\\n\`);`,
  );
  writeFileSync(
    join(folder, 'program.ts'),
    `import { Worker } from 'node:worker_threads';
     import { keepCompiledCode } from ${JSON.stringify(module)};
     const save = keepCompiledCode(${JSON.stringify(kept)});
     const { value } = await import('./imported.ts');
     save();
     process.stdout.write(\`value: \${value as number}\\n\`);
     new Worker(new URL('./thread.ts', import.meta.url));`,
  );
  const { stdout } = await run(process.execPath, [join(folder, 'program.ts')], { env: environment });
  return stdout;
}

/** The files below a folder, with the time at which each was written. */
const filesIn = (folder: string): Map<string, number> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path, statSync(path).mtimeMs]),
  );

describe('compiled code', () => {
  it('is kept for the next start, and for threads', async () => {
    const folder = temporaryFolder('mingchu-compiled-');
    const kept = join(folder, 'kept');
    expect(await runProgram(folder, kept)).toBe('value: 7\nthread keeps: true\n');
    const first = filesIn(kept);
    expect(first.size).toBeGreaterThan(0);
    await runProgram(folder, kept);
    expect(filesIn(kept)).toEqual(first);
  });

  it('is not kept where the folder cannot be written, and the program runs all the same', async () => {
    const folder = temporaryFolder('mingchu-compiled-');
    writeFileSync(join(folder, 'file'), '');
    expect(await runProgram(folder, join(folder, 'file', 'kept'))).toBe('value: 7\nthread keeps: false\n');
  });

  it('is kept by the hub, all of its modules', async () => {
    // A port that is none ends it as soon as everything is loaded.
    const ended = (await run(process.execPath, ['src-sfu/index.ts'], {
      cwd: repositoryRoot,
      env: { ...environment, MINGCHU_PORT: 'none', NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: unknown) => error)) as { code: number; stdout: string; stderr: string };
    expect(ended.code).toBe(2);
    const told = ended.stdout + ended.stderr;
    for (const path of [
      'src-sfu/config.ts',
      'src-sfu/server.ts',
      'node_modules/mediasoup/node/lib/index.js',
    ]) {
      expect(told).toMatch(new RegExp(`V8 code cache for .*${path.replaceAll('.', '\\.')} was`));
    }
  });
});
