import { z } from 'zod';

/** What can be wrong with a camera, one at a time. Times in seconds, unless named otherwise. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** A healthy camera. */
  z.strictObject({ kind: z.literal('none') }),
  /** Its password was changed: whatever is presented, it answers 401. */
  z.strictObject({ kind: z.literal('wrongPassword') }),
  /** It refuses: with an RTSP status, or (`hangUp`) by closing the connection at the first request. */
  z.strictObject({
    kind: z.literal('refuse'),
    status: z.union([z.literal(403), z.literal(404), z.literal(453), z.literal(503)]).default(503),
    hangUp: z.boolean().default(false),
  }),
  /** The connection stays, nothing comes: no `media` any more, or no answer to `requests` either. */
  z.strictObject({ kind: z.literal('silence'), of: z.enum(['media', 'requests']).default('media') }),
  /** The next key picture stays: the stream and its timestamps run on, the picture does not change. */
  z.strictObject({ kind: z.literal('frozen') }),
  /** SPS and PPS are missing in the session description, or in the stream. */
  z.strictObject({
    kind: z.literal('missingParameterSets'),
    in: z.enum(['description', 'stream']).default('description'),
  }),
  /** This share of the video packets is lost on the way. */
  z.strictObject({ kind: z.literal('packetLoss'), percent: z.number().min(0).max(100).default(5) }),
  /** A key picture every 4 s only (of one scene). */
  z.strictObject({ kind: z.literal('longGop') }),
  /** H.265 (of one scene). */
  z.strictObject({ kind: z.literal('h265') }),
  /** Without a request for this long, the session is ended; `announced` says it in the Session header. */
  z.strictObject({
    kind: z.literal('shortSessionTimeout'),
    seconds: z.number().min(1).max(60).default(4),
    announced: z.boolean().default(true),
  }),
  /** So long after PLAY the connection is cut in the middle of an interleaved packet. */
  z.strictObject({ kind: z.literal('dropMidPacket'), afterSeconds: z.number().min(0).max(600).default(2) }),
  /** Random bytes: between the interleaved packets every so many seconds, or as the answer to DESCRIBE. */
  z.strictObject({
    kind: z.literal('garbage'),
    in: z.enum(['media', 'description']).default('media'),
    everySeconds: z.number().min(0.1).max(60).default(1),
  }),
]);
export type Fault = z.output<typeof faultSchema>;
/** A fault as it is asked for, parameters that have a usual value left out. */
export type FaultInput = z.input<typeof faultSchema>;

/**
 * Whether clients must be disconnected when a camera's fault changes, because the answers they got when they connected
 * would no longer be true. The other faults appear in a running stream.
 */
export function endsSessions(fault: Fault): boolean {
  switch (fault.kind) {
    case 'wrongPassword':
    case 'refuse':
    case 'missingParameterSets':
    case 'longGop':
    case 'h265':
    case 'shortSessionTimeout':
      return true;
    case 'garbage':
      return fault.in === 'description';
    case 'none':
    case 'silence':
    case 'frozen':
    case 'packetLoss':
    case 'dropMidPacket':
      return false;
  }
}
