import { describe, expect, it } from 'vitest';
import {
  RtspProtocolError,
  rtspLimits,
  type RtspMessage,
} from '../../../../../../src-sfu/media/sources/rtsp/rtspMessage.ts';
import { RtspParser } from '../../../../../../src-sfu/media/sources/rtsp/rtspParser.ts';

type Seen = { message: RtspMessage } | { channel: number; data: string };

/** What a parser makes of these chunks. */
function parse(...chunks: (string | Buffer)[]): Seen[] {
  const seen: Seen[] = [];
  const parser = new RtspParser({
    onMessage: (message) => seen.push({ message }),
    onInterleaved: (channel, data) => seen.push({ channel, data: data.toString('latin1') }),
  });
  for (const chunk of chunks) parser.push(Buffer.from(chunk as string, 'latin1'));
  return seen;
}

const frame = (channel: number, text: string): string =>
  `$${String.fromCharCode(channel, text.length >> 8, text.length & 0xff)}${text}`;

describe('RTSP parser', () => {
  it('reads responses with bodies, requests of the server and frames from one chunk', () => {
    const seen = parse(
      `${frame(0, 'abc')}RTSP/1.0 200 OK\r\nCSeq: 2\r\nWWW-Authenticate: Basic realm="a"\r\n` +
        `www-authenticate: Digest realm="b"\r\nContent-Length: 4\r\n\r\nbody${frame(1, '')}\r\n` +
        `OPTIONS rtsp://hub/ RTSP/1.0\nCSeq: 9\n\n${frame(2, 'def')}`,
    );
    expect(seen).toMatchObject([
      { channel: 0, data: 'abc' },
      { message: { type: 'response', status: 200, reason: 'OK', body: Buffer.from('body') } },
      { channel: 1, data: '' },
      { message: { type: 'request', method: 'OPTIONS' } },
      { channel: 2, data: 'def' },
    ]);
    const [, response] = seen as { message: RtspMessage }[];
    expect(response?.message.headers.get('www-authenticate')).toEqual([
      'Basic realm="a"',
      'Digest realm="b"',
    ]);
  });

  it('takes the same from single bytes, as a slow camera sends them', () => {
    const text = `RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nxyz${frame(0, 'media'.repeat(400))}`;
    expect(parse(...text)).toEqual(parse(text));
  });

  it.each([
    ['bytes that are neither', '\x01\x02\x03', /neither RTSP nor/],
    ['binary bytes in the head', 'RTSP/1.0 200 OK\r\nX: \x00\x01', /neither RTSP nor/],
    ['another first line', 'HELLO WORLD\r\n\r\n', /no RTSP/],
    ['a web server', 'HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n', /web server/],
    ['a header without a name', 'RTSP/1.0 200 OK\r\nnonsense\r\n\r\n', /without a name/],
    ['a length that is no number', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n', /no number/],
    ['a body beyond the limit', 'RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n', /99999999 bytes/],
    ['a head without end', `RTSP/1.0 200 OK\r\nX: ${'x'.repeat(rtspLimits.headBytes)}`, /more than 16384/],
    ['too many headers', `RTSP/1.0 200 OK\r\n${'A: b\r\n'.repeat(65)}\r\n`, /too many headers/],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parse(text)).toThrow(RtspProtocolError);
    expect(() => parse(text)).toThrow(message);
  });

  it('sets aside no more than one message or frame', () => {
    const parser = new RtspParser({ onMessage: () => undefined, onInterleaved: () => undefined });
    const largest = Buffer.alloc(4 + 65_535);
    largest.write('$');
    largest.writeUInt16BE(65_535, 2);
    for (let round = 0; round < 20; round += 1) {
      for (let from = 0; from < largest.length; from += 1000)
        parser.push(largest.subarray(from, from + 1000));
    }
    expect(parser.capacityBytes).toBeLessThanOrEqual(68 * 1024);
  });

  it('hands nothing on after it was stopped from within', () => {
    let count = 0;
    const parser = new RtspParser({
      onMessage: () => undefined,
      onInterleaved: () => {
        count += 1;
        parser.stop();
      },
    });
    parser.push(Buffer.from(frame(0, 'a') + frame(0, 'b'), 'latin1'));
    parser.push(Buffer.from(frame(0, 'c'), 'latin1'));
    expect(count).toBe(1);
  });
});
