import { z } from 'zod';
import { dtlsParametersSchema, transportSchema } from '../media/media.protocol.ts';
import { request } from '../protocol/define.ts';

const identifier = z.string().min(1).max(64);
const ssrc = z.number().int().min(0).max(0xffff_ffff);
const parameters = z.record(z.string().max(64), z.union([z.string().max(256), z.number(), z.boolean()]));

/** mediasoup `RtpParameters` of what a surface sends, bounded: they are the client's to say. */
export const producedRtpParametersSchema = z.object({
  mid: z.string().max(32).optional(),
  codecs: z
    .array(
      z.object({
        mimeType: z.string().max(64),
        payloadType: z.number().int().min(0).max(127),
        clockRate: z.number().int().positive(),
        channels: z.number().int().positive().max(8).optional(),
        parameters: parameters.optional(),
        rtcpFeedback: z
          .array(z.object({ type: z.string().max(32), parameter: z.string().max(32).optional() }))
          .max(16)
          .optional(),
      }),
    )
    .min(1)
    .max(8),
  headerExtensions: z
    .array(
      z.object({
        uri: z.string().max(256),
        id: z.number().int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: parameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: ssrc.optional(),
        rid: z.string().max(16).optional(),
        codecPayloadType: z.number().int().min(0).max(127).optional(),
        rtx: z.object({ ssrc }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z.string().max(16).optional(),
        scaleResolutionDownBy: z.number().positive().max(64).optional(),
        maxBitrate: z.number().int().positive().max(50_000_000).optional(),
        maxFramerate: z.number().positive().max(240).optional(),
        adaptivePtime: z.boolean().optional(),
        priority: z.string().max(16).optional(),
        networkPriority: z.string().max(16).optional(),
        active: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(4)
    .optional(),
  rtcp: z
    .object({
      cname: z.string().max(128).optional(),
      reducedSize: z.boolean().optional(),
      mux: z.boolean().optional(),
    })
    .optional(),
  msid: z.string().max(128).optional(),
});
export type ProducedRtpParameters = z.output<typeof producedRtpParametersSchema>;

/** How a surface sends: one transport for its voice and, on a phone, its body cam. */
export const sendingRequests = {
  /**
   * Opens the one sending transport of this surface; `transport.workerId` is in `snapshot.workers`. Asked again, the one
   * before is closed with all it sent.
   */
  'talk:openSending': request({
    capability: 'talk:speak',
    scope: 'any',
    input: z.object({}),
    output: z.object({ transport: transportSchema }),
  }),
  'talk:connectSending': request({
    capability: 'talk:speak',
    scope: 'any',
    input: z.object({ transportId: identifier, dtlsParameters: dtlsParametersSchema }),
    output: z.object({}),
  }),
  /** New ICE credentials after the network path was lost; no new sign-in, no new producers. */
  'talk:restartSendingIce': request({
    capability: 'talk:speak',
    scope: 'any',
    input: z.object({ transportId: identifier }),
    output: z.object({ iceParameters: transportSchema.shape.iceParameters }),
  }),
  /**
   * Declares the surface's voice: one Opus producer (in-band FEC on), made once when coming on duty. The hub keeps it
   * closed and opens it only while this surface has a floor. Asked again, it takes the place of the one before. A talker
   * of whom no packet comes for 1.5 s is lost and loses the floor: with DTX, Opus sends one at least every 400 ms.
   */
  'talk:produceVoice': request({
    capability: 'talk:speak',
    scope: 'any',
    input: z.object({ transportId: identifier, rtpParameters: producedRtpParametersSchema }),
    output: z.object({ producerId: z.string() }),
  }),
};
