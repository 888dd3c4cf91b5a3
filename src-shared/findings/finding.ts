/**
 * The finding machine (domain.md, closed loop): what was found wrong at a site, how the site answered, and who reviewed it. It is closed
 * only after somebody reviewed it who neither found it nor answered for the site.
 * Pure: the clock comes in with each event; the hub keeps the timers and the store. The same functions decide which keys are enabled.
 */
import { z } from 'zod';
import {
  defaultFindingTimes,
  findingCards,
  keptFindingTimesSchema,
  nextFindingDeadline,
  reachedEscalation,
  type FindingTimes,
} from './findingTimes.ts';

/** In the order of work; the last two are the ends. */
export const findingStates = [
  'open',
  'again',
  'answered',
  'appealed',
  'under_review',
  'closed',
  'withdrawn',
] as const;
export type FindingStateName = (typeof findingStates)[number];

/** What the site did: corrected it while the squad was there, will do it by a date, or has done it. */
export const findingAnswers = ['corrected_on_spot', 'plan', 'corrected'] as const;

/** Times that a site can be asked again. */
const maxRounds = 100;

/**
 * Who did something. `id` says who it is without doubt, such as `person:7f…`, `member:li-wei`, `site:…`, `platform:…` or `hub`; the name
 * is for people.
 */
export const findingActorSchema = z.object({
  id: z.string().min(1).max(120),
  name: z.string().trim().min(1).max(60),
});
export type FindingActor = z.output<typeof findingActorSchema>;

const words = z.string().trim().min(1).max(1_000);
const deedSchema = z.object({ by: findingActorSchema, atMs: z.number() });

/** A finding's way through the machine; plain JSON. Times are Unix milliseconds of the hub's clock. */
export const findingProgressSchema = z.object({
  state: z.enum(findingStates),
  /** Since when it is in this state. */
  sinceMs: z.number(),
  /** Rises with every change. */
  revision: z.number().int(),
  foundAtMs: z.number(),
  foundBy: findingActorSchema,
  class: z.literal([1, 2, 3]),
  /** By when it must be corrected. */
  dueAtMs: z.number(),
  /** The other times as they were set when it was found; left out: the usual ones. */
  times: keptFindingTimesSchema.optional(),
  /** 0: in time; 1: not answered in time; 2: overdue; 3: yellow card; 4: red card. It never falls. */
  escalation: z.literal([0, 1, 2, 3, 4]),
  /** What the site answered last. */
  answer: deedSchema
    .extend({ kind: z.enum(findingAnswers), words: words.optional(), planAtMs: z.number().optional() })
    .optional(),
  /** Everybody who answered or appealed for the site: none of them may review. */
  answeredBy: z.array(findingActorSchema).max(50),
  /** Who reviews it now. */
  reviewer: findingActorSchema.optional(),
  /** How often it was sent back. */
  rounds: z.number().int(),
  sentBack: deedSchema.extend({ reason: words }).optional(),
  appeal: deedSchema
    .extend({
      reason: words,
      /** Where it goes back to when the appeal is declined. */
      from: z.enum(['open', 'again', 'answered']),
      /** When that state began. */
      fromSinceMs: z.number(),
      decided: deedSchema.extend({ upheld: z.boolean(), reason: words.optional() }).optional(),
    })
    .optional(),
  closed: deedSchema.extend({ words: words.optional() }).optional(),
  withdrawn: deedSchema.extend({ reason: words }).optional(),
});
export type FindingProgress = z.output<typeof findingProgressSchema>;

export type FindingEvent =
  | {
      type: 'answered';
      by: FindingActor;
      kind: (typeof findingAnswers)[number];
      words?: string | undefined;
      planAtMs?: number | undefined;
    }
  | { type: 'appealed'; by: FindingActor; reason: string }
  | { type: 'reviewStarted'; by: FindingActor }
  | { type: 'closed'; by: FindingActor; words?: string | undefined }
  | { type: 'sentBack'; by: FindingActor; reason: string; dueAtMs: number }
  | { type: 'upheld'; by: FindingActor; reason?: string | undefined }
  | { type: 'declined'; by: FindingActor; reason: string }
  /** `bySupervisor`: a supervisor may withdraw every finding, also an own one. */
  | { type: 'withdrawn'; by: FindingActor; reason: string; bySupervisor?: boolean }
  | { type: 'dueMoved'; by: FindingActor; reason: string; dueAtMs: number }
  | { type: 'deadlineReached' };

/** Why an event means nothing here. A closed list: a desk has a sentence for each. */
export const findingStepRefusals = [
  'not_from_here',
  'ended',
  'same_person',
  'reviewed_by_another',
  'appealed_before',
  'date_passed',
  'too_early',
] as const;
export type FindingStepRefusal = (typeof findingStepRefusals)[number];
export type FindingTransition =
  { ok: true; state: FindingProgress } | { ok: false; reason: FindingStepRefusal };

/** A finding that was just written. */
export function newFinding(
  { by, class: findingClass, dueAtMs }: { by: FindingActor; class: 1 | 2 | 3; dueAtMs: number },
  nowMs: number,
): FindingProgress {
  return {
    state: 'open',
    sinceMs: nowMs,
    revision: 1,
    foundAtMs: nowMs,
    foundBy: by,
    class: findingClass,
    dueAtMs,
    escalation: 0,
    answeredBy: [],
    rounds: 0,
  };
}

/** Whether nothing more is to be done. */
export function isFindingEnded({ state }: Pick<FindingProgress, 'state'>): boolean {
  return state === 'closed' || state === 'withdrawn';
}

/** The card that a site shows for it; none when it has ended. */
export function findingCard(
  finding: Pick<FindingProgress, 'state' | 'escalation'>,
): (typeof findingCards)[number] | undefined {
  return isFindingEnded(finding) ? undefined : findingCards[finding.escalation];
}

/**
 * Whether somebody may review it: who neither found it nor answered for the site. One who has the same name counts as the same person, for
 * the same person may have an account and a phone.
 */
export function mayReview(
  { foundBy, answeredBy }: Pick<FindingProgress, 'foundBy' | 'answeredBy'>,
  by: FindingActor,
): boolean {
  const name = comparable(by.name);
  return ![foundBy, ...answeredBy].some((one) => one.id === by.id || comparable(one.name) === name);
}

function comparable(name: string): string {
  return name.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();
}

/** Whether the site has said that it is corrected, so that it can be reviewed. */
function isCorrected({ state, answer }: FindingProgress): boolean {
  return state === 'answered' && answer !== undefined && answer.kind !== 'plan';
}

/** The next state, or why the event means nothing here. */
export function transitionFinding(
  state: FindingProgress,
  event: FindingEvent,
  nowMs: number,
  times: FindingTimes = defaultFindingTimes,
): FindingTransition {
  if (isFindingEnded(state)) return refused('ended');
  switch (event.type) {
    case 'answered':
      return answer(state, event, nowMs);
    case 'appealed':
      return appeal(state, event, nowMs);
    case 'reviewStarted':
      if (!isCorrected(state) && state.state !== 'under_review') return refused('not_from_here');
      if (!mayReview(state, event.by)) return refused('same_person');
      if (state.reviewer?.id === event.by.id) return refused('not_from_here');
      return moveTo({ ...state, reviewer: event.by }, 'under_review', nowMs);
    case 'closed':
    case 'sentBack':
      return review(state, event, nowMs);
    case 'upheld':
    case 'declined':
      return decide(state, event, nowMs);
    case 'withdrawn': {
      const { by, reason, bySupervisor = false } = event;
      if (!bySupervisor && !mayReview(state, by)) return refused('same_person');
      return moveTo(
        { ...withoutReviewer(state), withdrawn: { by, atMs: nowMs, reason } },
        'withdrawn',
        nowMs,
      );
    }
    case 'dueMoved':
      // More time, or none, is as much of a judgement as the review.
      if (!mayReview(state, event.by)) return refused('same_person');
      if (event.dueAtMs <= nowMs) return refused('date_passed');
      return { ok: true, state: { ...state, dueAtMs: event.dueAtMs, revision: state.revision + 1 } };
    case 'deadlineReached': {
      const deadline = nextFindingDeadline(state, times);
      if (deadline === undefined || nowMs < deadline) return refused('too_early');
      const escalation = reachedEscalation(state, nowMs, times);
      return { ok: true, state: { ...state, escalation, revision: state.revision + 1 } };
    }
  }
}

/** What can be done with a finding by somebody, who may be a supervisor; for the keys of a desk and of a site's page. */
export function findingDeeds(
  state: FindingProgress,
  by: FindingActor | undefined,
  isSupervisor = false,
): Record<'answer' | 'appeal' | 'startReview' | 'review' | 'decide' | 'withdraw' | 'moveDue', boolean> {
  const isOther = by !== undefined && mayReview(state, by);
  const isOpen = !isFindingEnded(state);
  const isReviewer = state.reviewer === undefined || state.reviewer.id === by?.id;
  return {
    answer: ['open', 'again', 'answered'].includes(state.state),
    appeal: ['open', 'again', 'answered'].includes(state.state) && state.appeal === undefined,
    startReview:
      isOther && (isCorrected(state) || (state.state === 'under_review' && state.reviewer?.id !== by.id)),
    review: isOther && (isCorrected(state) || (state.state === 'under_review' && isReviewer)),
    decide: isOther && state.state === 'appealed',
    withdraw: isOpen && (isOther || isSupervisor),
    moveDue: isOpen && isOther,
  };
}

function answer(
  state: FindingProgress,
  { by, kind, words: said, planAtMs }: Extract<FindingEvent, { type: 'answered' }>,
  nowMs: number,
): FindingTransition {
  if (!['open', 'again', 'answered'].includes(state.state)) return refused('not_from_here');
  // A plan takes the place of a plan, but not of what is corrected already.
  if (kind === 'plan' && isCorrected(state)) return refused('not_from_here');
  if (kind === 'plan' && (planAtMs === undefined || planAtMs <= nowMs)) return refused('date_passed');
  const given = {
    by,
    atMs: nowMs,
    kind,
    ...(said === undefined ? {} : { words: said }),
    ...(kind === 'plan' && planAtMs !== undefined ? { planAtMs } : {}),
  };
  return moveTo({ ...withAnswerer(state, by), answer: given }, 'answered', nowMs);
}

function appeal(
  state: FindingProgress,
  { by, reason }: Extract<FindingEvent, { type: 'appealed' }>,
  nowMs: number,
): FindingTransition {
  if (state.appeal !== undefined) return refused('appealed_before');
  const { state: from, sinceMs: fromSinceMs } = state;
  if (from !== 'open' && from !== 'again' && from !== 'answered') return refused('not_from_here');
  const appealed = { by, atMs: nowMs, reason, from, fromSinceMs };
  return moveTo({ ...withAnswerer(state, by), appeal: appealed }, 'appealed', nowMs);
}

function review(
  state: FindingProgress,
  event: Extract<FindingEvent, { type: 'closed' | 'sentBack' }>,
  nowMs: number,
): FindingTransition {
  if (!isCorrected(state) && state.state !== 'under_review') return refused('not_from_here');
  const { by } = event;
  if (!mayReview(state, by)) return refused('same_person');
  if (state.reviewer !== undefined && state.reviewer.id !== by.id) return refused('reviewed_by_another');
  const reviewed = withoutReviewer(state);
  if (event.type === 'closed') {
    const closed = { by, atMs: nowMs, ...(event.words === undefined ? {} : { words: event.words }) };
    return moveTo({ ...reviewed, closed }, 'closed', nowMs);
  }
  const { dueAtMs, reason } = event;
  if (dueAtMs <= nowMs) return refused('date_passed');
  const rounds = Math.min(state.rounds + 1, maxRounds);
  return moveTo({ ...reviewed, rounds, dueAtMs, sentBack: { by, atMs: nowMs, reason } }, 'again', nowMs);
}

function decide(
  state: FindingProgress,
  event: Extract<FindingEvent, { type: 'upheld' | 'declined' }>,
  nowMs: number,
): FindingTransition {
  if (state.state !== 'appealed' || state.appeal === undefined) return refused('not_from_here');
  const { by, reason } = event;
  if (!mayReview(state, by)) return refused('same_person');
  const upheld = event.type === 'upheld';
  const decided = { by, atMs: nowMs, upheld, ...(reason === undefined ? {} : { reason }) };
  const judged = { ...state, appeal: { ...state.appeal, decided } };
  if (!upheld) {
    // The time that the site had goes on counting: an appeal gains none.
    const moved = moveTo(judged, state.appeal.from, nowMs);
    return moved.ok ? { ok: true, state: { ...moved.state, sinceMs: state.appeal.fromSinceMs } } : moved;
  }
  const withdrawn = { by, atMs: nowMs, reason: reason ?? state.appeal.reason };
  return moveTo({ ...judged, withdrawn }, 'withdrawn', nowMs);
}

function withAnswerer(state: FindingProgress, by: FindingActor): FindingProgress {
  const isKnown = state.answeredBy.some(({ id, name }) => id === by.id && name === by.name);
  return isKnown ? state : { ...state, answeredBy: [...state.answeredBy, by].slice(0, 50) };
}

function withoutReviewer({ reviewer: _reviewer, ...rest }: FindingProgress): FindingProgress {
  return rest;
}

function moveTo(state: FindingProgress, name: FindingStateName, nowMs: number): FindingTransition {
  return { ok: true, state: { ...state, state: name, sinceMs: nowMs, revision: state.revision + 1 } };
}

function refused(reason: FindingStepRefusal): FindingTransition {
  return { ok: false, reason };
}
