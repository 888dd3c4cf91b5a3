import type { types } from 'mediasoup';

/** The header extensions and feedback by which a receiver reports what its network carries (draft-holmer-rmcat-transport-wide-cc-extensions-01, REMB). */
const estimationExtensions: ReadonlySet<string> = new Set([
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
]);
const estimationFeedback: ReadonlySet<string> = new Set(['transport-cc', 'goog-remb']);

/**
 * What a surface can receive of a camera, without bandwidth estimation: a camera's stream has one size, so that an
 * estimate changes nothing, while keeping the books of it takes the worker a fifth of its time and its probes take the
 * surface's network.
 */
export function cameraCapabilities(capabilities: types.RtpCapabilities): types.RtpCapabilities {
  return {
    ...capabilities,
    ...(capabilities.headerExtensions && {
      headerExtensions: capabilities.headerExtensions.filter(({ uri }) => !estimationExtensions.has(uri)),
    }),
    ...(capabilities.codecs && {
      codecs: capabilities.codecs.map((codec) => ({
        ...codec,
        ...(codec.rtcpFeedback && {
          rtcpFeedback: codec.rtcpFeedback.filter(({ type }) => !estimationFeedback.has(type)),
        }),
      })),
    }),
  };
}
