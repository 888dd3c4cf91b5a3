import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { InputOf, OutputOf, RequestName } from '../../src-shared/protocol/index.ts';
import { makeAlertKey, postAlerts, report as alertReport, taken } from '../support/alertSender.ts';
import { openDesk } from '../support/deskPage.ts';
import {
  eventually,
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
} from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser, openWall } from '../support/wallPage.ts';
import { figureOf, type Bench } from './figures.ts';

const wallTiles = 4;
const patienceMs = 60_000;
/** So long after an alert was closed its camera's stream lingers no more (`MINGCHU_LINGER_MS` is 1 s here). */
const coldAfterMs = 2_500;
/** A flight over the map, and a look about. */
const restMs = 4_000;

/**
 * From the moment the HTTP request of a class 1 is sent to the picture in Chromium that shows it: `alerts.to_queue` in the
 * desk's queue, `alerts.to_marker` on the desk's map, `alerts.to_wall.warm` in the wall's spotlight with a first picture of
 * its camera while the stream runs already: a frame or, as in `wall.first_picture`, the stream's last key picture, at most a
 * GOP old. `alerts.to_wall.warm.live` waits for the first running frame, up to a GOP of 1 s, and so does
 * `alerts.to_wall.cold`, where the stream runs not: a kept picture of long ago is not counted there. Both clocks are this machine's: the sender takes `performance.timeOrigin + performance.now()` before it sends, and
 * the page takes its own in the animation frame after the one in which it was there, as that picture is out by then. Signing,
 * the store's sync and the browser's decoding are within.
 */
export const benchAlertsScreen: Bench = async (report, progress, options) => {
  const rounds = options.rounds ?? 20;
  const browser = await launchBrowser();
  const simulator = await startSimulatorProcess();
  const hub = await startHubProcess({
    settings: { MINGCHU_WALL_TILES: String(wallTiles), MINGCHU_LINGER_MS: '1000' },
  });
  try {
    await registerCity(hub.url, simulator.controlUrl);
    const stage = await openStage(hub);
    const wall = await openWall(browser, hub.url);
    await eventually(
      'a live wall',
      async () => {
        const tiles = await wall.tiles();
        return tiles.length === wallTiles && tiles.every(({ state }) => state.kind === 'live');
      },
      patienceMs,
    );
    const onWall = (await wall.tiles()).map(({ cameraId }) => cameraId);
    const others = stage.cameras.filter(({ cameraId }) => !onWall.includes(cameraId));
    for (const isWarm of [true, false]) {
      const times: number[] = [];
      const liveTimes: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const camera = others[round % others.length];
        if (camera === undefined) throw new Error('the wall shows every camera there is');
        const held = isWarm ? await stage.hold(camera.cameraId) : undefined;
        await watch(wall.page, 'wall', camera.cameraId);
        const { alertId, sentAtMs } = await stage.raise(camera.externalId);
        const seen = await seenAt(wall.page);
        times.push(seen.pictureMs - sentAtMs);
        liveTimes.push(seen.liveMs - sentAtMs);
        await stage.close(alertId);
        await held?.();
        await delay(coldAfterMs);
      }
      const name = isWarm ? 'warm' : 'cold';
      progress(
        `  ${name}: ${times.map((ms, index) => `${ms.toFixed(0)}/${liveTimes[index]?.toFixed(0)}`).join(' ')}`,
      );
      if (isWarm) report(figureOf('alerts.to_wall.warm', 'ms', times));
      report(figureOf(isWarm ? 'alerts.to_wall.warm.live' : 'alerts.to_wall.cold', 'ms', liveTimes));
    }
    await wall.close();

    const desk = await openDesk(browser, hub.url);
    await desk.page.locator('.desk-frame-top').getByRole('radio').first().waitFor({ state: 'attached' });
    for (const target of ['queue', 'marker'] as const) {
      if (target === 'marker') {
        await desk.page.keyboard.press('Alt+5');
        await desk.page.locator('[data-map="ready"]').waitFor({ timeout: patienceMs });
      }
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const camera = stage.cameras[round % stage.cameras.length];
        await watch(desk.page, target, '');
        const { alertId, sentAtMs } = await stage.raise(camera?.externalId ?? '');
        times.push((await seenAt(desk.page)).pictureMs - sentAtMs);
        await stage.close(alertId);
        // A map that still flies to the last one draws the next one late.
        await delay(target === 'marker' ? restMs : 500);
      }
      progress(`  ${target}: ${times.map((ms) => ms.toFixed(0)).join(' ')}`);
      report(figureOf(`alerts.to_${target}`, 'ms', times));
    }
    await desk.close();
    stage.client.close();
  } finally {
    await browser.close();
    await hub.stop();
    await simulator.stop();
  }
};

/** A desk's connection and a platform's key. */
async function openStage(hub: HubProcess) {
  const client = await connectSurface(hub.url);
  const ask = <Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>> =>
    asked(client, name, input);
  await ask('session:join', { surface: 'desk' });
  const { cameras } = await ask('cameras:readDirectory', {});
  const key = await makeAlertKey(hub.url);
  return {
    client,
    cameras,
    /** Opens both streams of a camera, as another screen would; returns the function that closes them. */
    async hold(cameraId: string): Promise<() => Promise<void>> {
      const streamIds: string[] = [];
      for (const stream of ['main', 'sub'] as const) {
        const { streamId } = await ask('cameras:openStream', { cameraId, stream });
        streamIds.push(streamId);
        await eventually('a running stream', () =>
          client
            .noticesOf('cameras:streamChanged')
            .some((change) => change.streamId === streamId && change.status.state === 'live'),
        );
      }
      return async () => {
        for (const streamId of streamIds) await ask('cameras:closeStream', { streamId });
      };
    },
    async raise(cameraId: string): Promise<{ alertId: string; sentAtMs: number }> {
      const sentAtMs = performance.timeOrigin + performance.now();
      const { results } = await taken(await postAlerts(hub.url, key, alertReport({ kind: 'rat', cameraId })));
      return { alertId: results[0]?.alertId ?? '', sentAtMs };
    },
    async close(alertId: string): Promise<void> {
      await ask('alerts:work', { commandId: randomUUID(), alertIds: [alertId], deed: { type: 'resolve' } });
    },
  };
}

async function asked<Name extends RequestName>(
  client: SurfaceClient,
  name: Name,
  input: InputOf<Name>,
): Promise<OutputOf<Name>> {
  const answer = await client.request(name, input);
  if (!answer.ok) throw new Error(`${name} was refused: ${answer.message}`);
  return answer.data;
}

type Target = 'wall' | 'queue' | 'marker';

/** When it was there, and when the wall's picture of it ran; Unix milliseconds. */
interface Seen {
  pictureMs: number;
  liveMs: number;
}

/** Lets the page wait, frame by frame, for what is not there yet; it waits when this resolves. */
function watch(page: Page, target: Target, cameraId: string): Promise<void> {
  return page.evaluate(watchInPage, { target, cameraId });
}

async function seenAt(page: Page): Promise<Seen> {
  const seen = await page.evaluate(() => window.alertSeen);
  if (seen === undefined) throw new Error('the page was not waiting');
  return seen;
}

/** Runs in the page. */
async function watchInPage({ target, cameraId }: { target: Target; cameraId: string }): Promise<void> {
  const selector = { wall: '.alert-lit', queue: '.alert-row', marker: '.map-urgent' }[target];
  const look = (): { picture: boolean; live: boolean } => {
    const isThere = document.querySelector(selector) !== null;
    if (target !== 'wall') return { picture: isThere, live: isThere };
    const tile = window.mingchuProbe?.tiles().find((one) => one.cameraId === cameraId);
    return {
      picture: isThere && tile?.firstPictureMs !== undefined,
      live: isThere && (tile?.framesPresented ?? 0) > 0,
    };
  };
  const nextFrame = (): Promise<unknown> => new Promise(requestAnimationFrame);
  const outAtMs = async (isSeen: () => boolean): Promise<number> => {
    while (!isSeen()) await nextFrame();
    await nextFrame();
    return performance.timeOrigin + performance.now();
  };
  // The one before may still be going.
  while (look().picture) await nextFrame();
  window.alertSeen = Promise.all([outAtMs(() => look().picture), outAtMs(() => look().live)]).then(
    ([pictureMs, liveMs]) => ({ pictureMs, liveMs }),
  );
}

declare global {
  interface Window {
    alertSeen?: Promise<Seen>;
  }
}
