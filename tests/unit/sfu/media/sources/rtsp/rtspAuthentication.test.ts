import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  Authenticator,
  chooseChallenge,
} from '../../../../../../src-sfu/media/sources/rtsp/rtspAuthentication.ts';

/** The header that answers these challenges. */
function answer(
  challenges: string[],
  options: { username?: string; password?: string; method?: string; uri?: string; cnonce?: string } = {},
): string | undefined {
  const {
    username = 'Mufasa',
    password = 'Circle of Life',
    method = 'GET',
    uri = '/dir/index.html',
  } = options;
  const challenge = chooseChallenge(challenges);
  if (challenge === undefined) return undefined;
  return new Authenticator(challenge, { username, password }).authorization(method, uri, options.cnonce);
}

describe('authentication', () => {
  const rfc7616 = (algorithm: string): string =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('gives the answer of RFC 7616, 3.9.1, with %s', (algorithm, response) => {
    const header = answer([rfc7616(algorithm)], { cnonce });
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain(`algorithm=${algorithm}`);
    expect(header).toContain('qop=auth, nc=00000001');
    expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  it('gives the older answer (RFC 2069, with its erratum) where no quality of protection is offered', () => {
    const header = answer(
      [
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
      ],
      { password: 'CircleOfLife' },
    );
    expect(header).toContain('response="1949323746fe6a43ef61f9606e7febea"');
    expect(header).not.toMatch(/qop|nc=|cnonce|algorithm/);
  });

  it('answers the strongest challenge, in one header or several', () => {
    expect(answer(['Basic realm="c"', rfc7616('MD5'), rfc7616('SHA-256')])).toContain('algorithm=SHA-256');
    expect(answer([`Basic realm="c, Digest x=y", ${rfc7616('MD5')}`])).toMatch(/^Digest .*realm="http-auth@/);
    expect(answer(['Digest realm="a", nonce="n", algorithm=ROT13', 'Basic realm="c"'])).toMatch(/^Basic /);
  });

  it('sends Basic as UTF-8, and quotes what a name may hold', () => {
    expect(answer(['Basic realm="x"'], { username: '管理员', password: 'a:b' })).toBe(
      `Basic ${Buffer.from('管理员:a:b').toString('base64')}`,
    );
    expect(answer(['Digest realm="r", nonce="n"'], { username: 'a"\r\nb' })).toContain('username="a\\"b"');
  });

  it('knows no answer to what it does not know', () => {
    expect(answer(['Negotiate'])).toBeUndefined();
    expect(answer(['Digest realm="a", nonce="n", qop="auth-int"'])).toBeUndefined();
    expect(answer(['Digest realm="no nonce"'])).toBeUndefined();
    expect(answer([])).toBeUndefined();
  });

  it('sends a realm back byte by byte, whatever its encoding, and signs names as UTF-8', () => {
    // How headers come in: one character a byte. This realm is 厨 in GBK.
    const realm = 'IPC-\xb3\xf8';
    const header = answer([`Digest realm="${realm}", nonce="n"`], { username: '值班', password: '密' });
    const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
    const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
    const md5 = (...parts: Buffer[]): string => createHash('md5').update(Buffer.concat(parts)).digest('hex');
    const ha1 = md5(utf8('值班:'), bytes(realm), utf8(':密'));
    const response = md5(bytes(`${ha1}:n:${md5(bytes('GET:/dir/index.html'))}`));
    expect(header).toContain(`realm="${realm}"`);
    expect(header).toContain(`username="${utf8('值班').toString('latin1')}"`);
    expect(header).toContain(`response="${response}"`);
  });

  it('takes the same nonce again for a refusal, a fresh or stale one for a question', () => {
    const challenge = (text: string) => chooseChallenge([text])!;
    const digest = (nonce: string, more = ''): string => `Digest realm="r", nonce="${nonce}"${more}`;
    const authenticator = new Authenticator(challenge(digest('1')), { username: 'a', password: 'b' });
    expect(authenticator.refusedBy(challenge(digest('1')))).toBe(true);
    expect(authenticator.refusedBy(challenge(digest('2')))).toBe(false);
    expect(authenticator.refusedBy(challenge(digest('1', ', stale=true')))).toBe(false);
    expect(authenticator.refusedBy(challenge('Basic realm="r"'))).toBe(false);
    const basic = new Authenticator(challenge('Basic realm="r"'), { username: 'a', password: 'b' });
    expect(basic.refusedBy(challenge('Basic realm="r"'))).toBe(true);
  });

  it('counts the uses of a nonce', () => {
    const challenge = chooseChallenge([rfc7616('MD5')])!;
    const authenticator = new Authenticator(challenge, { username: 'a', password: 'b' });
    authenticator.authorization('SETUP', 'rtsp://h/');
    expect(authenticator.authorization('PLAY', 'rtsp://h/')).toContain('nc=00000002');
  });
});
