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
  close(): void;
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
/** Records lie at most so far in the future: none of what is read again while the hub runs has a longer deadline. */
const horizonMs = 3_600_000;

const system: ClockSources = { wallMs: () => Date.now(), runningMs: () => performance.now() };

export function createClock(sources: ClockSources = system): Clock {
  const startWallMs = sources.wallMs();
  const startRunningMs = sources.runningMs();
  const eras: [Era, ...Era[]] = [{ fromMs: -Infinity, aheadMs: 0 }];
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
    close: () => clearInterval(timer),
  };
}
