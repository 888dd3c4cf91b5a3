import type { Clock } from '../base/clock.ts';
import { createMessageDates } from '../base/messageDates.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';

/** A message with its times converted to the present date of the system, as surfaces receive it. */
export function withShownDates(clock: Clock): <T>(message: T) => T {
  return createMessageDates(clock).shown;
}

/** Converts the times in requests to the hub's own time, and the times in answers back to the date of the system. */
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
