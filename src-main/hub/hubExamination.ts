import { X509Certificate } from 'node:crypto';
import type { ConnectionCode } from '../../src-shared/network/connectionCode.ts';
import { parseHubAddress } from './hubAddress.ts';
import { isHubAnswer, secureOriginOf } from './hubProbe.ts';
import { CertificateError, requestHub, type HubAnswer } from './hubRequest.ts';

/** The authority of a hub's certificates, which a person compares once. */
export interface HubAuthority {
  pem: string;
  /** SHA-256, as `AB:CD:…`. */
  fingerprint: string;
}

/** What is at an address that somebody named. */
export type HubExamination =
  /** Without an authority: plain HTTP, or a certificate that this machine trusts already. */
  | { kind: 'hub'; origin: string; authority: HubAuthority | undefined }
  /** `unknownCertificate`: neither this machine trusts it, nor does the hub have an authority of its own that could be compared. */
  | { kind: 'fault'; fault: 'wrongHub' | 'noAnswer' | 'notAHub' | 'unknownCertificate' | 'otherFingerprint' };

/** An address as people type it: `192.0.2.7`, `192.0.2.7:7400`, or one of a page. */
function completeAddress(text: string): string {
  const typed = text.trim();
  if (/^https?:\/\//i.test(typed)) return typed;
  return /:\d+$/.test(typed) ? `http://${typed}` : `http://${typed}:7400`;
}

/** Finds out whether a hub is at an address, and by which authority it is recognised. Nothing is trusted yet. */
export async function examineHub(text: string): Promise<HubExamination> {
  const named = parseHubAddress(completeAddress(text));
  if (named === undefined) return { kind: 'fault', fault: 'wrongHub' };
  try {
    return await examineOrigin(named.origin);
  } catch {
    return { kind: 'fault', fault: 'noAnswer' };
  }
}

/** The same for a connection code: the hub's authority must be the one that the code names. */
export async function examineCode({
  address,
  port,
  fingerprintStart,
}: ConnectionCode): Promise<HubExamination> {
  const origin = `https://${address}:${port}`;
  const examined = await examineAuthority(origin).catch((): HubExamination => {
    return { kind: 'fault', fault: 'noAnswer' };
  });
  if (examined.kind === 'fault') return examined;
  const fingerprint = examined.authority?.fingerprint.replaceAll(':', '') ?? '';
  return fingerprint.startsWith(fingerprintStart) ? examined : { kind: 'fault', fault: 'otherFingerprint' };
}

async function examineOrigin(origin: string): Promise<HubExamination> {
  let answer: HubAnswer;
  try {
    answer = await requestHub(`${origin}/healthz`);
  } catch (error) {
    if (error instanceof CertificateError) return examineAuthority(origin);
    throw error;
  }
  const secureOrigin = secureOriginOf(origin, answer);
  if (secureOrigin !== undefined && origin.startsWith('http:')) return examineOrigin(secureOrigin);
  return isHubAnswer(answer)
    ? { kind: 'hub', origin, authority: undefined }
    : { kind: 'fault', fault: 'notAHub' };
}

/** The hub says itself which authority signed its certificate; that it did is checked here, and which one it is by a person. */
async function examineAuthority(origin: string): Promise<HubExamination> {
  const { status, body } = await requestHub(`${origin}/trust/mingchu.crt`, 'any');
  const authority = status === 200 ? readAuthority(body) : undefined;
  if (authority === undefined) return { kind: 'fault', fault: 'unknownCertificate' };
  try {
    const answer = await requestHub(`${origin}/healthz`, { authority: authority.pem });
    return isHubAnswer(answer) ? { kind: 'hub', origin, authority } : { kind: 'fault', fault: 'notAHub' };
  } catch (error) {
    if (error instanceof CertificateError) return { kind: 'fault', fault: 'unknownCertificate' };
    throw error;
  }
}

function readAuthority(bytes: Buffer): HubAuthority | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    const { fingerprint256, ca } = certificate;
    return ca ? { pem: certificate.toString(), fingerprint: fingerprint256 } : undefined;
  } catch {
    return undefined;
  }
}
