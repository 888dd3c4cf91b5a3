import fc from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { RtspRequestParser, RtspSyntaxError, writeResponse } from '../../../src-sim/rtsp/requestParser.ts';

const describeRequest =
  'DESCRIBE rtsp://host/cam-0001/sub RTSP/1.0\r\nCSeq: 3\r\nAccept: application/sdp\r\n\r\n';
const withBody = 'SET_PARAMETER rtsp://host/a RTSP/1.0\r\nCSeq: 4\r\nContent-Length: 5\r\n\r\nhello';
const report = Buffer.from([0x24, 1, 0, 3, 7, 8, 9]);

describe('the RTSP request parser', () => {
  it('reads method, URL, headers in any case, and body', () => {
    const [message] = new RtspRequestParser().push(Buffer.from(withBody));
    expect(message).toMatchObject({
      kind: 'request',
      request: { method: 'SET_PARAMETER', url: 'rtsp://host/a' },
    });
    if (message?.kind !== 'request') throw new Error('no request');
    expect(message.request.headers.get('cseq')).toBe('4');
    expect(message.request.body.toString()).toBe('hello');
  });

  it('gives the same messages however the bytes are cut', () => {
    const all = Buffer.concat([Buffer.from(describeRequest), report, Buffer.from(`\r\n${withBody}`)]);
    const whole = new RtspRequestParser().push(all);
    expect(whole.map((message) => message.kind)).toEqual(['request', 'data', 'request']);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: all.length - 1 })), (cuts) => {
        const parser = new RtspRequestParser();
        const ends = [...new Set([...cuts, all.length])].sort((one, other) => one - other);
        let from = 0;
        const pieces = ends.flatMap((end) => {
          const messages = parser.push(all.subarray(from, end));
          from = end;
          return messages;
        });
        expect(pieces).toEqual(whole);
      }),
    );
  });

  it.each([
    ['a request line of another protocol', 'GET / HTTP/1.1\r\n\r\n'],
    ['a header without a name', 'OPTIONS * RTSP/1.0\r\n: 1\r\n\r\n'],
    ['a negative length', 'OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n'],
    ['a body larger than anything', 'OPTIONS * RTSP/1.0\r\nContent-Length: 999999\r\n\r\n'],
    ['a header without end', `OPTIONS * RTSP/1.0\r\nX: ${'x'.repeat(20_000)}`],
  ])('refuses %s', (_name, text) => {
    expect(() => new RtspRequestParser().push(Buffer.from(text))).toThrow(RtspSyntaxError);
  });

  it('never fails in another way, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          new RtspRequestParser().push(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RtspSyntaxError);
        }
      }),
    );
  });
});

describe('an RTSP response', () => {
  it('carries the sequence it answers and the length of its body', () => {
    expect(writeResponse(200, '7', { Public: 'OPTIONS' }, 'é').toString()).toBe(
      'RTSP/1.0 200 OK\r\nCSeq: 7\r\nPublic: OPTIONS\r\nContent-Length: 2\r\n\r\né',
    );
  });
});
