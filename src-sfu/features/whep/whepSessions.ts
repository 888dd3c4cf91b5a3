import { randomBytes } from 'node:crypto';
import type { Principal } from '../../../src-shared/session/principal.ts';
import {
  newEtag,
  pathlessMs,
  patchIceSession,
  type IceSession,
  type OfferRefusal,
  type SessionPatch,
} from '../../base/iceSessions.ts';
import { startSilenceTimer, startTimer, type Timer } from '../../base/timers.ts';
import { createTurns } from '../../base/turns.ts';
import type { WhepCameras, WhepMedia } from './whep.ports.ts';

/** Cameras that one key may take at one time. */
export const sessionsOfKey = 16;
/** Cameras that all other systems together may take at one time: each costs the network as much as a tile of a wall. */
export const sessionsInAll = 64;
/** A session ends after this time, so that one that was forgotten does not run for ever; the client asks again. Milliseconds. */
export const longestSessionMs = 12 * 3_600_000;

/** The sessions in which other systems receive cameras. */
export interface WhepSessions {
  start(
    principal: Principal,
    wish: { cameraId: string; stream: 'main' | 'sub'; offer: string },
  ): Promise<{ ok: true; sessionId: string; etag: string; answer: string } | OfferRefusal>;
  patch(
    principal: Principal,
    sessionId: string,
    request: SessionPatch,
  ): Promise<{ ok: true; etag: string; fragment?: string } | OfferRefusal>;
  end(principal: Principal, sessionId: string): { ok: true } | OfferRefusal;
  /** A key was revoked or has expired. */
  endKey(keyId: string): void;
  /** What is registered has changed: sessions end whose camera is gone or is not the key's any more. */
  keepOnly(mayTake: (principal: Principal, cameraId: string) => boolean): void;
  /** The media path of a session was connected or lost, or its stream has ended. */
  pathChanged(connectionId: string, state: 'connected' | 'disconnected' | 'closed'): void;
  /** How many run now. */
  count(): number;
  close(): void;
}

export interface WhepSessionsOptions {
  media: WhepMedia;
  cameras: WhepCameras;
  /** When the key of a principal ends, Unix milliseconds; undefined for one that is good no more. */
  keyEndsAtMs(keyId: string): number | undefined;
  /** Whether the camera may still be taken: asked again after the media was made. */
  mayTake(principal: Principal, cameraId: string): boolean;
  /** A view began or ended, for the log. */
  viewed(event: 'began' | 'ended', connectionId: string, principal: Principal, cameraId: string): void;
  nowMs(): number;
}

interface Session extends IceSession {
  sessionId: string;
  principal: Principal;
  cameraId: string;
  silence: Timer | undefined;
  life: Timer;
}

const missing: OfferRefusal = {
  ok: false,
  status: 404,
  code: 'not_found',
  message: 'There is no such session: it has ended. Start a new session with POST.',
};

export function createWhepSessions(options: WhepSessionsOptions): WhepSessions {
  const { media, cameras, nowMs } = options;
  const sessions = new Map<string, Session>();
  /** Sessions that are being made, by their key: they count against the limits. */
  const starting = new Map<string, number>();
  const inTurn = createTurns();

  const undo = (connectionId: string): void => {
    media.stop(connectionId);
    cameras.release(connectionId);
  };
  const drop = (session: Session): void => {
    if (!sessions.delete(session.sessionId)) return;
    session.silence?.cancel();
    session.life.cancel();
    undo(session.connectionId);
    options.viewed('ended', session.connectionId, session.principal, session.cameraId);
  };
  const dropAll = (isMeant: (session: Session) => boolean): void => {
    for (const session of [...sessions.values()].filter(isMeant)) drop(session);
  };
  const find = (principal: Principal, sessionId: string): Session | undefined => {
    const session = sessions.get(sessionId);
    return session?.principal.accountId === principal.accountId ? session : undefined;
  };
  const awaitPath = (session: Session): void => {
    session.silence?.cancel();
    session.silence = startSilenceTimer(() => drop(session), pathlessMs);
  };

  /** Why no further session may begin; undefined where one may. */
  const fullness = (keyId: string): OfferRefusal | undefined => {
    const ofKey = [...sessions.values()].filter(({ principal }) => principal.accountId === keyId).length;
    if (ofKey + (starting.get(keyId) ?? 0) >= sessionsOfKey) {
      const message = `This key takes ${sessionsOfKey} cameras already. End a session with DELETE first.`;
      return { ok: false, status: 429, code: 'too_many_sessions', message };
    }
    const made = [...starting.values()].reduce((sum, one) => sum + one, 0);
    if (sessions.size + made >= sessionsInAll) {
      const message = `Other systems take ${sessionsInAll} cameras already, as many as this hub gives out. Try again later.`;
      return { ok: false, status: 503, code: 'hub_is_full', message };
    }
    return undefined;
  };

  const make = async (
    principal: Principal,
    { cameraId, stream, offer }: { cameraId: string; stream: 'main' | 'sub'; offer: string },
  ): ReturnType<WhepSessions['start']> => {
    const sessionId = randomBytes(18).toString('base64url');
    const connectionId = `whep:${sessionId}`;
    const opened = await cameras.open(connectionId, cameraId, stream);
    if (!opened.ok) return opened;
    const started = await media.start(connectionId, opened.streamId, offer);
    if (!started.ok) {
      undo(connectionId);
      return started;
    }
    const endsAtMs = options.keyEndsAtMs(principal.accountId);
    // The key may have been revoked, and the camera removed, while the media was made.
    if (endsAtMs === undefined || !options.mayTake(principal, cameraId)) {
      undo(connectionId);
      const message = 'The key or the camera is not to be had any more.';
      return { ok: false, status: 403, code: 'forbidden', message };
    }
    const { answer, ice } = started;
    const etag = newEtag();
    const life = startTimer(() => drop(session), Math.min(longestSessionMs, endsAtMs - nowMs()));
    const session: Session = {
      sessionId,
      connectionId,
      etag,
      ice,
      principal,
      cameraId,
      silence: undefined,
      life,
    };
    sessions.set(sessionId, session);
    awaitPath(session);
    options.viewed('began', connectionId, principal, cameraId);
    return { ok: true, sessionId, etag, answer };
  };

  return {
    async start(principal, wish) {
      const keyId = principal.accountId;
      const refusal = fullness(keyId);
      if (refusal !== undefined) return refusal;
      starting.set(keyId, (starting.get(keyId) ?? 0) + 1);
      try {
        return await make(principal, wish);
      } finally {
        const left = (starting.get(keyId) ?? 1) - 1;
        if (left > 0) starting.set(keyId, left);
        else starting.delete(keyId);
      }
    },
    patch: (principal, sessionId, request) =>
      inTurn(sessionId, async () => {
        const session = find(principal, sessionId);
        return session === undefined ? missing : patchIceSession(session, request, media);
      }),
    end(principal, sessionId) {
      const session = find(principal, sessionId);
      if (session === undefined) return missing;
      drop(session);
      return { ok: true };
    },
    endKey: (keyId) => dropAll(({ principal }) => principal.accountId === keyId),
    keepOnly: (mayTake) => dropAll(({ principal, cameraId }) => !mayTake(principal, cameraId)),
    pathChanged(connectionId, state) {
      const session = [...sessions.values()].find((one) => one.connectionId === connectionId);
      if (session === undefined) return;
      if (state === 'closed') drop(session);
      else if (state === 'connected') session.silence?.cancel();
      else awaitPath(session);
    },
    count: () => sessions.size,
    close: () => dropAll(() => true),
  };
}
