import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedRecorder } from '../../src-sim/gb28181/recorder.ts';
import { eventually, type HubProcess } from '../support/processes.ts';
import { busySecondsOfCore, cpuSecondsOf, memoryMiBOf, pinToCore, unpin } from '../support/processorCores.ts';
import { descendants } from '../support/processStatistics.ts';
import {
  channelIdOf,
  kitchenClip,
  recorderIdOf,
  registerChannels,
  simulatedRecorder,
  startRecorderHub,
} from '../support/recorderStage.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { droppedDatagrams } from './droppedDatagrams.ts';
import { singleFigure, type Bench } from './figures.ts';
import type { WatchAnswer, WatchRequest } from './hubWatchers.ts';
import { PictureSender, type SentCounts } from './pictureSender.ts';
import type { ProducerCounts } from './producerCounts.ts';

const hubCore = 0;
const otherCore = 1;
const channelsOfOne = 8;
const mostStreams = 1_600;
const firstStep = 300;
const largeStep = 300;
/** From here on the answer is looked for in small steps. */
const fineFrom = 600;
const smallStep = 60;
const openedAtOnce = 25;
const streamsPerDesk = 500;
const settleMs = 4_000;
const measuredMs = 8_000;
const longestCpuShare = 0.9;
const picturesPerSecond = 15;
/** A stream counted as one of 500 kbit/s; those of the recorders are thinner, more so on a machine that does not keep up with them. */
const streamKbps = 500;

/**
 * `gb.capacity`: so many channels of recorders by UDP the hub's own process takes in on one core and sends on to its media worker,
 * at most 90 % of it used and without a gap over 8 s; counted in streams of 500 kbit/s, by the bytes that come to the media worker. A gap is
 * seen by the request for a key picture that follows it. The pictures come from a process that says itself when it is behind
 * (`pictureSender.ts`), so that what ends the measurement is named: the hub, the simulated city, or the media worker beside it on the other core.
 * `gb.memory`: what the hub's process grew by for each of them.
 */
export const benchGbCapacity: Bench = async (report, progress, options) => {
  const most = options.ingests ?? mostStreams;
  const count = Math.ceil(most / channelsOfOne);
  const { hub, platform } = await startRecorderHub(count, {
    MINGCHU_MEDIA_WORKERS: '1',
    NODE_OPTIONS: ['./producerCounts.ts', './hubWatchers.ts']
      .map((module) => `--import ${fileURLToPath(new URL(module, import.meta.url))}`)
      .join(' '),
  });
  const pictures = kitchenClip('sub');
  const sender = PictureSender.start(pictures, picturesPerSecond);
  if (sender === undefined) progress('  no C compiler: the pictures are sent by Node, which limits the city');
  const recorders = Array.from({ length: count }, (_, number) =>
    simulatedRecorder(platform, number, {
      ...{ pictures, picturesPerSecond },
      ...(sender === undefined ? {} : { createSender: (options) => sender.channel(options) }),
      channels: Array.from({ length: channelsOfOne }, (_unused, index) => ({
        channelId: channelIdOf(number * channelsOfOne + index),
        name: `后厨 ${index}`,
      })),
    }),
  );
  const desks: SurfaceClient[] = [];
  try {
    for (const recorder of recorders) await recorder.register();
    await registerChannels(
      hub,
      Array.from({ length: most }, (_, number) => ({
        name: `gb-${number}`,
        url: `gb28181://${recorderIdOf(Math.floor(number / channelsOfOne))}/${channelIdOf(number)}`,
      })),
    );
    const workers = descendants(hub.pid);
    for (const pid of [process.pid, ...workers, ...(sender === undefined ? [] : [sender.pid])])
      pinToCore(pid, otherCore);
    pinToCore(hub.pid, hubCore);
    let opened = 0;
    let best = 0;
    let counted = 0;
    let memoryMiB = 0;
    let memoryBefore = 0;
    for (let wanted = firstStep; wanted <= most; wanted += wanted < fineFrom ? largeStep : smallStep) {
      for (let from = opened; from < wanted;) {
        const index = Math.floor(from / streamsPerDesk);
        const { desk, cameraIds } = await deskOf(hub, desks, index);
        const to = Math.min(wanted, (index + 1) * streamsPerDesk);
        await openMore(desk, cameraIds.slice(from, to));
        from = to;
      }
      if (opened === 0) memoryBefore = memoryMiBOf(hub.pid);
      opened = wanted;
      await watchAll(hub, opened);
      await delay(settleMs);
      const gapsBefore = gapsOf(recorders);
      const before = await lookAt(hub, workers, sender);
      await delay(measuredMs);
      const after = await lookAt(hub, workers, sender);
      const seconds = (after.atMs - before.atMs) / 1_000;
      const share = (after.cpuSeconds - before.cpuSeconds) / seconds;
      const kbps = ((after.bytes - before.bytes) * 8) / 1_000 / seconds / wanted;
      const gaps = gapsOf(recorders) - gapsBefore;
      const streams = Math.floor(wanted * Math.min(1, kbps / streamKbps));
      progress(
        `  ${wanted} channels of ${Math.round(kbps)} kbit/s: ${Math.round(share * 100)} % of the core, ` +
          `${((share * 100) / streams).toFixed(3)} % for each of 500 kbit/s, ${gaps} gaps; ${causesBetween(before, after)}`,
      );
      if (gaps > 0 || share > longestCpuShare) {
        progress(`  ended by ${limitOf(before, after, share)}`);
        break;
      }
      best = wanted;
      // With more channels a simulated city that does not keep up may send less in all.
      counted = Math.max(counted, streams);
      memoryMiB = (memoryMiBOf(hub.pid) - memoryBefore) / Math.max(1, wanted - firstStep);
    }
    if (best === 0) throw new Error(`not even ${firstStep} channels ran without a gap`);
    report(singleFigure('gb.capacity', 'count', counted, best));
    if (best > firstStep) report(singleFigure('gb.memory', 'MiB', memoryMiB, best));
  } finally {
    unpin(process.pid);
    for (const desk of desks) desk.close();
    for (const recorder of recorders) recorder.close();
    await sender?.close();
    await hub.stop();
  }
};

async function deskOf(
  hub: HubProcess,
  desks: SurfaceClient[],
  index: number,
): Promise<{ desk: SurfaceClient; cameraIds: string[] }> {
  const desk = (desks[index] ??= await connectSurface(hub.url));
  const joined = await desk.request('session:join', { surface: 'desk' });
  if (!joined.ok) throw new Error(joined.message);
  const cameras = joined.data.snapshot.registry ?? [];
  const numberOf = (name: string): number => Number(name.slice(3));
  return {
    desk,
    cameraIds: [...cameras]
      .sort((a, b) => numberOf(a.externalId) - numberOf(b.externalId))
      .map(({ cameraId }) => cameraId),
  };
}

async function openMore(desk: SurfaceClient, cameraIds: readonly string[]): Promise<void> {
  const waiting = new Set<string>();
  for (let from = 0; from < cameraIds.length; from += openedAtOnce) {
    for (const cameraId of cameraIds.slice(from, from + openedAtOnce)) {
      const answer = await desk.request('cameras:openStream', { cameraId, stream: 'main' });
      if (!answer.ok) throw new Error(answer.message);
      waiting.add(answer.data.streamId);
    }
    await delay(200);
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

async function watchAll(hub: HubProcess, streams: number): Promise<void> {
  const answered = once(hub.child, 'message', { signal: AbortSignal.timeout(60_000) });
  hub.child.send({ watchEverything: [] } satisfies WatchRequest);
  const [{ watching }] = (await answered) as [WatchAnswer];
  if (watching < streams) throw new Error(`only ${watching} of ${streams} streams have a viewer`);
}

interface Look {
  atMs: number;
  cpuSeconds: number;
  bytes: number;
  /** Datagrams that the kernel threw away because the hub, or a media worker, did not read them in time. */
  droppedAtHub: number;
  droppedAtWorkers: number;
  /** Seconds of the other core that were used, and those of them that processes of this bench used. */
  otherCoreSeconds: number;
  ownSeconds: number;
  sent: SentCounts | undefined;
}

async function lookAt(
  hub: HubProcess,
  workers: readonly number[],
  sender: PictureSender | undefined,
): Promise<Look> {
  const answered = once(hub.child, 'message', { signal: AbortSignal.timeout(60_000) });
  hub.child.send('countProducers');
  const [{ countProducers }] = (await answered) as [{ countProducers: ProducerCounts }];
  return {
    ...{ atMs: performance.now(), cpuSeconds: cpuSecondsOf(hub.pid), bytes: countProducers.bytes },
    droppedAtHub: droppedDatagrams(hub.pid),
    droppedAtWorkers: workers.reduce((sum, pid) => sum + droppedDatagrams(pid), 0),
    otherCoreSeconds: busySecondsOfCore(otherCore),
    ownSeconds: [process.pid, ...workers, ...(sender === undefined ? [] : [sender.pid])]
      .map(cpuSecondsOf)
      .reduce((sum, seconds) => sum + seconds, 0),
    sent: await sender?.count(),
  };
}

/** What speaks for one or the other where pictures are missing. */
function causesBetween(before: Look, after: Look): string {
  const { sent } = after;
  // Sockets that were closed meanwhile take their counts with them.
  const grown = (from: number, to: number): number => Math.max(0, to - from);
  return [
    `${grown(before.droppedAtHub, after.droppedAtHub)} datagrams not read by the hub in time`,
    `${grown(before.droppedAtWorkers, after.droppedAtWorkers)} by the media worker`,
    ...(sent === undefined || before.sent === undefined
      ? []
      : [
          `${sent.late - before.sent.late} pictures sent late (at most ${Math.round(sent.longestLateMs)} ms)`,
          `${sent.failed - before.sent.failed} packets not sent`,
        ]),
    `the other core ${percentBetween(before, after, 'otherCoreSeconds')} % busy, ${percentBetween(before, after, 'ownSeconds')} % by this bench`,
  ].join(', ');
}

function percentBetween(before: Look, after: Look, what: 'otherCoreSeconds' | 'ownSeconds'): number {
  return Math.round(((after[what] - before[what]) * 100_000) / (after.atMs - before.atMs));
}

function limitOf(before: Look, after: Look, share: number): string {
  if (share > longestCpuShare) return 'the core of the hub';
  const { sent } = after;
  if (sent !== undefined && sent.failed > (before.sent?.failed ?? 0))
    return 'the simulated city: packets not sent';
  if (sent !== undefined && sent.late > (before.sent?.late ?? 0)) {
    const others =
      percentBetween(before, after, 'otherCoreSeconds') - percentBetween(before, after, 'ownSeconds');
    return `the simulated city: pictures sent late, with other programs on ${others} % of its core`;
  }
  // A city that is late sends the rest at once, which no receiver takes: its own fault comes first.
  if (after.droppedAtHub > before.droppedAtHub) return 'the hub, which did not read in time';
  if (after.droppedAtWorkers > before.droppedAtWorkers) return 'the media worker, which did not read in time';
  return 'gaps of which nothing is known';
}

function gapsOf(recorders: readonly SimulatedRecorder[]): number {
  return recorders.reduce((sum, { keyRequests }) => sum + keyRequests, 0);
}
