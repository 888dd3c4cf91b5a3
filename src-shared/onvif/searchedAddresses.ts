import { maxSearchedAddresses } from './onvif.protocol.ts';

/** A place where a device may be; without a port, the usual ones are tried. */
export interface SearchedAddress {
  host: string;
  port?: number;
}

/** What a person typed: the places it means, without doubles, or which line is not understood, or that it is too much. */
export type ReadAddresses =
  { type: 'places'; places: SearchedAddress[] } | { type: 'badLine'; line: string } | { type: 'tooMany' };

const nameForm = /^(?=.{1,253}$)[a-z\d](?:[a-z\d-]{0,62})(?:\.[a-z\d](?:[a-z\d-]{0,62}))*$/i;
const maxShownLine = 60;

/**
 * Reads addresses, one a line or separated by commas or spaces: `192.168.1.20`, `cam-7.local:8080`, `192.168.1.10-60`,
 * `192.168.1.10-192.168.1.60` or `192.168.1.0/24`, the last three also with a port behind them; `2001:db8::7`, with a port `[2001:db8::7]:8080`.
 */
export function readSearchedAddresses(text: string): ReadAddresses {
  const found = new Map<string, SearchedAddress>();
  for (const line of text.split(/[\s,;，；、]+/).filter((part) => part !== '')) {
    const places = readLine(line);
    if (places === undefined) return { type: 'badLine', line: line.slice(0, maxShownLine) };
    if (places === 'tooMany') return { type: 'tooMany' };
    for (const place of places) found.set(`${place.host}:${place.port ?? ''}`, place);
    if (found.size > maxSearchedAddresses) return { type: 'tooMany' };
  }
  return { type: 'places', places: [...found.values()] };
}

function readLine(line: string): SearchedAddress[] | 'tooMany' | undefined {
  const long = longAddressOf(line);
  if (long !== undefined) return [long];
  const match = /^(.*?)(?::(\d{1,5}))?$/.exec(line);
  const host = match?.[1] ?? '';
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const withPort = (one: string): SearchedAddress =>
    port === undefined ? { host: one } : { host: one, port };
  const range = rangeOf(host);
  if (range !== undefined) {
    const { first, last } = range;
    if (last < first) return undefined;
    if (last - first >= maxSearchedAddresses) return 'tooMany';
    return Array.from({ length: last - first + 1 }, (_unused, index) => withPort(written(first + index)));
  }
  const single = numberOf(host);
  if (single !== undefined) return [withPort(written(single))];
  // A mistyped number is no name.
  return /^[\d.]*$/.test(host) || /^\d+(\.\d+)*[-/]/.test(host) || !nameForm.test(host)
    ? undefined
    : [withPort(host.toLowerCase())];
}

/** An address of IPv6. One without brackets begins with a number, so that what is mistyped is no address. */
function longAddressOf(line: string): SearchedAddress | undefined {
  const match =
    /^\[([\da-f:]{2,39})\](?::(\d{1,5}))?$/i.exec(line) ?? /^([\da-f]{1,4}:[\da-f:]{2,34})$/i.exec(line);
  const host = shortestOf(match?.[1]?.toLowerCase() ?? '');
  if (host === undefined) return undefined;
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  if (port === undefined) return { host };
  return port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

const groups = 8;

/** The one form of an address of IPv6 (RFC 5952, 4): no leading zeros, and the longest row of zeros left out; undefined for any other text. */
function shortestOf(text: string): string | undefined {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [before = [], after = []] = halves;
  const missing = groups - before.length - after.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const all = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (!all.every((group) => /^[\da-f]{1,4}$/.test(group))) return undefined;
  const numbers = all.map((group) => Number.parseInt(group, 16));
  let longest = { at: 0, length: 1 };
  for (let at = 0; at < groups; at += 1) {
    const next = numbers.findIndex((number, index) => index >= at && number !== 0);
    const length = (next === -1 ? groups : next) - at;
    if (length > longest.length) longest = { at, length };
  }
  const written = (part: number[]): string => part.map((number) => number.toString(16)).join(':');
  if (longest.length < 2) return written(numbers);
  return `${written(numbers.slice(0, longest.at))}::${written(numbers.slice(longest.at + longest.length))}`;
}

/** First and last address of `…/24` or of `…-60`. Networks of 31 and 32 bits have no addresses of their own to leave out. */
function rangeOf(text: string): { first: number; last: number } | undefined {
  const network = /^([\d.]+)\/(\d{1,2})$/.exec(text);
  if (network !== null) {
    const base = numberOf(network[1] ?? '');
    const bits = Number(network[2]);
    if (base === undefined || bits < 8 || bits > 32) return undefined;
    const size = 2 ** (32 - bits);
    const first = Math.floor(base / size) * size;
    return bits >= 31 ? { first, last: first + size - 1 } : { first: first + 1, last: first + size - 2 };
  }
  const range = /^([\d.]+)-([\d.]+)$/.exec(text);
  if (range === null) return undefined;
  const [, from = '', to = ''] = range;
  const first = numberOf(from);
  const last = numberOf(to.includes('.') ? to : `${from.slice(0, from.lastIndexOf('.'))}.${to}`);
  return first === undefined || last === undefined ? undefined : { first, last };
}

function numberOf(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function written(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
