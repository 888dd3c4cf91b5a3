import { z } from 'zod';
import { districts, siteTypes } from '../cameras/cameras.protocol.ts';
import { orderStates } from '../orders/order.ts';
import { notice, request } from '../protocol/define.ts';
import { replacedCauses, replacedPageSchema } from '../wall/replacedPage.ts';
import { squadsIdSchema } from '../squads/squads.protocol.ts';
import { programmeSchema } from './programme.ts';

const count = z.number().int().nonnegative();
const name = z.object({ 'zh-CN': z.string(), en: z.string() });

/** The curtain: a calm standing picture on every showcase screen, and nothing else is sent to them. */
export const curtainSchema = z.object({ isDrawn: z.boolean(), sinceMs: z.number() });
export type Curtain = z.output<typeof curtainSchema>;

/** A programme with its revision, which rises with every change. */
export const savedProgrammeSchema = z.object({ revision: count, programme: programmeSchema });
export type SavedProgramme = z.output<typeof savedProgrammeSchema>;

/** The most alerts of the day that visitors see one by one. */
export const maxCityAlerts = 12;

/**
 * What visitors learn of the city: numbers, and alerts by district and kind after the programme's delay. No name, no address and no
 * position is in it.
 */
export const cityViewSchema = z.object({
  computedAtMs: z.number(),
  sites: count,
  cameras: count,
  camerasOnline: count,
  byDistrict: z.array(z.object({ district: z.enum(districts), sites: count, alerts: count })).max(6),
  bySiteType: z.array(z.object({ siteType: z.enum(siteTypes), sites: count })).max(siteTypes.length),
  /** Since midnight, without those that were wrong. */
  alerts: count,
  handled: count,
  byKind: z.array(z.object({ kindId: z.string(), name, alerts: count })).max(12),
  ordersWritten: count,
  ordersClosed: count,
  /** The newest first; each time is cut to the full minute. */
  recent: z
    .array(z.object({ district: z.enum(districts), kindId: z.string(), name, atMs: z.number() }))
    .max(maxCityAlerts),
});
export type CityView = z.output<typeof cityViewSchema>;

/** Where the media of a released part is now; absent while nothing is sent. */
const releasedMediaSchema = z.object({ streamId: z.string(), workerId: z.string() });
export type ReleasedMedia = z.output<typeof releasedMediaSchema>;

/** A running case as an officer released it to visitors. A part that was not released is not in it. */
export const releasedCaseSchema = z.object({
  /** New with each release. It says nothing about the order. */
  releaseId: z.string(),
  squadName: z.string().optional(),
  squadNameEn: z.string().optional(),
  state: z.enum(orderStates),
  sinceMs: z.number(),
  place: z
    .object({ siteName: z.string(), siteNameEn: z.string().optional(), district: z.string().optional() })
    .optional(),
  voice: releasedMediaSchema.optional(),
  /** The body-worn camera, softened; absent while it sends nothing. */
  bodyCam: releasedMediaSchema.optional(),
});
export type ReleasedCase = z.output<typeof releasedCaseSchema>;

/** Everything that a showcase screen gets. While the curtain is drawn it gets the curtain alone. */
export const showcaseViewSchema = z.object({
  curtain: curtainSchema,
  programme: programmeSchema.optional(),
  city: cityViewSchema.optional(),
  releasedCase: releasedCaseSchema.optional(),
});
export type ShowcaseView = z.output<typeof showcaseViewSchema>;

/** The parts of a running case that an officer can release; each is a decision of its own. */
export const releasedPartsSchema = z.object({
  voice: z.boolean(),
  place: z.boolean(),
  /** Whose body-worn camera; one of those who go. Visitors get its softened copy alone. */
  bodyCamMemberId: squadsIdSchema.optional(),
});
export type ReleasedParts = z.output<typeof releasedPartsSchema>;

/** What a desk knows of the showcase. */
export const showcaseDeskSchema = z.object({
  curtain: curtainSchema.extend({ by: z.string().optional() }),
  saved: savedProgrammeSchema,
  city: cityViewSchema.optional(),
  /** Screens that show it now. */
  screens: count,
  /** When the page of such a screen was last replaced after a fault, why, and how often since the hub was started. */
  replaced: replacedPageSchema.optional(),
  release: z
    .object({ orderId: squadsIdSchema, by: z.string(), sinceMs: z.number(), parts: releasedPartsSchema })
    .optional(),
});
export type ShowcaseDesk = z.output<typeof showcaseDeskSchema>;

export const showcaseSnapshotFields = {
  /** For showcase screens. */
  showcase: showcaseViewSchema.optional(),
  /** For desks. */
  showcaseDesk: showcaseDeskSchema.optional(),
};

export const showcaseRequests = {
  /** Sent once by a screen whose page the desktop application put in the place of one that failed. */
  'showcase:reportReplaced': request({
    capability: 'showcase:view',
    scope: 'any',
    input: z.object({ cause: z.enum(replacedCauses) }),
    output: z.object({}),
  }),
  /** Draws the curtain on every showcase screen, or opens it. A drawn one is shown before it is stored. */
  'showcase:setCurtain': request({
    capability: 'showcase:drive',
    input: z.object({ isDrawn: z.boolean() }),
    output: z.object({ curtain: curtainSchema }),
  }),
  /** `conflict` with `showcase.changed_meanwhile` when somebody else saved it since `revision`. */
  'showcase:saveProgramme': request({
    capability: 'showcase:manage',
    scope: 'city',
    input: savedProgrammeSchema,
    output: savedProgrammeSchema,
  }),
  /** Releases exactly these parts of a running case; another release, and other parts of this one, end. */
  'showcase:releaseCase': request({
    capability: 'showcase:drive',
    input: z.object({ orderId: squadsIdSchema, parts: releasedPartsSchema }),
    output: z.object({}),
  }),
  /** Takes back whatever is released. Without a release it changes nothing. */
  'showcase:takeBackCase': request({
    capability: 'showcase:drive',
    scope: 'any',
    input: z.object({}),
    output: z.object({}),
  }),
};

export const showcaseNotices = {
  /** What a showcase screen shows, whole. */
  'showcase:viewChanged': notice(showcaseViewSchema, {
    to: 'holders',
    capability: 'showcase:view',
    without: 'showcase:drive',
  }),
  /** What a desk knows of it, whole. */
  'showcase:deskChanged': notice(showcaseDeskSchema, { to: 'holders', capability: 'showcase:drive' }),
};
