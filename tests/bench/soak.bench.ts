import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import type { InputOf } from '../../src-shared/protocol/index.ts';
import { tourSettingsSchema } from '../../src-shared/wall/tourSettings.ts';
import { memoryMiBOf } from '../support/processorCores.ts';
import { descendants } from '../support/processStatistics.ts';
import {
  giveCachesBack,
  readBrowserProcesses,
  readPageResources,
  watchPeerConnections,
} from '../support/pageResources.ts';
import { collectGarbageOf, inspected } from '../support/nodeInspector.ts';
import { eventually } from '../support/processes.ts';
import { connectSurface } from '../support/surfaceClient.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { singleFigure, type Bench, type Figure } from './figures.ts';
import { slopeOf } from './slope.ts';
import { withWallCity, type WallCity } from './wallCity.ts';

const defaultMinutes = 60;
/** The screen that stays open, and the one whose page is closed and opened again. */
const screens = { staying: { id: 'main', layout: '9' }, reopened: { id: 'second', layout: '4' } } as const;
const betweenTurnsMs = 1_500;
const turnsPerLook = 5;
/** Caches fill and code is compiled for a while; growth in that time means nothing. */
const warmUpShare = 0.25;
const longestWarmUpMinutes = 10;
const perTurns = 1_000;

/** Everything that must not grow, by the name of its figure. */
const measures = {
  page_heap: 'MiB',
  renderer_memory: 'MiB',
  browser_memory: 'MiB',
  hub_memory: 'MiB',
  worker_memory: 'MiB',
  sdp_bytes: 'count',
  media_sections: 'count',
  peer_connections: 'count',
  dom_nodes: 'count',
  event_listeners: 'count',
  browser_processes: 'count',
  hub_processes: 'count',
  hub_handles: 'count',
} as const satisfies Record<string, Figure['unit']>;
type Measure = keyof typeof measures;
type Look = { turn: number } & Record<Measure, number>;

/**
 * `soak.<measure>.per_1000_turns`: what each thing grows by in 1,000 page turns: the slope of the least-squares line
 * through all looks after the warm-up. One page of the wall stays open and turns through the whole city; a second one
 * is closed and opened again every five turns. Memory of processes is their proportional set size, read after garbage was
 * collected in the hub and in the page and the browser gave its caches back, as it does where memory is short; handles are the hub's open files and sockets. `soak.page_errors`: errors that
 * the page that stayed wrote to its console.
 */
export const benchSoak: Bench = async (report, progress, options) => {
  const minutes = options.minutes ?? defaultMinutes;
  const browser = await launchBrowser();
  try {
    const ofCity = { sites: 1_500, cameras: 2_200, brokenCameras: 12, settings: inspected };
    await withWallCity(ofCity, async (city) => {
      const { looks, pageErrors } = await soak(city, browser, minutes, progress);
      for (const [measure, unit] of Object.entries(measures) as [Measure, Figure['unit']][]) {
        const { perStep, standardError } = slopeOf(looks.map((look) => [look.turn, look[measure]]));
        progress(
          `  ${measure}: ${(perStep * perTurns).toFixed(2)} ± ${(2 * standardError * perTurns).toFixed(2)} ` +
            `in ${perTurns} turns; ${looks[0]?.[measure].toFixed(1)} → ${looks.at(-1)?.[measure].toFixed(1)}`,
        );
        report(singleFigure(`soak.${measure}.per_1000_turns`, unit, perStep * perTurns, looks.length));
      }
      report(singleFigure('soak.page_errors', 'count', pageErrors, looks.at(-1)?.turn ?? 0));
    });
  } finally {
    await browser.close();
  }
};

async function soak(
  city: WallCity,
  browser: Browser,
  minutes: number,
  progress: (text: string) => void,
): Promise<{ looks: Look[]; pageErrors: number }> {
  const driver = createDriver(city);
  const open = (screenId: string) =>
    openWall(browser, city.hub.url, { query: `?screen=${screenId}`, prepare: watchPeerConnections });
  const staying = await open(screens.staying.id);
  let reopened = await open(screens.reopened.id);
  for (const screen of Object.values(screens)) {
    // A screen is there once its page has joined.
    await eventually('the screen', () => startTour(driver, screen).then(() => true, ignoreUnknown), 60_000);
  }
  const startedAt = performance.now();
  const warmUpMinutes = Math.min(longestWarmUpMinutes, minutes * warmUpShare);
  const looks: Look[] = [];
  const pageErrors = new Set<string>();
  for (let turn = 1; ; turn += 1) {
    for (const { id } of Object.values(screens)) await step(driver, id);
    await delay(betweenTurnsMs);
    if (turn % turnsPerLook !== 0) continue;
    await reopened.close();
    const look = await lookAt(city, browser, staying, turn);
    reopened = await open(screens.reopened.id);
    const passedMinutes = (performance.now() - startedAt) / 60_000;
    if (passedMinutes >= warmUpMinutes) looks.push(look);
    progress(
      `  ${passedMinutes.toFixed(1)} of ${minutes} min: ${describe(look)}${driver.lost() > 0 ? `, desk lost ${driver.lost()} times` : ''}`,
    );
    for (const error of new Set(staying.errors)) {
      if (!pageErrors.has(error)) progress(`  the page logs an error: ${error}`);
      pageErrors.add(error);
    }
    if (passedMinutes >= minutes && looks.length >= 3) {
      await staying.close();
      await reopened.close();
      return { looks, pageErrors: staying.errors.length };
    }
  }
}

async function lookAt({ hub }: WallCity, browser: Browser, wall: WallPage, turn: number): Promise<Look> {
  await giveCachesBack(wall.page);
  await collectGarbageOf(hub);
  const page = await readPageResources(wall.page);
  const processes = await readBrowserProcesses(browser);
  const children = descendants(hub.pid);
  return {
    turn,
    page_heap: page.heapMiB,
    renderer_memory: processes.rendererMiB,
    browser_memory: processes.browserMiB,
    hub_memory: memoryMiBOf(hub.pid),
    worker_memory: children.filter(isMediaWorker).reduce((sum, pid) => sum + memoryMiBOf(pid), 0),
    sdp_bytes: page.sdpBytes,
    media_sections: page.mediaSections,
    peer_connections: page.peerConnections,
    dom_nodes: page.domNodes,
    event_listeners: page.eventListeners,
    browser_processes: processes.processes,
    hub_processes: children.length,
    hub_handles: readdirSync(`/proc/${hub.pid}/fd`).length,
  };
}

function isMediaWorker(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('mediasoup');
  } catch {
    // A transcoder that ended while we looked.
    return false;
  }
}

function describe(look: Look): string {
  return Object.entries(look)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toFixed(1)}`)
    .join(', ');
}

/** Drives the wall for as long as it takes: a desk whose connection is lost on a busy machine comes back. */
interface Driver {
  send<Name extends 'wall:startTour' | 'wall:steerTour'>(name: Name, input: InputOf<Name>): Promise<void>;
  lost(): number;
}

function createDriver({ hub, desk }: WallCity): Driver {
  let connected = desk;
  let lost = 0;
  return {
    async send(name, input) {
      const answer = await connected.request(name, input).catch(async () => {
        lost += 1;
        connected.close();
        connected = await connectSurface(hub.url);
        await connected.request('session:join', { surface: 'desk' });
        // The command's id makes a repeat harmless.
        return connected.request(name, input);
      });
      if (!answer.ok) throw new Error(answer.message);
    },
    lost: () => lost,
  };
}

async function startTour(driver: Driver, screen: { id: string; layout: '9' | '4' }): Promise<void> {
  await driver.send('wall:startTour', {
    commandId: randomUUID(),
    screenId: screen.id,
    layout: screen.layout,
    settings: tourSettingsSchema.parse({ dwellMs: 600_000 }),
  });
}

function ignoreUnknown(error: Error): false {
  if (!error.message.includes('no screen')) throw error;
  return false;
}

async function step(driver: Driver, screenId: string): Promise<void> {
  await driver.send('wall:steerTour', { commandId: randomUUID(), screenId, action: 'step' });
}
