import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProbedTile } from '../../src-renderer/app/shared/probe.ts';
import {
  eventually,
  registerCity,
  setFault,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../support/processes.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { command } from '../support/accountBrowser.ts';

const tileCount = 16;
const recoveryMs = 30_000;

let browser: Browser;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startSimulator(ports?: { rtspPort: number; controlPort: number }): Promise<SimulatorProcess> {
  const simulator = await startSimulatorProcess(ports);
  stops.push(() => simulator.stop());
  return simulator;
}
async function startHub(options: Parameters<typeof startHubProcess>[0] = {}): Promise<HubProcess> {
  const hub = await startHubProcess(options);
  stops.push(() => hub.stop());
  return hub;
}
async function showWall(url: string, query?: string): Promise<WallPage> {
  const wall = await openWall(browser, url, query === undefined ? {} : { query });
  stops.push(() => wall.close());
  return wall;
}
const portOf = (url: string): number => Number(new URL(url).port);
const kinds = (tiles: ProbedTile[]): string[] => tiles.map((tile) => tile.state.kind);

function allLive(wall: WallPage): Promise<ProbedTile[]> {
  return eventually(
    `${tileCount} live tiles`,
    async () => {
      const tiles = await wall.tiles();
      return tiles.length === tileCount && tiles.every((tile) => tile.state.kind === 'live') && tiles;
    },
    recoveryMs,
  );
}

/** Every tile says that it is not live, with the time of the picture it still shows. */
function allDated(wall: WallPage, kind: string): Promise<ProbedTile[]> {
  return eventually(
    `${tileCount} tiles ${kind} over a dated picture`,
    async () => {
      const tiles = await wall.tiles();
      const dated = tiles.filter(({ state }) => state.kind === kind && 'pictureAtMs' in state);
      return dated.length === tileCount && tiles;
    },
    recoveryMs,
  );
}

/** How many tiles show a picture that is not one even grey: what a visitor would call black. */
function picturedTiles(wall: WallPage): Promise<number> {
  return wall.page.evaluate(() => {
    const pictured = [...document.querySelectorAll('.wall-tile')].filter((tile) => {
      const video = tile.querySelector('video');
      const still = tile.querySelector('canvas');
      const source = still !== null && getComputedStyle(still).visibility === 'visible' ? still : video;
      if (source === null) return false;
      const probe = document.createElement('canvas');
      probe.width = 32;
      probe.height = 18;
      const context = probe.getContext('2d');
      if (context === null) return false;
      context.drawImage(source, 0, 0, 32, 18);
      const { data } = context.getImageData(0, 0, 32, 18);
      return new Set(data).size > 3;
    });
    return pictured.length;
  });
}

describe('the wall', () => {
  let simulator: SimulatorProcess;
  let hub: HubProcess;

  async function liveWall(query?: string): Promise<WallPage> {
    simulator = await startSimulator();
    hub = await startHub();
    await registerCity(hub.url, simulator.controlUrl);
    const wall = await showWall(hub.url, query);
    await allLive(wall);
    return wall;
  }

  it('shows sixteen cameras live, through one PeerConnection for each worker', async () => {
    const wall = await liveWall();
    const before = await wall.tiles();
    await delay(5_000);
    const after = await wall.tiles();
    const frames = after.map((tile, index) => tile.framesPresented - (before[index]?.framesPresented ?? 0));
    // The bench measures the frame rate on a quiet machine; here it only must be moving pictures.
    for (const count of frames) expect(count).toBeGreaterThan(15);
    expect(kinds(after).every((kind) => kind === 'live')).toBe(true);
    const { now } = await wall.peerConnections();
    const workers = /"workers":\s*(\d+)/.exec(hub.output())?.[1];
    expect(now).toBeLessThanOrEqual(Number(workers ?? 2));
    expect(await picturedTiles(wall)).toBe(tileCount);
    expect(await wall.page.textContent('.wall-bar')).toContain(`${tileCount}/${tileCount}`);
    expect(wall.errors).toEqual([]);
  });

  it('shows the key picture of a running stream before the first live frame', async () => {
    const first = await liveWall();
    const second = await showWall(hub.url);
    const tiles = await allLive(second);
    const early = tiles.filter((tile) => (tile.firstPictureMs ?? Infinity) < (tile.firstFrameMs ?? 0));
    expect(early.length).toBeGreaterThan(tileCount / 2);
    await first.close();
  });

  it('keeps every picture, dated, when the hub is killed, and is live again when it is back', async () => {
    const wall = await liveWall();
    await wall.page.evaluate(() => (document.title = 'not loaded again'));
    await hub.kill();
    await allDated(wall, 'offline');
    expect(await picturedTiles(wall)).toBe(tileCount);
    expect(await wall.page.textContent('.tile-plate')).toMatch(/非实时 · \d\d:\d\d:\d\d 的画面/);
    expect(await wall.page.textContent('.surface-status')).toContain('服务器失联');
    await startHub({ dataDir: hub.dataDir, port: portOf(hub.url) });
    const pictured: number[] = [];
    await eventually(
      'live tiles again',
      async () => {
        pictured.push(await picturedTiles(wall));
        return kinds(await wall.tiles()).every((kind) => kind === 'live');
      },
      recoveryMs,
    );
    expect(Math.min(...pictured)).toBe(tileCount);
    expect(await wall.page.title()).toBe('not loaded again');
  });

  it('is live again after a media worker was killed', async () => {
    const wall = await liveWall();
    const workers = execFileSync('ps', ['-o', 'pid=', '--ppid', String(hub.pid)], { encoding: 'utf8' })
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);
    const victim = workers[0];
    if (victim === undefined) throw new Error('the hub has no media worker');
    const { ever } = await wall.peerConnections();
    process.kill(victim, 'SIGKILL');
    // Recovery may be too quick for any tile to stop being live: the new transport tells that it happened.
    await eventually('a transport on the new worker', async () => {
      expect(await picturedTiles(wall)).toBe(tileCount);
      return (await wall.peerConnections()).ever > ever;
    });
    await delay(1_500);
    expect(await picturedTiles(wall)).toBe(tileCount);
    await allLive(wall);
    expect((await wall.peerConnections()).now).toBeLessThanOrEqual(workers.length);
  });

  it('says offline over the last pictures when all cameras go, and is live again when they are back', async () => {
    const wall = await liveWall();
    await simulator.kill();
    await allDated(wall, 'offline');
    expect(await picturedTiles(wall)).toBe(tileCount);
    await startSimulator({
      rtspPort: portOf(simulator.rtspUrl.replace('rtsp:', 'http:')),
      controlPort: portOf(simulator.controlUrl),
    });
    await allLive(wall);
  });

  it('distinguishes a wrong password and a frozen picture from a live one', async () => {
    simulator = await startSimulator();
    hub = await startHub();
    await registerCity(hub.url, simulator.controlUrl);
    const wall = await showWall(hub.url, '?lang=en');
    await allLive(wall);
    const order = await wall.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.wall-tile')].map((tile) => tile.dataset.tileId ?? ''),
    );
    const cameras = (await (await fetch(`${simulator.controlUrl}/registry.json`)).json()) as {
      cameras: { externalId: string }[];
    };
    const [first, second] = cameras.cameras;
    if (first === undefined || second === undefined) throw new Error('the city has no cameras');
    await setFault(simulator.controlUrl, first.externalId, 'wrongPassword');
    await setFault(simulator.controlUrl, second.externalId, 'silence');
    const seen = async (kind: string): Promise<number> =>
      kinds(await wall.tiles()).filter((present) => present === kind).length;
    await eventually(
      'one tile with a wrong password',
      async () => (await seen('unauthorized')) === 1,
      recoveryMs,
    );
    await eventually(
      'one tile that is no longer live',
      async () => (await seen('live')) === tileCount - 2,
      10_000,
    );
    expect(order).toHaveLength(tileCount);
    expect(await wall.page.textContent('.wall-grid')).toContain('Authentication failed');
  });

  it('says that no camera is registered, and shows them as soon as they are', async () => {
    hub = await startHub();
    const wall = await showWall(hub.url);
    await wall.page.getByText('尚未登记摄像头').waitFor();
    simulator = await startSimulator();
    await registerCity(hub.url, simulator.controlUrl);
    await allLive(wall);
  });

  it('is refused without a credential, and let in once by a ticket that goes out of the address', async () => {
    hub = await startHub();
    const open = async (query: string): Promise<WallPage> => {
      const wall = await openWall(browser, hub.url, { query, isSignedIn: false });
      stops.push(() => wall.close());
      return wall;
    };
    const refused = await open('?lang=en');
    await refused.page.getByText('Access denied').waitFor();
    const answer = await command(hub, { command: 'ticket', surface: 'wall', screenId: 'main', name: 'hall' });
    const { ticket } = answer['data'] as unknown as { ticket: string };
    const admitted = await open(`?lang=en&ticket=${ticket}`);
    await admitted.page.getByText('No cameras registered yet').waitFor();
    expect(admitted.page.url()).not.toContain(ticket);
    await admitted.page.reload();
    await admitted.page.getByText('No cameras registered yet').waitFor();
    const late = await open(`?lang=en&ticket=${ticket}`);
    await late.page.getByText('Access denied').waitFor();
  });
});
