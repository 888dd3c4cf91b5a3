import { setTimeout as delay } from 'node:timers/promises';
import { createChance } from '../fuzz/chance.ts';
import { eventually } from '../processes.ts';
import { auditFaults, readAfterwards } from './afterwards.ts';
import { Shift } from './shift.ts';
import { ShiftHub } from './shiftHub.ts';

/** Who is killed. */
type Victim = 'hub' | 'hub twice' | 'worker';

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
}

/** The longest that a kill waits for its moment after everybody is back. Milliseconds. */
const longestCalmMs = 900;
/** Nobody waits longer for surfaces or for a floor. Milliseconds. */
const patienceMs = 30_000;

/** Kills so many processes at random moments of a busy shift, and compares afterwards. The same seed kills in the same order. */
export async function killedShift(options: {
  kills: number;
  seed: number;
  progress?(text: string): void;
}): Promise<KilledShift> {
  const chance = createChance(options.seed);
  const hub = await ShiftHub.open({ MINGCHU_MEDIA_WORKERS: '1', MINGCHU_HTTPS: 'false' });
  const kills: KilledShift['kills'] = { hub: 0, 'hub twice': 0, worker: 0 };
  const floorMs: number[] = [];
  try {
    const shift = await Shift.begin(hub, createChance(options.seed + 1));
    const isBack = (): boolean => shift.surfaces().every((surface) => surface.isBack());
    await eventually('everybody', isBack, patienceMs);
    for (let count = 0; count < options.kills; count += 1) {
      await delay(chance.next() * longestCalmMs);
      const victim = chance.pick<Victim>(['hub', 'hub', 'hub', 'worker', 'worker', 'hub twice']);
      if (victim === 'worker') await killWorker(hub);
      else await hub.killAndStart(victim === 'hub twice' ? chance.next() * 2_500 : undefined);
      const sinceMs = victim === 'worker' ? performance.now() : hub.upAtMs;
      kills[victim] += victim === 'hub twice' ? 2 : 1;
      await eventually('everybody again', isBack, patienceMs);
      await eventually('a floor that is free', () => shift.hasFloorSince(sinceMs), patienceMs);
      floorMs.push(performance.now() - sinceMs);
      options.progress?.(`  kill ${count + 1} of ${options.kills}: ${victim}`);
    }
    const signIns = await shift.end();
    const backMs = shift.surfaces().flatMap((surface) => surface.backMs);
    await hub.stop();
    const { lost, doubled } = shift.ledger.compare(readAfterwards(hub.dataDir).set('signIn', signIns));
    const surprises = [
      ...[...shift.ledger.surprises].map(([what, times]) => `${times} times ${what}`),
      ...(await auditFaults(hub.dataDir)).map((fault) => `audit log: ${fault}`),
    ];
    return { kills, answered: shift.ledger.counts(), lost, doubled, surprises, backMs, floorMs };
  } finally {
    await hub.stop();
  }
}

/** Kills the media worker; resolves when there is another. */
async function killWorker(hub: ShiftHub): Promise<void> {
  const worker = await eventually('a media worker', () => hub.below('mediasoup-worker'), patienceMs);
  process.kill(worker, 'SIGKILL');
  await eventually('another media worker', () => hub.below('mediasoup-worker', worker), patienceMs);
}
