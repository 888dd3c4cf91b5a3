import { domainToASCII } from 'node:url';

/** Where an RTSP server is asked, and for what. */
export interface RtspTarget {
  host: string;
  port: number;
  /** The URL as it is put in requests: never with credentials. */
  url: string;
  username?: string;
  password?: string;
}

const defaultRtspPort = 554;

/** The URL is not one this client can ask. The message says why and holds no password. */
export class RtspUrlError extends Error {
  override name = 'RtspUrlError';
}

/** Longer addresses than this are no camera's. */
const maxUrlLength = 2048;
/** A host name, an IPv4 address, or an IPv6 address in brackets with or without a zone; then perhaps a port. */
const hostAndPort = /^(\[[0-9a-f:.]+(?:%25|%)?[\w.-]*\]|[\p{L}\p{N}._-]+)(?::(\d{1,5}))?$/iu;

/**
 * Takes an RTSP URL apart by hand: cameras' URLs hold characters a strict parser refuses (spaces in paths; a bare `@`,
 * `/`, `#` or `%` in passwords), and must be sent back to the camera as written. Throws RtspUrlError.
 */
export function parseRtspUrl(text: string): RtspTarget {
  const scheme = /^rtsp:\/\//i.exec(text)?.[0];
  if (scheme === undefined) throw new RtspUrlError('the address does not begin with rtsp://');
  if (text.length > maxUrlLength)
    throw new RtspUrlError(`the address is longer than ${maxUrlLength} characters`);
  if (/[\r\n\0]/.test(text)) throw new RtspUrlError('the address holds a line break or a zero byte');
  const rest = text.slice(scheme.length);
  const authorityEnd = findAuthorityEnd(rest);
  const authority = rest.slice(0, authorityEnd);
  const tail = rest.slice(authorityEnd).replace(/#[^]*$/, '');
  const at = authority.lastIndexOf('@');
  const hostPart = authority.slice(at + 1);
  const match = hostAndPort.exec(hostPart);
  const bareHost = match?.[1];
  if (bareHost === undefined) throw new RtspUrlError('the address names no host that can be asked');
  const port = match?.[2] === undefined ? defaultRtspPort : Number(match[2]);
  if (port < 1 || port > 65_535) throw new RtspUrlError(`port ${port} does not exist`);
  const isBracketed = bareHost.startsWith('[');
  const host = isBracketed ? bareHost.slice(1, -1).replace('%25', '%') : domainToASCII(bareHost);
  if (host === '') throw new RtspUrlError('the address names no host that can be asked');
  const user = at === -1 ? undefined : authority.slice(0, at);
  const colon = user?.indexOf(':') ?? -1;
  const path = encodeOdd(tail);
  const urlHost = isBracketed ? bareHost : host;
  return {
    host,
    port,
    url: `rtsp://${urlHost}${match?.[2] === undefined ? '' : `:${port}`}${path === '' ? '/' : path}`,
    ...(user === undefined
      ? {}
      : {
          username: decodeLoosely(colon === -1 ? user : user.slice(0, colon)),
          ...(colon === -1 ? {} : { password: decodeLoosely(user.slice(colon + 1)) }),
        }),
  };
}

/** A host that cannot well be a piece of a password: an address, or a name with a dot. */
const unmistakableHost = /^(?:\[|localhost$|localhost:|[^.]+\.)/i;

/**
 * Where the path begins: at the first `/`, `?` or `#`, unless what stands before it is no host, or a bare word, and an
 * unmistakable host follows behind a later `@` and something with a colon: then a password holds that character.
 */
function findAuthorityEnd(rest: string): number {
  const ends = [...rest.matchAll(/[/?#]/g)].map((match) => match.index);
  ends.push(rest.length);
  let first: number | undefined;
  for (const end of ends) {
    const authority = rest.slice(0, end);
    const at = authority.lastIndexOf('@');
    const hostPart = authority.slice(at + 1);
    if (!hostAndPort.test(hostPart)) continue;
    if (unmistakableHost.test(hostPart)) {
      if (first === undefined || authority.slice(0, Math.max(at, 0)).includes(':')) return end;
    } else first ??= end;
  }
  return first ?? ends[0] ?? rest.length;
}

/**
 * Resolves a control attribute against the description's base: absolute, relative, `*` or empty (RFC 2326, C.1.1).
 * Throws RtspUrlError for an absolute one that is not usable.
 */
export function resolveControlUrl(base: string, control: string | undefined): string {
  if (control === undefined || control === '' || control === '*') return base;
  if (/^rtsp:\/\//i.test(control)) return parseRtspUrl(control).url;
  // RFC 2326 follows RFC 1808, yet cameras append to the whole base, query and all; players (VLC, ffmpeg) do the same.
  const [trunk, joint] = base.endsWith('/')
    ? [base.slice(0, -1), '/']
    : [base, /^[/?]/.test(control) ? '' : '/'];
  return `${trunk}${control.startsWith('/') ? '' : joint}${encodeOdd(control)}`;
}

/** Where a redirect leads, seen from the URL that was asked. Throws RtspUrlError when that is no RTSP address. */
export function resolveLocation(asked: string, location: string): string {
  if (/^rtsp:\/\//i.test(location)) return location;
  if (!location.startsWith('/')) throw new RtspUrlError('it leads to no rtsp:// address');
  const authority = /^rtsp:\/\/[^/?#]+/i.exec(asked)?.[0] ?? asked;
  return `${authority}${location}`;
}

/** Encodes only what would break the request line; everything else stays as the camera's maker wrote it. */
function encodeOdd(text: string): string {
  return text.replace(/[^\x21-\x7e]+/g, (odd) => encodeURIComponent(odd.toWellFormed()));
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
