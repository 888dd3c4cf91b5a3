import { domainToASCII } from 'node:url';
import { parseOnvifUrl } from './onvifUrl.ts';
import { parseRecorderUrl } from './recorderUrl.ts';

/**
 * A camera's address taken apart. The import, the store, the display and the RTSP client all read addresses with
 * `parseCameraUrl`, so that none of them takes another machine for the camera than the others do.
 */
export interface CameraUrl {
  /** A name in ASCII, an IPv4 address, or an IPv6 address without brackets. */
  host: string;
  port: number;
  /** As it is put in requests: without user, password and fragment. */
  url: string;
  /** As it was written, without user and password: what is stored and shown. */
  plainUrl: string;
  username?: string;
  password?: string;
}

/** The address cannot be used. The message says why and what to do, and holds no password. */
export class CameraUrlError extends Error {
  override name = 'CameraUrlError';
  readonly kind: CameraUrlProblem;
  /** A port that does not exist; undefined for other kinds. */
  readonly port: number | undefined;

  constructor(message: string, kind: CameraUrlProblem = 'host', port?: number) {
    super(message);
    this.kind = kind;
    this.port = port;
  }
}

/** Why an address cannot be used. */
type CameraUrlProblem = 'scheme' | 'length' | 'lineBreak' | 'host' | 'port' | 'ambiguous';

const defaultRtspPort = 554;
/** For comparing addresses only. */
const recorderPort = 5060;
const onvifPort = 80;
/** Longer addresses than this are no camera's. */
export const maxUrlLength = 2048;
/** The longest name of a host (RFC 1035, 2.3.4), with a port. */
const maxHostLength = 261;
/** No camera listens below this port; `admin:12` before a `/` is therefore a user and the beginning of a password. */
const leastCameraPort = 80;
const scheme = /^rtsp:\/\//i;
const bracketedHost = /^\[([0-9a-f:.]+)((?:%(?:25)?[\w.-]+)?)\](?::(\d{1,5}))?$/i;
const namedHost = /^([\p{L}\p{N}._-]+)(?::(\d{1,5}))?$/u;

/** Says how a password with special characters is written. */
const howToWrite =
  'Give the user and the password in fields of their own, or write these characters of a password as %40 (@), %2F (/), %3F (?), %23 (#) and %25 (%), and an @ behind the host as %40';

/** One way to read what stands behind `rtsp://`. */
interface Reading {
  /** Where the host begins and ends; the user part stands before it, the path behind it. */
  hostStart: number;
  hostEnd: number;
  /** An address, `localhost` or a name with a dot: hardly a piece of a password or of a path. */
  isUnmistakable: boolean;
  isDigits: boolean;
  port: number | undefined;
}

/**
 * Takes a camera's address apart by hand: cameras' addresses hold characters that a strict parser refuses, such as spaces
 * in paths or a bare `@`, `/`, `?`, `#` or `%` in passwords. Where two readings name different hosts, it is refused. The
 * time it takes grows with the length of the text only. Throws CameraUrlError.
 */
export function parseCameraUrl(text: string): CameraUrl {
  // Recorders register from anywhere, and ONVIF devices are known by their ids: what names one is its id.
  const channel = parseRecorderUrl(text);
  if (channel !== undefined)
    return { host: channel.recorderId, port: recorderPort, url: text, plainUrl: text };
  const profile = parseOnvifUrl(text);
  if (profile !== undefined) return { host: profile.deviceId, port: onvifPort, url: text, plainUrl: text };
  return parseRtspUrl(text);
}

/** As `parseCameraUrl`, of an address at which a camera is to be called by RTSP. Throws CameraUrlError. */
export function parseRtspUrl(text: string): CameraUrl {
  const parsed = parseOnce(text);
  if (parsed.username === undefined) return parsed;
  // What is stored is read again later: it must lead to the same place.
  const again = parseOnce(parsed.plainUrl);
  if (again.username !== undefined || addressOf(again) !== addressOf(parsed)) throw ambiguous();
  return parsed;
}

/** Where a camera is reached, for comparing: `host:port`. */
export function addressOf({ host, port }: { host: string; port: number }): string {
  return `${host.toLowerCase()}:${port}`;
}

/** As `addressOf`, of an address that may be unusable. */
export function addressOfUrl(text: string): string | undefined {
  try {
    return addressOf(parseCameraUrl(text));
  } catch {
    return undefined;
  }
}

function parseOnce(text: string): CameraUrl {
  if (!scheme.test(text)) throw new CameraUrlError('the address does not begin with rtsp://', 'scheme');
  if (text.length > maxUrlLength)
    throw new CameraUrlError(`the address is longer than ${maxUrlLength} characters`, 'length');
  if (/[\r\n\0]/.test(text))
    throw new CameraUrlError('the address holds a line break or a zero byte', 'lineBreak');
  const rest = text.slice('rtsp://'.length);
  const { hostStart, hostEnd } = chooseReading(rest);
  const hostText = rest.slice(hostStart, hostEnd);
  const { host, urlHost, port, portText } = hostOf(hostText);
  const tail = rest.slice(hostEnd);
  const fragment = tail.indexOf('#');
  const path = encodeOdd(fragment === -1 ? tail : tail.slice(0, fragment));
  return {
    host,
    port,
    url: `rtsp://${urlHost}${portText}${path === '' ? '/' : path}`,
    plainUrl: `rtsp://${hostText}${tail}`,
    ...(hostStart === 0 ? {} : credentialsOf(rest.slice(0, hostStart - 1))),
  };
}

function credentialsOf(user: string): { username: string; password?: string } {
  const colon = user.indexOf(':');
  if (colon === -1) return { username: decodeLoosely(user) };
  return { username: decodeLoosely(user.slice(0, colon)), password: decodeLoosely(user.slice(colon + 1)) };
}

/**
 * The plain reading (RFC 3986, 3.2) ends the host at the first `/`, `?` or `#`. In a raw one a password holds such a
 * character, and the host stands behind a later `@`.
 */
function chooseReading(rest: string): Reading {
  const firstEnd = endOfAuthority(rest, 0);
  const plainAt = rest.lastIndexOf('@', firstEnd);
  const plainStart = plainAt === -1 || plainAt >= firstEnd ? 0 : plainAt + 1;
  const plain = readHost(rest, plainStart, firstEnd);
  const raw = rawReadings(rest, firstEnd);
  if (plain === undefined) return onlyOne(raw);
  // In this raw reading the user name would be an address, which no user name is.
  if (plain.isUnmistakable && plainStart === 0) return plain;
  const rivals = plain.isUnmistakable ? raw.filter(({ isUnmistakable }) => isUnmistakable) : raw;
  if (rivals.length === 0) return plain;
  const hasCameraPort = plainStart === 0 && (plain.port ?? 0) >= leastCameraPort;
  if (plain.isUnmistakable || hasCameraPort) throw ambiguous();
  const [best, ...others] = rivals.filter(({ isUnmistakable }) => isUnmistakable);
  if (best === undefined || others.length > 0) throw ambiguous();
  return best;
}

/** Every host that may stand behind a password with a `/`, `?` or `#` in it, which begins before `firstEnd`. */
function rawReadings(rest: string, firstEnd: number): Reading[] {
  const colon = rest.indexOf(':');
  // Only passwords are typed raw: a user with such a character does not occur.
  if (colon === -1 || colon > firstEnd || rest.lastIndexOf('@', colon) !== -1) return [];
  const readings: Reading[] = [];
  for (let at = rest.indexOf('@', firstEnd); at !== -1; at = rest.indexOf('@', at + 1)) {
    const end = endOfAuthority(rest, at + 1, '@');
    const reading = rest[end] === '@' ? undefined : readHost(rest, at + 1, end);
    if (reading !== undefined && !reading.isDigits) readings.push(reading);
  }
  return readings;
}

function onlyOne(raw: Reading[]): Reading {
  const unmistakable = raw.filter(({ isUnmistakable }) => isUnmistakable);
  const [best, ...others] = unmistakable.length > 0 ? unmistakable : raw;
  if (best === undefined) throw new CameraUrlError('the address names no host that can be asked', 'host');
  if (others.length > 0) throw ambiguous();
  return best;
}

function endOfAuthority(rest: string, from: number, alsoAt?: string): number {
  for (let at = from; at < rest.length; at += 1) {
    const character = rest[at];
    if (character === '/' || character === '?' || character === '#' || character === alsoAt) return at;
  }
  return rest.length;
}

function readHost(rest: string, hostStart: number, hostEnd: number): Reading | undefined {
  if (hostEnd - hostStart > maxHostLength || hostEnd <= hostStart) return undefined;
  const text = rest.slice(hostStart, hostEnd);
  const bracketed = bracketedHost.exec(text);
  const named = bracketed === null ? namedHost.exec(text) : null;
  if (bracketed === null && named === null) return undefined;
  const name = named?.[1] ?? '';
  const port = bracketed?.[3] ?? named?.[2];
  return {
    hostStart,
    hostEnd,
    isUnmistakable: bracketed !== null || name.toLowerCase() === 'localhost' || name.indexOf('.') > 0,
    isDigits: /^\d+$/.test(name),
    port: port === undefined ? undefined : Number(port),
  };
}

function hostOf(text: string): { host: string; urlHost: string; port: number; portText: string } {
  const bracketed = bracketedHost.exec(text);
  const named = namedHost.exec(text);
  const portText = bracketed?.[3] ?? named?.[2];
  const port = portText === undefined ? defaultRtspPort : Number(portText);
  if (port < 1 || port > 65_535) throw new CameraUrlError(`port ${port} does not exist`, 'port', port);
  const zone = (bracketed?.[2] ?? '').replace('%25', '%');
  const ascii = bracketed === null ? domainToASCII(named?.[1] ?? '') : `${bracketed[1] ?? ''}${zone}`;
  if (ascii === '') throw new CameraUrlError('the address names no host that can be asked', 'host');
  return {
    host: ascii,
    urlHost: bracketed === null ? ascii : `[${bracketed[1] ?? ''}${bracketed[2] ?? ''}]`,
    port,
    portText: portText === undefined ? '' : `:${port}`,
  };
}

function ambiguous(): CameraUrlError {
  return new CameraUrlError(
    `the address can be read in two ways, because an @ stands behind a /, ? or #. ${howToWrite}`,
    'ambiguous',
  );
}

/** Encodes only what would break the request line; everything else stays as the camera's maker wrote it. */
export function encodeOdd(text: string): string {
  return text.replace(/[^\x21-\x7e]+/g, (odd) => encodeURIComponent(odd.toWellFormed()));
}

/** Operators paste passwords with a bare `%`: text that cannot be decoded is used unchanged. */
function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
