import { describe, expect, it } from 'vitest';
import { challenge, digestResponse, isAuthorized } from '../../../src-sim/rtsp/authentication.ts';
import type { AuthenticationScheme, Credentials } from '../../../src-sim/rtsp/authentication.ts';

const nonce = 'abc123';
const uri = 'rtsp://host/cam-0001/sub';

function credentials(scheme: AuthenticationScheme): Credentials {
  return { scheme, realm: 'IP Camera', username: 'admin', password: 'secret' };
}

function digestHeader(overrides: Record<string, string> = {}, algorithm: 'md5' | 'sha256' = 'md5'): string {
  const password = overrides['password'] ?? 'secret';
  const response = digestResponse({
    algorithm,
    username: 'admin',
    realm: 'IP Camera',
    password,
    nonce,
    method: 'DESCRIBE',
    uri,
  });
  const fields = { username: 'admin', realm: 'IP Camera', nonce, uri, response, ...overrides };
  const text = Object.entries(fields)
    .filter(([name]) => name !== 'password')
    .map(([name, value]) => `${name}="${value}"`);
  if (algorithm === 'sha256') text.push('algorithm=SHA-256');
  return `Digest ${text.join(', ')}`;
}

describe('the digest', () => {
  it('is that of the example in RFC 7616 section 3.9.1, in both hashes', () => {
    const example = {
      username: 'Mufasa',
      realm: 'http-auth@example.org',
      password: 'Circle of Life',
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      method: 'GET',
      uri: '/dir/index.html',
      protection: {
        count: '00000001',
        clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
        quality: 'auth',
      },
    };
    expect(digestResponse({ ...example, algorithm: 'md5' })).toBe('8ca523f5e9506fed4657c9700eebdbec');
    expect(digestResponse({ ...example, algorithm: 'sha256' })).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });
});

describe('a camera', () => {
  it('challenges with what its firmware knows', () => {
    expect(challenge(credentials('basic'), nonce)).toBe('Basic realm="IP Camera"');
    expect(challenge(credentials('digest-md5'), nonce)).toContain('algorithm=MD5');
    expect(challenge(credentials('digest-sha256'), nonce)).toContain('algorithm=SHA-256');
  });

  it.each([
    ['a right digest', 'digest-md5', digestHeader(), true],
    ['a right SHA-256 digest', 'digest-sha256', digestHeader({}, 'sha256'), true],
    ['a wrong password', 'digest-md5', digestHeader({ password: 'guess' }), false],
    ['another user', 'digest-md5', digestHeader({ username: 'root' }), false],
    ['an old nonce', 'digest-md5', digestHeader({ nonce: 'old' }), false],
    ['MD5 where SHA-256 is asked for', 'digest-sha256', digestHeader(), false],
    ['Basic where a digest is asked for', 'digest-md5', `Basic ${btoa('admin:secret')}`, false],
    ['a right Basic', 'basic', `Basic ${btoa('admin:secret')}`, true],
    ['a wrong Basic', 'basic', `Basic ${btoa('admin:guess')}`, false],
    ['nothing', 'digest-md5', undefined, false],
    ['nonsense', 'digest-md5', 'Digest ,,,=', false],
    ['nothing where nothing is asked for', 'none', undefined, true],
  ] as const)('judges %s', (_name, scheme, authorization, expected) => {
    expect(isAuthorized(credentials(scheme), { method: 'DESCRIBE', authorization }, nonce)).toBe(expected);
  });

  it('does not take the digest of another method', () => {
    const request = { method: 'PLAY', authorization: digestHeader() };
    expect(isAuthorized(credentials('digest-md5'), request, nonce)).toBe(false);
  });
});
