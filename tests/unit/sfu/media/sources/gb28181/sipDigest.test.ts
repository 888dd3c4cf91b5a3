import { describe, expect, it } from 'vitest';
import {
  challengeHeader,
  digestResponse,
  isAnsweredWith,
  Nonces,
  readDigestAnswer,
} from '../../../../../../src-sfu/media/sources/gb28181/sipDigest.ts';

const common =
  'username="42120000001180000001", realm="4212000000", nonce="7f3a90c2", uri="sip:42120000002000000001@4212000000"';

describe('the digest of a device', () => {
  it.each([
    [
      'with qop',
      `Digest ${common}, nc=00000001, qop=auth, cnonce="0a1b2c3d", algorithm=MD5, response="b98d019fe04a7919e95d7493896f2d64"`,
    ],
    [
      'by SHA-256',
      `Digest ${common}, nc=00000001, qop=auth, cnonce="0a1b2c3d", algorithm=SHA-256, response="0d65f9699b407d434cc0157ea0346815e6d0169c3515ea02bfaa6a234c9b7b8f"`,
    ],
    ['without qop', `Digest ${common}, response="e55aa22755cf6c9aced61565f61fec02"`],
  ])('is taken %s', (_what, header) => {
    const answer = readDigestAnswer(header);
    expect(answer).toBeDefined();
    if (answer === undefined) return;
    expect(isAnsweredWith(answer, 'REGISTER', 'kitchen-7')).toBe(true);
    expect(isAnsweredWith(answer, 'REGISTER', 'kitchen-8')).toBe(false);
    expect(isAnsweredWith(answer, 'MESSAGE', 'kitchen-7')).toBe(false);
  });

  it('2 is computed by the uri of the answer itself', () => {
    const answer = readDigestAnswer(
      `Digest ${common.replace('sip:42120000002000000001@4212000000', 'sip:other')}, response=""`,
    );
    if (answer === undefined) throw new Error('the answer was not read');
    const response = digestResponse(answer, 'REGISTER', 'kitchen-7');
    expect(isAnsweredWith({ ...answer, response }, 'REGISTER', 'kitchen-7')).toBe(true);
    expect(response).not.toBe('e55aa22755cf6c9aced61565f61fec02');
  });

  it.each([undefined, 'Basic YTpi', 'Digest algorithm=SHA-512', 'x'.repeat(5_000), ''])(
    'is none in %j',
    (header) => {
      expect(readDigestAnswer(header)).toBeUndefined();
    },
  );
});

describe('a challenge', () => {
  it('1 names its algorithm and quality, without which some recorders stay silent', () => {
    expect(challengeHeader('4212000000', 'n')).toBe(
      'Digest realm="4212000000", nonce="n", algorithm=MD5, qop="auth"',
    );
  });
});

describe('a nonce', () => {
  it('is good for its address, its device and two minutes only, and kept nowhere', () => {
    let now = 1_000_000;
    const nonces = new Nonces(Buffer.alloc(32, 1), () => now);
    const nonce = nonces.make('10.0.0.1', 'a');
    expect(nonces.isGood(nonce, '10.0.0.1', 'a')).toBe(true);
    expect(nonces.isGood(nonce, '10.0.0.2', 'a')).toBe(false);
    expect(nonces.isGood(nonce, '10.0.0.1', 'b')).toBe(false);
    expect(nonces.isGood(`${nonce}0`, '10.0.0.1', 'a')).toBe(false);
    expect(new Nonces(Buffer.alloc(32, 2), () => now).isGood(nonce, '10.0.0.1', 'a')).toBe(false);
    now += 120_001;
    expect(nonces.isGood(nonce, '10.0.0.1', 'a')).toBe(false);
  });
});
