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
import { busySecondsOfCore, cpuSecondsOf, memoryMiBOf, pinToCore, unpin } from '../support/processorCores.ts';
import { descendants } from '../support/processStatistics.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { singleFigure, type Bench } from './figures.ts';
import type { WatchAnswer, WatchRequest } from './hubWatchers.ts';
import type { ProducerCounts } from './producerCounts.ts';

const ingestCore = 0;
const otherCore = 1;
const firstStep = 200;
const largeStep = 200;
/** From here on the answer is looked for in small steps. */
const fineFrom = 400;
const smallStep = 50;
const mostIngests = 2_000;
const settleMs = 5_000;
const measuredMs = 10_000;
const longestCpuShare = 0.9;
/** A stream counted as one of 500 kbit/s. */
const streamKbps = 500;
/** A surface may hold 1,024 streams open (docs/limits.md): several desks open them. */
const streamsPerDesk = 500;
/** So many are opened at once; a hub that is asked for hundreds in one moment would measure its start. */
const openedAtOnce = 25;

interface Step {
  ingests: number;
  cpuShare: number;
  lost: number;
  dropped: number;
  kbps: number;
}

/**
 * `ingest.capacity`: so many streams the hub's own process takes in and sends on to its media worker on one core, without a lost packet over 10 s and with
 * at most 90 % of the core used; counted in streams of 500 kbit/s where the cameras' are thinner. The hub is pinned to
 * one core; media worker, cameras and bench are on the other. Loss is counted in RTP sequence numbers by the media
 * worker, which receives what the hub sends on, and by the cameras, which leave pictures out for a slow reader.
 * `ingest.capacity.memory`: what the hub's process grew by for each of them.
 */
export const benchIngestCapacity: Bench = async (report, progress, options) => {
  const simulator = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '1200', MINGCHU_SIM_CAMERAS: String(mostIngests) },
  });
  const hub = await startHubProcess({
    settings: {
      MINGCHU_MEDIA_WORKERS: '1',
      MINGCHU_HEALTH_MAX_RUNNING: '0',
      NODE_OPTIONS: ['./producerCounts.ts', './hubWatchers.ts']
        .map((module) => `--import ${fileURLToPath(new URL(module, import.meta.url))}`)
        .join(' '),
    },
  });
  const desks: SurfaceClient[] = [];
  try {
    await registerCity(hub.url, simulator.controlUrl);
    for (const pid of [simulator.pid, process.pid, ...descendants(hub.pid)]) pinToCore(pid, otherCore);
    pinToCore(hub.pid, ingestCore);
    const { desk: firstDesk, cameraIds } = await joinedDesk(hub);
    desks.push(firstDesk);
    let opened = 0;
    let best: Step | undefined;
    let memoryBefore = 0;
    let memoryMiB = 0;
    const last = Math.min(cameraIds.length, options.ingests ?? mostIngests);
    for (let wanted = firstStep; wanted <= last; wanted += wanted < fineFrom ? largeStep : smallStep) {
      for (let from = opened; from < wanted;) {
        const deskIndex = Math.floor(from / streamsPerDesk);
        const to = Math.min(wanted, (deskIndex + 1) * streamsPerDesk);
        const desk = (desks[deskIndex] ??= (await joinedDesk(hub)).desk);
        await openMore(desk, cameraIds.slice(from, to));
        from = to;
      }
      if (opened === 0) memoryBefore = memoryMiBOf(hub.pid);
      opened = wanted;
      await watchAll(hub, opened);
      const step = await measure(hub, simulator, wanted, progress);
      if (step.lost > 0 || step.dropped > 0 || step.cpuShare > longestCpuShare) break;
      best = step;
      memoryMiB = (memoryMiBOf(hub.pid) - memoryBefore) / Math.max(1, wanted - firstStep);
    }
    if (best === undefined) throw new Error(`not even ${firstStep} streams ran without loss`);
    const counted = Math.floor(best.ingests * Math.min(1, best.kbps / streamKbps));
    report(singleFigure('ingest.capacity', 'count', counted, best.ingests));
    if (best.ingests > firstStep)
      report(singleFigure('ingest.capacity.memory', 'MiB', memoryMiB, best.ingests));
  } finally {
    unpin(process.pid);
    for (const desk of desks) desk.close();
    await hub.stop();
    await simulator.stop();
  }
};

async function joinedDesk(hub: HubProcess): Promise<{ desk: SurfaceClient; cameraIds: string[] }> {
  const desk = await connectSurface(hub.url);
  const joined = await desk.request('session:join', { surface: 'desk' });
  if (!joined.ok) throw new Error(joined.message);
  return { desk, cameraIds: (joined.data.snapshot.registry ?? []).map(({ cameraId }) => cameraId) };
}

async function openMore(desk: SurfaceClient, cameraIds: string[]): Promise<void> {
  const waiting = new Set<string>();
  for (let from = 0; from < cameraIds.length; from += openedAtOnce) {
    await Promise.all(
      cameraIds.slice(from, from + openedAtOnce).map(async (cameraId) => {
        const answer = await desk.request('cameras:openStream', { cameraId, stream: 'sub' });
        if (!answer.ok) throw new Error(answer.message);
        waiting.add(answer.data.streamId);
      }),
    );
    await delay(250);
  }
  await eventually(
    `${cameraIds.length} more live streams`,
    () => {
      for (const { streamId, status } of desk.noticesOf('cameras:streamChanged'))
        if (status.state === 'live') waiting.delete(streamId);
      return waiting.size === 0;
    },
    60_000,
  );
}

/** Gives each stream a viewer who is not connected, so that the hub sends it on and the media worker drops it. */
async function watchAll(hub: HubProcess, streams: number): Promise<void> {
  const answered = once(hub.child, 'message', { signal: AbortSignal.timeout(60_000) });
  hub.child.send({ watchEverything: [] } satisfies WatchRequest);
  const [{ watching }] = (await answered) as [WatchAnswer];
  if (watching < streams) throw new Error(`only ${watching} of ${streams} streams have a viewer`);
}

async function measure(
  hub: HubProcess,
  simulator: SimulatorProcess,
  ingests: number,
  progress: (text: string) => void,
): Promise<Step> {
  await delay(settleMs);
  const look = async () => ({
    atMs: performance.now(),
    cpuSeconds: cpuSecondsOf(hub.pid),
    coreSeconds: busySecondsOfCore(ingestCore),
    counts: await countsOf(hub),
    dropped: await droppedPictures(simulator),
  });
  const before = await look();
  await delay(measuredMs);
  const after = await look();
  const seconds = (after.atMs - before.atMs) / 1000;
  const step: Step = {
    ingests,
    cpuShare: (after.cpuSeconds - before.cpuSeconds) / seconds,
    lost: after.counts.lost - before.counts.lost,
    dropped: after.dropped - before.dropped,
    kbps: ((after.counts.bytes - before.counts.bytes) * 8) / 1000 / seconds / ingests,
  };
  if (after.counts.producers < ingests)
    throw new Error(`only ${after.counts.producers} of ${ingests} streams reached the media worker`);
  const others = (after.coreSeconds - before.coreSeconds) / seconds - step.cpuShare;
  progress(
    `  ${ingests} ingests of ${Math.round(step.kbps)} kbit/s: ${percent(step.cpuShare)} of the core ` +
      `(others ${percent(others)}), ${step.lost} packets lost, ${step.dropped} pictures left out`,
  );
  return step;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

async function countsOf(hub: HubProcess): Promise<ProducerCounts> {
  const signal = AbortSignal.timeout(60_000);
  const answered = once(hub.child, 'message', { signal });
  hub.child.send('countProducers');
  const [message] = (await answered) as [{ countProducers: ProducerCounts }];
  return message.countProducers;
}

async function droppedPictures(simulator: SimulatorProcess): Promise<number> {
  const answer = await fetch(`${simulator.controlUrl}/cameras`);
  const { cameras } = (await answer.json()) as { cameras: { droppedPictures: number }[] };
  return cameras.reduce((sum, camera) => sum + camera.droppedPictures, 0);
}
