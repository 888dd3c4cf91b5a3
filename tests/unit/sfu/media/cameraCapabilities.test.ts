import type { types } from 'mediasoup';
import { describe, expect, it } from 'vitest';
import { cameraCapabilities } from '../../../../src-sfu/media/cameraCapabilities.ts';

const browser: types.RtpCapabilities = {
  codecs: [
    {
      kind: 'video',
      mimeType: 'video/H264',
      clockRate: 90_000,
      preferredPayloadType: 102,
      rtcpFeedback: [
        { type: 'nack' },
        { type: 'nack', parameter: 'pli' },
        { type: 'transport-cc' },
        { type: 'goog-remb' },
      ],
    },
    {
      kind: 'audio',
      mimeType: 'audio/PCMA',
      clockRate: 8_000,
      preferredPayloadType: 8,
    },
  ],
  headerExtensions: [
    {
      kind: 'video',
      uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
      preferredId: 5,
    },
    { kind: 'video', uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', preferredId: 4 },
    { kind: 'video', uri: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay', preferredId: 14 },
  ],
};

describe('what a surface can receive of a camera', () => {
  it('is without what bandwidth is estimated by, and otherwise what the browser said', () => {
    const { codecs = [], headerExtensions = [] } = cameraCapabilities(browser);
    expect(codecs[0]?.rtcpFeedback).toEqual([{ type: 'nack' }, { type: 'nack', parameter: 'pli' }]);
    expect(codecs[1]).toEqual(browser.codecs?.[1]);
    expect(headerExtensions).toEqual([browser.headerExtensions?.[2]]);
  });

  it('leaves what it was given as it was', () => {
    const before = structuredClone(browser);
    cameraCapabilities(browser);
    expect(browser).toEqual(before);
    expect(cameraCapabilities({})).toEqual({});
  });
});
