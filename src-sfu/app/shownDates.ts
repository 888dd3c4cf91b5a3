import { mapStamps } from '../../src-shared/time/stamps.ts';
import type { Clock } from '../base/clock.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';

/** A message as surfaces get it: with today's dates, however the date was set since. */
export function withShownDates(clock: Clock): <T>(message: T) => T {
  return (message) => (clock.hasStepped() ? mapStamps(message, clock.toShownMs) : message);
}

/** Handlers that take dates of surfaces and answer with such, though the hub works with its own time. */
export function handlersWithShownDates(handlers: RequestHandlers, clock: Clock): RequestHandlers {
  const shown = withShownDates(clock);
  const entries = Object.entries(handlers).map(([name, handler]) => [
    name,
    async (context: never, input: never): Promise<unknown> => {
      const own = clock.hasStepped() ? mapStamps(input, clock.toOwnMs) : input;
      return shown(await (handler as (context: never, input: never) => Promise<unknown>)(context, own));
    },
  ]);
  return Object.fromEntries(entries) as RequestHandlers;
}
