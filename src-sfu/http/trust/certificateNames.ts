import type { X509Certificate } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { isIP } from 'node:net';

/** Addresses and names of this machine, those that phones use first, then those named in the settings, then its own. */
export interface MachineNames {
  /** Named by the operator, in order. */
  named: string[];
  /** Addresses other machines reach this one by. */
  reachable: string[];
  /** Everything a certificate is made for, without doubles. */
  all: string[];
}

/** The setting `tlsNames`: names and addresses, separated by commas. */
export function machineNames(
  setting: string,
  interfaces = networkInterfaces(),
  host = hostname(),
): MachineNames {
  const named = setting
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
  const own = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const reachable = own
    // A link-local address has no meaning without the interface, which a certificate cannot name.
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .sort((one, other) => one.family.localeCompare(other.family))
    .map(({ address }) => address);
  const short = host.toLowerCase();
  const hostNames = isHostName(short) && short !== 'localhost' ? [short, ...localName(short)] : [];
  const all = [...named, ...reachable, ...hostNames, 'localhost', '127.0.0.1', '::1'];
  return { named, reachable: [...new Set(reachable)], all: [...new Set(all)] };
}

/** Whether a text may stand in a certificate as a name or an address. */
export function isCertificateName(text: string): boolean {
  return isIP(text) !== 0 || isHostName(text) || (text.startsWith('*.') && isHostName(text.slice(2)));
}

/** Those of the names that a certificate does not hold. */
export function missingNames(certificate: X509Certificate, names: readonly string[]): string[] {
  return names.filter(
    (name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) === undefined,
  );
}

function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    text.split('.').every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))
  );
}

/** Phones find a machine of the same network by this name where multicast DNS runs. */
function localName(host: string): string[] {
  return host.includes('.') ? [] : [`${host}.local`];
}
