/** By when a finding must be answered and corrected, and when the site gets a card. Pure. */
import { z } from 'zod';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The shortest and the longest of these times: a quarter of an hour and a year. Milliseconds. */
export const findingTimeBounds = [hourMs / 4, 365 * dayMs] as const;
const timeSchema = z.number().int().min(findingTimeBounds[0]).max(findingTimeBounds[1]);

/** Times that a finding keeps as they were set when it was found. Milliseconds. */
export const keptFindingTimesSchema = z.strictObject({
  /** By when a site must have answered a finding of class 1 or 2: corrected, or with a plan. */
  answerMs: timeSchema,
  /** After the due date: when the site gets a yellow card, and a red one. */
  yellowMs: timeSchema,
  redMs: timeSchema,
});

export const findingTimesSchema = keptFindingTimesSchema
  .extend({
    /** From the finding to its due date, by class. */
    dueMs: z.strictObject({ 1: timeSchema, 2: timeSchema, 3: timeSchema }),
  })
  .refine(({ yellowMs, redMs }) => yellowMs < redMs, { path: ['redMs'], message: 'first the yellow card' });
export type FindingTimes = z.output<typeof findingTimesSchema>;

/** The times with their revision, which rises with every change of them. */
export const savedFindingTimesSchema = z.object({ revision: z.number().int(), times: findingTimesSchema });
export type SavedFindingTimes = z.output<typeof savedFindingTimesSchema>;

/**
 * Class 1 at once, class 2 within a deadline, class 3 routine, and cards after 5 and 10 days (Hubei); a plan within 2 h and a recheck at 72 h
 * are the published practice of Chongqing (domain.md).
 */
export const defaultFindingTimes: FindingTimes = {
  dueMs: { 1: 2 * hourMs, 2: 72 * hourMs, 3: 7 * dayMs },
  answerMs: 2 * hourMs,
  yellowMs: 5 * dayMs,
  redMs: 10 * dayMs,
};

/** The card by escalation. */
export const findingCards = [undefined, undefined, undefined, 'yellow', 'red'] as const;

/** What of a finding (finding.ts) decides its deadlines. */
interface Timed {
  state: string;
  class: 1 | 2 | 3;
  foundAtMs: number;
  dueAtMs: number;
  escalation: 0 | 1 | 2 | 3 | 4;
  answer?: { kind: string } | undefined;
  /** Left out in findings from before the times could be set. */
  times?: z.output<typeof keptFindingTimesSchema> | undefined;
}

/**
 * Whether the site has to do something: its time runs. While an appeal is decided or a correction is reviewed it is others who are
 * waited for.
 */
export function isWithSite({ state, answer }: Pick<Timed, 'state' | 'answer'>): boolean {
  return state === 'open' || state === 'again' || (state === 'answered' && answer?.kind === 'plan');
}

/** When each escalation is reached, from the first; undefined for one that does not come. */
function momentsOf(
  { state, class: findingClass, foundAtMs, dueAtMs, times: kept }: Timed,
  usual: FindingTimes,
): readonly (number | undefined)[] {
  const times = kept ?? usual;
  const answerAtMs = state === 'open' && findingClass !== 3 ? foundAtMs + times.answerMs : undefined;
  return [answerAtMs, dueAtMs, dueAtMs + times.yellowMs, dueAtMs + times.redMs];
}

/** When the machine needs the event `deadlineReached`. */
export function nextFindingDeadline(state: Timed, times: FindingTimes): number | undefined {
  if (!isWithSite(state)) return undefined;
  const later = momentsOf(state, times)
    .slice(state.escalation)
    .filter((atMs) => atMs !== undefined);
  return later.length === 0 ? undefined : Math.min(...later);
}

/** The escalation at this moment; never lower than it was. */
export function reachedEscalation(state: Timed, nowMs: number, times: FindingTimes): Timed['escalation'] {
  const moments = momentsOf(state, times);
  const reached = moments.findLastIndex((atMs) => atMs !== undefined && atMs <= nowMs) + 1;
  return Math.max(state.escalation, reached) as Timed['escalation'];
}
