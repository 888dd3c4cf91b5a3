import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Where requests come from that a proxy passed on. */
const forwarded = new WeakMap<Asked, string>();

/** Where a request comes from: what a proxy says that the settings name, else what the network says. */
export function clientAddressOf(request: Asked): string {
  return forwarded.get(request) ?? request.socket.remoteAddress ?? '';
}

/**
 * Notes where a request comes from when a proxy passed it on. Each proxy appends the address that it was asked from to
 * `X-Forwarded-For`, so the list is read from its end for as long as proxies are named there: what stands before was written by the
 * client, and may be anything.
 */
export function noteForwardedAddress(request: Asked, isProxy: (address: string) => boolean): void {
  let address = plainAddress(request.socket.remoteAddress ?? '');
  if (!isProxy(address)) return;
  const header = request.headers['x-forwarded-for'];
  const list = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').reverse();
  for (const one of list) {
    const next = plainAddress(one.trim());
    if (isIP(next) === 0) break;
    address = next;
    if (!isProxy(address)) break;
  }
  forwarded.set(request, address);
}

/** The addresses in a setting, separated by commas, as a question about one. */
export function readProxies(setting: string): (address: string) => boolean {
  const proxies = new Set(
    setting
      .split(',')
      .map((one) => plainAddress(one.trim()))
      .filter((one) => one !== ''),
  );
  return (address) => proxies.has(plainAddress(address));
}

/** An IPv4 address that a socket for both kinds of addresses writes as IPv6 (RFC 4291, 2.5.5.2), as IPv4. */
export function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
}
