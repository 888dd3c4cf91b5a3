import { createListeners } from '../../src-shared/listeners.ts';

/**
 * The two clocks of a hub. Inside, everything runs by the hub's own time: the date at its start and the time that ran since,
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
  /** A moment of the hub's own time by today's date, so that ages come out right: for whoever shows it now. */
  toShownMs(ownMs: number): number;
  /** The hub's own time of a record, whatever the date has been set to since; of a date of another system too. */
  toOwnMs(recordMs: number): number;
  /** Called after each step with how far the date was set, in milliseconds; negative when it was set back. */
  onStepped(listener: (stepMs: number) => void): void;
  close(): void;
}

export interface ClockSources {
  wallMs(): number;
  /** Runs on whatever happens to the date. */
  runningMs(): number;
}

/** A period in which the date ran on without a step. */
interface Era {
  /** In the hub's own time. */
  fromMs: number;
  /** How far the date was ahead of the hub's own time. */
  aheadMs: number;
}

/** Beyond this the date was set; within, it was only slewed, which is followed. */
const stepMs = 1_000;
/**
 * A slew is followed in parts of this size. Both clocks are read in whole milliseconds, so that their difference varies by 1:
 * if that were followed, a record that was read and is looked for by its time would not be found again.
 */
const slewMs = 20;
const lookEveryMs = 1_000;
/** Whoever reads the clock all the time compares it with the date this often. */
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
  let lookedAtMs = -Infinity;
  /** Notices a step. Called before every record, so that none is made by a date that is not known yet. */
  const look = (): void => {
    const own = ownMs();
    lookedAtMs = own;
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
  const timer = setInterval(look, lookEveryMs);
  timer.unref();

  const eraAt = (atMs: number): Era => eras.findLast(({ fromMs }) => fromMs <= atMs) ?? eras[0];

  return {
    nowMs() {
      const own = ownMs();
      // It is asked at every packet of every camera.
      if (own - lookedAtMs >= readEveryMs) look();
      return own;
    },
    wallMs: () => sources.wallMs(),
    hasStepped() {
      look();
      return eras.length > 1;
    },
    toRecordMs(atMs) {
      look();
      return atMs + eraAt(atMs).aheadMs;
    },
    toShownMs: (atMs) => atMs + newest().aheadMs,
    toOwnMs(recordMs) {
      look();
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
