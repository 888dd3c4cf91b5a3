import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import {
  eventually,
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../support/processes.ts';
import { readProcessTree } from '../support/processStatistics.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { singleFigure, type Bench } from './figures.ts';
import type { WatchAnswer, WatchRequest } from './hubWatchers.ts';

const mostStreams = 300;
/** Opened before the memory is measured, so that code and buffers every hub needs are not counted as a stream's. */
const firstStreams = 4;
/** A hub that is asked for hundreds in one moment would measure its start. */
const openedAtOnce = 25;
/** What one viewer may hold is bounded; the streams are spread over several. */
const streamsOfAViewer = 50;
const settleMs = 6_000;
const measuredMs = 15_000;
/** Each takes 64 streams of one worker. */
const sinkPorts = 24;

type StreamKind = 'sub' | 'main';

/**
 * What one of 300 running camera streams takes, hub and workers together, from the processor times and memory in /proc.
 * `ingest.cpu.unwatched.sub`, `ingest.cpu.unwatched.main`: percent of one core while nobody watches it.
 * `ingest.memory.main`: MiB, from the hub with a few streams to all of them, while nobody watches.
 * `ingest.cpu.watched.main`: percent of one core with one viewer of each stream, who gets SRTP.
 */
export const benchIngestCost: Bench = async (report, progress, options) => {
  const streams = options.ingests ?? mostStreams;
  const simulator = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '300', MINGCHU_SIM_CAMERAS: String(streams + firstStreams) },
  });
  try {
    const sub = await runStreams(simulator, 'sub', streams, progress);
    report(singleFigure('ingest.cpu.unwatched.sub', 'percent', await cpuOfAStream(sub, streams), streams));
    await sub.stop();
    const main = await runStreams(simulator, 'main', streams, progress);
    report(singleFigure('ingest.memory.main', 'MiB', main.memoryMiB, streams));
    report(singleFigure('ingest.cpu.unwatched.main', 'percent', await cpuOfAStream(main, streams), streams));
    const sink = await watchAll(main.hub, streams + firstStreams);
    progress(`  ${streams} viewers`);
    await delay(settleMs);
    report(singleFigure('ingest.cpu.watched.main', 'percent', await cpuOfAStream(main, streams), streams));
    sink.kill('SIGKILL');
    await main.stop();
  } finally {
    await simulator.stop();
  }
};

interface RunningStreams {
  hub: HubProcess;
  /** What each stream added to hub and workers. */
  memoryMiB: number;
  stop(): Promise<void>;
}

/** Opens so many streams of one kind at a new hub and waits until they have settled. */
async function runStreams(
  simulator: SimulatorProcess,
  stream: StreamKind,
  count: number,
  progress: (text: string) => void,
): Promise<RunningStreams> {
  const preload = fileURLToPath(new URL('./hubWatchers.ts', import.meta.url));
  const hub = await startHubProcess({ settings: { NODE_OPTIONS: `--import ${preload}` } });
  const viewers: SurfaceClient[] = [];
  try {
    await registerCity(hub.url, simulator.controlUrl);
    const asking = await connectSurface(hub.url);
    const joined = await asking.request('session:join', { surface: 'desk' });
    asking.close();
    if (!joined.ok) throw new Error(joined.message);
    const cameraIds = (joined.data.snapshot.registry ?? []).map(({ cameraId }) => cameraId);
    viewers.push(await openStreams(hub, cameraIds.splice(0, firstStreams), stream));
    await delay(settleMs);
    const before = readProcessTree(hub.pid);
    while (cameraIds.length > 0)
      viewers.push(await openStreams(hub, cameraIds.splice(0, streamsOfAViewer), stream));
    progress(`  ${count} ${stream} streams`);
    await delay(settleMs);
    const after = readProcessTree(hub.pid);
    return {
      hub,
      memoryMiB: (after.memoryMiB - before.memoryMiB) / count,
      async stop() {
        for (const viewer of viewers) viewer.close();
        await hub.stop();
      },
    };
  } catch (error) {
    await hub.stop();
    throw error;
  }
}

async function cpuOfAStream({ hub }: RunningStreams, streams: number): Promise<number> {
  const startedAtMs = performance.now();
  const start = readProcessTree(hub.pid);
  await delay(measuredMs);
  const end = readProcessTree(hub.pid);
  const seconds = (performance.now() - startedAtMs) / 1000;
  return ((end.cpuSeconds - start.cpuSeconds) / seconds / (streams + firstStreams)) * 100;
}

/** A viewer's surface with streams that are live. */
async function openStreams(hub: HubProcess, cameraIds: string[], stream: StreamKind): Promise<SurfaceClient> {
  const viewer = await connectSurface(hub.url);
  const joined = await viewer.request('session:join', { surface: 'desk' });
  if (!joined.ok) throw new Error(joined.message);
  const waiting = new Set<string>();
  for (let from = 0; from < cameraIds.length; from += openedAtOnce) {
    await Promise.all(
      cameraIds.slice(from, from + openedAtOnce).map(async (cameraId) => {
        const answer = await viewer.request('cameras:openStream', { cameraId, stream });
        if (!answer.ok) throw new Error(answer.message);
        if (answer.data.status.state !== 'live') waiting.add(answer.data.streamId);
      }),
    );
    await delay(250);
  }
  await eventually(
    `${cameraIds.length} more live streams`,
    () => {
      for (const { streamId, status } of viewer.noticesOf('cameras:streamChanged'))
        if (status.state === 'live') waiting.delete(streamId);
      return waiting.size === 0;
    },
    60_000,
  );
  return viewer;
}

/** Gives each stream a viewer; the process that takes what the viewers get. */
async function watchAll(hub: HubProcess, streams: number): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./packetSink.ts', import.meta.url));
  const sink = spawn(process.execPath, [script, String(sinkPorts)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [ports] = (await once(sink, 'message')) as [number[]];
  const answered = once(hub.child, 'message', { signal: AbortSignal.timeout(60_000) });
  hub.child.send({ watchEverything: ports } satisfies WatchRequest);
  const [{ watching }] = (await answered) as [WatchAnswer];
  if (watching < streams) throw new Error(`only ${watching} of ${streams} streams have a viewer`);
  return sink;
}
