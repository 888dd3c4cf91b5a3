import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraHealth } from '../../src-shared/cameras/cameras.protocol.ts';
import type { TileState } from '../../src-renderer/ui/tile/tileState.ts';
import {
  cameraCaseNames,
  cameraKindNames,
  startCameraCase,
  startCameraKind,
  type RunningCameraCase,
} from '../support/cameraCases.ts';
import {
  fewestPictures,
  recordTiles,
  watchPeerConnections,
  type TileRecord,
} from '../support/decodedPictures.ts';
import { startHubProcess, type HubProcess } from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { hubFetch } from '../support/testAccount.ts';

/** What is expected of one camera. */
interface Expected {
  /** What the tile says at the end. */
  state: TileState['kind'];
  /** In any 10 s after the tile was first live. Most cameras send 100; the rest is left for a busy machine. */
  pictures: number;
  /** States that the tile may also go through after it was first live. */
  also?: TileState['kind'][];
  /** Of the last picture, in pixels. */
  size?: string;
  /** On the tile at the end, in English. */
  words?: RegExp;
  /** What the hub says of it at the end. */
  health?: Pick<CameraHealth, 'condition'> & { message: RegExp };
}

const plays: Expected = { state: 'live', pictures: 85, size: '320×180' };

const table: Record<string, Expected> = {
  'annexb-fua': plays,
  'audio-refused': plays,
  bframe1: plays,
  bframes: plays,
  'blank-header': plays,
  'cseq-zero': plays,
  'error-453': { state: 'offline', pictures: 0 },
  // The second picture is awaited for 2 s or 5 s, and nothing says yet that this is usual.
  'fps-fifth': { state: 'live', pictures: 1, also: ['waiting'] },
  'fps-half': { state: 'live', pictures: 4, also: ['waiting'] },
  'fps-one': { state: 'live', pictures: 8 },
  'garbage-between': plays,
  good: plays,
  'long-gop': plays,
  'long-group': plays,
  'marker-each-nal': plays,
  'no-marker': plays,
  'pcma-16k': plays,
  'ptz-pt50': plays,
  'rtcp-needed': plays,
  'sdp-bare': plays,
  'sdp-h3c': plays,
  // At a path of its own it describes no media at all.
  'sdp-odd': { state: 'offline', pictures: 0 },
  'sdp-tplink': plays,
  'seq-shared': plays,
  'setup-odd': plays,
  'size-change': { state: 'live', pictures: 85 },
  'slow-describe': plays,
  'slow-first-packet': plays,
  'sprop-garbage': plays,
  'sprop-no-pps': plays,
  'ssrc-each-gop': plays,
  'stale-session': plays,
  'ts-back': plays,
  'ts-constant': plays,
  'udp-port-zero': plays,
  undecodable: {
    state: 'undecodable',
    pictures: 0,
    words: /Cannot be decoded.*this browser cannot decode it/,
    health: { condition: 'unsupported', message: /a screen can make no picture of it/ },
  },
};

/** With less than this left of the processors, the machine is what limits the pictures. A share of 0…1. */
const saturatedBelowIdle = 0.05;
/** Of a camera's pictures, a machine must show so many at least for its results to mean anything. A share of 0…1. */
const leastShare = 0.5;

/** What tiles go through, whatever their camera, where the machine is too slow: the wall then leaves some of them key pictures only. */
const statesOfSlowMachine: readonly TileState['kind'][] = ['waiting', 'connecting', 'still'];

/** Long enough for a group of 30 s to end, and for 10 s after it. */
const watchedMs = 45_000;

let browser: Browser;
let hub: HubProcess;
let desk: SurfaceClient;
let wall: WallPage;
let cameras: RunningCameraCase[];
/** What was left of the processors while the tiles were watched. A share of 0…1. */
let idleShare = 1;
const records = new Map<string, TileRecord>();
const healths = new Map<string, CameraHealth>();

async function registerCameras(): Promise<Map<string, string>> {
  const body = {
    sites: [{ externalId: 'cases', name: '测试', type: 'school_canteen', district: '咸安区' }],
    cameras: cameras.map(({ name, url }) => ({
      externalId: name,
      siteExternalId: 'cases',
      name,
      streams: { main: { url } },
    })),
  };
  const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const joined = await desk.request('session:join', { surface: 'desk' });
  if (!joined.ok) throw new Error(joined.message);
  return new Map(
    (joined.data.snapshot.registry ?? []).map(({ externalId, cameraId }) => [externalId, cameraId]),
  );
}

/** Milliseconds that all processors together were idle, and that they ran in all. */
function processorTimes(): { idleMs: number; allMs: number } {
  const times = cpus().map((cpu) => cpu.times);
  const idleMs = times.reduce((sum, { idle }) => sum + idle, 0);
  const allMs = times.reduce((sum, one) => sum + Object.values(one).reduce((all, ms) => all + ms, 0), 0);
  return { idleMs, allMs };
}

/**
 * The share of its pictures that this machine shows of a camera without any habit: 1, unless the processors were used up while
 * the tiles were watched. A camera with a habit is not expected to show more.
 */
function machineShare(): number {
  const good = records.get('good');
  if (idleShare >= saturatedBelowIdle || good === undefined) return 1;
  return Math.min(1, fewestPictures(good, outcomeOf(good).fromMs) / plays.pictures);
}

function printTable(): void {
  const rows = Object.keys(table).map((name) => {
    const seen = records.get(name);
    if (seen === undefined) return `${name.padEnd(18)} was not shown`;
    const { fromMs, size } = outcomeOf(seen);
    const path = seen.states.map(({ kind, atMs }) => `${kind}@${(atMs / 1000).toFixed(1)}`).join(' ');
    const pictures = Number.isFinite(fromMs) ? fewestPictures(seen, fromMs) : 0;
    return `${name.padEnd(18)} ${String(pictures).padStart(4)}  ${size.padEnd(8)} ${seen.words.padEnd(24)} ${path}`;
  });
  process.stdout.write(`idle ${idleShare.toFixed(2)}, share ${machineShare().toFixed(2)}\n`);
  process.stdout.write(`camera, fewest pictures decoded in 10 s, size, words, states\n${rows.join('\n')}\n`);
}

function outcomeOf(seen: TileRecord): { fromMs: number; size: string; later: TileState['kind'][] } {
  const first = seen.states.findIndex(({ kind }) => kind === 'live');
  return {
    fromMs: seen.states[first]?.atMs ?? Number.POSITIVE_INFINITY,
    size: `${seen.width}×${seen.height}`,
    later: first === -1 ? [] : seen.states.slice(first + 1).map(({ kind }) => kind),
  };
}

beforeAll(async () => {
  browser = await launchBrowser();
  hub = await startHubProcess();
  desk = await connectSurface(hub.url);
  cameras = await Promise.all([
    ...cameraCaseNames.map((name) => startCameraCase(name)),
    ...cameraKindNames.map((name) => startCameraKind(name)),
  ]);
  const cameraIds = await registerCameras();
  wall = await openWall(browser, hub.url, { query: '?lang=en', prepare: watchPeerConnections });
  const shown = await desk.request('wall:showCameras', {
    commandId: randomUUID(),
    screenId: 'main',
    cameraIds: [...cameraIds.values()],
  });
  if (!shown.ok) throw new Error(shown.message);
  const names = new Map([...cameraIds].map(([name, cameraId]) => [cameraId, name]));
  const before = processorTimes();
  for (const record of await recordTiles(wall, watchedMs)) {
    records.set(names.get(record.cameraId) ?? '', record);
  }
  const after = processorTimes();
  idleShare = (after.idleMs - before.idleMs) / Math.max(1, after.allMs - before.allMs);
  const health = await desk.request('cameras:readHealth', {});
  if (!health.ok) throw new Error(health.message);
  for (const one of health.data.health) healths.set(names.get(one.cameraId) ?? '', one);
  printTable();
});
afterAll(async () => {
  await wall.close();
  desk.close();
  await hub.stop();
  await Promise.all(cameras.map((camera) => camera.stop()));
  await browser.close();
});

describe('what a person sees of each camera with a habit', () => {
  it('is written down for every camera there is', () => {
    expect(Object.keys(table).sort()).toEqual([...cameraCaseNames, ...cameraKindNames].sort());
  });

  it('is seen on a machine that shows at least half of the pictures', () => {
    expect(machineShare()).toBeGreaterThanOrEqual(leastShare);
  });

  it.each(Object.entries(table))('%s', (name, { state, pictures, also = [], size, words, health }) => {
    const seen = records.get(name);
    if (seen === undefined) throw new Error('it is on no tile');
    const outcome = outcomeOf(seen);
    const ofMachine = idleShare < saturatedBelowIdle ? statesOfSlowMachine : [];
    expect(seen.states.findLast(({ kind }) => !ofMachine.includes(kind))?.kind).toBe(state);
    const others = outcome.later.filter((kind) => kind !== state && !also.includes(kind));
    expect(others.filter((kind) => !ofMachine.includes(kind))).toEqual([]);
    const fewest = Math.max(pictures > 0 ? 1 : 0, Math.floor(pictures * machineShare()));
    if (pictures > 0) expect(fewestPictures(seen, outcome.fromMs)).toBeGreaterThanOrEqual(fewest);
    if (size !== undefined) expect(outcome.size).toBe(size);
    if (words !== undefined) expect(seen.words).toMatch(words);
    if (health !== undefined) {
      expect(healths.get(name)).toMatchObject({
        condition: health.condition,
        message: expect.stringMatching(health.message) as string,
      });
    }
  });
});
