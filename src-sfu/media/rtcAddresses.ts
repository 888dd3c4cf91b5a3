import { networkInterfaces } from 'node:os';

/** An address workers listen on for browsers, and the address announced to browsers when that is another one. */
export interface RtcAddress {
  ip: string;
  announcedAddress?: string;
}

/**
 * The setting `rtcAddresses`, or every IPv4 address of this machine, loopback first: ICE needs each by its own, since a
 * browser must be offered an address it can reach.
 */
export function resolveRtcAddresses(setting: string): RtcAddress[] {
  const named = setting
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (named.length > 0) {
    return named.map((part) => {
      const [ip = '', announcedAddress] = part.split('=');
      return announcedAddress === undefined ? { ip } : { ip, announcedAddress };
    });
  }
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4')
    .map((address) => address.address);
  const loopbackFirst = [...new Set(own)].sort((a, b) => Number(isLoopback(b)) - Number(isLoopback(a)));
  return loopbackFirst.map((ip) => ({ ip }));
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.');
}
