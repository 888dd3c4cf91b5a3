import { setTimeout as delay } from 'node:timers/promises';
import { atRest } from '../../src-shared/turning/motion.ts';
import { seededRandom } from '../../src-sim/random.ts';
import { openDesk } from '../support/deskPage.ts';
import { eventually, startHubProcess } from '../support/processes.ts';
import type { SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { joinDesk, openTurnStage, type TurnStage } from './ptzStage.ts';

const presses = 60;
const runaways = 1_000;
const camerasAtOnce = 8;
/** Every so many rounds the hub itself is killed. */
const hubEvery = 12;
/** The silence, both stops, and what a busy machine takes. Milliseconds. */
const stopsWithinMs = 3_000;
const stopBytes = 'A50F0100000000B5';
const left = { ...atRest, pan: -0.5 };

/**
 * `ptz.move`: from a key that goes down in the page of a desk to the bytes at the device. `ptz.stop`: from the key that goes up. The page
 * shows the camera large, in real Chromium.
 */
export const benchPtz: Bench = async (report, _progress, options) => {
  const count = options.count ?? presses;
  const stage = await openTurnStage(1);
  const browser = await launchBrowser();
  try {
    const { page } = await openDesk(browser, stage.hub.url);
    await page.locator('.finder-list .finder-row').first().dblclick();
    await page.locator('.turn-pad').waitFor();
    await page.evaluate(() => {
      const times: number[] = [];
      Object.assign(window, { keyTimes: times });
      const note = (event: KeyboardEvent): void => {
        if (!event.repeat) times.push(performance.timeOrigin + event.timeStamp);
      };
      window.addEventListener('keydown', note, true);
      window.addEventListener('keyup', note, true);
    });
    const moves: number[] = [];
    const stops: number[] = [];
    for (let press = 0; press < count; press += 1) {
      const before = stage.device.turns.length;
      await page.keyboard.down('ArrowLeft');
      const moved = await eventually('the move', () => stage.device.turns[before]);
      await delay(300);
      const beforeStop = stage.device.turns.length;
      await page.keyboard.up('ArrowLeft');
      const stopped = await eventually('the stop', () =>
        stage.device.turns.slice(beforeStop).find(({ command }) => command === stopBytes),
      );
      const [downMs = 0, upMs = 0] = await page.evaluate(() =>
        (window as unknown as { keyTimes: number[] }).keyTimes.splice(0),
      );
      // The first press also keeps who has the camera; the lease lasts for the others.
      moves.push(performance.timeOrigin + moved.atMs - downMs);
      stops.push(performance.timeOrigin + stopped.atMs - upMs);
      await delay(200);
    }
    report(figureOf('ptz.move', 'ms', moves));
    report(figureOf('ptz.stop', 'ms', stops));
  } finally {
    await browser.close();
    await stage.close();
    await stage.hub.stop();
  }
};

/** `ptz.runaways`: moves whose desk falls silent, whose socket breaks, or whose hub is killed, after which the camera still moves. */
export const benchPtzRunaways: Bench = async (report, progress, options) => {
  const count = options.kills ?? runaways;
  const random = seededRandom(options.seed ?? 21);
  const stage = await openTurnStage(camerasAtOnce);
  let { hub } = stage;
  let ran = 0;
  const killed = { silence: 0, socket: 0, page: 0, hub: 0 };
  let neverStarted = 0;
  try {
    for (let done = 0, round = 1; done < count; round += 1, done += camerasAtOnce) {
      const isHubKilled = round % hubEvery === 0;
      const desks = await Promise.all(stage.cameraIds.map(() => joinDesk(hub)));
      const saying = desks.map((desk, index) => keepMoving(desk, stage.cameraIds[index] ?? ''));
      await eventually('all move', () => stage.heads.every(({ isMoving }) => isMoving), 5_000).catch(
        () => (neverStarted += stage.heads.filter(({ isMoving }) => !isMoving).length),
      );
      await delay(random() * 400);
      if (isHubKilled) {
        killed.hub += camerasAtOnce;
        await hub.kill();
        for (const end of saying) end();
        hub = await startHubProcess({
          dataDir: hub.dataDir,
          port: Number(new URL(hub.url).port),
          settings: stage.settings,
        });
      } else {
        desks.forEach((desk, index) => {
          const kind = (['silence', 'socket', 'page'] as const)[Math.floor(random() * 3)] ?? 'silence';
          killed[kind] += 1;
          saying[index]?.();
          if (kind === 'socket') desk.socket.io.engine.close();
          if (kind === 'page') desk.close();
        });
      }
      const atMs = performance.now();
      const isStill = (): boolean => stage.heads.every(({ isMoving }) => !isMoving);
      while (!isStill() && performance.now() - atMs < stopsWithinMs) await delay(20);
      ran += stage.heads.filter(({ isMoving }) => isMoving).length;
      for (const desk of desks) desk.close();
      // The next desks find the cameras free.
      if (round % 10 === 0) progress(`  ${done + camerasAtOnce} of ${count}, ${ran} ran on`);
    }
    progress(`  killed: ${JSON.stringify(killed)}; ${neverStarted} had not begun to move`);
    report(singleFigure('ptz.runaways', 'count', ran, count));
  } finally {
    await stage.close();
    await hub.stop();
  }
};

/** Moves a camera as a desk does, until the function that it returns is called; that says nothing to the hub. */
function keepMoving(desk: SurfaceClient, cameraId: TurnStage['cameraIds'][number]): () => void {
  const begin = (): void =>
    void desk.request('turning:move', { cameraId, moveId: 1, motion: left }).catch(() => undefined);
  begin();
  const timer = setInterval(
    () => void desk.request('turning:keepMoving', { cameraId, moveId: 1 }).catch(() => undefined),
    200,
  );
  return () => clearInterval(timer);
}
