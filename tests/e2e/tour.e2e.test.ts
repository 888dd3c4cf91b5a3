import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputOf } from '../../src-shared/protocol/index.ts';
import { tourSettingsSchema } from '../../src-shared/wall/tourSettings.ts';
import {
  eventually,
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../support/processes.ts';
import { countPlayers } from '../support/pageResources.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';

describe('a tour on the wall', () => {
  let browser: Browser;
  let simulator: SimulatorProcess;
  let hub: HubProcess;
  let desk: SurfaceClient;
  let wall: WallPage;

  beforeAll(async () => {
    browser = await launchBrowser();
    simulator = await startSimulatorProcess();
    hub = await startHubProcess();
    await registerCity(hub.url, simulator.controlUrl);
    desk = await connectSurface(hub.url);
    await desk.request('session:join', { surface: 'desk' });
    const settings = tourSettingsSchema.parse({ dwellMs: 600_000 });
    await desk.request('wall:startTour', {
      commandId: randomUUID(),
      screenId: 'main',
      layout: '4',
      settings,
    });
    wall = await openWall(browser, hub.url);
  });
  afterAll(async () => {
    desk.close();
    await browser.close();
    await hub.stop();
    await simulator.stop();
  });

  const live = () =>
    eventually('four live tiles', async () => {
      const tiles = await wall.tiles();
      return tiles.length === 4 && tiles.every(({ state }) => state.kind === 'live') && tiles;
    });
  const steer = async (action: InputOf<'wall:steerTour'>['action']) => {
    const answer = await desk.request('wall:steerTour', {
      commandId: randomUUID(),
      screenId: 'main',
      action,
    });
    if (!answer.ok) throw new Error(answer.message);
  };

  it('turns to four other cameras, and back to the first four', async () => {
    const first = (await live()).map(({ cameraId }) => cameraId);
    await steer('step');
    await eventually('another page', async () =>
      (await wall.tiles()).every(({ cameraId }) => !first.includes(cameraId)),
    );
    await live();
    await steer('back');
    await eventually('the first page again', async () =>
      (await wall.tiles()).every(({ cameraId }, index) => cameraId === first[index]),
    );
    await live();
  });

  it('never shows an empty tile while it turns', async () => {
    await live();
    for (let turn = 0; turn < 5; turn += 1) {
      // The next page is made ready behind this one.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const before = (await wall.tiles()).map(({ cameraId }) => cameraId);
      await steer('step');
      await eventually('the new page with a picture on every tile', async () => {
        const tiles = await wall.tiles();
        expect(tiles.every(({ hasPicture }) => hasPicture)).toBe(true);
        return tiles.every(
          ({ cameraId, firstPictureMs }, index) => cameraId !== before[index] && firstPictureMs !== undefined,
        );
      });
    }
  });

  it('leaves no player behind when a degraded screen turns its pages', async () => {
    await live();
    const display = await connectSurface(hub.url);
    await display.request('session:join', { surface: 'wall', screenId: 'main' });
    const overloaded = {
      tilesShown: 4,
      framesExpected: 120,
      framesPresented: 40,
      framesDropped: 80,
      framesLate: 0,
      decodeMs: 40,
    };
    const degraded = () =>
      eventually(
        'a tile that shows key pictures only',
        async () => {
          await display.request('wall:reportPlayback', overloaded);
          return (await wall.tiles()).some(({ state }) => state.kind === 'still');
        },
        60_000,
      );
    await degraded();
    for (let turn = 0; turn < 8; turn += 1) {
      // The next page is made ready behind this one.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await steer('step');
      await degraded();
    }
    display.close();
    // Those on screen, those of the next page, and for a moment those of the page before.
    await eventually('no more players than two pages have', async () => (await countPlayers(wall.page)) <= 8);
  }, 240_000);

  it('uses no more PeerConnections than there are media workers, however many pages were turned', async () => {
    const { now } = await wall.peerConnections();
    const joined = await desk.request('session:join', { surface: 'desk' });
    const workers = joined.ok ? joined.data.snapshot.workers.length : 0;
    expect(now).toBeLessThanOrEqual(workers);
    expect(wall.errors).toEqual([]);
  });
});
