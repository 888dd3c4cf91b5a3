/** How long each step of an order may take. */
import { z } from 'zod';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** The bounds of each time, milliseconds: nobody is rung faster than a person can take up a phone, and nothing waits longer than a month. */
export const orderTimeBounds = {
  ringAgainMs: [5 * secondMs, hourMs],
  askNextSquadMs: [10 * secondMs, 2 * hourMs],
  askSupervisorMs: [15 * secondMs, 4 * hourMs],
  giveMs: [10 * secondMs, 24 * hourMs],
  arriveMs: [minuteMs, 24 * hourMs],
  clearMs: [minuteMs, 7 * 24 * hourMs],
  closeMs: [minuteMs, 30 * 24 * hourMs],
} as const satisfies Record<string, readonly [number, number]>;
export type OrderTimeName = keyof typeof orderTimeBounds;
export const orderTimeNames = Object.keys(orderTimeBounds) as OrderTimeName[];

const time = (name: OrderTimeName): z.ZodNumber => {
  const [least, most] = orderTimeBounds[name];
  return z.number().int().min(least).max(most);
};

/**
 * The times of one order, milliseconds. The first three count from when it was given to the squad that has it: it rings again, the
 * next squad is asked for, the supervisor is asked. The others count from the step before: given to a squad, there, cleared, closed.
 */
export const orderTimesSchema = z
  .strictObject({
    ringAgainMs: time('ringAgainMs'),
    askNextSquadMs: time('askNextSquadMs'),
    askSupervisorMs: time('askSupervisorMs'),
    giveMs: time('giveMs'),
    arriveMs: time('arriveMs'),
    clearMs: time('clearMs'),
    closeMs: time('closeMs'),
  })
  .refine(
    ({ ringAgainMs, askNextSquadMs, askSupervisorMs }) =>
      ringAgainMs < askNextSquadMs && askNextSquadMs < askSupervisorMs,
    { path: ['askNextSquadMs'], message: 'ring again, then the next squad, then the supervisor' },
  );
export type OrderTimes = z.output<typeof orderTimesSchema>;

export const defaultOrderTimes: OrderTimes = {
  ringAgainMs: 20_000,
  askNextSquadMs: 40_000,
  askSupervisorMs: 60_000,
  giveMs: 5 * minuteMs,
  arriveMs: 20 * minuteMs,
  clearMs: hourMs,
  closeMs: 24 * hourMs,
};
