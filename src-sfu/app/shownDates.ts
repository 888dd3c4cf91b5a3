import type { Clock } from '../base/clock.ts';
import { createMessageDates } from '../base/messageDates.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';

/** A message as surfaces get it: with today's dates, however the date was set since. */
export function withShownDates(clock: Clock): <T>(message: T) => T {
  return createMessageDates(clock).shown;
}

/** Handlers that take dates of surfaces and answer with such, though the hub works with its own time. */
export function handlersWithShownDates(handlers: RequestHandlers, clock: Clock): RequestHandlers {
  const dates = createMessageDates(clock);
  const entries = Object.entries(handlers).map(([name, handler]) => [
    name,
    async (context: never, input: never): Promise<unknown> => {
      const run = handler as (context: never, input: never) => Promise<unknown>;
      return dates.shown(await run(context, dates.own(input)));
    },
  ]);
  return Object.fromEntries(entries) as RequestHandlers;
}
