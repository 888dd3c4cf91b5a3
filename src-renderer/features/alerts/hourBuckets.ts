/** Bars of the chart of alerts over time: by hour while they are few enough to be distinguished, else by day. Pure. */

export interface TimeBucket {
  startMs: number;
  /** By class, 1 first. */
  counts: readonly [number, number, number];
}

const hourMs = 3_600_000;
/** More bars than this cannot be distinguished. */
const mostHours = 8 * 24;
const mostDays = 400;

/** Every hour or day from the first to the last, also those without any. `toMs` is not included. */
export function timeBuckets(
  perHour: readonly { hourMs: number; counts: readonly [number, number, number] }[],
  span: { fromMs: number | undefined; toMs: number },
): { unit: 'hour' | 'day'; buckets: TimeBucket[] } {
  const [first] = perHour;
  const fromMs = span.fromMs ?? first?.hourMs ?? span.toMs - hourMs;
  const byHour = span.toMs - fromMs <= mostHours * hourMs;
  const startOf = byHour ? startOfHour : startOfDay;
  const sums = new Map<number, [number, number, number]>();
  for (const { hourMs: atMs, counts } of perHour) {
    const key = startOf(atMs);
    const sum = sums.get(key) ?? [0, 0, 0];
    sums.set(key, [sum[0] + counts[0], sum[1] + counts[1], sum[2] + counts[2]]);
  }
  const buckets: TimeBucket[] = [];
  const most = byHour ? mostHours + 2 : mostDays;
  let atMs = startOf(fromMs);
  if (!byHour) atMs = Math.max(atMs, startOfDay(span.toMs - mostDays * 24 * hourMs));
  while (atMs < span.toMs && buckets.length < most) {
    buckets.push({ startMs: atMs, counts: sums.get(atMs) ?? [0, 0, 0] });
    // A day may have 23 or 25 hours where clocks are changed.
    atMs = byHour ? atMs + hourMs : startOfDay(atMs + 36 * hourMs);
  }
  return { unit: byHour ? 'hour' : 'day', buckets };
}

/** The next round number that an axis can end at: 1, 2, 5, 10, 20, … */
export function axisEnd(largest: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(1, largest)));
  const factor = [1, 2, 5, 10].find((one) => one * magnitude >= largest) ?? 10;
  return factor * magnitude;
}

function startOfHour(atMs: number): number {
  return new Date(atMs).setMinutes(0, 0, 0);
}

function startOfDay(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}
