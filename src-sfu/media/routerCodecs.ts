import type { types } from 'mediasoup';

/**
 * The one H.264 flavour under which every camera is offered. Browsers choose a decoder by it and then decode what
 * really comes: constrained baseline level 3.1 is the one every browser lists, and the stream's own profile is in its
 * SPS. So a camera can change its encoder, or be transcoded, under consumers that stay.
 */
export const cameraVideoCodec = {
  mimeType: 'video/H264',
  clockRate: 90_000,
  payloadType: 102,
  parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
} as const;

/** Static payload types of RFC 3551. */
export const cameraAudioCodecs = {
  PCMU: { mimeType: 'audio/PCMU', clockRate: 8000, payloadType: 0 },
  PCMA: { mimeType: 'audio/PCMA', clockRate: 8000, payloadType: 8 },
} as const;

/** What a router of ours can carry. */
export const routerCodecs: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, preferredPayloadType: 111 },
  {
    kind: 'audio',
    mimeType: cameraAudioCodecs.PCMU.mimeType,
    clockRate: 8000,
    channels: 1,
    preferredPayloadType: 0,
  },
  {
    kind: 'audio',
    mimeType: cameraAudioCodecs.PCMA.mimeType,
    clockRate: 8000,
    channels: 1,
    preferredPayloadType: 8,
  },
  {
    kind: 'video',
    mimeType: cameraVideoCodec.mimeType,
    clockRate: cameraVideoCodec.clockRate,
    preferredPayloadType: cameraVideoCodec.payloadType,
    parameters: cameraVideoCodec.parameters,
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, preferredPayloadType: 96 },
];
