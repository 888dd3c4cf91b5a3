import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright';
import { findBrowserUser, profilesOf } from '../../src-main/chromium/browserUser.ts';
import { bodyCamStreamId } from '../../src-shared/bodycam/bodycam.protocol.ts';
import { framesPerSecond } from '../../src-shared/simulation/frameStrip.ts';
import { tourSettingsSchema } from '../../src-shared/wall/tourSettings.ts';
import { deviceFiles } from '../../src-sim/squads/devices/deviceFiles.ts';
import { makeAlertKey, postAlerts, report as alertReport, taken } from '../support/alertSender.ts';
import { launchPhoneBrowser, openPhone } from '../support/fieldPage.ts';
import { eventually, repositoryRoot, type HubProcess } from '../support/processes.ts';
import { seenByTests } from '../support/shellPage.ts';
import { startXDisplay, type XDisplay } from '../support/xDisplay.ts';
import { singleFigure, type Bench } from './figures.ts';
import { withWallCity, type WallCity } from './wallCity.ts';

/** The displays of the wall as a person counts them: column by column, each from the top. */
const screens = ['main', 'map', 'case', 'bodycam'] as const;
const size = { width: 1_280, height: 720 };
const whole = { width: 2 * size.width, height: 2 * size.height };
const memberId = 'member-1';
const hostName = 'hub.test';
const defaultSeconds = 30;
/** A display without a graphics card draws its map by the processor. */
const mapsWithoutCard = '--enable-unsafe-swiftshader';
/** Until quality levels and buffers have settled. */
const settlesMs = 15_000;
const patienceMs = 120_000;
const screenHertz = 60;

/**
 * `wall.quad`: a wall of four displays, 2 × 2, in the windows of the shell on one virtual screen: a tour, the map, the case of an order and
 * a body cam. For each display the share of its cameras’ pictures that it presented (`.share`, where it has pictures) and of the
 * screen’s 60 frames a second that its page could draw (`.frames`); `wall.quad.load`: processes that wanted to run, in the last minute.
 * The picture of all four is left in `out/wall-quad.png`, and one of each display beside it.
 */
export const benchWallQuad: Bench = async (report, progress, { seconds = defaultSeconds }) => {
  const display = await startXDisplay(whole);
  let phones: Browser | undefined;
  let shell: ChildProcess | undefined;
  const seen: Browser[] = [];
  try {
    display.setMonitors(
      screens.map((name, index) => ({
        name,
        ...size,
        x: Math.floor(index / 2) * size.width,
        y: (index % 2) * size.height,
      })),
    );
    const settings = { MINGCHU_TLS_NAMES: hostName };
    await withWallCity({ sites: 30, cameras: 24, settings }, async (city) => {
      phones = await startBodyCam(city);
      progress('  the body cam is live');
      const orderId = await sendOrder(city);
      shell = openShell(city.hub, display);
      const pages = await Promise.all(
        screens.map(async (screen) => {
          const { browser, page } = await pageOf(city.hub, screen);
          seen.push(browser);
          return { screen, page };
        }),
      );
      await showAll(city, orderId);
      progress('  four displays are open');
      await delay(settlesMs);
      const results = await Promise.all(
        pages.map(async ({ screen, page }) => ({
          screen,
          ...(await page.evaluate(measure, { seconds, framesPerSecond })),
        })),
      );
      const [load = 0] = loadavg();
      const folder = join(repositoryRoot, 'out');
      mkdirSync(folder, { recursive: true });
      shootDisplay(display, join(folder, 'wall-quad.png'));
      for (const { screen, page } of pages) {
        await page.screenshot({ path: join(folder, `wall-quad-${screen}.png`), timeout: patienceMs });
      }
      for (const { screen, share, tiles, frames } of results) {
        if (tiles > 0) report(singleFigure(`wall.quad.${screen}.share`, 'share', share, tiles));
        report(singleFigure(`wall.quad.${screen}.frames`, 'share', frames / screenHertz));
      }
      report(singleFigure('wall.quad.load', 'count', load));
      progress(`  pictures: ${join(folder, 'wall-quad.png')}`);
    });
  } finally {
    for (const browser of seen) await browser.close().catch(() => undefined);
    if (shell !== undefined) {
      shell.kill('SIGTERM');
      await once(shell, 'exit');
    }
    await phones?.close();
    await display.stop();
  }
};

/** Signs a member’s phone in, and lets the member agree to show what the body cam sees. */
async function startBodyCam({ hub, desk }: WallCity): Promise<Browser> {
  const squad = {
    squadId: 'wenquan',
    name: '温泉中队',
    nameEn: 'Wenquan squad',
    startsBodyCamInEmergency: false,
  };
  await desk.request('squads:saveSquad', { squad });
  await desk.request('squads:saveMember', { member: { memberId, squadId: squad.squadId, name: '张伟' } });
  const code = await desk.request('squads:makeSignInCode', { memberId });
  if (!code.ok) throw new Error(code.message);
  const { picture } = deviceFiles();
  const words = existsSync(picture) ? [`--use-file-for-fake-video-capture=${picture}`] : [];
  const browser = await launchPhoneBrowser(hub, { words });
  const port = new URL(String(hub.ready.secureUrl)).port;
  const { page } = await openPhone(browser, `https://${hostName}:${port}${code.data.path}`);
  await page.locator('[data-status=available]').click({ timeout: patienceMs });
  const asked = await desk.request('bodycam:ask', { memberId });
  if (!asked.ok) throw new Error(asked.message);
  await page.locator('.field-ask .field-key--first').click({ timeout: patienceMs });
  await eventually(
    'the body cam is live',
    () =>
      desk
        .noticesOf('squads:membersChanged')
        .flatMap(({ members }) => members)
        .findLast((member) => member.memberId === memberId)?.bodyCam.state === 'live',
    patienceMs,
  );
  return browser;
}

/** Raises an alert and sends the member to it. Gives the order’s id. */
async function sendOrder({ hub, desk, cameras }: WallCity): Promise<string> {
  const [camera] = cameras;
  if (camera === undefined) throw new Error('there is no camera');
  const key = await makeAlertKey(hub.url);
  const alert = alertReport({ cameraId: camera.externalId, kind: 'rat' });
  const { results } = await taken(await postAlerts(hub.url, key, { alerts: [alert] }));
  const alertId = results[0]?.alertId;
  if (alertId === undefined) throw new Error('the alert was not taken');
  const orderId = randomUUID();
  const { siteId, siteName, cameraId } = camera;
  const create = () =>
    desk.request('orders:create', {
      orderId,
      content: {
        kind: 'alert',
        alertId,
        priority: 1,
        place: { siteId, name: siteName, cameraId },
        instructions: '到场核实并处置。',
        checklist: [],
      },
      crew: { memberIds: [memberId], inChargeId: memberId },
    });
  // The same id makes a repeat harmless.
  const answer = await create().catch(() => create());
  if (!answer.ok) throw new Error(answer.message);
  return orderId;
}

/** What each display shows. */
async function showAll({ desk }: WallCity, orderId: string): Promise<void> {
  const command = (screenId: (typeof screens)[number]) => ({ commandId: randomUUID(), screenId });
  const settings = tourSettingsSchema.parse({ dwellMs: 10_000 });
  // A screen is known once its page has joined.
  const isDone = (what: string, ask: () => Promise<{ ok: boolean }>): Promise<unknown> =>
    // A busy hub may answer too late: every command may be repeated.
    eventually(
      what,
      () =>
        ask().then(
          ({ ok }) => ok,
          () => false,
        ),
      patienceMs,
    );
  await isDone('the tour', () =>
    desk.request('wall:startTour', { ...command('main'), layout: '4', settings }),
  );
  await isDone('the map', () => desk.request('wall:showContent', { ...command('map'), content: 'map' }));
  await isDone('the case', () => desk.request('wall:showCase', { ...command('case'), orderId }));
  await isDone('the body cam', () =>
    desk.request('wall:showCameras', { ...command('bodycam'), cameraIds: [bodyCamStreamId(memberId)] }),
  );
}

function openShell(hub: HubProcess, display: XDisplay): ChildProcess {
  const entry = join(repositoryRoot, 'src-main', 'browserShell.ts');
  const surfaces = screens.map((screen, index) => `wall:${screen}@${index + 1}`).join();
  return spawn(
    process.execPath,
    [entry, '--hub', hub.url, '--surfaces', surfaces, '--kiosk', '--', seenByTests, mapsWithoutCard],
    {
      env: {
        ...process.env,
        DISPLAY: display.name,
        WAYLAND_DISPLAY: '',
        MINGCHU_DATA_DIR: hub.dataDir,
        MINGCHU_PARENT_PIPE: '1',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
}

/** The page of one display, as soon as the shell has opened it. */
async function pageOf(hub: HubProcess, screen: string): Promise<{ browser: Browser; page: Page }> {
  const folder = join(hub.dataDir, 'shell');
  const user = process.getuid?.() === 0 ? findBrowserUser() : undefined;
  const profile = join(user === undefined ? folder : profilesOf(user, folder), `wall-${screen}`);
  const file = join(profile, 'DevToolsActivePort');
  await eventually(`the window of ${screen}`, () => existsSync(file), patienceMs);
  const [port] = readFileSync(file, 'utf8').split('\n');
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = browser.contexts()[0]?.pages()[0];
  if (page === undefined) throw new Error(`the window of ${screen} has no page`);
  await page.waitForFunction(() => window.mingchuProbe !== undefined, undefined, { timeout: patienceMs });
  return { browser, page };
}

/** The whole virtual screen as it is, with all four windows. */
function shootDisplay({ name }: XDisplay, file: string): void {
  const input = ['-f', 'x11grab', '-video_size', `${whole.width}x${whole.height}`, '-i', name];
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...input, '-frames:v', '1', file]);
}

/**
 * Runs in the page of a display: of the pictures that its tiles’ cameras made meanwhile the share that was presented, the tiles there were
 * at most, and the frames that the page could draw in a second.
 */
async function measure(options: { seconds: number; framesPerSecond: number }): Promise<{
  share: number;
  tiles: number;
  frames: number;
}> {
  /** The patrol’s picture and the simulated kitchens have about the same rate. */
  const counts = new WeakMap<HTMLVideoElement, number>();
  const startedAtMs = performance.now();
  let [presented, expected, tiles, frames, beforeMs] = [0, 0, 0, 0, startedAtMs];
  let isOver = false;
  const draw = (): void => {
    frames += 1;
    if (!isOver) requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  while (performance.now() - startedAtMs < options.seconds * 1_000) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const nowMs = performance.now();
    const shown = document.querySelectorAll('[data-tile-id]').length;
    tiles = Math.max(tiles, shown);
    expected += (shown * options.framesPerSecond * (nowMs - beforeMs)) / 1_000;
    beforeMs = nowMs;
    for (const video of document.querySelectorAll('video')) {
      const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
      const count = totalVideoFrames - droppedVideoFrames;
      const last = counts.get(video);
      counts.set(video, count);
      // A tile that is given another stream may count from 0 again.
      if (last !== undefined) presented += count >= last ? count - last : count;
    }
  }
  isOver = true;
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return { share: expected === 0 ? 0 : Math.min(1, presented / expected), tiles, frames: frames / seconds };
}
