import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { producedRtpParametersSchema } from '../talk/sending.protocol.ts';

const identifier = z.string().regex(/^[\w-]{1,40}$/);

/** How long a phone may take to answer a desk that asks for its picture. */
export const bodyCamAskLifeMs = 60_000;

/** The stream of a member's body cam; also its id wherever cameras are shown. */
export function bodyCamStreamId(memberId: string): string {
  return `bodycam:${memberId}`;
}

/** Whose body cam a stream or camera id names; undefined for any other camera. */
export function bodyCamMemberId(streamId: string): string | undefined {
  return streamId.startsWith('bodycam:') ? streamId.slice('bodycam:'.length) : undefined;
}

/** A member's live picture. Its state is part of the member (`squads:membersChanged`, `bodyCam`). */
export const bodyCamRequests = {
  /** A desk asks for the picture. `unavailable` when the phone is not connected; `conflict` when it is live already. */
  'bodycam:ask': request({
    capability: 'bodycam:ask',
    input: z.object({ memberId: identifier }),
    output: z.object({ askId: identifier, expiresAtMs: z.number() }),
  }),
  /** The desk withdraws its request, or ends the picture. */
  'bodycam:end': request({
    capability: 'bodycam:ask',
    input: z.object({ memberId: identifier }),
    output: z.object({}),
  }),
  /** The member declines the request. Starting to send accepts it. */
  'bodycam:decline': request({
    capability: 'bodycam:send',
    scope: 'any',
    input: z.object({ askId: identifier }),
    output: z.object({}),
  }),
  /**
   * Starts to send one kind on the phone's sending transport (`talk:openSending`): video (simulcast or not), and audio for
   * its sound. Asked again for a kind, it takes the place of the one before.
   */
  'bodycam:produce': request({
    capability: 'bodycam:send',
    scope: 'any',
    input: z.object({
      transportId: z.string().min(1).max(64),
      kind: z.enum(['audio', 'video']),
      rtpParameters: producedRtpParametersSchema,
    }),
    output: z.object({ producerId: z.string(), streamId: z.string() }),
  }),
  /** The member ends it. */
  'bodycam:stop': request({
    capability: 'bodycam:send',
    scope: 'any',
    input: z.object({}),
    output: z.object({}),
  }),
};

export const bodyCamNotices = {
  /** To the phone: a desk asks for the picture. `automatic` when the squad's settings start it in an emergency. */
  'bodycam:asked': notice(
    z.object({
      askId: identifier,
      by: z.string(),
      expiresAtMs: z.number(),
      automatic: z.boolean(),
    }),
    { to: 'addressee' },
  ),
  /**
   * To the phone: the request was withdrawn or expired, the desk ended the picture, or the member's recorder sends it
   * now. Stop sending it.
   */
  'bodycam:ended': notice(z.object({ reason: z.enum(['by_desk', 'expired', 'taken_over']) }), {
    to: 'addressee',
  }),
};
