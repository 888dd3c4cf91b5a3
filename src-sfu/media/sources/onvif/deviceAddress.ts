import { isIP } from 'node:net';
import type { DevicePlace } from '../../../features/onvif/onvif.ports.ts';

/** An address as a device writes it into an answer, read without trust. */
export interface WrittenAddress {
  host: string;
  port: number;
  /** With the query. */
  path: string;
}

const maxAddressLength = 1_024;
const usualPorts = { http: 80, https: 443, rtsp: 554 } as const;

/** Reads an `http://…`, `https://…` or `rtsp://…` address; undefined for any other, and for one that cannot be sent in a request. */
export function readWrittenAddress(
  text: string,
  scheme: keyof typeof usualPorts,
): WrittenAddress | undefined {
  const trimmed = text.trim();
  if (trimmed.length > maxAddressLength || /[^\x21-\x7e]/.test(trimmed)) return undefined;
  const match = /^(https?|rtsp):\/\/([^/?#]*)([^#]*)/i.exec(trimmed);
  if (match?.[1]?.toLowerCase() !== scheme) return undefined;
  const authority = (match[2] ?? '').slice((match[2] ?? '').lastIndexOf('@') + 1);
  const place = /^(?:\[([\da-f:.%]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(authority);
  if (place === null) return undefined;
  const port = place[3] === undefined ? usualPorts[scheme] : Number(place[3]);
  if (port < 1 || port > 65_535) return undefined;
  const path = match[3] ?? '';
  return {
    host: (place[1] ?? place[2] ?? '').toLowerCase(),
    port,
    path: path.startsWith('/') ? path : `/${path}`,
  };
}

/** Reads an `http://…` or `https://…` address, as readWrittenAddress does. */
export function readHttpAddress(text: string): (WrittenAddress & { isTls: boolean }) | undefined {
  const plain = readWrittenAddress(text, 'http');
  const written = plain ?? readWrittenAddress(text, 'https');
  return written === undefined ? undefined : { ...written, isTls: plain === undefined };
}

/**
 * Where an announcement leads, seen from the address that sent it. An address of the sender is taken as it is; another number is an
 * inner one, of which only port and path count. A name, or this machine itself, is never followed: `not_allowed`. HTTP goes before HTTPS.
 */
export function followAnnounced(
  addresses: readonly string[],
  sender: string,
  schemes: readonly ('http' | 'https')[] = ['http', 'https'],
): DevicePlace | 'not_allowed' | undefined {
  for (const scheme of schemes) {
    const written = addresses
      .map((text) => readWrittenAddress(text, scheme))
      .filter((address) => address !== undefined);
    const tls = scheme === 'https' ? { tls: {} } : {};
    const own = written.find(({ host }) => host === sender);
    if (own !== undefined) return { ...own, ...tls };
    const inner = written.find(({ host }) => isIP(host) !== 0 && !isThisMachine(host));
    if (inner !== undefined) return { ...inner, host: sender, ...tls };
    if (written.length > 0) return 'not_allowed';
  }
  return undefined;
}

/** Loopback and unspecified addresses, also IPv4 within IPv6. */
function isThisMachine(host: string): boolean {
  const plain = host.replace(/^::ffff:/, '');
  return plain.startsWith('127.') || plain.startsWith('0.') || plain === '::1' || plain === '::';
}

/** `host:port` for people; an IPv6 address stands in brackets. */
export function shownAddress({ host, port }: { host: string; port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
