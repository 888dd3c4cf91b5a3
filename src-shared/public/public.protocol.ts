import { z } from 'zod';
import { districts, siteTypes } from '../cameras/cameras.protocol.ts';
import { notice, request } from '../protocol/define.ts';
import { hiddenReasons } from './publicView.ts';
import {
  curtainSchema,
  dateSchema,
  publicationSchema,
  publishedFactsSchema,
  roomKinds,
} from './publication.ts';
import { publicHoursSchema } from './publicHours.ts';
import { maxHeadPercent, minHeadPercent } from './softening.ts';

const identifier = z.string().min(1).max(64);

/** A camera of a site, at the desk. */
export const publicCameraStateSchema = z.object({
  cameraId: identifier,
  cameraName: z.string(),
  cameraNameEn: z.string().optional(),
  room: z.enum(roomKinds).optional(),
  /** How much of the picture's width a head takes at the usual distance, in percent; left out: as usual (softening.ts). */
  headPercent: z.number().optional(),
  curtain: curtainSchema.optional(),
  /** Why the public does not see it now; left out: it does. */
  hidden: z.enum(hiddenReasons).optional(),
});

/** A site, at the desk. */
export const publicSiteStateSchema = z.object({
  siteId: identifier,
  publication: publicationSchema,
  curtain: curtainSchema.optional(),
  /** The site's code for the public, as its QR code holds it. */
  code: z.string(),
  cameras: z.array(publicCameraStateSchema),
});
export type PublicSiteState = z.output<typeof publicSiteStateSchema>;

/** A softened still: a path of the hub, whose content never changes, and when the picture was taken (Unix milliseconds). */
export const publicStillSchema = z.object({ path: z.string(), takenAtMs: z.number() });
export type PublicStill = z.output<typeof publicStillSchema>;

/** A site that the public may see now, with the cameras that it may see. Nothing else of it is here. */
export const publicKitchenSchema = z.object({
  siteId: identifier,
  siteName: z.string(),
  siteNameEn: z.string().optional(),
  siteType: z.enum(siteTypes),
  district: z.enum(districts),
  cameras: z.array(
    z.object({
      cameraId: identifier,
      cameraName: z.string(),
      cameraNameEn: z.string().optional(),
      room: z.enum(roomKinds).optional(),
    }),
  ),
});
export type PublicKitchen = z.output<typeof publicKitchenSchema>;

const curtainTargetSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('site'), siteId: identifier }),
  z.object({ type: z.literal('camera'), cameraId: identifier }),
]);
export type CurtainTarget = z.output<typeof curtainTargetSchema>;

export const publicRequests = {
  /** What the public sees of a site, and why not. */
  'public:readSite': request({
    capability: 'public:drawCurtain',
    input: z.object({ siteId: identifier }),
    output: z.object({ site: publicSiteStateSchema }),
  }),
  /** Records that a site agreed, by the date of its document. */
  'public:recordConsent': request({
    capability: 'public:manage',
    input: z.object({ siteId: identifier, agreedOn: dateSchema }),
    output: z.object({ site: publicSiteStateSchema }),
  }),
  /** The site agrees no more: what is public of it ends within a second. */
  'public:withdrawConsent': request({
    capability: 'public:manage',
    input: z.object({ siteId: identifier }),
    output: z.object({ site: publicSiteStateSchema }),
  }),
  /** The hours in which a site is shown, and what is published of it. `hours: null` is all day. */
  'public:saveSite': request({
    capability: 'public:manage',
    input: z.object({
      siteId: identifier,
      hours: publicHoursSchema.nullable(),
      facts: publishedFactsSchema,
    }),
    output: z.object({ site: publicSiteStateSchema }),
  }),
  /** What a camera looks at, and how large a head is in its picture. */
  'public:saveCamera': request({
    capability: 'public:manage',
    input: z.object({
      cameraId: identifier,
      room: z.enum(roomKinds).nullable(),
      headPercent: z.number().min(minHeadPercent).max(maxHeadPercent).nullable(),
    }),
    output: z.object({ site: publicSiteStateSchema }),
  }),
  /** Draws the curtain over a site or a camera, or opens it. Drawn: what it covers is gone within a second. */
  'public:drawCurtain': request({
    capability: 'public:drawCurtain',
    input: z.object({ target: curtainTargetSchema, isDrawn: z.boolean() }),
    output: z.object({ site: publicSiteStateSchema }),
  }),
  /** Every site and camera that the public may see now. */
  'public:readKitchens': request({
    capability: 'public:view',
    scope: 'any',
    input: z.object({}),
    output: z.object({ kitchens: z.array(publicKitchenSchema) }),
  }),
  /**
   * The softened stream of a camera that the public may see; consumed with `media:consume` as any other stream. Watching again answers
   * the same stream. Refused when the budget of softened copies is used up: the still is there nevertheless.
   */
  'public:watch': request({
    capability: 'public:view',
    scope: 'any',
    input: z.object({ cameraId: identifier }),
    output: z.object({ streamId: identifier, workerId: identifier, width: z.number(), height: z.number() }),
  }),
  /** Watches no more. A surface that disconnects need not say so. */
  'public:unwatch': request({
    capability: 'public:view',
    scope: 'any',
    input: z.object({ cameraId: identifier }),
    output: z.object({}),
  }),
  /** The newest softened still of a camera that the public may see; none while the first one is made. */
  'public:getStill': request({
    capability: 'public:view',
    scope: 'any',
    input: z.object({ cameraId: identifier }),
    output: z.object({ still: publicStillSchema.optional() }),
  }),
};

export const publicNotices = {
  /** What the public may see changed: a surface that shows it reads the kitchens again, and shows none of these cameras any more. */
  'public:kitchensChanged': notice(z.object({ hiddenCameraIds: z.array(identifier) }), {
    to: 'holders',
    capability: 'public:view',
  }),
  /** What is recorded of a site changed; a desk that shows it reads it again. */
  'public:siteChanged': notice(z.object({ siteId: identifier }), {
    to: 'holders',
    capability: 'public:drawCurtain',
  }),
};

/** The id of the softened stream of a camera. */
export function softenedStreamId(cameraId: string): string {
  return `public:${cameraId}`;
}

/** The camera of a softened stream; undefined for any other stream. */
export function cameraOfSoftenedStream(streamId: string): string | undefined {
  return streamId.startsWith('public:') ? streamId.slice('public:'.length) : undefined;
}
