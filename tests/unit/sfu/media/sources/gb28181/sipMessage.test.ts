import { describe, expect, it } from 'vitest';
import {
  headerOf,
  isRequest,
  isResponse,
  parameterOf,
  parseDatagram,
  sequenceOf,
  uriOf,
  userOf,
  writeMessage,
  writeResponse,
  type SipMessage,
} from '../../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { SipStream } from '../../../../../../src-sfu/media/sources/gb28181/sipStream.ts';
import fc from '../../../../../support/properties.ts';

const register = [
  'REGISTER sip:42120000002000000001@4212000000 SIP/2.0',
  'Via: SIP/2.0/UDP 10.77.0.9:5060;rport;branch=z9hG4bK1',
  'f: "后厨" <sip:42120000001180000001@4212000000>;tag=77',
  'To: <sip:42120000001180000001@4212000000>',
  'i: call-1',
  'CSeq: 2 REGISTER',
  'Subject: one',
  ' two',
  'Content-Length: 5',
  '',
  'helloand more',
].join('\r\n');

function read(text: string): SipMessage | undefined {
  return parseDatagram(Buffer.from(text, 'utf8'));
}

describe('a SIP message', () => {
  it('is read with short header names, folded lines, and a body of the length that it says', () => {
    const message = read(register);
    expect(message).toBeDefined();
    if (message === undefined || !isRequest(message)) return;
    expect(message.start).toEqual({ method: 'REGISTER', uri: 'sip:42120000002000000001@4212000000' });
    expect(userOf(headerOf(message, 'from'))).toBe('42120000001180000001');
    expect(parameterOf(headerOf(message, 'from'), 'tag')).toBe('77');
    expect(headerOf(message, 'call-id')).toBe('call-1');
    expect(headerOf(message, 'subject')).toBe('one two');
    expect(sequenceOf(message)).toEqual({ number: 2, method: 'REGISTER' });
    expect(message.body.toString()).toBe('hello');
  });

  it('is read with bare line feeds, and its status line as well', () => {
    const message = read('SIP/2.0 200 OK\nCSeq: 1 INVITE\nContact: <sip:4@1.2.3.4:5060>\n\n');
    expect(message !== undefined && isResponse(message) && message.start).toEqual({
      status: 200,
      reason: 'OK',
    });
    expect(message !== undefined && uriOf(headerOf(message, 'contact'))).toBe('sip:4@1.2.3.4:5060');
  });

  it.each([
    ['a length of 4 GB', register.replace('Length: 5', 'Length: 4294967296')],
    ['a negative length', register.replace('Length: 5', 'Length: -1')],
    ['a length beyond the datagram', register.replace('Length: 5', 'Length: 6000')],
    ['a NUL in its head', register.replace('Subject: one', 'Subject: \0one')],
    ['another version', register.replace(' SIP/2.0', ' SIP/3.0')],
    [
      '65 headers',
      register.replace('Subject: one', Array.from({ length: 65 }, (_, n) => `X${n}: 1`).join('\r\n')),
    ],
    ['a head of 17 KiB', register.replace('Subject: one', `Subject: ${'x'.repeat(17_000)}`)],
    ['nothing', ''],
    ['RTP', '\x80\x60\0\0'],
  ])('is refused with %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('is answered with the Via of the sender and the place that it really came from', () => {
    const request = read(register);
    if (request === undefined) throw new Error('the request was not read');
    const answer = parseDatagram(
      writeResponse(request, '200 OK', {
        from: { address: '10.0.0.3', port: 6060 },
        toTag: 'our',
        headers: [['Expires', '3600']],
      }),
    );
    expect(answer !== undefined && headerOf(answer, 'via')).toBe(
      'SIP/2.0/UDP 10.77.0.9:5060;branch=z9hG4bK1;received=10.0.0.3;rport=6060',
    );
    expect(answer !== undefined && parameterOf(headerOf(answer, 'to'), 'tag')).toBe('our');
    expect(answer !== undefined && headerOf(answer, 'cseq')).toBe('2 REGISTER');
  });

  it('takes no line break from a value that it is written with', () => {
    const written = writeMessage('OPTIONS sip:a SIP/2.0', [['Subject', 'a\r\nEvil: yes']]);
    const message = parseDatagram(written);
    expect(message?.headers.has('evil')).toBe(false);
  });

  it('never throws, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(register.length), (noise, at) => {
        const bytes = Buffer.from(register, 'utf8');
        Buffer.from(noise).copy(bytes, Math.min(at, bytes.length));
        const message = parseDatagram(bytes) ?? parseDatagram(Buffer.from(noise));
        if (message === undefined) return;
        userOf(headerOf(message, 'from'));
        parameterOf(headerOf(message, 'to'), 'tag');
        sequenceOf(message);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a SIP connection', () => {
  it('gives the same messages however its bytes are cut', () => {
    const bytes = Buffer.concat([
      Buffer.from('\r\n\r\n'),
      writeMessage('MESSAGE sip:a SIP/2.0', [['CSeq', '1 MESSAGE']], Buffer.from('body\r\n\r\nof one')),
      writeMessage('SIP/2.0 200 OK', [['CSeq', '2 BYE']]),
      Buffer.from('\r\n'),
      writeMessage('MESSAGE sip:a SIP/2.0', [['CSeq', '3 MESSAGE']], Buffer.from('three')),
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const bodies: string[] = [];
        const stream = new SipStream(({ body }) => bodies.push(body.toString()));
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          expect(stream.write(bytes.subarray(at, at + size))).toBe(true);
          at += size;
        }
        expect(bodies).toEqual(['body\r\n\r\nof one', '', 'three']);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['a body of 4 GB', 'MESSAGE sip:a SIP/2.0\r\nContent-Length: 4294967295\r\n\r\n'],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: hub\r\n\r\n'],
    ['a head without end', 'x'.repeat(20_000)],
  ])('is of no use after %s', (_what, text) => {
    expect(new SipStream(() => undefined).write(Buffer.from(text))).toBe(false);
  });
});
