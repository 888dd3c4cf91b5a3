import { z } from 'zod';
import { cameraConditions, districts, siteTypes } from '../cameras/cameras.protocol.ts';
import { notice, request } from '../protocol/define.ts';
import { appealReasons, appealRefusals, siteAlertSchema, siteAppealSchema } from './siteAlerts.ts';

const identifier = z.string().min(1).max(64);
const noteSchema = z.string().trim().min(1).max(500);

const dayMs = 86_400_000;
/** A code that nobody used ends: a printed sheet is carried to the site within the week. */
export const siteCodeLifeMs = 7 * dayMs;
/** A phone of a site is signed in for so long; then the site gets a new link. */
export const siteSignInLifeMs = 180 * dayMs;
/** Codes that wait and phones that are signed in, of one site together. */
export const maxLinksOfSite = 10;
/** Cameras that one page of a site shows live at a time. */
export const maxWatchedCameras = 2;
/** Streams that the hub lets it hold: while one camera is changed for another, both are open. */
export const maxSiteStreams = 2 * maxWatchedCameras;
/** Alerts of one site in one answer, the newest first. */
export const maxSiteAlerts = 100;

/** The secret that a phone makes for itself, base64url of 256 bits. */
export const siteTokenSchema = z.string().regex(/^[\w-]{43}$/);

/** The body of `POST /api/v1/site-session`: the code as typed or scanned, and the phone's own secret. */
export const siteSignInBody = z.strictObject({
  code: z.string().trim().min(12).max(24),
  token: siteTokenSchema,
});

/** A link of a site, at the desk: a code that waits, or the phone that used it. Never the code itself. */
export const siteLinkSchema = z.object({
  linkId: identifier,
  siteId: identifier,
  /** For whom it was made, for example `张经理`. */
  forWhom: z.string(),
  madeBy: z.string(),
  madeAtMs: z.number(),
  /** Of a code that waits: its end. Of a phone: the end of its sign-in. */
  expiresAtMs: z.number(),
  phone: z
    .object({ name: z.string(), signedInAtMs: z.number(), lastUsedAtMs: z.number(), address: z.string() })
    .optional(),
});
export type SiteLink = z.output<typeof siteLinkSchema>;

/** A camera of the site, as its own people see it. */
export const siteCameraSchema = z.object({
  cameraId: identifier,
  cameraName: z.string(),
  cameraNameEn: z.string().optional(),
  condition: z.enum(cameraConditions),
  sinceMs: z.number().optional(),
});
export type SiteCamera = z.output<typeof siteCameraSchema>;

/** What a page of a site gets when it joins. */
export const siteSnapshotSchema = z.object({
  siteId: identifier,
  siteName: z.string(),
  siteNameEn: z.string().optional(),
  siteType: z.enum(siteTypes),
  district: z.enum(districts),
  address: z.string(),
  cameras: z.array(siteCameraSchema),
  /** Days for which an alert can be appealed against. */
  appealDays: z.number(),
});
export type SiteSnapshot = z.output<typeof siteSnapshotSchema>;

/** What a site said about one alert. */
const siteAnswerSchema = z.object({
  alertId: identifier,
  seenAtMs: z.number().optional(),
  appeal: siteAppealSchema.optional(),
});
export type SiteAnswer = z.output<typeof siteAnswerSchema>;

/** What somebody of a site says. */
export const siteReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('seen'), alertId: identifier }),
  z.object({
    type: z.literal('appeal'),
    alertId: identifier,
    reason: z.enum(appealReasons),
    note: noteSchema.optional(),
  }),
]);
export type SiteReport = z.output<typeof siteReportSchema>;

export const siteReportRefusals = [...appealRefusals, 'no_such_alert'] as const;

export const siteRequests = {
  /** A code for one phone of a site. It is shown this once, and waits for 7 days. */
  'sites:makeLink': request({
    capability: 'sites:manage',
    needs: 'step_up',
    input: z.object({
      siteId: identifier,
      forWhom: z.string().trim().min(1).max(40),
      /** Made by the sender: a repeat gives the same link with a new code, as long as no phone used it. */
      commandId: identifier.optional(),
    }),
    output: z.object({ link: siteLinkSchema, code: z.string(), path: z.string() }),
  }),
  'sites:listLinks': request({
    capability: 'sites:manage',
    input: z.object({ siteId: identifier }),
    output: z.object({ links: z.array(siteLinkSchema) }),
  }),
  /** Ends a code or a phone. The phone's pages and pictures end at once. */
  'sites:revokeLink': request({
    capability: 'sites:manage',
    input: z.object({ siteId: identifier, linkId: identifier }),
    output: z.object({}),
  }),
  /** What a desk knows of the site's side of an alert. */
  'sites:readAlert': request({
    capability: 'alerts:viewDetails',
    input: z.object({ alertId: identifier }),
    output: z.object({
      /** Phones of the site that are signed in: with none, nobody there can have seen it here. */
      phones: z.number().int(),
      seenAtMs: z.number().optional(),
      appeal: siteAppealSchema.optional(),
    }),
  }),
  /** Upheld: the alert becomes a false alarm with the site's reason. Declined: the site reads `answer`. */
  'sites:decideAppeal': request({
    capability: 'alerts:work',
    input: z.object({
      alertId: identifier,
      decision: z.discriminatedUnion('type', [
        z.object({ type: z.literal('uphold') }),
        z.object({ type: z.literal('decline'), answer: noteSchema }),
      ]),
    }),
    output: z.object({ appeal: siteAppealSchema }),
  }),
  /** The open alerts of the asker's own site, and those of the last days. */
  'sites:readAlerts': request({
    capability: 'sites:serve',
    scope: 'filtered',
    input: z.object({}),
    output: z.object({ alerts: z.array(siteAlertSchema).max(2 * maxSiteAlerts) }),
  }),
  /** The checked picture of an alert of the asker's own site. */
  'sites:getAlertPicture': request({
    capability: 'sites:serve',
    scope: 'filtered',
    input: z.object({ alertId: identifier }),
    output: z.object({
      jpeg: z.instanceof(Uint8Array).optional(),
      state: z.enum(['none', 'checking', 'ready', 'unusable']),
      /** The camera was turned since the picture was taken. */
      isTurned: z.literal(true).optional(),
    }),
  }),
  /**
   * What was said at the site, in its order, first what waited for the network. Each is applied exactly once however often it is
   * sent; answered when it is durable, the same each time.
   */
  'sites:report': request({
    capability: 'sites:serve',
    scope: 'filtered',
    input: z.object({
      reports: z
        .array(
          z.object({
            /** Made by the page. */
            reportId: identifier,
            report: siteReportSchema,
            /** How long ago, by a clock that only runs forward. Milliseconds. */
            ageMs: z
              .number()
              .min(0)
              .max(7 * dayMs),
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
          refusal: z.enum(siteReportRefusals).optional(),
        }),
      ),
    }),
  }),
};

/** The sites' part of the snapshot. */
export const siteSnapshotFields = {
  /** At a site's page: the site. */
  site: siteSnapshotSchema.optional(),
  /** At a desk: appeals that wait for a decision. */
  siteAppeals: z.array(siteAppealSchema).optional(),
};

export const siteNotices = {
  /** Alerts of the site that are new or changed, as they are now. */
  'sites:alertsChanged': notice(z.object({ alerts: z.array(siteAlertSchema) }), {
    to: 'holders',
    capability: 'sites:serve',
  }),
  /** All cameras of the site, as they are now. */
  'sites:camerasChanged': notice(z.object({ cameras: z.array(siteCameraSchema) }), {
    to: 'holders',
    capability: 'sites:serve',
  }),
  /** What a site said of alerts, and what was decided about it, for desks. */
  'sites:answersChanged': notice(z.object({ answers: z.array(siteAnswerSchema) }), {
    to: 'holders',
    capability: 'alerts:viewDetails',
  }),
};
