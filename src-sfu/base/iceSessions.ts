import { randomBytes } from 'node:crypto';

/** The refusal of a request of WHIP or WHEP, with its HTTP status. */
export interface OfferRefusal {
  ok: false;
  status: number;
  code: string;
  message: string;
  /** When to ask again at the earliest. */
  retryAfterSeconds?: number;
}

export interface IceCredentials {
  usernameFragment: string;
  password: string;
}

/** What a PATCH brings, and what it is answered with. */
export interface SessionPatch {
  ifMatch: string | undefined;
  fragment: string;
}

/** The ICE session that a client has with the hub; `etag` changes at each restart (RFC 9725, 4.3.3). */
export interface IceSession {
  connectionId: string;
  etag: string;
  ice: IceCredentials;
}

/** The media of a session as its ICE part needs it. */
export interface IceMedia {
  /** Reads the ICE part of a client's SDP. Candidates are checked, but not needed, because the hub is ICE lite. */
  readFragment(fragment: string): { ok: true; ice?: IceCredentials } | OfferRefusal;
  /** New ICE credentials of the hub, as an SDP fragment. */
  restart(connectionId: string): Promise<{ ok: true; fragment: string } | OfferRefusal>;
}

/** How long a session may be without a media path, at its beginning and between a loss and an ICE restart. Milliseconds. */
export const pathlessMs = 30_000;

/** Trickled candidates are answered without a fragment, an ICE restart with one and a new etag. */
export async function patchIceSession(
  session: IceSession,
  { ifMatch, fragment }: SessionPatch,
  media: IceMedia,
): Promise<{ ok: true; etag: string; fragment?: string } | OfferRefusal> {
  const read = media.readFragment(fragment);
  if (!read.ok) return read;
  const isRestart =
    read.ice !== undefined &&
    (read.ice.usernameFragment !== session.ice.usernameFragment ||
      read.ice.password !== session.ice.password);
  if (ifMatch === undefined) {
    const message = 'Send If-Match: the ETag of the session for candidates, "*" for an ICE restart.';
    return { ok: false, status: 428, code: 'no_etag', message };
  }
  // "*" in quotes is how RFC 9725, 4.3.3 writes it; without them it is HTTP's own.
  const isAny = ifMatch === '*' || ifMatch === '"*"';
  if (ifMatch !== session.etag && !(isAny && isRestart)) {
    const message = 'That ETag is of an older ICE session. Use the newest, or restart ICE with "*".';
    return { ok: false, status: 412, code: 'old_etag', message };
  }
  if (!isRestart || read.ice === undefined) return { ok: true, etag: session.etag };
  const restarted = await media.restart(session.connectionId);
  if (!restarted.ok) return restarted;
  session.ice = read.ice;
  session.etag = newEtag();
  return { ok: true, etag: session.etag, fragment: restarted.fragment };
}

export function newEtag(): string {
  return `"${randomBytes(9).toString('base64url')}"`;
}
