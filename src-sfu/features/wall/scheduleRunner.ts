/** Applies the schedule to the screens at the scheduled times, or as soon as no supervisor holds the screen. */
import { ruleKey, rulingEntry, type LocalMoment } from '../../../src-shared/wall/schedule.ts';
import type { WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import type { Screen } from './screen.ts';
import { isRefused, showSaved, type CommandContext } from './screenCommands.ts';
import { holdLeftMs } from './screenHolds.ts';
import type { ScreenShelf } from './screenShelf.ts';
import type { Sequence } from '../../base/sequence.ts';

/** The schedule at work. */
export interface ScheduleRunner {
  /**
   * Applies the present entries of the schedule; to screens that a supervisor holds only with `overridesHolds`. A rule that was
   * kept back is applied in the minute after the hold. Must be awaited within the sequence.
   */
  apply(options?: { overridesHolds: boolean }): Promise<void>;
  /** Checks the schedule every minute from now on. Single timers would not do: clocks are set, and some days have 23 hours. */
  start(): void;
  close(): void;
}

export interface ScheduleRunnerOptions {
  shelf: ScreenShelf;
  sequence: Sequence;
  library(): WallLibrary;
  context(): CommandContext;
  localMoment(): LocalMoment;
  nowMs(): number;
  save(screenId: string, screen: Screen): Promise<void>;
  /** The schedule no longer applies to a screen; its content is unchanged. */
  onReleased(screenId: string): void;
  onFault(error: unknown): void;
}

const minuteMs = 60_000;

/** A runner that has not checked the schedule yet. */
export function createScheduleRunner(options: ScheduleRunnerOptions): ScheduleRunner {
  const { shelf, sequence, library, onFault } = options;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const applyTo = async (screenId: string, overridesHolds: boolean): Promise<void> => {
    const screen = shelf.open(screenId);
    if (screen === undefined) return;
    if (!overridesHolds && holdLeftMs(screen.hold, options.nowMs()) > 0) return;
    const ruling = rulingEntry(library().schedule, screenId, options.localMoment());
    const rule = ruling === undefined ? undefined : ruleKey(ruling);
    // This rule was applied before, so what an operator chose since then stays until the next rule.
    if (rule === screen.rule) return;
    if (ruling === undefined) {
      shelf.put(screenId, { ...screen, rule: undefined, scheduled: false });
      shelf.announce(screenId);
      return options.onReleased(screenId);
    }
    const outcome = showSaved(screen, ruling.entry.shows, options.context(), true);
    if (isRefused(outcome)) throw new Error(outcome.ok ? screenId : outcome.message);
    const next = { ...outcome, rule };
    await options.save(screenId, next);
    shelf.put(screenId, next);
    shelf.announce(screenId);
  };

  const apply: ScheduleRunner['apply'] = async ({ overridesHolds } = { overridesHolds: false }) => {
    const named = library().schedule.map(({ screenId }) => screenId);
    const ruled = shelf.ids().filter((screenId) => shelf.get(screenId)?.rule !== undefined);
    for (const screenId of new Set([...named, ...ruled])) {
      // The failure of one screen must not stop the others. It is tried again in a minute.
      await applyTo(screenId, overridesHolds).catch(onFault);
    }
  };

  const awaitMinute = (): void => {
    if (closed) return;
    timer = setTimeout(
      () => {
        void sequence.exclusive(() => apply()).finally(awaitMinute);
      },
      minuteMs - (options.nowMs() % minuteMs) + 1,
    );
  };

  return {
    apply,
    start: awaitMinute,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
