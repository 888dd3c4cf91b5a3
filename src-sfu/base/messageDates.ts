import { mapStamps } from '../../src-shared/time/stamps.ts';
import type { Clock } from './clock.ts';

/** Dates in what passes between the hub, which works with its own time, and everything outside, which shows the system's date. */
export interface MessageDates {
  /** A message that leaves the hub, with today's dates, however the date was set since. */
  shown<T>(message: T): T;
  /** A message that came to the hub, with the hub's own time. */
  own<T>(message: T): T;
}

/** Until somebody sets the date, messages stay as they are. */
export function createMessageDates(clock: Clock): MessageDates {
  return {
    shown: (message) => (clock.hasStepped() ? mapStamps(message, clock.toShownMs) : message),
    own: (message) =>
      clock.hasStepped()
        ? mapStamps(message, (stampMs, name) =>
            periodBounds.has(name) ? clock.fromShownMs(stampMs) : clock.toOwnMs(stampMs),
          )
        : message,
  };
}

/**
 * The bounds of a period that somebody asks for. They are compared with dates as they are shown now, whether or not the date
 * was ever such.
 */
const periodBounds: ReadonlySet<string> = new Set(['fromMs', 'toMs']);
