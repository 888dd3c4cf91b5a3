import { setTimeout as delay } from 'node:timers/promises';
import type { CameraView } from '../../src-shared/cameras/cameras.protocol.ts';
import { decodeFrameStrip } from '../../src-shared/simulation/frameStrip.ts';
import type { SimulatedRecorder } from '../../src-sim/gb28181/recorder.ts';
import { eventually, type HubProcess } from '../support/processes.ts';
import {
  channelIdOf,
  kitchenClip,
  recorderIdOf,
  registerChannels,
  simulatedRecorder,
  startRecorderHub,
} from '../support/recorderStage.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { hubFetch } from '../support/testAccount.ts';
import { launchBrowser, openWall } from '../support/wallPage.ts';
import { allAdvance } from './allAdvance.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { readStrip } from './wall.bench.ts';
import { showCameras } from './wallCity.ts';

const cityRecorders = 2_200;
const catalogueItems = 2_200;
const tilesAtOnce = 9;
const coldRecorders = 45;
const glassRecorders = 9;
const glassRounds = 30;
/** One message of twenty is lost on its way. */
const loseMessageEvery = 20;

interface Listed {
  recorders: { recorderId: string; isOnline: boolean; receivedItems: number; channels: unknown[] }[];
}

async function listed(hub: HubProcess): Promise<Listed['recorders']> {
  const answer = await hubFetch(`${hub.url}/api/v1/recorders`);
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as Listed).recorders;
}

/** `gb.register`: 2,200 recorders register at once after a restart, until all of them are online. */
export const benchGbRegister: Bench = async (report, progress, options) => {
  const count = options.count ?? cityRecorders;
  const { hub, platform } = await startRecorderHub(count);
  const pictures = kitchenClip('sub').slice(0, 1);
  const recorders = Array.from({ length: count }, (_, number) =>
    simulatedRecorder(platform, number, { pictures }),
  );
  try {
    const beganMs = performance.now();
    const statuses = await Promise.all(recorders.map((recorder) => recorder.register()));
    const registeredMs = performance.now() - beganMs;
    progress(`  answered after ${Math.round(registeredMs)} ms`);
    await eventually(
      'all are online',
      async () => (await listed(hub)).filter(({ isOnline }) => isOnline).length === count,
      60_000,
    );
    const onlineMs = performance.now() - beganMs;
    await eventually(
      'all have listed their channels',
      async () => (await listed(hub)).every(({ channels }) => channels.length === 1),
      60_000,
    );
    const accepted = statuses.filter((status) => status === 200).length;
    progress(
      `  ${accepted} of ${count} registered after ${Math.round(registeredMs)} ms, listed after ${Math.round(performance.now() - beganMs)} ms`,
    );
    report(singleFigure('gb.register', 'ms', onlineMs, count));
  } finally {
    for (const recorder of recorders) recorder.close();
    await hub.stop();
  }
};

/** `gb.catalog`: 2,200 items in as many messages, one of twenty lost, until none is missing; `gb.catalog.missing`. */
export const benchGbCatalog: Bench = async (report, _progress, options) => {
  const count = options.count ?? catalogueItems;
  const { hub, platform } = await startRecorderHub(1);
  const channels = Array.from({ length: count }, (_, number) => ({
    channelId: channelIdOf(number),
    name: `后厨 ${number}`,
  }));
  const recorder = simulatedRecorder(platform, 0, { channels, habits: { loseMessageEvery } });
  try {
    await recorder.register();
    const beganMs = performance.now();
    let received = 0;
    await eventually(
      'the catalogue is whole',
      async () => {
        received = (await listed(hub))[0]?.receivedItems ?? 0;
        return received === count || performance.now() - beganMs > 30_000;
      },
      40_000,
    );
    report(singleFigure('gb.catalog', 'ms', performance.now() - beganMs, count));
    report(singleFigure('gb.catalog.missing', 'count', count - received, count));
  } finally {
    recorder.close();
    await hub.stop();
  }
};

interface Stage {
  hub: HubProcess;
  desk: SurfaceClient;
  cameras: CameraView[];
  /** When each picture of the clip left each recorder last; Unix milliseconds. */
  sentAtMs: Map<string, Map<number, number>>;
}

async function withRecorders(
  count: number,
  settings: Record<string, string>,
  use: (stage: Stage) => Promise<void>,
): Promise<void> {
  const { hub, platform } = await startRecorderHub(count, settings);
  const pictures = kitchenClip('sub', 'longGop');
  const sentAtMs = new Map<string, Map<number, number>>();
  const recorders: SimulatedRecorder[] = [];
  try {
    for (let number = 0; number < count; number += 1) {
      const times = new Map<number, number>();
      sentAtMs.set(`gb-${number}`, times);
      const onSent = (index: number): void => void times.set(index, Date.now());
      recorders.push(simulatedRecorder(platform, number, { pictures, onSent }));
    }
    await Promise.all(recorders.map((recorder) => recorder.register()));
    await registerChannels(
      hub,
      recorders.map((_, number) => ({
        name: `gb-${number}`,
        url: `gb28181://${recorderIdOf(number)}/${channelIdOf(number)}`,
      })),
    );
    const desk = await connectSurface(hub.url);
    const joined = await desk.request('session:join', { surface: 'desk' });
    if (!joined.ok) throw new Error(joined.message);
    await use({ hub, desk, cameras: joined.data.snapshot.registry ?? [], sentAtMs });
    desk.close();
  } finally {
    for (const recorder of recorders) recorder.close();
    await hub.stop();
  }
}

/**
 * `gb.first_picture.cold`: nine tiles are given recorders that nobody watched, whose key pictures are four seconds apart and
 * which obey the request for one. `gb.first_picture.warm`: recorders whose streams run for somebody else already.
 */
export const benchGbFirstPicture: Bench = async (report, progress) => {
  const browser = await launchBrowser();
  try {
    await withRecorders(coldRecorders, { MINGCHU_LINGER_MS: '0' }, async ({ hub, desk, cameras }) => {
      const wall = await openWall(browser, hub.url);
      const cold: number[] = [];
      await showCameras(desk, cameras.slice(0, tilesAtOnce));
      await allAdvance(wall, tilesAtOnce);
      for (let from = tilesAtOnce; from < cameras.length; from += tilesAtOnce) {
        await showCameras(desk, cameras.slice(from, from + tilesAtOnce));
        for (const tile of await allAdvance(wall, tilesAtOnce)) cold.push(tile.firstFrameMs ?? Number.NaN);
        progress(`  cold: ${from + tilesAtOnce} of ${cameras.length} recorders`);
      }
      report(figureOf('gb.first_picture.cold', 'ms', cold));
      for (const { cameraId } of cameras)
        await desk.request('cameras:openStream', { cameraId, stream: 'main' });
      await delay(6_000);
      const warm: number[] = [];
      const shown = cameras.slice(0, tilesAtOnce);
      await showCameras(desk, shown);
      await allAdvance(wall, tilesAtOnce);
      for (const [index, camera] of cameras.slice(tilesAtOnce).entries()) {
        const place = index % tilesAtOnce;
        shown[place] = camera;
        await showCameras(desk, shown);
        warm.push((await allAdvance(wall, tilesAtOnce))[place]?.firstPictureMs ?? Number.NaN);
      }
      await wall.close();
      report(figureOf('gb.first_picture.warm', 'ms', warm));
    });
  } finally {
    await browser.close();
  }
};

/** `gb.glass_to_glass`: from the last packet of a picture at the recorder to the screen, by the number drawn into it; to be held against `wall.glass_to_glass`. */
export const benchGbGlass: Bench = async (report, progress) => {
  const browser = await launchBrowser();
  try {
    await withRecorders(glassRecorders, {}, async ({ hub, desk, cameras, sentAtMs }) => {
      const wall = await openWall(browser, hub.url);
      await showCameras(desk, cameras);
      await allAdvance(wall, cameras.length);
      await delay(5_000);
      const ages: number[] = [];
      let unreadable = 0;
      for (let round = 0; round < glassRounds; round += 1) {
        for (const { cameraId, externalId } of cameras) {
          const read = await readStrip(wall, cameraId);
          const index = read === undefined ? undefined : decodeFrameStrip((x) => read.luminanceAt(x));
          const atMs = index === undefined ? undefined : sentAtMs.get(externalId)?.get(index);
          if (read === undefined || atMs === undefined) unreadable += 1;
          else ages.push(read.atMs - atMs);
        }
        await delay(137);
      }
      await wall.close();
      progress(`  ${ages.length} pictures read, ${unreadable} not readable`);
      report(figureOf('gb.glass_to_glass', 'ms', ages));
    });
  } finally {
    await browser.close();
  }
};
