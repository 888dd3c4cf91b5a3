import { createHash, timingSafeEqual } from 'node:crypto';

/** How a camera asks who is there: `basic`, or `digest` with the hash that the camera's firmware knows. */
export type AuthenticationScheme = 'none' | 'basic' | 'digest-md5' | 'digest-sha256';
export const authenticationSchemes = ['none', 'basic', 'digest-md5', 'digest-sha256'] as const;

/** Who may look, and how the camera asks for it. */
export interface Credentials {
  scheme: AuthenticationScheme;
  realm: string;
  username: string;
  password: string;
}

/** The value of a `WWW-Authenticate` header. */
export function challenge(credentials: Credentials, nonce: string): string {
  if (credentials.scheme === 'basic') return `Basic realm="${credentials.realm}"`;
  const algorithm = credentials.scheme === 'digest-sha256' ? 'SHA-256' : 'MD5';
  return `Digest realm="${credentials.realm}", nonce="${nonce}", algorithm=${algorithm}`;
}

/** The response of RFC 7616 section 3.4.1, with or without `qop=auth`. */
export function digestResponse(input: {
  algorithm: 'md5' | 'sha256';
  username: string;
  realm: string;
  password: string;
  nonce: string;
  method: string;
  uri: string;
  protection?: { count: string; clientNonce: string; quality: string };
}): string {
  const hash = (text: string) => createHash(input.algorithm).update(text).digest('hex');
  const who = hash(`${input.username}:${input.realm}:${input.password}`);
  const what = hash(`${input.method}:${input.uri}`);
  const { protection } = input;
  const middle = protection
    ? `${input.nonce}:${protection.count}:${protection.clientNonce}:${protection.quality}`
    : input.nonce;
  return hash(`${who}:${middle}:${what}`);
}

/** The named values of a header such as `Digest username="a", uri="b", algorithm=MD5`. */
export function parseParameters(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of text.matchAll(/([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))/gi)) {
    const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '';
    found.set((match[1] ?? '').toLowerCase(), value);
  }
  return found;
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether a request's `Authorization` header proves the credentials. */
export function isAuthorized(
  credentials: Credentials,
  request: { method: string; authorization: string | undefined },
  nonce: string,
): boolean {
  if (credentials.scheme === 'none') return true;
  const [, kind = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(request.authorization ?? '') ?? [];
  if (credentials.scheme === 'basic') {
    const expected = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
    return kind.toLowerCase() === 'basic' && isSame(rest.trim(), expected);
  }
  if (kind.toLowerCase() !== 'digest') return false;
  const given = parseParameters(rest);
  const algorithm = credentials.scheme === 'digest-sha256' ? 'sha256' : 'md5';
  const givenAlgorithm = (given.get('algorithm') ?? 'MD5').toUpperCase();
  if (givenAlgorithm !== (algorithm === 'sha256' ? 'SHA-256' : 'MD5')) return false;
  if (given.get('nonce') !== nonce || given.get('realm') !== credentials.realm) return false;
  if (given.get('username') !== credentials.username) return false;
  const quality = given.get('qop');
  const expected = digestResponse({
    algorithm,
    username: credentials.username,
    realm: credentials.realm,
    password: credentials.password,
    nonce,
    method: request.method,
    uri: given.get('uri') ?? '',
    ...(quality && {
      protection: { count: given.get('nc') ?? '', clientNonce: given.get('cnonce') ?? '', quality },
    }),
  });
  return isSame((given.get('response') ?? '').toLowerCase(), expected);
}
