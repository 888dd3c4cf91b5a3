import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { producedRtpParametersSchema } from '../talk/sending.protocol.ts';
import { sentenceNotices, sentenceRequests } from './kitchenSentences.protocol.ts';
import { talkEnds, talkPhases } from './kitchenTalkMachine.ts';

const identifier = z.string().min(1).max(64);
const command = z.object({ commandId: identifier, cameraId: identifier });

/**
 * Why nobody can be heard by a camera. `noBackChannel`: its RTSP offers no way back. `noALaw`: its loudspeaker takes no sound of the kind that
 * desks send. `noTcp`: its loudspeaker is reached by datagrams only. `noStream`: it knows no stream at its address. `off`, `away`, `refused`, `silent`: of its recorder: none are received, it is not registered, it refuses, it says nothing.
 */
export const earFaults = [
  'noBackChannel',
  'noALaw',
  'noTcp',
  'noStream',
  'notReached',
  'wrongPassword',
  'cameraRefused',
  'off',
  'away',
  'refused',
  'silent',
  'endedByDevice',
] as const;
export type EarFault = (typeof earFaults)[number];

/** Whether a camera can be spoken to, as far as is known; `unknown` until somebody speaks or the camera answers. */
export const earSchema = z.discriminatedUnion('has', [
  z.object({ has: z.literal('yes') }),
  z.object({ has: z.literal('no'), fault: z.enum(earFaults) }),
  z.object({ has: z.literal('unknown') }),
]);
export type Ear = z.output<typeof earSchema>;

/** Who speaks into a kitchen now. */
export const kitchenSpeakingSchema = z.object({
  siteId: identifier,
  cameraId: identifier,
  speaker: z.object({ speakerId: z.string(), name: z.string() }),
  phase: z.enum(talkPhases),
  /** The name of the stored sentence that the hub says in place of the speaker. */
  sentence: z.string().optional(),
});
export type KitchenSpeaking = z.output<typeof kitchenSpeakingSchema>;

const begun = z.object({
  /** How long the tone sounds before the voice is passed on, from now. Milliseconds. */
  toneMs: z.number(),
});

export const kitchenTalkSnapshotFields = {
  kitchenTalk: z.object({ speaking: z.array(kitchenSpeakingSchema) }).optional(),
};

export const kitchenTalkRequests = {
  /** Whether the camera has an ear, and who speaks into its kitchen. `speakerId`: this desk in `speaker`. */
  'kitchenTalk:read': request({
    capability: 'kitchens:speak',
    input: z.object({ cameraId: identifier }),
    output: z.object({ ear: earSchema, speakerId: z.string(), speaking: kitchenSpeakingSchema.optional() }),
  }),
  /**
   * Declares the voice for kitchens: one producer of A-law (`audio/PCMA`, 8 kHz) on the sending transport of this surface, which sends only
   * while its key is held. Asked again, it takes the place of the one before.
   */
  'kitchenTalk:produceVoice': request({
    capability: 'kitchens:speak',
    scope: 'any',
    input: z.object({ transportId: identifier, rtpParameters: producedRtpParametersSchema }),
    output: z.object({ producerId: z.string() }),
  }),
  /**
   * The key is down. Answers once the camera has accepted and the tone sounds; the desk says `keep` meanwhile and for as long as the key is held.
   * `commandId` is made by the desk for each press: a repeat changes nothing.
   */
  'kitchenTalk:begin': request({ capability: 'kitchens:speak', input: command, output: begun }),
  /** Said every 400 ms while the key is held. */
  'kitchenTalk:keep': request({ capability: 'kitchens:speak', input: command, output: z.object({}) }),
  'kitchenTalk:end': request({ capability: 'kitchens:speak', input: command, output: z.object({}) }),
  /** As `begin`, also while another desk speaks into the kitchen; that desk sees by whom it was ended. */
  'kitchenTalk:takeOver': request({ capability: 'talk:override', input: command, output: begun }),
  ...sentenceRequests,
};

export const kitchenTalkNotices = {
  /** Somebody begins to speak into a kitchen, goes on to another phase, or has ended (`speaking` is left out). */
  'kitchenTalk:changed': notice(
    z.object({
      siteId: identifier,
      speaking: kitchenSpeakingSchema.optional(),
      ended: z
        .object({
          commandId: identifier,
          speakerId: z.string(),
          end: z.enum(talkEnds),
          fault: z.enum(earFaults).optional(),
          /** Who took over. */
          by: z.string().optional(),
        })
        .optional(),
    }),
    { to: 'holders', capability: 'kitchens:speak' },
  ),
  ...sentenceNotices,
};
