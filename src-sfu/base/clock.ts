import { createListeners } from '../../src-shared/listeners.ts';

/**
 * The two clocks of a hub. Inside, everything uses the hub's own time: the date at its start plus the time that has passed since,
 * which nobody can set. The date of the system is for what leaves the hub: records in the store, messages to surfaces and other
 * systems, certificates. Until somebody sets the date both are the same.
 */
export interface Clock {
  /** The hub's own time, in Unix milliseconds: for durations, deadlines, and everything that is kept in memory. */
  nowMs(): number;
  /** The system's date, in Unix milliseconds. */
  wallMs(): number;
  /** Whether the date was ever set since the hub started. */
  hasStepped(): boolean;
  /** The date that was shown at a moment of the hub's own time: for records. A moment to come gets the date that is expected. */
  toRecordMs(ownMs: number): number;
  /** A moment of the hub's own time by the present date, for messages to surfaces: ages computed from it are right. */
  toShownMs(ownMs: number): number;
  /** The hub's own time of a record, whatever the date has been set to since; of a date of another system too. */
  toOwnMs(recordMs: number): number;
  /** Called after each step with how far the date was set, in milliseconds; negative when it was set back. */
  onStepped(listener: (stepMs: number) => void): void;
  /** How far the date was set while no hub ran, in milliseconds; 0 when it was not, or when nothing is known of before. */
  readonly stepBeforeStartMs: number;
  /** The hub's own time of a date that a surface shows now: the opposite of `toShownMs`, as for the bounds of a search. */
  fromShownMs(shownMs: number): number;
  /**
   * A period of the hub's own time in parts, oldest first, within each of which the dates of records rise steadily; both ends
   * belong to a part. The last part has no end where the date was never set and the period has none.
   */
  parts(fromMs: number, toMs: number): { fromMs: number; toMs: number }[];
  /** What the next start of a hub has to know, for `createClock`. */
  past(): Omit<ClockPast, 'passedMs'>;
  close(): void;
}

/** What is known of the date from an earlier run of the hub. */
export interface ClockPast {
  /** How long ago that was, in milliseconds of a clock that nobody can set, or as far as is known. */
  passedMs: number;
  /** The date then, in Unix milliseconds. */
  wallMs: number;
  /**
   * The periods between steps of the date, oldest first: how long before then each began, and how far its date was ahead of that
   * of the last one. Milliseconds.
   */
  eras: readonly { ageMs: number; aheadMs: number }[];
}

export interface ClockSources {
  wallMs(): number;
  /** Milliseconds of a clock that no change of the date affects. */
  runningMs(): number;
}

/** A period in which the date ran on without a step. */
interface Era {
  /** In the hub's own time. */
  fromMs: number;
  /** How far the date was ahead of the hub's own time. */
  aheadMs: number;
}

/** A larger difference means that the date was set. A smaller one comes from slewing (NTP) and is followed. */
const stepMs = 1_000;
/**
 * A slew is followed in parts of this size. Both clocks are read in whole milliseconds, so their difference varies by 1 ms. If
 * each variation were followed, a record that is queried by its time would not be found again.
 */
const slewMs = 20;
const checkIntervalMs = 1_000;
/** Frequent readers of the clock compare it with the date only this often. */
const readEveryMs = 50;
/** Older periods are put together with the next one. */
const maxEras = 32;
/** Records lie at most so far in the future: none of what is read again while the hub runs has a longer deadline. */
const horizonMs = 3_600_000;

const system: ClockSources = { wallMs: () => Date.now(), runningMs: () => performance.now() };

/** Starts the clocks; with `past`, records of earlier runs keep their ages although the date was set meanwhile. */
export function createClock(sources: ClockSources = system, past?: ClockPast): Clock {
  const startWallMs = sources.wallMs();
  const startRunningMs = sources.runningMs();
  const { eras, steppedMs: stepBeforeStartMs } = erasSince(past, startWallMs);
  const stepped = createListeners<[stepMs: number]>();

  const ownMs = (): number => Math.round(startWallMs + sources.runningMs() - startRunningMs);
  const newest = (): Era => eras.at(-1) ?? eras[0];
  let checkedAtMs = -Infinity;
  /** Detects a step of the date. Called before every record, so that no record has a date that is not known yet. */
  const detectStep = (): void => {
    const own = ownMs();
    checkedAtMs = own;
    const aheadMs = sources.wallMs() - own;
    const era = newest();
    const movedMs = aheadMs - era.aheadMs;
    if (Math.abs(movedMs) <= stepMs) {
      // The first era stays as it is: without a step the hub's own time is the date.
      if (eras.length > 1 && Math.abs(movedMs) >= slewMs) era.aheadMs = aheadMs;
      return;
    }
    eras.push({ fromMs: own, aheadMs });
    if (eras.length > maxEras) {
      eras.shift();
      eras[0].fromMs = -Infinity;
    }
    stepped.notify(movedMs);
  };
  const timer = setInterval(detectStep, checkIntervalMs);
  timer.unref();

  const eraAt = (atMs: number): Era => eras.findLast(({ fromMs }) => fromMs <= atMs) ?? eras[0];

  return {
    nowMs() {
      const own = ownMs();
      // This is called for every packet of every camera, so the date is compared only every `readEveryMs`.
      if (own - checkedAtMs >= readEveryMs) detectStep();
      return own;
    },
    wallMs: () => sources.wallMs(),
    hasStepped() {
      detectStep();
      return eras.length > 1;
    },
    toRecordMs(atMs) {
      detectStep();
      return atMs + eraAt(atMs).aheadMs;
    },
    toShownMs: (atMs) => atMs + newest().aheadMs,
    toOwnMs(recordMs) {
      detectStep();
      const latestMs = ownMs() + horizonMs;
      const era = eras.findLast(({ fromMs, aheadMs }) => {
        const own = recordMs - aheadMs;
        return own >= fromMs && own <= latestMs;
      });
      return recordMs - (era ?? eras[0]).aheadMs;
    },
    onStepped: stepped.add,
    stepBeforeStartMs,
    fromShownMs: (shownMs) => shownMs - newest().aheadMs,
    parts(fromMs, toMs) {
      detectStep();
      if (eras.length === 1) return [{ fromMs, toMs }];
      const endMs = Math.min(toMs, ownMs() + horizonMs);
      return eras
        .map((era, index) => ({
          fromMs: Math.max(fromMs, era.fromMs),
          toMs: Math.min(endMs, (eras[index + 1]?.fromMs ?? Infinity) - 1),
        }))
        .filter((part) => part.fromMs <= part.toMs);
    },
    past() {
      detectStep();
      const own = ownMs();
      return {
        wallMs: own + newest().aheadMs,
        eras: eras.map(({ fromMs, aheadMs }) => ({
          ageMs: own - Math.max(fromMs, 0),
          aheadMs: aheadMs - newest().aheadMs,
        })),
      };
    },
    close: () => clearInterval(timer),
  };
}

/** The periods before this start, in the hub's own time of now, and how far the date was set since the last of them. */
function erasSince(
  past: ClockPast | undefined,
  startWallMs: number,
): { eras: [Era, ...Era[]]; steppedMs: number } {
  if (past === undefined) return { eras: [{ fromMs: -Infinity, aheadMs: 0 }], steppedMs: 0 };
  const lastOwnMs = startWallMs - past.passedMs;
  const lastAheadMs = past.wallMs - lastOwnMs;
  const isStepped = Math.abs(lastAheadMs) > stepMs;
  const before = past.eras.map(({ ageMs, aheadMs }) => ({
    fromMs: lastOwnMs - ageMs,
    aheadMs: isStepped ? aheadMs + lastAheadMs : aheadMs,
  }));
  if (isStepped) before.push({ fromMs: lastOwnMs, aheadMs: 0 });
  const [first, ...others] = before.slice(-maxEras);
  return {
    eras: [{ fromMs: -Infinity, aheadMs: first?.aheadMs ?? 0 }, ...others],
    steppedMs: isStepped ? -lastAheadMs : 0,
  };
}
