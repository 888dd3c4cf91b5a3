import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTimer, type Timer } from '../../../base/timers.ts';
import type { FrontNews, FrontReport, FrontSettings } from './frontHeaders.ts';

/** The front of the public's server in a process of its own, as the hub sees it. */
export interface PublicFront {
  /** Starts it; the port that it has. Rejects with the system's code where it does not get the port. */
  open(): Promise<number>;
  /** Somebody may see less, at once. */
  forget(): void;
  /** The hub is late. */
  busy(): void;
  /** How often it was started. */
  starts(): number;
  /** Its process; undefined while there is none. */
  pid(): number | undefined;
  close(): Promise<void>;
}

/** A front that ended is started again after this time, and each time after twice as long until it has lasted `steadyMs`. Milliseconds. */
const againMs = 250;
const longestAgainMs = 30_000;
const steadyMs = 10_000;
/** Milliseconds. */
const endMs = 2_000;
const openMs = 20_000;
const heapMiB = 192;

/** A name for the socket between the hub and its front, in a folder that nobody else may read. */
export function newSocketPath(): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\mingchu-public-${randomUUID()}`;
  return join(mkdtempSync(join(tmpdir(), 'mingchu-public-')), 'hub.sock');
}

/** `onEnded` has what became of a front that ended by itself; it is started again. */
export function createPublicFront(
  settings: FrontSettings,
  onEnded: (how: { code: number | null; signal: NodeJS.Signals | null; message?: string }) => void,
): PublicFront {
  const file = fileURLToPath(new URL('./frontProcess.ts', import.meta.url));
  let { port } = settings;
  let child: ChildProcess | undefined;
  let isClosed = false;
  let waitMs = againMs;
  let starts = 0;
  let again: Timer | undefined;

  const start = (onReport: (report: FrontReport) => void): ChildProcess => {
    const startedAtMs = performance.now();
    starts += 1;
    // It knows none of the hub's secrets: the environment stays behind.
    const { NODE_COMPILE_CACHE, SystemRoot, TMPDIR } = process.env;
    const env = Object.fromEntries(
      Object.entries({ NODE_COMPILE_CACHE, SystemRoot, TMPDIR }).filter(([, value]) => value !== undefined),
    );
    const started = fork(file, [JSON.stringify({ ...settings, port })], {
      env,
      execArgv: [`--max-old-space-size=${heapMiB}`],
      // In a session of its own, for its priority.
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = started;
    let failure: string | undefined;
    started.on('message', (report: FrontReport) => {
      if (report.type === 'failed') {
        failure = report.message;
        started.kill('SIGKILL');
      } else port = report.port;
      onReport(report);
    });
    started.once('error', ({ message }) => {
      failure = message;
    });
    started.once('exit', (code, signal) => {
      if (child === started) child = undefined;
      if (isClosed) return;
      onEnded({ code, signal, ...(failure === undefined ? {} : { message: failure }) });
      if (performance.now() - startedAtMs >= steadyMs) waitMs = againMs;
      again = startTimer(() => void start(() => undefined), waitMs);
      waitMs = Math.min(waitMs * 2, longestAgainMs);
    });
    return started;
  };
  const send = (news: FrontNews): void => {
    // One that does not hear it has ended, and knows nothing of before when it is back.
    if (child?.connected === true) child.send(news, () => undefined);
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    again?.cancel();
    const ending = child;
    if (ending !== undefined) {
      const ended = once(ending, 'exit');
      if (ending.connected) ending.disconnect();
      const killing = startTimer(() => ending.kill('SIGKILL'), endMs);
      await ended;
      killing.cancel();
    }
    if (process.platform !== 'win32') rmSync(dirname(settings.socketPath), { recursive: true, force: true });
  };

  return {
    open: () =>
      new Promise((resolve, reject) => {
        let isDecided = false;
        const tooLate = startTimer(() => failed(new Error('the front of the public does not start')), openMs);
        const failed = (error: Error): void => {
          if (isDecided) return;
          isDecided = true;
          tooLate.cancel();
          // The hub does not start without it: there is nothing to start again.
          isClosed = true;
          again?.cancel();
          reject(error);
        };
        const first = start((report) => {
          if (report.type === 'failed')
            return failed(Object.assign(new Error(report.message), { code: report.code }));
          isDecided = true;
          tooLate.cancel();
          resolve(report.port);
        });
        first.once('exit', (code) => failed(new Error(`the front of the public ended with ${code}`)));
        first.once('error', failed);
      }),
    forget: () => send('forget'),
    busy: () => send('busy'),
    starts: () => starts,
    pid: () => child?.pid,
    close,
  };
}
