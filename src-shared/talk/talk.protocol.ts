import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { floorDenials, floorPriorities, revokeCauses } from './floorState.ts';

/**
 * `all`, `squad:<squadId>`, `private:<memberId>` (the desks and that one member), or `order:<orderId>` (who goes for an order, and the
 * desks that may see it).
 */
export const talkGroupIdSchema = z.string().regex(/^(all|(squad|private|order):[\w-]{1,40})$/);

/** An order's number as it is spoken over the radio, for the name of its group: `7-042`. */
const orderNumberSchema = z.string().max(20);

/** The stream that carries a group's voice: `media:consume` it once as `audio`, resume it, and keep it. */
export function talkStreamId(groupId: string): string {
  return `talk:${groupId}`;
}

/** Who speaks. */
export const talkerSchema = z.object({
  /** Of this connection: the same as `snapshot.talk.speakerId` when it is oneself. */
  speakerId: z.string(),
  kind: z.enum(['member', 'desk']),
  name: z.string(),
  memberId: z.string().optional(),
  squadId: z.string().optional(),
});
export type Talker = z.output<typeof talkerSchema>;

/** A group's floor as everybody in it sees it. A notice with a lower epoch than one already seen is of the past. */
export const floorViewSchema = z.object({
  groupId: talkGroupIdSchema,
  /** Of the group of an order. */
  orderNumber: orderNumberSchema.optional(),
  /** Grows with every grant, also over restarts of the hub. */
  epoch: z.number().int(),
  /** Absent: nobody speaks. */
  talker: talkerSchema.optional(),
  priority: z.enum(floorPriorities).optional(),
  sinceMs: z.number().optional(),
  /** When the talk limit is reached, by the hub's clock. */
  endsAtMs: z.number().optional(),
  /** How many wait. */
  waiting: z.number().int(),
});
export type FloorView = z.output<typeof floorViewSchema>;

/** `snapshot.talk`, for who may `talk:hear`. */
export const talkSnapshotSchema = z.object({
  speakerId: z.string(),
  /**
   * The groups this surface may hear and speak in. For a desk: all, each squad, and of the private ones those in use; it
   * may use any `private:<memberId>`, and `order:<orderId>` of the orders that it may see. For a phone: all, its squad, its own private
   * one, and those of its orders.
   */
  floors: z.array(floorViewSchema),
  /** For a phone: the group to which its member belongs now (memberGroups.ts). */
  homeGroupId: talkGroupIdSchema.optional(),
  /** The media worker that carries talk and what is sent; none while there is none. */
  workerId: z.string().optional(),
});
export type TalkSnapshot = z.output<typeof talkSnapshotSchema>;

/** The first answer to a request for the floor. What comes later comes as notices, with this `press`. */
export const floorAnswerSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('granted'),
    epoch: z.number().int(),
    /** Not before the floor was granted. */
    grantedAtMs: z.number(),
    endsAtMs: z.number(),
  }),
  /** 1 is next. */
  z.object({ state: z.literal('queued'), position: z.number().int(), size: z.number().int() }),
  z.object({ state: z.literal('denied'), cause: z.enum(floorDenials) }),
]);
export type FloorAnswer = z.output<typeof floorAnswerSchema>;

/**
 * The number of a press of the talk key, or of SOS: 1, 2, 3 … on this connection, over all groups; it starts at 1 again with a
 * new connection. Late and doubled messages of an older press do no harm.
 */
const press = z.number().int().min(1).max(1_000_000_000);
const epoch = z.number().int().min(1);

export const talkEndCauses = [
  'released',
  'limit',
  'overridden',
  'emergency',
  'by_desk',
  'lost',
  'group_left',
  'not_keyed',
  'cut_off',
] as const;

export const talkRecordSchema = z.object({
  talkId: z.number().int(),
  groupId: talkGroupIdSchema,
  /** Of a talk in the group of an order. */
  orderNumber: orderNumberSchema.optional(),
  talker: talkerSchema.omit({ speakerId: true }),
  priority: z.enum(floorPriorities),
  startedAtMs: z.number(),
  /** Absent while the talk goes on, or when the hub stopped during it (`endCause` is `cut_off`). */
  endedAtMs: z.number().optional(),
  endCause: z.enum(talkEndCauses).optional(),
  /** Where the talker was, when the position was shared. */
  place: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
});
export type TalkRecord = z.output<typeof talkRecordSchema>;

export const talkRequests = {
  /**
   * The key is down. Answered with the first decision; `denied` with `no_voice` when this surface has not produced its
   * voice, `elsewhere` when it has or waits for another floor. A repeat of the same press is answered as it stands.
   */
  'talk:requestFloor': request({
    capability: 'talk:speak',
    scope: 'filtered',
    input: z.object({
      groupId: talkGroupIdSchema,
      press,
      /** `override` takes the floor from who has it, and needs `talk:override`. */
      priority: z.enum(['normal', 'override']).default('normal'),
    }),
    output: floorAnswerSchema,
  }),
  /** After a grant from the queue: the key is still held and speech begins. Without it the floor goes on after 4 s. */
  'talk:confirmFloor': request({
    capability: 'talk:speak',
    scope: 'filtered',
    input: z.object({ groupId: talkGroupIdSchema, epoch }),
    output: z.object({}),
  }),
  /** The key is up, or the wait is abandoned. Sent until answered; it may even come before its request. */
  'talk:releaseFloor': request({
    capability: 'talk:speak',
    scope: 'filtered',
    input: z.object({ groupId: talkGroupIdSchema, press }),
    output: z.object({}),
  }),
  /** A desk ends somebody's talk. `conflict` when the epoch is old. */
  'talk:revokeFloor': request({
    capability: 'talk:override',
    input: z.object({ groupId: talkGroupIdSchema, epoch }),
    output: z.object({}),
  }),
  /** Who spoke, the newest first. A phone receives only its own groups. */
  'talk:readHistory': request({
    capability: 'talk:hear',
    scope: 'filtered',
    input: z.object({
      groupId: talkGroupIdSchema.optional(),
      /** Only older ones than this. */
      beforeTalkId: z.number().int().optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    output: z.object({ talks: z.array(talkRecordSchema) }),
  }),
};

/** Talk's part of the snapshot. */
export const talkSnapshotFields = {
  /** Talk groups, for who may `talk:hear`. */
  talk: talkSnapshotSchema.optional(),
};

export const talkNotices = {
  /** To a phone: which groups its member has from now on, and to which it belongs; an order came, changed hands, or is done. */
  'talk:groupsChanged': notice(
    z.object({ homeGroupId: talkGroupIdSchema, floors: z.array(floorViewSchema) }),
    { to: 'addressee' },
  ),
  /** To everybody of the group: who has the floor now, or that nobody has. */
  'talk:floorTaken': notice(z.object({ floor: floorViewSchema }), { to: 'addressee' }),
  'talk:floorIdle': notice(z.object({ floor: floorViewSchema }), { to: 'addressee' }),
  /** To the one: the floor after waiting, or by SOS. Confirm it while the key is held (not needed by SOS). */
  'talk:floorGranted': notice(
    z.object({
      groupId: talkGroupIdSchema,
      press,
      epoch,
      priority: z.enum(floorPriorities),
      endsAtMs: z.number(),
    }),
    { to: 'addressee' },
  ),
  /** To the one: its wait ended without the floor. */
  'talk:floorDenied': notice(z.object({ groupId: talkGroupIdSchema, press, cause: z.enum(floorDenials) }), {
    to: 'addressee',
  }),
  'talk:queueMoved': notice(
    z.object({
      groupId: talkGroupIdSchema,
      press,
      position: z.number().int(),
      size: z.number().int(),
    }),
    { to: 'addressee' },
  ),
  /** To the one: five seconds are left. */
  'talk:limitNear': notice(z.object({ groupId: talkGroupIdSchema, epoch, endsAtMs: z.number() }), {
    to: 'addressee',
  }),
  /**
   * To the one: stop speaking and send `talk:releaseFloor`. After `untilMs` not one packet more is passed on; in an
   * emergency that is at once.
   */
  'talk:floorRevoked': notice(
    z.object({
      groupId: talkGroupIdSchema,
      press,
      epoch,
      cause: z.enum(revokeCauses),
      untilMs: z.number(),
    }),
    { to: 'addressee' },
  ),
};
