import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/processes.ts';
import {
  advancingAtMs,
  holdClockCamera,
  recordPictures,
  seenPictures,
  type SeenPicture,
} from './clockCamera.ts';
import { figureOf, type Bench, type Figure } from './figures.ts';
import { overEachLine, type FieldLine } from './fieldLines.ts';
import {
  bringToWall,
  endPicture,
  fieldPatienceMs,
  keepOnWall,
  showMember,
  withFieldStage,
  type FieldBenchStage,
} from './fieldStage.ts';

const defaultTurns = 20;
const defaultGlassSeconds = 30;
const defaultRounds = 10;
/** Quality and buffers settle after the picture begins; what is measured then is what is seen most of the time. */
const settleMs = 8_000;
/** Until the desk, too, has put the large picture away. */
const betweenMs = 1_500;

type Report = (figure: Figure) => void;
type Progress = (text: string) => void;

/**
 * `bodycam.start`: from the desk's key "show me" (v) to a picture on the wall that is of now and advances, by the time drawn
 * into it. The keys that give it the spotlight (s, Enter) are pressed as fast as the desk takes them, and the member
 * agrees as soon as the question is on the phone's screen: how long people think is not in it, all the rest is, the phone's
 * opening of its camera too. `bodycam.start.desk`: the same to the desk's own large picture.
 */
export const benchBodyCamStart: Bench = async (report, progress, { turns = defaultTurns }) =>
  overEachLine(progress, 'direct', (line) =>
    withFieldStage(line, async (bench) => {
      const wallMs: number[] = [];
      const deskMs: number[] = [];
      await recordPictures(bench.wall.page, bench.cameraId);
      await recordPictures(bench.desk.page, bench.cameraId);
      for (let turn = 1; turn <= turns; turn += 1) {
        await showMember(bench);
        const pressedAtMs = await bringToWall(bench);
        wallMs.push((await firstAdvance(bench.wall.page, pressedAtMs)) - pressedAtMs);
        deskMs.push((await firstAdvance(bench.desk.page, pressedAtMs)) - pressedAtMs);
        progress(
          `  start${line.suffix} ${turn} of ${turns}: wall ${Math.round(wallMs.at(-1) ?? 0)} ms, desk ${Math.round(deskMs.at(-1) ?? 0)} ms`,
        );
        await endPicture(bench);
        await delay(betweenMs);
      }
      report(figureOf(`bodycam.start${line.suffix}`, 'ms', wallMs));
      report(figureOf(`bodycam.start.desk${line.suffix}`, 'ms', deskMs));
    }),
  );

/**
 * `bodycam.glass_to_glass`: from drawing the time into the phone's camera picture until the browser hands that picture to the
 * wall's screen, every picture of half a minute; `bodycam.glass_to_glass.desk` at the desk. `bodycam.pictures`: pictures
 * a second on the wall, of 25 sent; here less is worse.
 */
export const benchBodyCamGlass: Bench = async (report, progress, { seconds = defaultGlassSeconds }) =>
  overEachLine(progress, 'direct', (line) =>
    withFieldStage(line, async (bench) => {
      await startPicture(bench);
      await keepOnWall(bench);
      await delay(settleMs);
      for (const [name, { page }] of [
        ['', bench.wall],
        ['.desk', bench.desk],
      ] as const) {
        const from = (await seenPictures(page)).length;
        await delay(seconds * 1_000);
        const seen = await seenPictures(page, from);
        reportGlass(report, progress, `${name}${line.suffix}`, seen);
        if (name === '') {
          const rates = picturesASecond(seen);
          report(figureOf(`bodycam.pictures${line.suffix}`, 'count', rates));
        }
      }
    }),
  );

function reportGlass(report: Report, progress: Progress, suffix: string, seen: SeenPicture[]): void {
  const ages = seen.flatMap(({ seenAtMs, drawnAtMs }) =>
    drawnAtMs === undefined ? [] : [seenAtMs - drawnAtMs],
  );
  progress(
    `  glass to glass${suffix}: ${ages.length} pictures read, ${seen.length - ages.length} not readable`,
  );
  report(figureOf(`bodycam.glass_to_glass${suffix}`, 'ms', ages));
}

/** How many pictures there were in each whole second. */
function picturesASecond(seen: readonly SeenPicture[]): number[] {
  const first = seen[0]?.seenAtMs ?? 0;
  const counts: number[] = [];
  for (const { seenAtMs } of seen) {
    const second = Math.floor((seenAtMs - first) / 1_000);
    while (counts.length <= second) counts.push(0);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts.slice(0, -1);
}

/**
 * `bodycam.freeze_noticed`: from the last picture on the wall until its tile says, over that picture, that it is frozen or
 * away; by the fault also: `.stopped` (the camera gives no more pictures), `.gone` (the phone's page is left) and, over a
 * line, `.cut` (nothing passes any more). `bodycam.not_live`: until the tile claims no longer that it is live, which it
 * says as "waiting".
 */
export const benchBodyCamFreeze: Bench = async (report, progress, { rounds = defaultRounds }) =>
  overEachLine(progress, 'direct', (line) =>
    withFieldStage(line, async (bench) => {
      const noticed: Record<string, number[]> = {};
      const notLive: number[] = [];
      await bench.wall.page.evaluate(recordTile, bench.cameraId);
      for (let round = 1; round <= rounds; round += 1) {
        for (const [name, fault] of Object.entries(faultsOf(line))) {
          await startPicture(bench);
          await delay(3_000);
          const begunAtMs = Date.now();
          await fault.begin(bench);
          const { saidMs, notLiveMs } = await freezeSaid(bench, name, begunAtMs);
          (noticed[name] ??= []).push(saidMs);
          notLive.push(notLiveMs);
          await fault.end(bench);
          await endPicture(bench);
          await delay(betweenMs);
        }
        progress(`  freeze${line.suffix} ${round} of ${rounds}: ${JSON.stringify(lastOf(noticed))}`);
      }
      report(figureOf(`bodycam.freeze_noticed${line.suffix}`, 'ms', Object.values(noticed).flat()));
      for (const [name, samples] of Object.entries(noticed)) {
        report(figureOf(`bodycam.freeze_noticed.${name}${line.suffix}`, 'ms', samples));
      }
      report(figureOf(`bodycam.not_live${line.suffix}`, 'ms', notLive));
    }),
  );

/**
 * Milliseconds from the last picture on the wall until its tile says frozen or away, and until it does not say live; only
 * what the tile shows after that picture and after the fault counts, as a slow machine makes pictures stay out before it too.
 */
async function freezeSaid(
  { wall, cameraId }: FieldBenchStage,
  fault: string,
  begunAtMs: number,
): Promise<{ saidMs: number; notLiveMs: number }> {
  return eventually(
    `the tile says that its picture is not of now (${fault})`,
    async () => {
      const said = await wall.page.evaluate(() => window.tileSaid ?? []);
      const lastAtMs = (await seenPictures(wall.page)).at(-1)?.seenAtMs ?? NaN;
      const since = said.filter(({ atMs }) => atMs >= lastAtMs && atMs >= begunAtMs);
      const frozen = since.find(({ kind }) => kind === 'frozen' || kind === 'offline');
      if (frozen === undefined) return undefined;
      if (!frozen.hasPicture) throw new Error(`${fault}: the last picture of ${cameraId} is not shown`);
      const notLive = since.find(({ kind }) => kind !== 'live') ?? frozen;
      return { saidMs: frozen.atMs - lastAtMs, notLiveMs: notLive.atMs - lastAtMs };
    },
    fieldPatienceMs,
  );
}

/** What a tile said since a moment; Unix milliseconds. */
interface SaidState {
  atMs: number;
  kind: string;
  hasPicture: boolean;
}

/** Runs in the wall's page: keeps what the camera's tile says, each time it says something else. */
function recordTile(cameraId: string): void {
  if (window.tileSaid !== undefined) return;
  const said: SaidState[] = [];
  window.tileSaid = said;
  setInterval(() => {
    const tile = window.mingchuProbe?.tiles().find((each) => each.cameraId === cameraId);
    if (tile === undefined || said.at(-1)?.kind === tile.state.kind) return;
    said.push({ atMs: Date.now(), kind: tile.state.kind, hasPicture: tile.hasPicture });
  }, 10);
}

interface Fault {
  begin(bench: FieldBenchStage): Promise<unknown>;
  end(bench: FieldBenchStage): Promise<unknown>;
}

function faultsOf({ network }: FieldLine): Record<string, Fault> {
  return {
    stopped: {
      begin: ({ phone }) => holdClockCamera(phone.page, true),
      end: ({ phone }) => holdClockCamera(phone.page, false),
    },
    gone: {
      begin: ({ phone }) => phone.page.goto('about:blank'),
      end: ({ openField }) => openField(),
    },
    ...(network === undefined ? {} : { cut: { begin: () => network.cut(), end: () => network.heal() } }),
  };
}

/** Brings the picture to the wall and waits for it. */
async function startPicture(bench: FieldBenchStage): Promise<void> {
  await recordPictures(bench.wall.page, bench.cameraId);
  await recordPictures(bench.desk.page, bench.cameraId);
  await showMember(bench);
  const pressedAtMs = await bringToWall(bench);
  await firstAdvance(bench.wall.page, pressedAtMs);
}

/** When a page first showed that the picture is of now and advances. */
function firstAdvance(page: FieldBenchStage['wall']['page'], sinceMs: number): Promise<number> {
  return eventually(
    'a picture of now that advances',
    async () => advancingAtMs(await seenPictures(page), sinceMs),
    fieldPatienceMs,
  );
}

function lastOf(noticed: Record<string, number[]>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(noticed).map(([name, samples]) => [name, Math.round(samples.at(-1) ?? Number.NaN)]),
  );
}

declare global {
  interface Window {
    tileSaid?: SaidState[];
  }
}
