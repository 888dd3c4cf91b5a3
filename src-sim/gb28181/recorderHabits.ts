import { z } from 'zod';
import { psHabitsSchema } from './psMuxer.ts';

const mediaWay = z.enum(['udp', 'tcpPassive', 'tcpActive']);
const count = z.number().int().min(1).max(1_000_000);

/**
 * How a simulated recorder deviates from the norm: the faults that real ones are known for, each to be switched on. The numbers are those of the
 * quirks in the design of recorders.
 */
export const recorderHabitsSchema = z.strictObject({
  ...psHabitsSchema.shape,
  /** It speaks SIP over TCP; from its next registration on. Over UDP if missing. */
  sipOver: z.literal('tcp').optional(),
  /** It answers the challenge by SHA-256 only, where there is one. */
  digest: z.literal('sha256').optional(),
  /** 2: the `uri` of its Authorization is not that of the request line. */
  otherDigestUri: z.boolean().optional(),
  /**
   * 4, 5, 6: what it does once it has registered, in place of registering again: nothing, or keepalives, or such without a body. A keepalive that
   * is refused makes it register.
   */
  afterRegistration: z.enum(['silent', 'keepalives', 'emptyKeepalives']).optional(),
  /** 5: between two keepalives. Milliseconds. */
  keepaliveEveryMs: z.number().int().min(20).max(86_400_000).optional(),
  /** 3: after so many keepalives its router gives it another port, and it goes on with keepalives from there. */
  movesAfter: count.optional(),
  /** 7: its catalogue comes last item first, and the item that came last comes twice. */
  mixedList: z.boolean().optional(),
  /** 9: each keepalive is followed by a catalogue that nobody asked for, of its first channel only. */
  unaskedItem: z.boolean().optional(),
  /** 10: extra end tags, NUL and rubbish in its catalogue. */
  rubbish: z.boolean().optional(),
  /** 13: its catalogue has districts, groups and folders, which lie in each other, and the parent of its channels is the platform. */
  folders: z.boolean().optional(),
  /** 14: what is longer than 1,300 bytes is lost between it and the platform where it goes by UDP. */
  losesLong: z.boolean().optional(),
  /** 14: so many items of its catalogue in one message; 1 if missing. */
  itemsPerMessage: z.number().int().min(1).max(1_000).optional(),
  /** 16: it says 415 to an offer whose lines are not in the order of the standard, `y=` and `f=` last. */
  strictOrder: z.boolean().optional(),
  /** 18: its RTP packets have this size, such as 256 or 9,300, whose length reads like a `$`. Bytes. */
  packetBytes: z.number().int().min(64).max(60_000).optional(),
  /** 28: all that it asks has one Call-ID. */
  sameCallIds: z.boolean().optional(),
  /** 28: it says 400 to a branch without the cookie, and 481 to a tag outside of dialogs. */
  strictHeaders: z.boolean().optional(),
  /** Its clock is so far ahead of the right time. Milliseconds; negative: behind. */
  clockOffsetMs: z.number().optional(),
  /** 29: it sets its clock by the `Date` of the answer to its registration, which it reads as local time. */
  setsClock: z.boolean().optional(),
  /** Ways by which its media arrives; by others it agrees and sends nothing. All if missing. */
  ways: z.array(mediaWay).readonly().optional(),
  /** Ways that it refuses with this status. */
  refusedWays: z
    .strictObject({ ways: z.array(mediaWay).readonly(), status: z.number().int().min(400).max(699) })
    .optional(),
  /** What its session description says of SSRC: another one, none, nine digits, 0. The packets have one of its own. */
  saysSsrc: z.enum(['other', 'none', 'nineDigits', 'zero']).optional(),
  /** A platform: its media come from a server of its own at this address of the machine, which its answer names. */
  mediaServer: z.ipv4().optional(),
  /** RTP over TCP begins with `$` and a channel. */
  dollarFraming: z.boolean().optional(),
  /** Every so many packets, bytes of the connection are missing: its buffer was overrun. */
  overrunEvery: count.optional(),
  /** Every so many packets one is lost. */
  loseEvery: count.optional(),
  /** Packets overtake each other within groups of so many. */
  shuffle: z.number().int().min(1).max(64).optional(),
  /** Every packet has the marker. */
  markers: z.enum(['all', 'none']).optional(),
  /** The SSRC changes after so many pictures, and the numbers begin again. */
  ssrcChangesAfter: count.optional(),
  /** Ticks of the first picture: near 2^32 for a wrap. */
  firstPts: z.number().int().min(0).max(0x1_ffff_ffff).optional(),
  /** The time of pictures stands still. */
  standingPts: z.boolean().optional(),
  /** Sound of this kind, with the time of its own 8 kHz. */
  sound: z.enum(['alaw', 'mulaw', 'aac']).optional(),
  /** It sends key pictures only as they come. */
  ignoresKeyRequests: z.boolean().optional(),
  /** The line of an offer to which it answers with its small picture. */
  subStreamLine: z.string().min(1).max(64).optional(),
  /** It says 486 to so many calls. */
  busyFor: z.number().int().min(0).optional(),
  /** Requests of these methods are not answered. */
  silentTo: z.array(z.string().max(32)).readonly().optional(),
  /** It says 200 to a call twice. */
  answersTwice: z.boolean().optional(),
  /** Its answers have no Via. */
  withoutVia: z.boolean().optional(),
  /** It answers calls after so long. Milliseconds. */
  answersAfterMs: z.number().int().min(0).max(60_000).optional(),
  /** Its catalogue says so many more items than there are. */
  sumMore: z.number().int().optional(),
  /** Items of its catalogue that do not come at the first asking, by index. */
  lostOnce: z.array(z.number().int()).readonly().optional(),
  /** Every so many messages of its own one is lost on its way. */
  loseMessageEvery: count.optional(),
  /** The charset of its messages; they say GB2312 whatever it is. */
  charset: z.enum(['utf8', 'gb18030']).optional(),
  /** Command and number are attributes of the root. */
  attributes: z.boolean().optional(),
  /** What it has recorded, in Unix seconds; without it a call for recorded pictures is refused with 404. */
  recorded: z.strictObject({ from: z.number(), to: z.number() }).optional(),
  /** It agrees to any speed of what it recorded and plays at 1. */
  ignoresScale: z.boolean().optional(),
  /**
   * How it takes a voice; after a broadcast, as the norm says, if missing. `needsTalk` refuses the broadcast, `refuses` the talk as well; `silent`
   * says nothing; `byeAtOnce` ends the call that it made; `late` opens its connection late.
   */
  ear: z.enum(['needsTalk', 'refuses', 'silent', 'byeAtOnce', 'late']).optional(),
  /** A voice comes over TCP: it connects, or listens. Over UDP if missing. */
  earWay: z.enum(['connects', 'listens']).optional(),
  /** It does not answer which views its channels remember. */
  saysNoPresets: z.boolean().optional(),
  /** It registers as a device of the edition of 2022. */
  edition2022: z.boolean().optional(),
});
export type RecorderHabits = z.output<typeof recorderHabitsSchema>;
