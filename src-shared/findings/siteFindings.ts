/** What a site sees of its own findings, and what it says about them. */
import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { squadsIdSchema } from '../squads/squads.protocol.ts';
import { clauseNumberSchema } from './clauses.ts';
import { findingAnswers, findingStates } from './finding.ts';
import { isWithSite } from './findingTimes.ts';
import { findingStepActions } from './findingStepActions.ts';

const identifier = z.string().min(1).max(64);
const wordsSchema = z.string().trim().min(1).max(500);
const saidSchema = z.object({ atMs: z.number(), words: z.string().optional() });

/** Ended findings are shown to their site for so long. Days. */
export const siteFindingShownDays = 30;
/** Findings of one site in one answer, the newest first. */
export const maxSiteFindings = 300;

/** A photograph of a finding, as its site sees it: never who of the authority took it. */
const sitePhotographSchema = z.object({
  attachmentId: squadsIdSchema,
  takenAtMs: z.number(),
  purpose: z.enum(['before', 'after']).optional(),
  by: z.enum(['site', 'camera', 'authority']),
});
export type SitePhotograph = z.output<typeof sitePhotographSchema>;

/** A finding as its own site sees it: no officer, no note, nothing of another place. Times are Unix milliseconds of the hub's clock. */
export const siteFindingSchema = z.object({
  findingId: squadsIdSchema,
  number: z.string(),
  revision: z.number().int(),
  state: z.enum(findingStates),
  class: z.literal([1, 2, 3]),
  words: z.string(),
  clauses: z.array(
    z.object({ number: clauseNumberSchema, title: z.string().optional(), titleEn: z.string().optional() }),
  ),
  foundAtMs: z.number(),
  dueAtMs: z.number(),
  /** As of a finding: 2 overdue, 3 yellow card, 4 red card. */
  escalation: z.literal([0, 1, 2, 3, 4]),
  /** Whether there may be pictures of it: it comes from an alert, or has a camera. */
  hasPictures: z.boolean(),
  answer: saidSchema.extend({ kind: z.enum(findingAnswers), planAtMs: z.number().optional() }).optional(),
  sentBack: saidSchema.optional(),
  appeal: saidSchema.extend({ decided: saidSchema.extend({ upheld: z.boolean() }).optional() }).optional(),
  closed: saidSchema.optional(),
  withdrawn: saidSchema.optional(),
  photographs: z.array(sitePhotographSchema),
});
export type SiteFinding = z.output<typeof siteFindingSchema>;

/** What somebody of a site says about a finding. */
export const siteFindingDeedSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('answer'),
    answer: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('plan'),
        planAtMs: z.number().int(),
        words: wordsSchema.optional(),
      }),
      z.object({ kind: z.literal('corrected'), words: wordsSchema.optional() }),
    ]),
  }),
  z.object({ type: z.literal('appeal'), reason: wordsSchema }),
]);
export type SiteFindingDeed = z.output<typeof siteFindingDeedSchema>;

/** What a site's page offers: while it is the site that has to do something, it answers, and appeals once. */
export function siteFindingDeeds(
  finding: Pick<SiteFinding, 'state' | 'answer' | 'appeal'>,
): Record<'answer' | 'appeal', boolean> {
  const isOurs = isWithSite(finding);
  return { answer: isOurs, appeal: isOurs && finding.appeal === undefined };
}

/** Why what a site says about a finding is not taken. */
export const siteFindingRefusals = [
  'no_such_finding',
  'changed_meanwhile',
  'step_cannot_follow',
  'already_ended',
  'appealed_before',
  'date_passed',
] as const;
export type SiteFindingRefusal = (typeof siteFindingRefusals)[number];

/** What changed meanwhile: what was done, when, and on which side; no name of an officer. */
export const siteFindingChangeSchema = z.object({
  action: z.enum(findingStepActions),
  by: z.enum(['site', 'authority', 'hub']),
  atMs: z.number(),
});
export type SiteFindingChange = z.output<typeof siteFindingChangeSchema>;

const pictureSchema = z.object({ jpeg: z.instanceof(Uint8Array), atMs: z.number() });

export const siteFindingRequests = {
  /** The open findings of the asker's own site, and those that ended within 30 days. */
  'findings:readOwn': request({
    capability: 'sites:serve',
    scope: 'filtered',
    input: z.object({}),
    output: z.object({ findings: z.array(siteFindingSchema).max(maxSiteFindings) }),
  }),
  /** The picture of the alert that an own finding comes from, and the last one of the same camera. JPEG. */
  'findings:getOwnPictures': request({
    capability: 'sites:serve',
    scope: 'filtered',
    input: z.object({ findingId: squadsIdSchema }),
    output: z.object({
      before: pictureSchema.optional(),
      now: pictureSchema.optional(),
      /** The camera was turned between the two. */
      isTurned: z.literal(true).optional(),
    }),
  }),
  /**
   * What was answered and appealed at the site, in its order, first what waited for the network. Each is applied exactly once however
   * often it is sent. One on an old revision is refused, unless nothing but a reminder came between.
   */
  'findings:answerOwn': request({
    capability: 'sites:serve',
    scope: 'filtered',
    input: z.object({
      reports: z
        .array(
          z.object({
            /** Made by the page. */
            reportId: squadsIdSchema,
            findingId: squadsIdSchema,
            revision: z.number().int(),
            deed: siteFindingDeedSchema,
            /** How long ago, by a clock that only runs forward. Milliseconds. */
            ageMs: z
              .number()
              .min(0)
              .max(7 * 86_400_000),
          }),
        )
        .min(1)
        .max(50),
    }),
    output: z.object({
      results: z.array(
        z.object({
          reportId: identifier,
          applied: z.boolean(),
          refusal: z.enum(siteFindingRefusals).optional(),
          change: siteFindingChangeSchema.optional(),
        }),
      ),
    }),
  }),
};

export const siteFindingNotices = {
  /** Findings of the site that are new or changed, as they are now. */
  'findings:ownChanged': notice(z.object({ findings: z.array(siteFindingSchema) }), {
    to: 'holders',
    capability: 'sites:serve',
  }),
};
