import { randomBytes } from 'node:crypto';
import type { OfferRefusal } from '../../base/iceSessions.ts';
import { networkOf } from '../../base/networks.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import { createLiveStarts, liveStartsInMinute } from './liveStarts.ts';
import type { LiveMedia } from './public.ports.ts';

/** A few phones that receive softened copies live, by WebRTC; all others have segments or stills. */
export interface PublicLive {
  /** Whether one more phone may receive this camera. */
  hasPlace(cameraId: string): boolean;
  /** Answers the offer of a phone at `address`. */
  start(
    address: string,
    cameraId: string,
    offer: string,
  ): Promise<{ ok: true; sessionId: string; answer: string } | OfferRefusal>;
  /** A phone goes. One that is not there (any more) changes nothing. */
  end(sessionId: string): void;
  /** The public may see these cameras no more: nothing is sent from this moment on. */
  hide(cameraIds: readonly string[]): void;
  /** The hub has no time for the public: all end, and have segments or stills. */
  shed(): void;
  /** The media path of a phone was connected or lost, or its stream has ended. */
  pathChanged(connectionId: string, state: 'connected' | 'disconnected' | 'closed'): void;
  count(): number;
  close(): void;
}

/** Phones of one network, or behind one address: a household, not a crowd. */
export const liveOfNetwork = 4;
/** Then another phone may have the place; this one goes on with segments. Milliseconds. */
export const longestLiveMs = 600_000;
/** A phone that is not connected within this time, or not again, has no way to the hub. Milliseconds. */
export const livePathlessMs = 8_000;
const checkEveryMs = 2_000;

interface Session {
  connectionId: string;
  cameraId: string;
  network: string;
  silence: Timer | undefined;
  life: Timer;
}

export function createPublicLive(options: {
  media: LiveMedia;
  isShown(cameraId: string): boolean;
  /** Whether phones have a copy of this camera now; a live phone is one more viewer of it, and keeps none running. */
  isPlaying(cameraId: string): boolean;
  limit: number;
  nowMs(): number;
}): PublicLive {
  const { media, isShown, isPlaying, limit } = options;
  const sessions = new Map<string, Session>();
  /** Networks of phones whose session is being made. */
  const starting: string[] = [];
  const waitOf = createLiveStarts(options.nowMs);
  let timer: Timer | undefined;

  const drop = (sessionId: string): void => {
    const session = sessions.get(sessionId);
    if (session === undefined) return;
    sessions.delete(sessionId);
    session.silence?.cancel();
    session.life.cancel();
    media.stop(session.connectionId);
  };
  const dropAll = (isMeant: (session: Session) => boolean): void => {
    for (const [sessionId, session] of [...sessions]) if (isMeant(session)) drop(sessionId);
  };
  const awaitPath = (sessionId: string, session: Session): void => {
    session.silence?.cancel();
    session.silence = startTimer(() => drop(sessionId), livePathlessMs);
  };
  const check = (): void => {
    timer = undefined;
    dropAll(({ cameraId }) => !isShown(cameraId) || !isPlaying(cameraId));
    if (sessions.size > 0) timer = startTimer(check, checkEveryMs);
  };
  const hasPlace = (cameraId: string): boolean =>
    sessions.size + starting.length < limit && isShown(cameraId) && isPlaying(cameraId);
  const ofNetwork = (network: string): number =>
    [...sessions.values()].filter((one) => one.network === network).length +
    starting.filter((one) => one === network).length;

  const make = async (network: string, cameraId: string, offer: string): ReturnType<PublicLive['start']> => {
    const sessionId = randomBytes(18).toString('base64url');
    const connectionId = `public:${sessionId}`;
    const started = await media.start(connectionId, cameraId, offer);
    if (!started.ok) return started;
    // The consent may have been withdrawn while the session was made.
    if (!isShown(cameraId)) {
      media.stop(connectionId);
      return notSeen;
    }
    const life = startTimer(() => drop(sessionId), longestLiveMs);
    const session: Session = { connectionId, cameraId, network, silence: undefined, life };
    sessions.set(sessionId, session);
    awaitPath(sessionId, session);
    timer ??= startTimer(check, checkEveryMs);
    return { ok: true, sessionId, answer: started.answer };
  };

  return {
    hasPlace,
    async start(address, cameraId, offer) {
      if (!isShown(cameraId)) return notSeen;
      const network = networkOf(address);
      if (!hasPlace(cameraId) || ofNetwork(network) >= liveOfNetwork) return full;
      const waitMs = waitOf(network);
      if (waitMs > 0) return { ...tooOften, retryAfterSeconds: Math.ceil(waitMs / 1_000) };
      starting.push(network);
      try {
        return await make(network, cameraId, offer);
      } finally {
        starting.splice(starting.indexOf(network), 1);
      }
    },
    end: drop,
    hide: (cameraIds) => dropAll(({ cameraId }) => cameraIds.includes(cameraId)),
    shed: () => dropAll(() => true),
    pathChanged(connectionId, state) {
      const [sessionId, session] = [...sessions].find(([, one]) => one.connectionId === connectionId) ?? [];
      if (sessionId === undefined || session === undefined) return;
      if (state === 'closed') drop(sessionId);
      else if (state === 'connected') session.silence?.cancel();
      else awaitPath(sessionId, session);
    },
    count: () => sessions.size,
    close() {
      timer?.cancel();
      dropAll(() => true);
    },
  };
}

/** The same for a camera that is not there: nobody learns which cameras there are. */
const notSeen: OfferRefusal = {
  ok: false,
  status: 404,
  code: 'not_found',
  message: 'There is no such picture (any more).',
};
const full: OfferRefusal = {
  ok: false,
  status: 503,
  code: 'no_place',
  message: 'All places for live pictures are taken. Play the segments, or show the still.',
};
const tooOften: OfferRefusal = {
  ok: false,
  status: 429,
  code: 'rate_limited',
  message: `Live pictures were asked for more than ${liveStartsInMinute} times in a minute from this network. Play the segments, or show the still.`,
};
