import { z } from 'zod';
import { request } from '../protocol/define.ts';

/** Where an event is drawn, from the top. */
export const timelineLanes = [
  'alert',
  'order',
  'talk',
  'bodycam',
  'position',
  'picture',
  'note',
  'view',
] as const;
export type TimelineLane = (typeof timelineLanes)[number];

export const timelineSubjectTypes = ['order', 'site', 'emergency'] as const;

/** What a timeline is about: an order, a site or an emergency by its id. */
export const timelineSubjectSchema = z.object({
  type: z.enum(timelineSubjectTypes),
  id: z.string().min(1).max(64),
});
export type TimelineSubject = z.output<typeof timelineSubjectSchema>;

/** Events of one timeline at most; what comes later than these is left out, and the answer says so. */
export const maxTimelineEvents = 20_000;
/** Events of one answer at most. */
export const timelinePageSize = 2_500;
/** The longest period of the timeline of a site, in milliseconds: a quarter of a year. Orders and emergencies have as long as they took. */
export const maxTimelineMs = 92 * 24 * 3_600_000;

/** A picture of an alert (`alerts:getSnapshot`), or a photograph of a phone, a site or the hub (`/api/v1/attachments/ID/file`). */
export const timelinePictureSchema = z.union([
  z.object({ alertId: z.string(), hash: z.string() }),
  z.object({ attachmentId: z.string().max(64) }),
]);
export type TimelinePicture = z.output<typeof timelinePictureSchema>;

/** The same for the same picture, though several events may have it. */
export function timelinePictureKey(picture: TimelinePicture): string {
  return 'hash' in picture ? picture.hash : `attachment ${picture.attachmentId}`;
}

/** One thing that happened. Names stand in `names` of the answer, by the ids here. Times are of the hub's clock. */
export const timelineEventSchema = z.object({
  /** Unique in its timeline. */
  eventId: z.string().max(200),
  lane: z.enum(timelineLanes),
  /** Its words are `orders.step.<what>` in the lane of the order, otherwise `timeline.what.<what>`. */
  what: z.string().max(40),
  atMs: z.number(),
  /** By the clock of who did it, where it differs: it was done without the network and sent later. */
  happenedAtMs: z.number().optional(),
  /** For what lasts: talk, body-worn cameras, views. */
  endedAtMs: z.number().optional(),
  /** Who did it: an id of `names`, or a name. */
  actor: z.string().max(100).optional(),
  memberId: z.string().max(64).optional(),
  /** All who were given an order, who is in charge first; or those who joined. */
  memberIds: z.array(z.string().max(64)).max(50).optional(),
  squadId: z.string().max(64).optional(),
  /** What it is about: the id of a camera, a kind of alert, a talk group. */
  about: z.string().max(200).optional(),
  /** A word: the disposition, the reason of a rejection. */
  reason: z.string().max(500).optional(),
  /** What somebody wrote. */
  text: z.string().max(2_000).optional(),
  /** WGS-84 degrees. */
  place: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
  picture: timelinePictureSchema.optional(),
});
export type TimelineEvent = z.output<typeof timelineEventSchema>;

const nameSchema = z.object({ name: z.string(), nameEn: z.string().optional() });

/** What the timeline is about, and from when to when. */
export const timelineHeadSchema = z.object({
  subject: timelineSubjectSchema,
  /** The name of the place, or of the member who raised the emergency. */
  name: z.string(),
  nameEn: z.string().optional(),
  /** Of an order. */
  number: z.string().optional(),
  fromMs: z.number(),
  toMs: z.number(),
  place: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
  district: z.string().optional(),
});
export type TimelineHead = z.output<typeof timelineHeadSchema>;

export const timelinePageSchema = z.object({
  /** Names this reading in the requests for its next pages. */
  readId: z.string(),
  head: timelineHeadSchema,
  /** Members, squads, cameras and kinds of alert by their ids. */
  names: z.record(z.string(), nameSchema),
  /** In the order of time; events of the same time in the order of the lanes. */
  events: z.array(timelineEventSchema).max(timelinePageSize),
  /** Events of the whole timeline. */
  total: z.number().int(),
  /** There are more events than a timeline may have: those after the last one are left out. */
  isCut: z.boolean(),
  /** Lanes that may have more than the asker may see. */
  hiddenLanes: z.array(z.enum(timelineLanes)),
  /** When somebody set the clock of the hub, and by how many milliseconds. */
  clockSteps: z.array(z.object({ atMs: z.number(), byMs: z.number() })),
  /** Where the next page begins; absent on the last one. */
  nextOffset: z.number().int().optional(),
});
export type TimelinePage = z.output<typeof timelinePageSchema>;

export const timelineRequests = {
  /** Everything that happened to an order, at a site, or in an emergency; without a period, from its begin to its end or now. */
  'timeline:read': request({
    capability: 'orders:view',
    input: z.object({
      subject: timelineSubjectSchema,
      fromMs: z.number().int().min(0).optional(),
      toMs: z.number().int().min(0).optional(),
      /** The next page of a reading. */
      page: z
        .object({ readId: z.string().max(64), offset: z.number().int().min(0).max(maxTimelineEvents) })
        .optional(),
    }),
    output: timelinePageSchema,
  }),
};
