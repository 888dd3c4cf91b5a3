import { createHash, type X509Certificate } from 'node:crypto';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { Agent, get as getSecure } from 'node:https';
import { getCACertificates, type TLSSocket } from 'node:tls';

/** A hub on the same network answers in milliseconds; a machine that is off never does. */
const answerTimeoutMs = 2_000;
/** Health and certificates are smaller; what sends more is no hub. */
const maxBodyBytes = 256 * 1024;

/** Which certificates of a server are accepted: of the one authority, those that this machine trusts, or any, when only looking. */
export type AcceptedCertificates = { authority: string } | 'trusted' | 'any';

/** What a server answered. */
export interface HubAnswer {
  status: number;
  location: string | undefined;
  body: Buffer;
  /** SHA-256 of the public key that the server proved to have, in base 64; undefined over plain HTTP. */
  keyDigest: string | undefined;
}

/** The server's certificate is not one of those that are accepted. */
export class CertificateError extends Error {
  override name = 'CertificateError';
}

/** Gets one page of a server. Rejects with CertificateError, or with what went wrong; follows no redirect. */
export function requestHub(url: string, accepted: AcceptedCertificates = 'trusted'): Promise<HubAnswer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const answered = (response: IncomingMessage): void => {
      const keyDigest = keyDigestOf(response.socket as Partial<TLSSocket>);
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        size += part.length;
        parts.push(part);
        if (size > maxBodyBytes) response.destroy(new Error('The answer is too long.'));
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          body: Buffer.concat(parts),
          keyDigest,
        }),
      );
    };
    const request = url.startsWith('https:')
      ? // An agent of its own: a connection that was accepted by other rules is not used again.
        getSecure(url, { signal, agent: new Agent(), ...rulesOf(accepted) }, answered)
      : getPlain(url, { signal, agent: false }, answered);
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(isCertificateFault(error) ? new CertificateError(error.message) : error),
    );
  });
}

function rulesOf(accepted: AcceptedCertificates): { ca?: string[]; rejectUnauthorized: boolean } {
  if (accepted === 'any') return { rejectUnauthorized: false };
  if (accepted === 'trusted')
    return {
      rejectUnauthorized: true,
      ca: [...getCACertificates('default'), ...getCACertificates('system')],
    };
  return { rejectUnauthorized: true, ca: [accepted.authority] };
}

/** The codes of OpenSSL and of Node for certificates that do not hold. */
function isCertificateFault({ code = '' }: NodeJS.ErrnoException): boolean {
  return /CERT|ISSUER|SIGNATURE|ALTNAME|PURPOSE|CHAIN|CRL|TRUSTED/.test(code);
}

function keyDigestOf(socket: Partial<TLSSocket>): string | undefined {
  return keyDigest(socket.getPeerX509Certificate?.());
}

/** SHA-256 of a certificate's public key in base 64, as Chromium's command line takes it. */
function keyDigest(certificate: X509Certificate | undefined): string | undefined {
  if (certificate === undefined) return undefined;
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}
