import { z } from 'zod';
import { districts } from '../cameras/cameras.protocol.ts';
import { orderPlaceSchema } from '../orders/orders.protocol.ts';
import { notice, request } from '../protocol/define.ts';
import { placeSchema, positionSchema, squadsIdSchema } from '../squads/squads.protocol.ts';
import { clauseNumberSchema, clauseSchema, maxClauses } from './clauses.ts';
import { falseAlarmRatesSchema } from './falseAlarms.ts';
import { savedFindingTimesSchema } from './findingTimes.ts';
import { siteFindingNotices, siteFindingRequests } from './siteFindings.ts';
import {
  findingActorSchema,
  findingAnswers,
  findingProgressSchema,
  findingStates,
  findingStepRefusals,
} from './finding.ts';
import { findingStepActions } from './findingStepActions.ts';

const identifier = z.string().min(1).max(64);
const reasonSchema = z.string().trim().min(1).max(500);
const dateSchema = z.number().int();

/** Findings that are not ended, of the whole city, at most. */
export const maxOpenFindings = 20_000;
/** Open findings in a snapshot: those with cards, then overdue ones, then by class and due date. */
export const maxFindingsInSnapshot = 500;

/** What is written when something is found. */
export const findingContentSchema = z.object({
  class: z.literal([1, 2, 3]),
  /** Numbers of the clauses that are broken. */
  clauses: z.array(clauseNumberSchema).max(10),
  words: z.string().trim().min(1).max(1_000),
  /** Unix milliseconds of the hub's clock; left out: by the class. */
  dueAtMs: dateSchema.optional(),
  /** The site corrected it while the finder was there; what was done. */
  correctedOnSpot: z.string().trim().min(1).max(500).optional(),
});
export type FindingContent = z.output<typeof findingContentSchema>;

/** A finding (问题): what is wrong at a site, and what becomes of it. */
export const findingSchema = z.object({
  ...findingProgressSchema.shape,
  /** Made by who writes it, so that a repeat is harmless. */
  findingId: squadsIdSchema,
  /** As people say it: `F012`. Counted from 1 and never used again; an order's number has no letter. */
  number: z.string().regex(/^F\d{3,}$/),
  /** As the registry or the order knew it when it was found. */
  place: orderPlaceSchema,
  clauses: z.array(clauseNumberSchema).max(10),
  words: z.string().min(1).max(1_000),
  /** What it comes from. */
  orderId: squadsIdSchema.optional(),
  alertId: identifier.optional(),
});
export type Finding = z.output<typeof findingSchema>;

/** One line of a finding's history, the oldest first. */
export const findingStepSchema = z.object({
  /** By the hub's clock. */
  atMs: z.number(),
  /** By the clock of who did it, where it was done without the network and sent later. */
  happenedAtMs: z.number(),
  actor: findingActorSchema,
  action: z.enum(findingStepActions),
  /** The finding's revision after it. */
  revision: z.number().int(),
  position: positionSchema.optional(),
  /** A reason, or what was written. */
  words: z.string().max(1_000).optional(),
  answer: z.enum(findingAnswers).optional(),
  /** The date of a plan, or the new due date. */
  dateMs: z.number().optional(),
  escalation: z.number().int().optional(),
});
export type FindingStep = z.output<typeof findingStepSchema>;

/** What is answered for a site. */
export const findingAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan'), planAtMs: dateSchema, words: reasonSchema.optional() }),
  z.object({ kind: z.literal(['corrected', 'corrected_on_spot']), words: reasonSchema.optional() }),
]);

/** What anybody does who may write: for a site that called, or a note. */
export const findingWorkSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), answer: findingAnswerSchema }),
  z.object({ type: z.literal('appeal'), reason: reasonSchema }),
  z.object({ type: z.literal('note'), words: reasonSchema }),
]);
export type FindingWork = z.output<typeof findingWorkSchema>;

/** What a reviewer does. */
export const findingReviewSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start') }),
  z.object({ type: z.literal('close'), words: reasonSchema.optional() }),
  z.object({ type: z.literal('sendBack'), reason: reasonSchema, dueAtMs: dateSchema }),
  z.object({ type: z.literal('uphold'), reason: reasonSchema.optional() }),
  z.object({ type: z.literal('decline'), reason: reasonSchema }),
  z.object({ type: z.literal('withdraw'), reason: reasonSchema }),
  z.object({ type: z.literal('moveDue'), reason: reasonSchema, dueAtMs: dateSchema }),
]);
export type FindingReview = z.output<typeof findingReviewSchema>;

/** Which findings are searched; all that is given must hold. Times are when it was found. */
export const findingFilterSchema = z.object({
  fromMs: z.number().int().min(0).optional(),
  /** Not included. */
  toMs: z.number().int().min(0).optional(),
  states: z.array(z.enum(findingStates)).max(findingStates.length).optional(),
  districts: z.array(z.enum(districts)).max(districts.length).optional(),
  siteId: identifier.optional(),
  orderId: squadsIdSchema.optional(),
  alertId: identifier.optional(),
  /** Only those whose escalation is at least this: 2 overdue, 3 yellow card, 4 red card. */
  escalation: z.literal([2, 3, 4]).optional(),
  /** In the number, the site's name or the words. */
  text: z.string().trim().max(60).optional(),
});
export type FindingFilter = z.output<typeof findingFilterSchema>;

/** Where the next page begins. */
export const findingCursorSchema = z.object({ foundAtMs: z.number().int(), findingId: squadsIdSchema });
export type FindingCursor = z.output<typeof findingCursorSchema>;

/** How often something was found at a repeat offender (`repeatOffenders.ts`), without what was withdrawn. */
export const siteRecordSchema = z.object({
  place: orderPlaceSchema,
  /** Over the last 30 and 90 days. */
  count30: z.number().int(),
  count90: z.number().int(),
  /** When the newest was found. */
  lastAtMs: z.number(),
  /** Clauses that were broken more than once in 90 days. */
  recurring: z.array(z.object({ clause: z.string(), count: z.number().int() })),
});
export type SiteRecord = z.output<typeof siteRecordSchema>;

const pictureSchema = z.object({ jpeg: z.instanceof(Uint8Array), atMs: z.number() });

const command = z.object({
  /** Made by who sends it, so that a repeat is harmless. */
  commandId: squadsIdSchema,
  findingId: squadsIdSchema,
  revision: z.number().int(),
});
const findingAnswered = z.object({ finding: findingSchema });

/** The findings' part of the snapshot of a desk. */
export const findingSnapshotFields = {
  findings: z.array(findingSchema).max(maxFindingsInSnapshot).optional(),
  /** How many are open, with those that the snapshot leaves out. */
  openFindings: z.number().int().optional(),
};

export const findingRequests = {
  ...siteFindingRequests,
  /**
   * Writes a finding of a site, an order or an alert: where it is follows from the first that is given. Repeated with the same id it is
   * answered the same.
   */
  'findings:create': request({
    capability: 'findings:write',
    input: z.object({
      findingId: squadsIdSchema,
      siteId: identifier.optional(),
      orderId: squadsIdSchema.optional(),
      alertId: identifier.optional(),
      cameraId: identifier.optional(),
      content: findingContentSchema,
    }),
    output: findingAnswered,
  }),
  /** `conflict` with `findings.changed_meanwhile` when `revision` is not the present one; a note is always taken. */
  'findings:work': request({
    capability: 'findings:write',
    input: command.extend({ deed: findingWorkSchema }),
    output: findingAnswered,
  }),
  /** As `findings:work`; refused to who found it and to who answered for the site. */
  'findings:review': request({
    capability: 'findings:review',
    input: command.extend({ deed: findingReviewSchema }),
    output: findingAnswered,
  }),
  /** A finding that may be ended, with its history. */
  'findings:read': request({
    capability: 'findings:view',
    input: z.object({ findingId: squadsIdSchema }),
    output: z.object({ finding: findingSchema, steps: z.array(findingStepSchema) }),
  }),
  /** The newest first, ended ones too. */
  'findings:search': request({
    capability: 'findings:view',
    scope: 'filtered',
    input: findingFilterSchema.extend({
      limit: z.number().int().min(1).max(200),
      cursor: findingCursorSchema.optional(),
    }),
    output: z.object({ findings: z.array(findingSchema), next: findingCursorSchema.optional() }),
  }),
  /** Sites with more than one finding in 90 days, the worst first. */
  'findings:listOffenders': request({
    capability: 'findings:view',
    scope: 'filtered',
    input: z.object({}),
    output: z.object({ sites: z.array(siteRecordSchema) }),
  }),
  /** How often alerts were false, by kind, camera and platform. */
  'findings:falseAlarmRates': request({
    capability: 'alerts:viewDetails',
    scope: 'filtered',
    input: z.object({ days: z.literal([7, 30]) }),
    output: falseAlarmRatesSchema,
  }),
  /** The picture of the alert that a finding comes from, and the last one of the same camera: before and after. JPEG. */
  'findings:getPictures': request({
    capability: 'findings:view',
    input: z.object({ findingId: squadsIdSchema }),
    output: z.object({
      before: pictureSchema.optional(),
      now: pictureSchema.optional(),
      /** The camera was turned between the two. */
      isTurned: z.literal(true).optional(),
      /** The alert whose picture `before` is. */
      alertId: identifier.optional(),
    }),
  }),
  /** Clauses that can be chosen, by words of their numbers and titles; `all` has the retired ones too. */
  'findings:listClauses': request({
    capability: 'clauses:list',
    scope: 'any',
    input: z.object({ words: z.string().max(60).optional(), all: z.boolean().optional() }),
    output: z.object({ clauses: z.array(clauseSchema).max(maxClauses) }),
  }),
  'findings:readTimes': request({
    capability: 'findings:view',
    scope: 'any',
    input: z.object({}),
    output: savedFindingTimesSchema,
  }),
  /** Of findings that are written from now on. `conflict` when the revision is not the present one. */
  'findings:saveTimes': request({
    capability: 'orders:manage',
    scope: 'city',
    input: savedFindingTimesSchema,
    output: savedFindingTimesSchema,
  }),
  /** Adds a clause, or changes its title, its class, or whether it is offered. */
  'findings:saveClause': request({
    capability: 'clauses:manage',
    scope: 'city',
    input: z.object({ clause: clauseSchema }),
    output: z.object({ clause: clauseSchema }),
  }),
  /**
   * What a phone found within an order, those that waited for the network first. Each is written exactly once however often it is sent;
   * answered when it is durable, the same each time.
   */
  'findings:report': request({
    capability: 'squads:serve',
    scope: 'any',
    input: z.object({
      reports: z
        .array(
          z.object({
            /** Made by the phone; also the id of the finding. */
            findingId: squadsIdSchema,
            orderId: squadsIdSchema,
            content: findingContentSchema,
            /** How long ago, by a clock that only runs forward. Milliseconds. */
            ageMs: z
              .number()
              .min(0)
              .max(7 * 24 * 3_600_000),
            place: placeSchema.optional(),
          }),
        )
        .min(1)
        .max(50),
    }),
    output: z.object({
      results: z.array(
        z.object({
          findingId: squadsIdSchema,
          /** The finding's number, when it was written. */
          number: z.string().optional(),
          refusal: z.enum([...findingStepRefusals, 'not_yours', 'no_such_order', 'too_many_open']).optional(),
        }),
      ),
    }),
  }),
};

export const findingNotices = {
  ...siteFindingNotices,
  /** Findings that are new or changed, as they are now. */
  'findings:changed': notice(
    z.object({
      findings: z.array(findingSchema),
      /** They were written just now. */
      areNew: z.literal(true).optional(),
    }),
    {
      to: 'holders',
      capability: 'findings:view',
    },
  ),
};
