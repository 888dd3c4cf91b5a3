import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { HubAddress } from './hubAddress.ts';
import { probeHub } from './hubProbe.ts';
import { requestHub } from './hubRequest.ts';
import type { HubTrouble } from './troubles.ts';

/** How the hub that was chosen on this machine is recognised. */
export interface HubTrust {
  /** As `probeHub`. A hub that a person compared must show that authority; every other hub must be one that this machine trusts. */
  probe(origin: string): Promise<HubTrouble | undefined>;
  /** Whether a person compared the hub, so that only its own authority vouches for it. */
  isCompared: boolean;
  /** Digest of the key that the hub proved to have at the last probe, where only its own authority vouches for it. */
  keyDigest(): string | undefined;
  /** What the hub says of its health, over a connection by the same rules. Rejects where it does not answer. */
  readHealth(): Promise<string>;
  /** Whether a certificate (PEM) that is shown for a host is the chosen hub's. */
  isCertificate(pem: string, host: string): boolean;
}

/** `remembered`: the hub that was chosen and its authority; it counts for that very hub only. */
export function createHubTrust(
  hub: HubAddress,
  remembered: { hub?: string | undefined; hubAuthority?: string | undefined },
): HubTrust {
  const authority = remembered.hub === hub.origin ? remembered.hubAuthority : undefined;
  let keyDigest: string | undefined;
  return {
    probe(origin) {
      if (authority === undefined || origin !== hub.origin) return probeHub(origin);
      return probeHub(origin, { authority }, (digest) => (keyDigest = digest));
    },
    isCompared: authority !== undefined,
    keyDigest: () => keyDigest,
    async readHealth() {
      const { body } = await requestHub(
        `${hub.origin}/healthz`,
        authority === undefined ? 'trusted' : { authority },
      );
      return body.toString('utf8');
    },
    isCertificate: (pem, host) =>
      authority !== undefined &&
      host === new URL(hub.origin).hostname &&
      isSignedBy(authority, pem, host, Date.now()),
  };
}

/** Whether a certificate is good for a host now, and signed by the authority itself. */
export function isSignedBy(authorityPem: string, pem: string, host: string, nowMs: number): boolean {
  try {
    const authority = new X509Certificate(authorityPem);
    const certificate = new X509Certificate(pem);
    const isValid = (one: X509Certificate): boolean =>
      Date.parse(one.validFrom) <= nowMs && nowMs <= Date.parse(one.validTo);
    const named = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
    return (
      authority.ca &&
      !certificate.ca &&
      certificate.checkIssued(authority) &&
      certificate.verify(authority.publicKey) &&
      named !== undefined &&
      isValid(authority) &&
      isValid(certificate)
    );
  } catch {
    return false;
  }
}
