import { CertificateError, requestHub, type AcceptedCertificates, type HubAnswer } from './hubRequest.ts';
import type { HubTrouble } from './troubles.ts';

/**
 * Asks whether a hub answers at an origin. A hub that says it is unhealthy is a hub nevertheless: its surfaces show what
 * it still has. Resolves to undefined when it is one; `onKey` is given the digest of the key that it proved to have.
 */
export async function probeHub(
  origin: string,
  accepted: AcceptedCertificates = 'trusted',
  onKey?: (keyDigest: string | undefined) => void,
): Promise<HubTrouble | undefined> {
  let answer: HubAnswer;
  try {
    answer = await requestHub(`${origin}/healthz`, accepted);
  } catch (error) {
    if (error instanceof CertificateError) return { kind: 'otherCertificate', origin };
    return { kind: 'unreachable', origin, detail: reasonOf(error) };
  }
  const secureOrigin = secureOriginOf(origin, answer);
  if (secureOrigin !== undefined) {
    return { kind: 'unreachable', origin, detail: `It answers over HTTPS only: ${secureOrigin}` };
  }
  if (!isHubAnswer(answer)) return { kind: 'notAHub', origin };
  onKey?.(answer.keyDigest);
  return undefined;
}

/** Whether an answer to `/healthz` is that of a hub, well or not. */
export function isHubAnswer({ body }: HubAnswer): boolean {
  let read: unknown;
  try {
    read = JSON.parse(body.toString('utf8'));
  } catch {
    return false;
  }
  const status = typeof read === 'object' && read !== null && 'status' in read ? read.status : undefined;
  // `unhealthy` is the word of older hubs.
  return ['ok', 'degraded', 'failing', 'unhealthy'].includes(String(status));
}

/** The address to which a hub over plain HTTP sends other machines: HTTPS of the same name, never of another one. */
export function secureOriginOf(origin: string, { status, location }: HubAnswer): string | undefined {
  if (status !== 308 || location === undefined || !URL.canParse(location)) return undefined;
  const target = new URL(location);
  if (target.protocol !== 'https:' || target.hostname !== new URL(origin).hostname) return undefined;
  return target.origin;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
