// `npm run check`: lint, the longest part by far, beside all others one after the other. A failure of one part hides none of
// the others; the output of each part comes as a whole.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { followParent } from './setup/followParent.mjs';

followParent();

/** @param {string} part a script of package.json, without `check:` */
async function run(part) {
  const startedMs = performance.now();
  const child = spawn('npm', ['run', '--silent', `check:${part}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [code]] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, 'close'),
  ]);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  process.stdout.write(`${part}: ${code === 0 ? 'passed' : 'failed'} after ${seconds} s\n`);
  process.stdout.write(output);
  process.stderr.write(errors);
  if (code !== 0) process.exitCode = 1;
}

async function runInTurn(...parts) {
  for (const part of parts) await run(part);
}

await Promise.all([run('lint'), runInTurn('format', 'types', 'layers', 'unused')]);
