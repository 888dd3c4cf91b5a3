import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { principalKinds } from '../session/principal.ts';
import { placeSchema, squadsIdSchema } from '../squads/squads.protocol.ts';

/** What photographs, voice notes and files belong to. Each kind of owner says who may add to one and see what it has. */
export const attachmentOwnerKinds = ['order', 'finding', 'shift', 'site'] as const;
export const attachmentOwnerSchema = z.object({
  kind: z.enum(attachmentOwnerKinds),
  id: z.string().min(1).max(64),
});
export type AttachmentOwner = z.output<typeof attachmentOwnerSchema>;

export const attachmentKinds = ['photograph', 'voice', 'document'] as const;
export type AttachmentKind = (typeof attachmentKinds)[number];

const mebibyte = 1024 * 1024;

/** The largest that is sent of each kind, in bytes. A phone makes its photographs smaller than this by itself. */
export const maxAttachmentBytes: Record<AttachmentKind, number> = {
  photograph: 20 * mebibyte,
  voice: 5 * mebibyte,
  document: 20 * mebibyte,
};

/** The most of one owner. */
export const maxAttachmentsOfOwner = 200;
/** The most that one sender may have begun and not finished. */
export const maxUnfinishedUploads = 60;
/** The largest piece of an upload, in bytes. */
export const maxPieceBytes = mebibyte;

const wordsSchema = z.string().trim().max(500);
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
/** A day and a time of another clock, as it showed them; never compared with the hub's own time. */
const clockTextSchema = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(?:Z|[+-]\d\d:\d\d)?$/);

/** What the file itself said of where and when it was taken; it is removed from the file. */
const embeddedFactsSchema = z.object({
  takenAt: clockTextSchema.optional(),
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  /** Metres from where the phone says that it was. */
  awayM: z.number().min(0).optional(),
});

/** Beyond so many metres the place in a file is reported as different from that of the phone. */
export const elsewhereM = 500;

/** One photograph, voice note or file that is kept. Times are Unix milliseconds of the hub's clock. */
export const attachmentSchema = z.object({
  /** Made by the sender, so that a repeat is harmless. */
  attachmentId: squadsIdSchema,
  owner: attachmentOwnerSchema,
  kind: z.enum(attachmentKinds),
  /** Which of a pair of photographs it is, or that it is the picture of the alert that an order comes from. */
  purpose: z.enum(['before', 'after', 'alert']).optional(),
  by: z.object({
    kind: z.enum([...principalKinds, 'hub']),
    id: z.string().max(64),
    name: z.string().max(60),
  }),
  takenAtMs: z.number(),
  receivedAtMs: z.number(),
  /** What the sender's own clock showed when it was taken. */
  deviceClock: clockTextSchema.optional(),
  /** Where the device was. */
  place: placeSchema.optional(),
  mediaType: z.enum(['image/jpeg', 'audio/webm', 'audio/mp4', 'application/pdf']),
  /** Of what is kept. */
  bytes: z.number().int().positive(),
  sha256: hashSchema,
  sentSha256: hashSchema,
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
  durationMs: z.number().int().min(0).optional(),
  words: wordsSchema.optional(),
  embedded: embeddedFactsSchema.optional(),
});
export type Attachment = z.output<typeof attachmentSchema>;

/** Whether the place in the file is elsewhere than the phone was. */
export function isTakenElsewhere({ embedded }: Pick<Attachment, 'embedded'>): boolean {
  return (embedded?.awayM ?? 0) > elsewhereM;
}

/** What a sender says before it sends the bytes: `POST /api/v1/attachments`. */
export const uploadAnnouncementSchema = z.object({
  attachmentId: squadsIdSchema,
  owner: attachmentOwnerSchema,
  kind: z.enum(attachmentKinds),
  purpose: z.enum(['before', 'after']).optional(),
  bytes: z.number().int().positive(),
  sha256: hashSchema,
  /** How long ago it was taken, by a clock that only runs forward. Milliseconds. */
  ageMs: z
    .number()
    .min(0)
    .max(30 * 24 * 3_600_000),
  deviceClock: clockTextSchema.optional(),
  place: placeSchema.optional(),
  durationMs: z
    .number()
    .int()
    .min(0)
    .max(24 * 3_600_000)
    .optional(),
  words: wordsSchema.optional(),
});
export type UploadAnnouncement = z.output<typeof uploadAnnouncementSchema>;

/** Why what was sent is not kept; sending the same bytes again does not help. */
export const uploadRejections = [
  'not_a_picture',
  'heic',
  'too_many_pixels',
  'cut_off',
  'not_a_voice_note',
  'not_a_document',
  'hash_differs',
] as const;
export type UploadRejection = (typeof uploadRejections)[number];

/** How far an upload is. */
export const uploadStateSchema = z.discriminatedUnion('state', [
  /** `offset`: so many bytes are on the hub's disk; the next piece begins there. */
  z.object({ state: z.literal('open'), offset: z.number().int().min(0) }),
  z.object({ state: z.literal('kept'), attachment: attachmentSchema }),
  z.object({ state: z.literal('rejected'), rejection: z.enum(uploadRejections) }),
]);
export type UploadState = z.output<typeof uploadStateSchema>;

export const attachmentRequests = {
  /** What an owner has, the oldest first. */
  'attachments:list': request({
    capability: 'attachments:list',
    scope: 'filtered',
    input: z.object({ owner: attachmentOwnerSchema }),
    output: z.object({ attachments: z.array(attachmentSchema).max(maxAttachmentsOfOwner) }),
  }),
};

export const attachmentNotices = {
  'attachments:added': notice(z.object({ attachment: attachmentSchema }), {
    to: 'scope',
    capability: 'orders:view',
    scopedCapability: 'squads:serve',
  }),
};
