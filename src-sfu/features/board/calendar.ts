import type { BoardPeriod } from '../../../src-shared/board/board.protocol.ts';

/**
 * The beginnings of the days of a period up to now, the oldest first, by the local calendar of the machine: a day on which the
 * clocks are changed has 23 or 25 hours. `nowMs` is a date that people see, in Unix milliseconds.
 */
export function dayStarts(period: BoardPeriod, nowMs: number): number[] {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  const daysBefore = period === 'today' ? 0 : period === 'week' ? (now.getDay() + 6) % 7 : day - 1;
  return Array.from({ length: daysBefore + 1 }, (_unused, index) =>
    new Date(year, month, day - daysBefore + index).getTime(),
  );
}
