import { setTimeout as delay } from 'node:timers/promises';
import { createChance, type Chance } from '../fuzz/chance.ts';
import { eventually } from '../processes.ts';
import { auditFaults, readAfterwards } from './afterwards.ts';
import { Shift } from './shift.ts';
import { ShiftHub } from './shiftHub.ts';
import { ShownWall, type PicturesBack } from './shownWall.ts';

/** Who is killed. */
type Victim = 'hub' | 'hub twice' | 'worker' | 'ffmpeg' | 'browser' | 'page';

/** With a wall: one kill, and when new pictures were on the wall after it. */
export interface ShownKill extends PicturesBack {
  victim: Victim;
}

export interface KilledShift {
  kills: Record<Victim, number>;
  /** What was answered as stored, by kind. */
  answered: Record<string, number>;
  /** What was answered and is not there, and what is there twice. */
  lost: string[];
  doubled: string[];
  /** What the log and the shift say that nobody expects. */
  surprises: string[];
  /** Milliseconds from a hub that is up until each surface had joined it. */
  backMs: number[];
  /** Milliseconds from a hub or a media worker that is up again until somebody had the floor. */
  floorMs: number[];
  /** With a wall: milliseconds until new pictures were on it, from the moment at which what was killed is up again; for ffmpeg, from its end. */
  pictures: ShownKill[];
}

/** The longest that a kill waits for its moment after everybody is back. Milliseconds. */
const longestCalmMs = 900;
/** Nobody waits longer for surfaces or for a floor. Milliseconds. */
const patienceMs = 30_000;

const victims: readonly Victim[] = ['hub', 'hub', 'hub', 'worker', 'worker', 'hub twice'];
/** Those of a shift that a wall in a browser shows. */
const shownVictims: readonly Victim[] = [...victims, 'ffmpeg', 'ffmpeg', 'browser', 'page'];

/** Kills so many processes at random moments of a busy shift, and compares afterwards. The same seed kills in the same order. */
export async function killedShift(options: {
  kills: number;
  seed: number;
  /** Whether a wall in a real browser is there, with a camera whose pictures go through ffmpeg. */
  hasWall?: boolean;
  progress?(text: string): void;
}): Promise<KilledShift> {
  const chance = createChance(options.seed);
  const hub = await ShiftHub.open({ MINGCHU_MEDIA_WORKERS: '1', MINGCHU_HTTPS: 'false' });
  const kills: KilledShift['kills'] = { hub: 0, 'hub twice': 0, worker: 0, ffmpeg: 0, browser: 0, page: 0 };
  const floorMs: number[] = [];
  const pictures: ShownKill[] = [];
  let wall: ShownWall | undefined;
  try {
    wall = options.hasWall === true ? await ShownWall.open(hub) : undefined;
    await wall?.picturesSince(Date.now());
    const shift = await Shift.begin(hub, createChance(options.seed + 1));
    const isBack = (): boolean => shift.surfaces().every((surface) => surface.isBack());
    await eventually('everybody', isBack, patienceMs);
    for (let count = 0; count < options.kills; count += 1) {
      await delay(chance.next() * longestCalmMs);
      const victim = chance.pick(wall === undefined ? victims : shownVictims);
      const sinceMs = await kill(victim, hub, wall, chance);
      kills[victim] += victim === 'hub twice' ? 2 : 1;
      await eventually('everybody again', isBack, patienceMs);
      if (isOfFloor(victim)) {
        await eventually('a floor that is free', () => shift.hasFloorSince(sinceMs), patienceMs);
        floorMs.push(performance.now() - sinceMs);
      }
      const shown = await wall?.picturesSince(Date.now() - performance.now() + sinceMs);
      if (shown !== undefined) pictures.push({ victim, ...shown });
      const seen =
        shown === undefined
          ? ''
          : `, pictures ${Math.round(shown.plainMs)} and ${Math.round(shown.transcodedMs)} ms`;
      options.progress?.(`  kill ${count + 1} of ${options.kills}: ${victim}${seen}`);
    }
    const signIns = await shift.end();
    const backMs = shift.surfaces().flatMap((surface) => surface.backMs);
    await hub.stop();
    const { lost, doubled } = shift.ledger.compare(readAfterwards(hub.dataDir).set('signIn', signIns));
    const surprises = [
      ...[...shift.ledger.surprises].map(([what, times]) => `${times} times ${what}`),
      ...(await auditFaults(hub.dataDir)).map((fault) => `audit log: ${fault}`),
    ];
    return { kills, answered: shift.ledger.counts(), lost, doubled, surprises, backMs, floorMs, pictures };
  } finally {
    await wall?.close();
    await hub.stop();
  }
}

/** Whether its end frees floors. */
const isOfFloor = (victim: Victim): boolean =>
  victim !== 'ffmpeg' && victim !== 'browser' && victim !== 'page';

/** Kills it; answers when what took its place was up, by `performance.now()`. */
async function kill(
  victim: Victim,
  hub: ShiftHub,
  wall: ShownWall | undefined,
  chance: Chance,
): Promise<number> {
  switch (victim) {
    case 'hub':
    case 'hub twice':
      await hub.killAndStart(victim === 'hub twice' ? chance.next() * 2_500 : undefined);
      return hub.upAtMs;
    case 'worker':
      await killWorker(hub);
      return performance.now();
    case 'ffmpeg':
      await wall?.killTranscoder();
      return performance.now();
    case 'browser':
    case 'page':
      return wall === undefined ? performance.now() : wall.kill(victim);
  }
}

/** Kills the media worker; resolves when there is another. */
async function killWorker(hub: ShiftHub): Promise<void> {
  const worker = await eventually('a media worker', () => hub.below('mediasoup-worker'), patienceMs);
  process.kill(worker, 'SIGKILL');
  await eventually('another media worker', () => hub.below('mediasoup-worker', worker), patienceMs);
}
