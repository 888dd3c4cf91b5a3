import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';

const identifier = z.string().min(1).max(64);

const rtcpFeedback = z.object({ type: z.string().max(32), parameter: z.string().max(32).optional() });
const codecParameters = z.record(
  z.string().max(64),
  z.union([z.string().max(256), z.number(), z.boolean(), z.null()]).optional(),
);

/** mediasoup `RtpCapabilities`, with bounds: what a browser can receive. */
export const rtpCapabilitiesSchema = z.object({
  codecs: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        mimeType: z.string().max(64),
        preferredPayloadType: z.number().int().min(0).max(127),
        clockRate: z.number().int().positive(),
        channels: z.number().int().positive().optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: z.array(rtcpFeedback).max(16).optional(),
      }),
    )
    .max(96)
    .optional(),
  headerExtensions: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        uri: z.string().max(256),
        preferredId: z.number().int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
});

/** mediasoup `RtpParameters` as the hub made them: passed to the browser as they are. */
const rtpParametersSchema = z.custom<Record<string, unknown>>((value) => typeof value === 'object');

/** One mediasoup worker of the hub. A surface opens at most one receive transport on each. */
export const workerSchema = z.object({
  workerId: identifier,
  routerRtpCapabilities: rtpCapabilitiesSchema,
});
export type WorkerDescription = z.output<typeof workerSchema>;

/** Bytes of a certificate fingerprint by its hash function (RFC 8122, 5). */
const fingerprintBytes = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const;

const fingerprintSchema = z
  .object({
    algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
    value: z.string().max(191),
  })
  .refine(
    ({ algorithm, value }) =>
      /^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})*$/.test(value) &&
      value.length === fingerprintBytes[algorithm] * 3 - 1,
    'is no fingerprint of its algorithm',
  );

/** mediasoup `DtlsParameters`, bounded: it is the client's to send. */
export const dtlsParametersSchema = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z.array(fingerprintSchema).min(1).max(8),
});

const iceParametersSchema = z.object({
  usernameFragment: z.string(),
  password: z.string(),
  iceLite: z.boolean().optional(),
});

/** What the browser needs to make its end of a transport. */
export const transportSchema = z.object({
  transportId: identifier,
  workerId: identifier,
  iceParameters: iceParametersSchema,
  iceCandidates: z.array(
    z.object({
      foundation: z.string(),
      priority: z.number(),
      address: z.string(),
      ip: z.string(),
      protocol: z.enum(['udp', 'tcp']),
      port: z.number().int(),
      type: z.enum(['host', 'srflx', 'prflx', 'relay']),
      tcpType: z.enum(['active', 'passive', 'so']).optional(),
    }),
  ),
  dtlsParameters: dtlsParametersSchema,
});
export type TransportDescription = z.output<typeof transportSchema>;

export const consumerSchema = z.object({
  consumerId: identifier,
  producerId: identifier,
  kind: z.enum(['audio', 'video']),
  rtpParameters: rtpParametersSchema,
  /** Whether every stream with this comes under the same codecs, so that one receiver can take one after the other. */
  isSlotted: z.boolean(),
  /** Whether packets flow already. */
  isFlowing: z.boolean(),
});
export type ConsumerDescription = z.output<typeof consumerSchema>;

/** The name of a media section that a browser has negotiated without a stream. */
export const slotNameSchema = z.string().regex(/^s[0-9]{1,6}$/);

export const mediaRequests = {
  /**
   * Opens the one receive transport of this surface on a worker. Asked again, it is answered with `conflict`, unless
   * `replaces` names the one that is there: both are open then, until the surface closes the old one.
   */
  'media:createTransport': request({
    capability: 'media:receive',
    scope: 'any',
    input: z.object({ workerId: identifier, replaces: identifier.optional() }),
    output: transportSchema,
  }),
  'media:connectTransport': request({
    capability: 'media:receive',
    scope: 'any',
    input: z.object({ transportId: identifier, dtlsParameters: dtlsParametersSchema }),
    output: z.object({}),
  }),
  /** New ICE credentials for a transport whose network path was lost. */
  'media:restartIce': request({
    capability: 'media:receive',
    scope: 'any',
    input: z.object({ transportId: identifier }),
    output: z.object({ iceParameters: iceParametersSchema }),
  }),
  'media:closeTransport': request({
    capability: 'media:receive',
    scope: 'any',
    input: z.object({ transportId: identifier }),
    output: z.object({}),
  }),
  /** A consumer, paused as a rule, of an opened stream on this surface's transport of the stream's worker. */
  'media:consume': request({
    capability: 'media:receive',
    scope: 'filtered',
    input: z.object({
      streamId: identifier,
      transportId: identifier,
      kind: z.enum(['audio', 'video']),
      rtpCapabilities: rtpCapabilitiesSchema,
      /**
       * A media section that the browser has negotiated without a stream and that is free now. The stream comes under its name
       * where it can; the answer's `rtpParameters.mid` says whether it does.
       */
      mid: slotNameSchema.optional(),
      /** Packets may flow at once if the stream comes under `mid`, which saves asking for them. */
      mayFlow: z.boolean().optional(),
    }),
    output: consumerSchema,
  }),
  /** Lets packets flow, once the browser is ready for them. Unknown ids are named back in `missing`. */
  'media:resumeConsumers': request({
    capability: 'media:receive',
    scope: 'any',
    input: z.object({ consumerIds: z.array(identifier).max(128) }),
    output: z.object({ missing: z.array(identifier) }),
  }),
  'media:pauseConsumers': request({
    capability: 'media:receive',
    scope: 'any',
    input: z.object({ consumerIds: z.array(identifier).max(128) }),
    output: z.object({ missing: z.array(identifier) }),
  }),
  'media:closeConsumers': request({
    capability: 'media:receive',
    scope: 'any',
    input: z.object({ consumerIds: z.array(identifier).max(128) }),
    output: z.object({ missing: z.array(identifier) }),
  }),
};

/** The media's part of the snapshot. */
export const mediaSnapshotFields = {
  /** The media workers, for a role that receives media; otherwise none. */
  workers: z.array(workerSchema),
};

export const mediaNotices = {
  /** A worker died. Its transports and consumers are gone; its streams come back on the workers listed. */
  'media:workerReplaced': notice(z.object({ workerId: identifier, workers: z.array(workerSchema) }), {
    to: 'holders',
    capability: 'media:receive',
  }),
  /** The hub closed these consumers (their stream ended); the surface asks for the stream again if it still wants it. */
  'media:consumersClosed': notice(z.object({ consumerIds: z.array(identifier), streamId: identifier }), {
    to: 'addressee',
  }),
};
