import fc from '../../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { parseSequenceParameters } from '../../../../../src-sfu/media/ingest/h264ParameterSets.ts';
import { createMediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import {
  isRtpPacket,
  rtcpGoodbyes,
  rtpPayloadEnd,
  rtpPayloadStart,
} from '../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { chooseChallenge } from '../../../../../src-sfu/media/sources/rtsp/rtspAuthentication.ts';
import { RtspProtocolError } from '../../../../../src-sfu/media/sources/rtsp/rtspMessage.ts';
import { RtspParser } from '../../../../../src-sfu/media/sources/rtsp/rtspParser.ts';
import { CameraUrlError, parseCameraUrl } from '../../../../../src-sfu/base/cameraUrl.ts';
import {
  parseSessionDescription,
  SessionDescriptionError,
} from '../../../../../src-sfu/media/sources/rtsp/sessionDescription.ts';
import { aggregate, fragments, nalUnits, pps, rtp, slice, sps640x360 } from './rtpBuilders.ts';

const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

/** What a parser makes of a stream that comes in these pieces; the last entry says how it ended. */
function outcome(stream: Buffer, cuts: number[]): string[] {
  const seen: string[] = [];
  const parser = new RtspParser({
    onMessage: ({ headers, body, ...rest }) =>
      seen.push(JSON.stringify({ ...rest, headers: [...headers], body: body.toString('hex') })),
    onInterleaved: (channel, data) => seen.push(`${channel}: ${data.toString('hex')}`),
  });
  const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  try {
    for (const [index, edge] of edges.entries()) {
      // A copy, as the parser may write to what it hands on.
      parser.push(Buffer.from(stream.subarray(edges[index - 1] ?? 0, edge)));
      expect(parser.capacityBytes).toBeLessThanOrEqual(68 * 1024);
    }
  } catch (error) {
    if (!(error instanceof RtspProtocolError)) throw error;
    seen.push('protocol error');
  }
  return seen;
}

const frames = fc
  .tuple(fc.nat(255), bytes(200))
  .map(([channel, data]) =>
    Buffer.concat([Buffer.from([0x24, channel, data.length >> 8, data.length & 0xff]), data]),
  );
const headerText = fc.stringMatching(/^[ -~]{0,40}$/);
const messages = fc
  .tuple(
    fc.constantFrom(
      'RTSP/1.0 200 OK',
      'RTSP/1.0 401 Unauthorized',
      'OPTIONS * RTSP/1.0',
      'RTSP/1.0 x',
      'Hello',
    ),
    fc.array(fc.tuple(fc.constantFrom('CSeq', 'Session', 'X-Odd'), headerText), { maxLength: 5 }),
    bytes(100),
    fc.constantFrom('\r\n', '\n'),
  )
  .map(([line, headers, body, end]) =>
    Buffer.concat([
      Buffer.from(
        [
          line,
          ...headers.map(([name, value]) => `${name}: ${value}`),
          `Content-Length: ${body.length}`,
          '',
          '',
        ].join(end),
        'latin1',
      ),
      body,
    ]),
  );

describe('the RTSP parser', () => {
  it('makes the same of a stream however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(frames, messages, bytes(20)), { maxLength: 8 }),
        fc.array(fc.nat(3000), { maxLength: 12 }),
        (parts, cuts) => {
          const stream = Buffer.concat(parts);
          expect(outcome(stream, cuts)).toEqual(outcome(stream, []));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('survives any bytes, one by one, and throws only its own error', () => {
    fc.assert(
      fc.property(bytes(400), (stream) => {
        const every = Array.from({ length: stream.length }, (_unused, index) => index);
        expect(outcome(stream, every)).toEqual(outcome(stream, []));
      }),
      { numRuns: 300 },
    );
  });
});

describe('texts of cameras', () => {
  it('addresses, challenges and descriptions are read or refused by their own errors', () => {
    // Text from bytes, as it comes from a camera, and far quicker to make than strings of code points.
    const odd = fc.oneof(
      bytes(200).map((text) => text.toString('latin1')),
      bytes(200).map((text) => text.toString('utf8')),
      fc.string({ maxLength: 60 }),
    );
    fc.assert(
      fc.property(odd, (text) => {
        for (const url of [text, `rtsp://${text}`, `rtsp://u:${text}@h/${text}`]) {
          try {
            const target = parseCameraUrl(url);
            expect(target.url).toMatch(/^[\x21-\x7e]+$/);
          } catch (error) {
            expect(error).toBeInstanceOf(CameraUrlError);
          }
        }
        chooseChallenge([text, `Digest ${text}`, `Basic ${text}`]);
        const description = [
          'm=video 0 RTP/AVP 96',
          `a=rtpmap:96 ${text}`,
          `a=fmtp:96 ${text}`,
          `a=control:${text}`,
        ];
        for (const sdp of [text, description.join('\n'), `m=${text}`]) {
          try {
            parseSessionDescription(sdp, 'rtsp://h/');
          } catch (error) {
            if (!(error instanceof CameraUrlError)) expect(error).toBeInstanceOf(SessionDescriptionError);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('RTP and H.264', () => {
  it('the walkers survive any bytes and stay within them', () => {
    fc.assert(
      fc.property(bytes(120), (packet) => {
        rtcpGoodbyes(packet);
        parseSequenceParameters(packet);
        parseSequenceParameters(Buffer.concat([Buffer.from([0x67]), packet]));
        if (!isRtpPacket(packet)) return;
        const start = rtpPayloadStart(packet);
        if (start === -1) return;
        expect(start).toBeLessThanOrEqual(packet.length);
        expect(rtpPayloadEnd(packet, start)).toBeLessThanOrEqual(packet.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('the output sends only whole packets of its own form, whatever comes in', () => {
    const payload = fc.oneof(
      bytes(60),
      bytes(60).map((rest) => Buffer.concat([Buffer.from([0x7c]), rest])),
      bytes(60).map((rest) => Buffer.concat([Buffer.from([0x78]), rest])),
      bytes(60).map((rest) => Buffer.concat([Buffer.from([0x67]), rest])),
      fc.constant(aggregate(sps640x360, pps, slice('idr', 2000))),
      fc.constantFrom(...fragments(slice('idr', 9000), 3000)),
      fc.constant(slice('predicted', 5000)),
    );
    const packet = fc.oneof(
      bytes(80),
      fc
        .tuple(payload, fc.nat(0xffff), fc.nat(0xffff_ffff), fc.boolean(), fc.nat(15), fc.nat(6), fc.nat(20))
        .map(([data, sequence, timestamp, marker, csrcs, extensionWords, paddingBytes]) =>
          rtp({ payload: data, sequence, timestamp, marker, csrcs, extensionWords, paddingBytes }),
        ),
    );
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), fc.boolean(), (packets, announced) => {
        let nowMs = 0;
        const check = (sent: Buffer, payloadType: number): void => {
          expect(sent.length).toBeGreaterThan(12);
          expect(sent.length).toBeLessThanOrEqual(1412);
          // Plain, or with the one extension that goes with parameter sets.
          expect([0x80, 0x90]).toContain(sent[0]);
          expect((sent[1] ?? 0) & 0x7f).toBe(payloadType);
        };
        const output = createMediaOutput({
          videoSsrc: 1,
          videoPayloadType: 102,
          audioSsrc: 2,
          audioPayloadType: 8,
          sendVideo: (sent) => check(sent, 102),
          sendAudio: (sent) => check(sent, 8),
          nowMs: () => (nowMs += 7),
        });
        output.beginSource({ videoClockRate: 90_000, parameterSets: announced ? [sps640x360, pps] : [] });
        for (const each of packets) {
          output.writeVideo(Buffer.from(each));
          output.writeAudio(Buffer.from(each));
        }
        output.keyPicture();
        output.statistics();
      }),
      { numRuns: 300 },
    );
  });

  it('what was sent, put together, is what came in, however it was packetised', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 40_000 }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.nat(1e6),
        (size, cut, seed) => {
          const sent: Buffer[] = [];
          const output = createMediaOutput({
            videoSsrc: 1,
            videoPayloadType: 102,
            audioSsrc: 2,
            audioPayloadType: 8,
            sendVideo: (packet) => sent.push(Buffer.from(packet)),
            sendAudio: () => undefined,
            nowMs: () => 0,
          });
          output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
          const nal = slice('idr', size, { seed });
          const dataBytes = Math.max(cut, Math.ceil(size / 200));
          const pieces = dataBytes >= size ? [nal] : fragments(nal, dataBytes);
          for (const [index, payload] of pieces.entries()) {
            output.writeVideo(
              rtp({ sequence: index, timestamp: 5, payload, marker: index === pieces.length - 1 }),
            );
          }
          // Another source begins, so the picture is over.
          output.beginSource({ videoClockRate: 90_000 });
          expect(Buffer.concat(nalUnits(sent)).equals(Buffer.concat([sps640x360, pps, nal]))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
