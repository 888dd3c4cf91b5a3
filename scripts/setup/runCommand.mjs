import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';

import { createSignOfLife } from './progress.mjs';

/** How long commands that were asked to end may take to remove files that they had partly written. */
const tidyUpMs = 300;
/** Runs a program that is signalled when its parent dies, however it dies (util-linux; part of every Debian system). */
const parentDeathTool = '/usr/bin/setpriv';
/** How that program says that there is no such command. */
const parentDeathToolNotFound = 127;
/** How much of a failed command's output is worth showing. */
const keptOutputCharacters = 4000;

/**
 * The commands that run at the moment, each with the signal that ends it. They are ended with this process: a set-up
 * that was interrupted must not go on compiling or installing unseen.
 * @type {Map<import('node:child_process').ChildProcess, NodeJS.Signals>}
 */
const running = new Map();

/** True after this process was asked to end; how a command ended is then not an error any more. */
let isEnding = false;

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    isEnding = true;
    for (const [child, endSignal] of running) child.kill(endSignal);
    // The commands get a moment to tidy up.
    setTimeout(() => process.exit(128 + constants.signals[signal]), running.size > 0 ? tidyUpMs : 0);
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
 *   endSignal?: NodeJS.Signals,
 *   mayOutliveUs?: boolean,
 *   timeoutMs?: number,
 * }} options `onLine` sees each line of stdout and stderr; `title` shows that it is at work; `show` hands both streams
 *   on to our stderr instead; `endSignal` ends it with us, however we end; `mayOutliveUs` is for what must not be torn
 *   off in the middle even when we are killed
 * @returns {Promise<{ ok: boolean, code: number | undefined, output: string }>} `output` holds the last part of what it
 *   printed, or why it could not be started (`code` is then undefined)
 */
export function runCommand(
  command,
  args,
  {
    cwd,
    environment = process.env,
    onLine,
    title,
    show = false,
    endSignal = 'SIGTERM',
    mayOutliveUs = false,
    timeoutMs,
  } = {},
) {
  return new Promise((done) => {
    let output = '';
    let pending = '';
    // After a kill -9 nobody is left to end the command, and the next set-up would work on the same files beside it.
    const isTied = !mayOutliveUs && existsSync(parentDeathTool);
    const line = isTied ? [parentDeathTool, '--pdeathsig', endSignal, command, ...args] : [command, ...args];
    const child = spawn(line[0], line.slice(1), {
      cwd,
      env: environment,
      // Set-up output never mixes into stdout, which belongs to results.
      stdio: show ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: endSignal }),
    });
    running.set(child, endSignal);
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
      if (isEnding) return;
      const isNotThere = isTied && code === parentDeathToolNotFound;
      done({ ok: code === 0, code: isNotThere ? undefined : (code ?? undefined), output });
    });
  });
}
