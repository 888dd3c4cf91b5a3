import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { WebhookProblem } from '../../../src-shared/webhooks/webhooks.protocol.ts';

/** Addresses of this hub itself. */
export interface HubDoors {
  /** Ports on which it answers HTTP and HTTPS. */
  ports(): readonly number[];
  /** Whether a proxy in front of the hub serves it under this origin, such as `https://hub.example.cn`. */
  isProxyOrigin(origin: string): boolean;
}

function listOf(...subnets: readonly [address: string, prefix: number][]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets)
    list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

/** This machine and private networks (RFC 1918, 4193, 6598). An IPv4 address within IPv6 counts as itself. */
const privateAddresses = listOf(
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['::1', 128],
  ['fc00::', 7],
);
const loopback = listOf(['127.0.0.0', 8], ['::1', 128]);
/** Nobody's own: unspecified, link-local (where clouds answer with their secrets), multicast, broadcast, translations of IPv4. */
const neverAllowed = listOf(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::', 96],
  ['2002::', 16],
);

const has = (list: BlockList, address: string): boolean =>
  list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** An address as it can be used, or undefined: http or https, without a user, a password and a fragment. */
export function readWebhookUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  return isWeb && url.username === '' && url.password === '' && url.hash === '' ? url : undefined;
}

/** The host of a URL without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Why nothing may be sent to this address; `address` is numeric. */
export function problemOfAddress(
  url: URL,
  address: string,
  { allowsPlain, doors }: { allowsPlain: boolean; doors: HubDoors },
): WebhookProblem | undefined {
  if (has(neverAllowed, address)) return 'address_not_allowed';
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  if (doors.isProxyOrigin(url.origin)) return 'hub_itself';
  if (doors.ports().includes(port) && (has(loopback, address) || has(ownAddresses(), address)))
    return 'hub_itself';
  if (url.protocol === 'http:' && !(allowsPlain && has(privateAddresses, address)))
    return 'plain_not_allowed';
  return undefined;
}

/** The addresses of this machine; they change when a cable is moved. */
function ownAddresses(): BlockList {
  const list = new BlockList();
  for (const one of Object.values(networkInterfaces()).flat()) {
    if (one === undefined) continue;
    list.addAddress(one.address.replace(/%.*$/, ''), one.family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return list;
}
