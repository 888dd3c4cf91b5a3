import { spawn } from 'node:child_process';

import { createSignOfLife } from './progress.mjs';

/** How much of a failed command's output is worth showing. */
const keptOutputCharacters = 4000;

/**
 * The commands that run at the moment. They are ended with this process: a set-up that was interrupted must not go on
 * compiling or installing unseen.
 * @type {Set<import('node:child_process').ChildProcess>}
 */
const running = new Set();

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    // Let go of the event loop at once where nothing of ours runs; else give the commands a moment to tidy up.
    setTimeout(
      () => process.exit(128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 1)),
      running.size > 0 ? 300 : 0,
    );
  });
}

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{
 *   cwd?: string,
 *   environment?: NodeJS.ProcessEnv,
 *   onLine?: (line: string) => void,
 *   title?: string,
 *   show?: boolean,
 *   timeoutMs?: number,
 * }} options `onLine` sees each line of stdout and stderr; `title` shows that it is at work; `show` hands
 *   both streams on to our stderr instead
 * @returns {Promise<{ ok: boolean, code: number | undefined, output: string }>} `output` holds the last part of what it
 *   printed, or why it could not be started (`code` is then undefined)
 */
export function runCommand(
  command,
  args,
  { cwd, environment = process.env, onLine, title, show = false, timeoutMs } = {},
) {
  return new Promise((done) => {
    let output = '';
    let pending = '';
    const child = spawn(command, args, {
      cwd,
      env: environment,
      // Set-up output never mixes into stdout, which belongs to results.
      stdio: show ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    });
    running.add(child);
    const signOfLife = title === undefined ? undefined : createSignOfLife(title);
    /** @param {string} text */
    const take = (text) => {
      output = (output + text).slice(-keptOutputCharacters);
      const lines = (pending + text).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) {
        onLine?.(line);
        signOfLife?.heard(line);
      }
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.once('error', (error) => {
      running.delete(child);
      signOfLife?.end();
      done({ ok: false, code: undefined, output: error.message });
    });
    child.once('close', (code) => {
      running.delete(child);
      signOfLife?.end();
      done({ ok: code === 0, code: code ?? undefined, output });
    });
  });
}
