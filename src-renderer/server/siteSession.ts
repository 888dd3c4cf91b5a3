import { surfaceHeader } from '../../src-shared/protocol/credentials.ts';
import type { RefusalReason } from '../../src-shared/protocol/refusals.ts';

const path = '/api/v1/site-session';
/** The phone's secret while its browser keeps no cookie; it is gone with the page. */
let held: string | undefined;

/** The secret that the connection shows; undefined where the cookie does. */
export function siteToken(): string | undefined {
  return held;
}

/** The headers by which a request of the page of a site comes as the site, whoever else is signed in in this browser. */
export function siteHeaders(): Record<string, string> {
  return {
    [surfaceHeader]: 'site',
    ...(held === undefined ? {} : { authorization: `Bearer ${held}` }),
  };
}

/** How a sign-in ended. `keeps`: whether the browser keeps it for the next time. */
export type SiteSignIn =
  { ok: true; keeps: boolean } | { ok: false; reason: RefusalReason | 'no_answer'; isFinal: boolean };

/**
 * Exchanges the code of a link for a sign-in. Repeated with the same secret it is answered the same, so that a lost answer costs
 * nothing.
 */
export async function signInSite(
  code: string,
  token: string,
  fetch: typeof window.fetch,
): Promise<SiteSignIn> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { ...siteHeaders(), 'content-type': 'application/json' },
      body: JSON.stringify({ code, token }),
    });
    if (!answer.ok) {
      const { error } = (await answer.json()) as { error?: { reason?: RefusalReason } };
      return { ok: false, reason: error?.reason ?? 'no_answer', isFinal: error?.reason !== undefined };
    }
    held = undefined;
    const kept = await readSite(fetch);
    if (kept === undefined) held = token;
    return { ok: true, keeps: kept !== undefined };
  } catch {
    return { ok: false, reason: 'no_answer', isFinal: false };
  }
}

/** The site for which this browser is signed in. */
async function readSite(fetch: typeof window.fetch): Promise<string | undefined> {
  const answer = await fetch(path, { headers: siteHeaders() });
  const { site } = (await answer.json()) as { site?: { siteId: string } };
  return site?.siteId;
}

/** Signs this phone out. The hub ends its connections. */
export async function signOutSite(fetch: typeof window.fetch): Promise<boolean> {
  try {
    const { ok } = await fetch(path, { method: 'DELETE', headers: siteHeaders() });
    if (ok) held = undefined;
    return ok;
  } catch {
    return false;
  }
}
