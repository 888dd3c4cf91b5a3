import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { descendants } from '../processStatistics.ts';
import {
  eventually,
  registerCity,
  setFault,
  startSimulatorProcess,
  type SimulatorProcess,
} from '../processes.ts';
import { connectSurface } from '../surfaceClient.ts';
import { awaitTile } from '../tileWatch.ts';
import { launchBrowser, openWall, type WallPage } from '../wallPage.ts';
import type { ShiftHub } from './shiftHub.ts';

/** The shell starts a browser that ended again after so long (src-main/browserShell.ts). Milliseconds. */
const restartMs = 500;
/** Nobody waits longer for pictures. Milliseconds. */
const patienceMs = 60_000;

/** From a moment until new pictures were on the wall: of a camera that is passed on as it is, and of one that goes through ffmpeg. Milliseconds. */
export interface PicturesBack {
  plainMs: number;
  transcodedMs: number;
}

/**
 * A wall in a real Chromium with two cameras of a simulated city, one of them in H.265, which ffmpeg changes while it is viewed. A browser or
 * page that is killed is opened again as the shell does it.
 */
export class ShownWall {
  readonly #hub: ShiftHub;
  readonly #city: SimulatorProcess;
  readonly #cameras: readonly [plain: string, transcoded: string];
  #browser: Browser;
  #wall: WallPage;

  private constructor(
    hub: ShiftHub,
    parts: { city: SimulatorProcess; cameras: readonly [string, string]; browser: Browser; wall: WallPage },
  ) {
    this.#hub = hub;
    this.#city = parts.city;
    this.#cameras = parts.cameras;
    this.#browser = parts.browser;
    this.#wall = parts.wall;
  }

  static async open(hub: ShiftHub): Promise<ShownWall> {
    const city = await startSimulatorProcess({
      settings: { MINGCHU_SIM_SITES: '2', MINGCHU_SIM_CAMERAS: '2' },
    });
    await registerCity(hub.url, city.controlUrl);
    const desk = await connectSurface(hub.url);
    const joined = await desk.request('session:join', { surface: 'desk' });
    if (!joined.ok) throw new Error(joined.message);
    const [plain, transcoded] = joined.data.snapshot.registry ?? [];
    if (plain === undefined || transcoded === undefined) throw new Error('the city has no two cameras');
    await setFault(city.controlUrl, transcoded.externalId, 'h265');
    const cameras = [plain.cameraId, transcoded.cameraId] as const;
    const shown = await desk.request('wall:showCameras', {
      commandId: randomUUID(),
      screenId: 'main',
      cameraIds: [...cameras],
    });
    if (!shown.ok) throw new Error(shown.message);
    desk.close();
    const browser = await launchBrowser();
    const wall = await openWall(browser, hub.url);
    return new ShownWall(hub, { city, cameras, browser, wall });
  }

  /** Waits for pictures that are newer than this moment (Unix milliseconds) on both tiles. Rejects when they do not come. */
  async picturesSince(sinceMs: number): Promise<PicturesBack> {
    const [plain, transcoded] = this.#cameras;
    const backMs = async (cameraId: string): Promise<number> => {
      const wanted = { kinds: ['live' as const], frameSinceMs: sinceMs, timeoutMs: patienceMs };
      return (await awaitTile(this.#wall, cameraId, wanted)).seenAtMs - sinceMs;
    };
    const [plainMs, transcodedMs] = await Promise.all([backMs(plain), backMs(transcoded)]);
    return { plainMs, transcodedMs };
  }

  /** Kills the ffmpeg that changes the camera's pictures. */
  async killTranscoder(): Promise<void> {
    const transcoder = await eventually('a transcoder', () => this.#hub.below('libx264'), patienceMs);
    process.kill(transcoder, 'SIGKILL');
  }

  /** Kills the whole browser, or the process that runs the page; it is opened again. Answers when that was, by `performance.now()`. */
  async kill(what: 'browser' | 'page'): Promise<number> {
    const isRenderer = (pid: number): boolean => commandLineOf(pid).includes('--type=renderer');
    const isBrowser = (pid: number): boolean =>
      /chrom/.test(commandLineOf(pid)) && !commandLineOf(pid).includes('--type=');
    const killed = descendants(process.pid).filter(what === 'page' ? isRenderer : isBrowser);
    if (killed.length === 0) throw new Error(`there is no ${what} to kill`);
    const ended =
      what === 'page'
        ? new Promise<void>((resolve) => this.#wall.page.once('crash', () => resolve()))
        : new Promise<void>((resolve) => this.#browser.once('disconnected', () => resolve()));
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    await ended;
    await delay(restartMs);
    const openedAtMs = performance.now();
    if (what === 'page') await this.#wall.close();
    else this.#browser = await launchBrowser();
    this.#wall = await openWall(this.#browser, this.#hub.url);
    return openedAtMs;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#city.stop();
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
