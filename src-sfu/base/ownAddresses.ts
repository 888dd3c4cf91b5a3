import { networkInterfaces } from 'node:os';

/** The addresses of this machine, IPv4 and IPv6, loopback too. They change when a cable is moved: read them when they are needed. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).map(({ address }) => address),
  );
}
