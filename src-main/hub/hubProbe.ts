import type { HubTrouble } from './troubles.ts';

/** A hub on the same network answers in milliseconds; a machine that is off never does. */
const probeTimeoutMs = 2_000;

/**
 * Asks whether a hub answers at an origin. A hub that says it is unhealthy is a hub nevertheless: its surfaces show what
 * it still has. Resolves to undefined when it is one.
 */
export async function probeHub(origin: string): Promise<HubTrouble | undefined> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${origin}/healthz`, {
      signal: AbortSignal.timeout(probeTimeoutMs),
      redirect: 'manual',
    });
    body = await response.json().catch(() => undefined);
  } catch (error) {
    return { kind: 'unreachable', origin, detail: reasonOf(error) };
  }
  const status = typeof body === 'object' && body !== null && 'status' in body ? body.status : undefined;
  // `unhealthy` is the word of older hubs.
  const isHub = ['ok', 'degraded', 'failing', 'unhealthy'].includes(String(status));
  return isHub ? undefined : { kind: 'notAHub', origin };
}

/** fetch says only "fetch failed"; what went wrong is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
