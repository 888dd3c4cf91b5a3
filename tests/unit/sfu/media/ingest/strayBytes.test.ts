import fc from '../../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { RtspProtocolError } from '../../../../../src-sfu/media/sources/rtsp/rtspMessage.ts';
import { RtspParser } from '../../../../../src-sfu/media/sources/rtsp/rtspParser.ts';
import { rtp } from './rtpBuilders.ts';

function frame(channel: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x24, channel, data.length >> 8, data.length & 0xff]), data]);
}

/** Packet number `index`, so large that several fit a chunk; no byte of its payload is a `$`. */
function media(index: number, bytes = 200): Buffer {
  return frame(0, rtp({ sequence: index, timestamp: index, payload: Buffer.alloc(bytes, 0x41) }));
}

/** What a parser with channel 0 (RTP) and 1 (RTCP) makes of the bytes in these pieces: packet numbers, methods. */
function read(stream: Buffer, pieceBytes: number): { seen: string[]; lost: number } {
  const seen: string[] = [];
  let lost = 0;
  const parser = new RtspParser({
    onMessage: (message) => seen.push(message.type === 'request' ? message.method : String(message.status)),
    onInterleaved: (channel, data) =>
      seen.push(`${channel}:${data.length >= 4 ? data.readUInt16BE(2) : 'short'}`),
    onMediaLost: () => (lost += 1),
  });
  parser.setChannel(0, 'rtp');
  parser.setChannel(1, 'rtcp');
  for (let at = 0; at < stream.length; at += pieceBytes) {
    parser.push(Buffer.from(stream.subarray(at, at + pieceBytes)));
  }
  return { seen, lost };
}

const seen = (stream: Buffer, pieceBytes = stream.length): string[] => read(stream, pieceBytes).seen;
/** As a camera of this kind sent them: no `$` among them. */
const stray = Buffer.from([0x5c, 0x81, 0xe0, 0x03, 0x1f, 0x00, 0x9a, 0x7c, 0x10, 0x00, 0xff, 0x88]);

describe('stray bytes between frames', () => {
  it.each([1, 2, 3, 5, 7, 100, 1_000, 65_536])(
    'are passed over when they come in pieces of %d bytes',
    (pieceBytes) => {
      const stream = Buffer.concat([media(1), stray, media(2), media(3), stray, stray, media(4)]);
      expect(seen(stream, pieceBytes)).toEqual(['0:1', '0:2', '0:3', '0:4']);
    },
  );

  it.each([
    ['one byte', Buffer.from([0x00])],
    ['a dollar of a channel that is not there', Buffer.from([0x24, 9, 0x40, 0x00, 1, 2])],
    ['a dollar with an impossible length', Buffer.from([0x24, 0, 0, 3, 0x80])],
    ['a dollar with another version', Buffer.from([0x24, 0, 0, 100, 0x00, 0x60])],
    ['capital letters', Buffer.from('ABCDEFG\u0000')],
    ['dollars alone', Buffer.alloc(9, 0x24)],
  ])('are passed over when they are %s', (_what, bytes) => {
    const stream = Buffer.concat([media(1), bytes, media(2), media(3)]);
    for (const pieceBytes of [stream.length, 50, 1]) {
      expect(seen(stream, pieceBytes).filter((each) => each.startsWith('0:'))).toEqual(
        expect.arrayContaining(['0:1', '0:3']) as string[],
      );
    }
    expect(seen(stream)).toEqual(['0:1', '0:2', '0:3']);
  });

  it('that are a frame cut short cost that frame, and its loss is reported', () => {
    const later = Array.from({ length: 10 }, (_none, index) => media(3 + index));
    const stream = Buffer.concat([media(1), media(2, 1_000).subarray(0, 40), ...later]);
    const all = ['0:1', ...later.map((_none, index) => `0:${3 + index}`)];
    expect(read(stream, stream.length)).toEqual({ seen: all, lost: 1 });
    for (const pieceBytes of [1, 7, 100, 500]) {
      expect(seen(stream, pieceBytes).at(-1)).toBe('0:12');
    }
  });

  it('do not hide an answer behind them', () => {
    const stream = Buffer.concat([
      media(1),
      stray,
      Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 5\r\n\r\n'),
      stray,
      Buffer.from('OPTIONS * RTSP/1.0\r\nCSeq: 5\r\n\r\n'),
      media(2),
    ]);
    expect(seen(stream)).toEqual(['0:1', '200', 'OPTIONS', '0:2']);
  });

  it('are the end where nothing else comes', () => {
    expect(() => seen(Buffer.concat([media(1), Buffer.alloc(400_000, 0x7f)]), 60_000)).toThrow(
      RtspProtocolError,
    );
  });

  it('are no camera before any media came', () => {
    expect(() => seen(Buffer.concat([stray, media(1)]))).toThrow(RtspProtocolError);
  });

  it('of any kind never keep the media behind them from coming again, nor cost much time', () => {
    const any = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(
        fc.array(any, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 3_000 }),
        (strays, pieceBytes) => {
          // A length among the bytes may claim up to 64 KiB of what follows.
          const rest = Array.from({ length: 700 }, (_none, index) => media(1_000 + index));
          const stream = Buffer.concat([...strays.flatMap((bytes, index) => [media(index), bytes]), ...rest]);
          expect(seen(stream, pieceBytes).at(-1)).toBe('0:1699');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('made to be read again and again cost time in proportion to their length', () => {
    const tiny = frame(0, rtp({ sequence: 1, timestamp: 1, payload: Buffer.alloc(1) }));
    for (const head of [Buffer.from([0x24, 0, 0xff, 0xff, 0x80, 0x60]), Buffer.from([0x24, 9, 0xff, 0xff])]) {
      const stream = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.concat([tiny, head, stray])));
      const before = process.cpuUsage();
      for (const pieceBytes of [64 * 1024, 1_000]) {
        try {
          read(stream, pieceBytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RtspProtocolError);
        }
      }
      const { user } = process.cpuUsage(before);
      expect(user / 1000).toBeLessThan(1_000);
    }
  });
});
