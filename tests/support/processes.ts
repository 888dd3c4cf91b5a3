import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { cachedMediaWorker } from '../../scripts/mediaWorker.mjs';
import { hubEnvironment } from '../../scripts/start/hubEnvironment.mjs';
import { temporaryFolder } from './temporaryFolder.ts';
import { addAdministrator, hubFetch } from './testAccount.ts';

export { temporaryFolder };

/** The checkout under test. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

/** A start with an empty cache takes 2 s; on a machine that is busy with much else it took 50. Milliseconds. */
const startPatienceMs = 90_000;

/** A part of the product running as its own process. */
export interface RunningProcess {
  child: ChildProcess;
  pid: number;
  /** The log line that said it was ready. */
  ready: Record<string, unknown>;
  /** Everything it wrote, as it came. */
  output(): string;
  /** SIGTERM, then SIGKILL after 5 s; resolves when it is gone. */
  stop(): Promise<void>;
  /** As `kill -9`. */
  kill(): Promise<void>;
}

/** Starts `node script` and waits for the JSON log line whose `msg` is the one named. Throws with its output if it ends first. */
export async function startProcess(
  script: string,
  readyMessage: string,
  environment: Record<string, string>,
  /** What the environment has unless it is set otherwise. */
  defaults: Record<string, string> = {},
): Promise<RunningProcess> {
  const child = spawn(process.execPath, [script], {
    cwd: repositoryRoot,
    env: { ...defaults, ...process.env, ...environment, MINGCHU_PARENT_PIPE: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const exited = once(child, 'exit');
  const ready = new Promise<Record<string, unknown>>((resolve, reject) => {
    let pending = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      pending += chunk.toString();
      const lines = pending.split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) {
        const parsed = parseLine(line);
        if (parsed?.msg === readyMessage) resolve(parsed);
      }
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once('exit', (code) =>
      reject(new Error(`${script} ended with ${code} before it was ready:\n${output}`)),
    );
    child.once('error', reject);
  });
  const limit = new AbortController();
  const tooLate = delay(startPatienceMs, undefined, { ref: false, signal: limit.signal }).then(() => {
    // Little processor time at a high load is a machine without time for it, and no fault of the program.
    const cpu = cpuSecondsOf(child.pid);
    const load = loadavg()
      .map((value) => value.toFixed(1))
      .join(' ');
    child.kill('SIGKILL');
    throw new Error(
      `${script} was not ready after ${startPatienceMs / 1_000} s, with ${cpu} s of processor time at load ${load}:\n${output}`,
    );
  });
  // Once it is ready nothing may end it but the test itself.
  const line = await Promise.race([ready, tooLate]).finally(() => {
    tooLate.catch(() => undefined);
    limit.abort();
  });
  return {
    child,
    pid: child.pid ?? 0,
    ready: line,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** How long the processor worked for a process, in its program and in the kernel; `unknown` where it is gone. Seconds. */
function cpuSecondsOf(pid: number | undefined): string {
  try {
    // proc(5): the fields after the name, of which the 12th and 13th are utime and stime in hundredths of a second.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return String((Number(fields[11]) + Number(fields[12])) / 100);
  } catch {
    return 'unknown';
  }
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** The media worker that set-up put in the user's cache, unless one is named in the environment. */
export function mediaWorkerBinary(): string {
  const named = process.env.MEDIASOUP_WORKER_BIN;
  if (named !== undefined && named !== '') return named;
  return cachedMediaWorker();
}

/** A hub on free ports with its own data folder, and what is needed to start it again on the same ones. */
export interface HubProcess extends RunningProcess {
  url: string;
  dataDir: string;
}

/**
 * Starts a hub. Without `dataDir` it gets a new folder, removed when the test process ends. It knows the administrator of tests,
 * unless it is to have no account.
 */
export async function startHubProcess(
  options: {
    dataDir?: string;
    port?: number;
    settings?: Record<string, string>;
    hasAccount?: boolean;
  } = {},
): Promise<HubProcess> {
  const dataDir = options.dataDir ?? temporaryFolder('mingchu-hub-');
  if (options.hasAccount !== false) await addAdministrator(dataDir);
  const running = await startProcess(
    'src-sfu/index.ts',
    'hub ready',
    {
      MEDIASOUP_WORKER_BIN: mediaWorkerBinary(),
      MINGCHU_HOST: '127.0.0.1',
      MINGCHU_PORT: String(options.port ?? 0),
      MINGCHU_DATA_DIR: dataDir,
      // Not 43 above the port, where something else may listen.
      MINGCHU_HTTPS_PORT: '0',
      MINGCHU_RTC_PORT: '0',
      MINGCHU_RTC_ADDRESSES: '127.0.0.1',
      // Tests name the cameras they look at; those of the tour start it themselves.
      MINGCHU_WALL_TOUR: 'false',
      // Tests of the hub's own health probes switch them on themselves.
      MINGCHU_HEALTH_MAX_RUNNING: '0',
      ...options.settings,
    },
    hubEnvironment,
  );
  return {
    ...running,
    dataDir,
    url: String(running.ready.url),
  };
}

/** A simulated city on free ports. */
export interface SimulatorProcess extends RunningProcess {
  rtspUrl: string;
  controlUrl: string;
}

/** Starts a simulated city; `ports` for one that comes back where it was. */
export async function startSimulatorProcess(
  options: { rtspPort?: number; controlPort?: number; settings?: Record<string, string> } = {},
): Promise<SimulatorProcess> {
  const running = await startProcess('src-sim/index.ts', 'simulator ready', {
    MINGCHU_SIM_HOST: '127.0.0.1',
    MINGCHU_SIM_RTSP_PORT: String(options.rtspPort ?? 0),
    MINGCHU_SIM_CONTROL_PORT: String(options.controlPort ?? 0),
    // A small city in which nothing is wrong but what a test breaks.
    MINGCHU_SIM_SITES: '30',
    MINGCHU_SIM_CAMERAS: '48',
    MINGCHU_SIM_BROKEN_CAMERAS: '0',
    ...options.settings,
  });
  return {
    ...running,
    rtspUrl: String(running.ready.rtspUrl),
    controlUrl: String(running.ready.controlUrl),
  };
}

/** Registers the simulated city's sites and cameras at the hub. Throws with the hub's answer when it refuses. */
export async function registerCity(hubUrl: string, controlUrl: string): Promise<void> {
  const registry = await (await fetch(`${controlUrl}/registry.json`)).text();
  const answer = await hubFetch(`${hubUrl}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: registry,
  });
  if (!answer.ok) throw new Error(`the hub refused the registry: ${await answer.text()}`);
}

/** Sets a fault of one simulated camera; `none` takes it back. */
export async function setFault(
  controlUrl: string,
  cameraId: string,
  kind: string,
  parameters: Record<string, unknown> = {},
): Promise<void> {
  const answer = await fetch(`${controlUrl}/cameras/${encodeURIComponent(cameraId)}/fault`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind, ...parameters }),
  });
  if (!answer.ok) throw new Error(`the simulator refused the fault: ${await answer.text()}`);
}

/** Polls until `check` gives a value other than undefined or false. Throws after `timeoutMs`, naming what was awaited. */
export async function eventually<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 15_000,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > endMs) throw new Error(`not seen within ${timeoutMs} ms: ${what}`);
    await delay(50);
  }
}
