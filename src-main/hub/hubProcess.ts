import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parseHubAddress, type HubAddress } from './hubAddress.ts';

/** The hub ends itself by force after 4 s; what outlasts that is not going to end. */
const stopGraceMs = 5_000;
/** How long the last words of a hub that has ended are waited for. */
const lastWordsMs = 500;
/** Enough of stderr to hold one clear message or the head of one stack. */
const keptErrorLines = 20;

/** A program to run, with its arguments and environment. */
export interface Command {
  command: string;
  args: string[];
  environment: NodeJS.ProcessEnv;
}

/** A hub that the shell started. */
export interface HubProcess {
  /** Ends it, by force where it takes too long. Resolves when it is gone; a second call waits with the first. */
  stop(): Promise<void>;
}

/** Events of a hub's process. `onEnded` is called once, also after `stop`. */
export interface HubProcessEvents {
  onReady(hub: HubAddress): void;
  /** `detail` is the end of what it wrote to stderr, or how it ended where it wrote nothing. */
  onEnded(detail: string): void;
  /** Each line of its log, as it is. */
  onLine(line: string): void;
}

/** What a hub's environment has unless it is set otherwise, as in `scripts/start/hubEnvironment.mjs`, which says why. */
const hubEnvironment = { MALLOC_ARENA_MAX: '2' };

/** How the hub is run: from the sources by the project's Node, or in a packaged application the bundled one by the Node beside it. */
export function hubCommand(options: {
  isPackaged: boolean;
  /** Folder with `src-sfu/` and `scripts/`, or when packaged the one with `hub/`. */
  directory: string;
  environment: NodeJS.ProcessEnv;
}): Command {
  const { isPackaged, directory } = options;
  const environment = { ...hubEnvironment, ...options.environment, MINGCHU_PARENT_PIPE: '1' };
  const suffix = process.platform === 'win32' ? '.exe' : '';
  if (isPackaged) {
    return {
      // Electron itself runs nothing as Node: that switch is fused off.
      command: join(directory, 'hub', 'bin', `node${suffix}`),
      args: [join(directory, 'hub', 'src-sfu', 'index.ts')],
      environment: {
        MEDIASOUP_WORKER_BIN: join(directory, 'hub', 'bin', `mediasoup-worker${suffix}`),
        ...environment,
      },
    };
  }
  // The project's own Node comes first: the machine's may be too old for the hub.
  const path = [join(directory, 'node_modules', '.bin'), options.environment.PATH ?? ''].join(delimiter);
  // Without a media worker named, the script that finds or builds one comes first.
  const entry = options.environment.MEDIASOUP_WORKER_BIN
    ? join(directory, 'src-sfu', 'index.ts')
    : join(directory, 'scripts', 'hub.mjs');
  return { command: 'node', args: [entry], environment: { ...environment, PATH: path } };
}

/** Starts a hub and listens to its log until it is ready. It ends by itself when the shell dies. */
export function startHubProcess(
  { command, args, environment }: Command,
  events: HubProcessEvents,
): HubProcess {
  const child = spawn(command, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  const errorLines: string[] = [];
  readLines(child.stdout, (line) => {
    events.onLine(line);
    const hub = parseReadyLine(line);
    if (hub) events.onReady(hub);
  });
  readLines(child.stderr, (line) => {
    errorLines.push(line);
    if (errorLines.length > keptErrorLines) errorLines.shift();
  });

  const ended = new Promise<void>((resolve) => {
    let isReported = false;
    const end = (how: string): void => {
      if (isReported) return;
      isReported = true;
      resolve();
      events.onEnded(errorLines.length > 0 ? errorLines.join('\n') : how);
    };
    // Its last words may still be on their way. `close` would wait for them, but never comes once the channel was closed
    // from this side; and what the hub started may hold the pipe open.
    child.once('exit', (code, signal) => {
      const how = signal ? `ended by ${signal}` : `ended with code ${code}`;
      if (!child.stderr || child.stderr.closed) return end(how);
      const wait = setTimeout(() => end(how), lastWordsMs);
      child.stderr.once('close', () => {
        clearTimeout(wait);
        end(how);
      });
    });
    child.once('error', (error) => {
      if (child.pid === undefined) end(error.message);
    });
  });

  return {
    async stop() {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
        // Closing the channel works on every system; the signal reaches a script that stands in front of the hub.
        if (child.connected) child.disconnect();
        if (process.platform !== 'win32') child.kill('SIGTERM');
      }
      const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      await ended;
      clearTimeout(force);
    },
  };
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', onLine);
}

/** The hub's address from its line `{"msg":"hub ready","url":…}`; undefined for any other line. */
export function parseReadyLine(line: string): HubAddress | undefined {
  if (!line.startsWith('{')) return undefined;
  let record: { msg?: unknown; url?: unknown };
  try {
    record = JSON.parse(line) as typeof record;
  } catch {
    return undefined;
  }
  if (record.msg !== 'hub ready' || typeof record.url !== 'string') return undefined;
  return parseHubAddress(record.url);
}
