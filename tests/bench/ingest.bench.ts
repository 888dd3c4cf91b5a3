import { setTimeout as delay } from 'node:timers/promises';
import { protocolVersion } from '../../src-shared/protocol/index.ts';
import { eventually, registerCity, startHubProcess, startSimulatorProcess } from '../support/processes.ts';
import { readProcessTree } from '../support/processStatistics.ts';
import { connectSurface } from '../support/surfaceClient.ts';
import { singleFigure, type Bench } from './figures.ts';

const ingests = 100;
const measuredSeconds = 20;

/**
 * `ingest.memory`: what the hub and its workers grow by for each of 100 running ingests of sub streams.
 * `ingest.cpu`: the part of one core that each of them takes, hub and workers together.
 */
export const benchIngest: Bench = async (report, progress) => {
  const simulator = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '80', MINGCHU_SIM_CAMERAS: String(ingests + 4) },
  });
  const hub = await startHubProcess();
  try {
    await registerCity(hub.url, simulator.controlUrl);
    const desk = await connectSurface(hub.url, { protocolVersion });
    await desk.request('session:join', { surface: 'desk' });
    const cameraIds = await listCameraIds(hub.url);
    // Four streams first, so that code and buffers every hub needs are not counted as a stream's.
    await openAndAwait(desk, cameraIds.slice(ingests, ingests + 4));
    await delay(3_000);
    const before = readProcessTree(hub.pid);
    await openAndAwait(desk, cameraIds.slice(0, ingests));
    progress(`  ${ingests} ingests run`);
    await delay(5_000);
    const start = readProcessTree(hub.pid);
    await delay(measuredSeconds * 1000);
    const end = readProcessTree(hub.pid);
    const memoryMiB = (end.memoryMiB - before.memoryMiB) / ingests;
    const cpuShare = (end.cpuSeconds - start.cpuSeconds) / measuredSeconds / (ingests + 4);
    report(singleFigure('ingest.memory', 'MiB', memoryMiB, ingests));
    report(singleFigure('ingest.cpu', 'percent', cpuShare * 100, ingests));
    desk.close();
  } finally {
    await hub.stop();
    await simulator.stop();
  }
};

type Desk = Awaited<ReturnType<typeof connectSurface>>;

async function openAndAwait(desk: Desk, cameraIds: string[]): Promise<void> {
  const streamIds = await Promise.all(
    cameraIds.map(async (cameraId) => {
      const answer = await desk.request('cameras:openStream', { cameraId, stream: 'sub' });
      if (!answer.ok) throw new Error(answer.message);
      return answer.data.streamId;
    }),
  );
  await eventually(
    'every stream is live',
    () => {
      const live = new Set(
        desk
          .noticesOf('cameras:streamChanged')
          .filter(({ status }) => status.state === 'live')
          .map(({ streamId }) => streamId),
      );
      return streamIds.every((streamId) => live.has(streamId));
    },
    60_000,
  );
}

/** Every camera's id. The default screen of a wall cannot list more than 64. */
async function listCameraIds(hubUrl: string): Promise<string[]> {
  const desk = await connectSurface(hubUrl);
  const answer = await desk.request('session:join', { surface: 'desk' });
  desk.close();
  if (!answer.ok) throw new Error(answer.message);
  return (answer.data.snapshot.registry ?? []).map(({ cameraId }) => cameraId);
}
