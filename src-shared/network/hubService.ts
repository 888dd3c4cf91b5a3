/**
 * The name under which hubs are found on a local network (DNS-SD, RFC 6763, over mDNS, RFC 6762). What is found is a hint and proves
 * nothing: anybody on the network can answer.
 */
export const hubServiceName = '_mingchu._tcp.local';

/** What the TXT record of a hub says: the version of this form, and whether the port of its SRV record is for HTTPS. */
export function hubServiceText(isSecure: boolean): string[] {
  return ['v=1', `tls=${isSecure ? 1 : 0}`];
}

/** Reads the strings of a TXT record; undefined where they are of another form than this version knows. */
export function readHubServiceText(strings: readonly string[]): { isSecure: boolean } | undefined {
  if (!strings.includes('v=1')) return undefined;
  return { isSecure: strings.includes('tls=1') };
}

/** A network of IPv4, by an address in it and its mask, such as `192.0.2.7` and `255.255.255.0`. */
export interface LocalNetwork {
  address: string;
  netmask: string;
}

/** Whether an IPv4 address lies in a network. Anything else than an IPv4 address lies in none. */
export function isInNetwork(address: string, { address: own, netmask }: LocalNetwork): boolean {
  const [one, other, mask] = [address, own, netmask].map(numberOf);
  if (one === undefined || other === undefined || mask === undefined) return false;
  return (one & mask) === (other & mask);
}

/** An IPv4 address as a number of 32 bits; undefined for anything else. */
function numberOf(address: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8) | part, 0);
}
