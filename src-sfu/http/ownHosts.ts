import { networkInterfaces } from 'node:os';
import { addressInHost, hostNameOf, isLoopbackName } from '../../src-shared/network/hostHeader.ts';
import { machineNames } from './trust/certificateNames.ts';

/** The names and addresses by which this hub is reached. */
export interface OwnHosts {
  /**
   * Whether a `Host` header is one of them. A page of another host can make a browser on this machine reach the hub, but
   * only under a name of its own (DNS rebinding), which is not in this list.
   */
  isOwn(host: string | undefined, localAddress: string | undefined): boolean;
  /** Whether an `Origin` is a page that a proxy in front of the hub serves under a name of the setting `hostNames`. */
  isProxyOrigin(origin: string | undefined): boolean;
}

export interface OwnHostsOptions {
  /** Settings `tlsNames` and `hostNames`: names and addresses separated by commas, also `*.example.cn`. */
  tlsNames: string;
  hostNames: string;
  /** Address the hub listens on. */
  listenHost: string;
  /** Addresses that browsers reach the hub's media at, also where another machine translates them. */
  announcedAddresses: readonly string[];
  /** Whether the certificate that HTTPS runs with is made for a name. */
  isInCertificate(name: string): boolean;
  /** A clock that only runs forward, milliseconds. */
  nowMs(): number;
  interfaces?: typeof networkInterfaces;
}

/** Addresses of this machine change when a cable is moved; they are read at most this often. */
const rereadAfterMs = 2_000;

export function createOwnHosts(options: OwnHostsOptions): OwnHosts {
  const { nowMs, interfaces = networkInterfaces } = options;
  const namedByOperator = namesIn(options.hostNames);
  let machine = new Set<string>();
  let readAtMs = -Infinity;

  const machineHosts = (): Set<string> => {
    if (nowMs() - readAtMs < rereadAfterMs) return machine;
    readAtMs = nowMs();
    const present = interfaces();
    const addresses = Object.values(present).flatMap((of) => (of ?? []).map(({ address }) => address));
    machine = new Set([...machineNames(options.tlsNames, present).all, ...addresses].map(addressInHost));
    return machine;
  };
  const fixed = new Set(
    [options.listenHost, ...options.announcedAddresses]
      .map(addressInHost)
      .filter((address) => address !== '0.0.0.0' && address !== '::'),
  );

  return {
    isOwn(host, localAddress) {
      const name = hostNameOf(host);
      if (name === undefined) return false;
      if (isLoopbackName(name) || fixed.has(name)) return true;
      if (localAddress !== undefined && addressInHost(localAddress) === name) return true;
      const named = [...namedByOperator, ...machineHosts()];
      return named.some((pattern) => fits(pattern, name)) || options.isInCertificate(name);
    },
    isProxyOrigin(origin) {
      const name = hostNameOf(/^https?:\/\/([^/?#@\s]+)$/i.exec(origin ?? '')?.[1]);
      return name !== undefined && namedByOperator.some((pattern) => fits(pattern, name));
    },
  };
}

function namesIn(setting: string): string[] {
  return setting
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/** `*.example.cn` stands for one label, as in a certificate (RFC 6125, 6.4.3). */
function fits(pattern: string, name: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === name;
  const dot = name.indexOf('.');
  return dot > 0 && name.slice(dot) === pattern.slice(1);
}
