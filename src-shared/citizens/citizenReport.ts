/**
 * A report of a citizen on the public's page of a site: how it goes on, and until when it is answered.
 * Pure: the clock comes in with each event.
 */
import { z } from 'zod';

/** Within this time after a report its sender gets an answer, as citizens were promised. Milliseconds. */
export const answerWithinMs = 48 * 60 * 60_000;
/** The same sentence or photograph about the same site within this time belongs to the report before. Milliseconds. */
export const sameReportMs = 24 * 60 * 60_000;

/** A report's way; plain JSON. Times are Unix milliseconds of the hub's clock. */
export const reportProgressSchema = z.object({
  receivedAtMs: z.number(),
  /** When the answer is due. */
  dueAtMs: z.number(),
  /** How often it was sent: the same sentence or photograph again counts here. */
  times: z.number().int().positive(),
  /** When an officer began to look into it. */
  lookedIntoAtMs: z.number().optional(),
  /** When the supervisor was notified that no answer had been given in time. */
  escalatedAtMs: z.number().optional(),
  answered: z.object({ atMs: z.number(), by: z.string(), text: z.string() }).optional(),
});
export type ReportProgress = z.output<typeof reportProgressSchema>;

export type ReportEvent =
  /** The same was sent again. */
  | { type: 'repeated' }
  /** An officer acknowledged its alert. */
  | { type: 'looked_into' }
  | { type: 'answered'; by: string; text: string }
  | { type: 'deadlineReached' };

export type ReportTransition =
  { ok: true; state: ReportProgress } | { ok: false; reason: 'answered' | 'nothing_new' | 'too_early' };

/** A report that has just arrived. */
export function newReportProgress(nowMs: number): ReportProgress {
  return { receivedAtMs: nowMs, dueAtMs: nowMs + answerWithinMs, times: 1 };
}

/** The next state, or why the event changes nothing. An answer is given once. */
export function transitionReport(state: ReportProgress, event: ReportEvent, nowMs: number): ReportTransition {
  switch (event.type) {
    case 'repeated':
      return { ok: true, state: { ...state, times: state.times + 1 } };
    case 'looked_into':
      if (state.lookedIntoAtMs !== undefined) return { ok: false, reason: 'nothing_new' };
      return { ok: true, state: { ...state, lookedIntoAtMs: nowMs } };
    case 'answered': {
      if (state.answered !== undefined) return { ok: false, reason: 'answered' };
      const { by, text } = event;
      return {
        ok: true,
        state: {
          ...state,
          lookedIntoAtMs: state.lookedIntoAtMs ?? nowMs,
          answered: { atMs: nowMs, by, text },
        },
      };
    }
    case 'deadlineReached': {
      const deadline = nextReportDeadline(state);
      if (deadline === undefined) return { ok: false, reason: 'nothing_new' };
      if (nowMs < deadline) return { ok: false, reason: 'too_early' };
      return { ok: true, state: { ...state, escalatedAtMs: nowMs } };
    }
  }
}

/** When the machine needs the event `deadlineReached`; undefined once it was answered or escalated. */
export function nextReportDeadline(state: ReportProgress): number | undefined {
  return state.answered !== undefined || state.escalatedAtMs !== undefined ? undefined : state.dueAtMs;
}

/** How far it is, in the words of its sender's page. */
export function reportStage(state: ReportProgress): 'received' | 'looked_into' | 'answered' {
  if (state.answered !== undefined) return 'answered';
  return state.lookedIntoAtMs === undefined ? 'received' : 'looked_into';
}
