import { randomBytes } from 'node:crypto';
import type { WhipDevice } from '../../../src-shared/bodycam/whip.protocol.ts';
import {
  newEtag,
  pathlessMs,
  patchIceSession,
  type IceCredentials,
  type IceMedia,
  type IceSession,
  type OfferRefusal,
  type SessionPatch,
} from '../../base/iceSessions.ts';
import { startSilenceTimer, type Timer } from '../../base/timers.ts';
import { createTurns } from '../../base/turns.ts';
import type { WhipDeviceRecord } from './whip.repository.ts';

/** The media of WHIP as this feature needs it. A connection is one session's. */
export interface WhipMedia extends IceMedia {
  start(
    connectionId: string,
    memberId: string,
    offer: string,
  ): Promise<{ ok: true; answer: string; ice: IceCredentials } | OfferRefusal>;
  stop(connectionId: string): void;
}

/** The sessions of sending devices: at most one for each device and each member, the newest. */
export interface WhipSessions {
  start(
    device: WhipDeviceRecord,
    offer: string,
  ): Promise<{ ok: true; sessionId: string; etag: string; answer: string } | OfferRefusal>;
  /** Trickled candidates are answered without a fragment, an ICE restart with one and a new etag. */
  patch(
    device: WhipDeviceRecord,
    sessionId: string,
    request: SessionPatch,
  ): Promise<{ ok: true; etag: string; fragment?: string } | OfferRefusal>;
  /** The device ends it. */
  end(device: WhipDeviceRecord, sessionId: string): { ok: true } | OfferRefusal;
  /** The device may not send any more, or a desk ended its picture. */
  endDevice(deviceId: string): void;
  endMember(memberId: string): void;
  /** Another connection sends the picture now. */
  endConnection(connectionId: string): void;
  /** The media path of a session was connected or lost. */
  pathChanged(connectionId: string, state: 'connected' | 'disconnected' | 'closed'): void;
  live(deviceId: string): WhipDevice['live'];
  /** Whether a device sends the member's picture now. */
  isLive(memberId: string): boolean;
  close(): void;
}

export interface WhipSessionsOptions {
  media: WhipMedia;
  /** Whether the device was not removed meanwhile. */
  isKnown(deviceId: string): boolean;
  hasMember(memberId: string): boolean;
  /** The connection that sends the member's picture now. */
  senderOf(memberId: string): string | undefined;
  /** The device ended its picture itself. */
  stopped(memberId: string): void;
  changed(): void;
  nowMs(): number;
}

interface Session extends IceSession {
  sessionId: string;
  device: WhipDeviceRecord;
  sinceMs: number;
  isConnected: boolean;
  timer: Timer | undefined;
}

/** The prefix of the connection ids of devices, which differ from those of surfaces. */
const connectionPrefix = 'whip:';

export function isWhipConnection(connectionId: string): boolean {
  return connectionId.startsWith(connectionPrefix);
}

export function createWhipSessions(options: WhipSessionsOptions): WhipSessions {
  const { media, nowMs } = options;
  const sessions = new Map<string, Session>();
  const inTurn = createTurns();
  const missing: OfferRefusal = {
    ok: false,
    status: 404,
    code: 'not_found',
    message: 'There is no such session: it ended, or another one replaced it. Start a new session with POST.',
  };

  const drop = (session: Session): void => {
    if (!sessions.delete(session.sessionId)) return;
    session.timer?.cancel();
    media.stop(session.connectionId);
    options.changed();
  };
  const dropAll = (isMeant: (session: Session) => boolean): void => {
    for (const session of [...sessions.values()].filter(isMeant)) drop(session);
  };
  const find = (device: WhipDeviceRecord, sessionId: string): Session | undefined => {
    const session = sessions.get(sessionId);
    return session?.device.deviceId === device.deviceId ? session : undefined;
  };
  const awaitPath = (session: Session): void => {
    session.timer?.cancel();
    session.timer = startSilenceTimer(() => drop(session), pathlessMs);
  };

  /** Why the device may not send; undefined where it may. */
  const refusalOf = ({ deviceId, memberId }: WhipDeviceRecord): OfferRefusal | undefined => {
    if (!options.hasMember(memberId)) {
      const message = 'The member whose body cam this device is was removed. Make a new device.';
      return { ok: false, status: 409, code: 'member_removed', message };
    }
    if (options.isKnown(deviceId)) return undefined;
    return { ok: false, status: 404, code: 'not_found', message: 'The device was removed. Make a new one.' };
  };

  return {
    start: (device, offer) =>
      inTurn(device.memberId, async () => {
        const { memberId } = device;
        const refusal = refusalOf(device);
        if (refusal !== undefined) return refusal;
        const sessionId = randomBytes(18).toString('base64url');
        const connectionId = `${connectionPrefix}${sessionId}`;
        const started = await media.start(connectionId, memberId, offer);
        if (!started.ok) return started;
        // It may have been removed while its media was made.
        const late = refusalOf(device);
        if (late !== undefined) {
          media.stop(connectionId);
          return late;
        }
        // An encoder that crashed and came back has no other way to end its old session, so the new one takes its place.
        dropAll((other) => other.device.memberId === memberId);
        const etag = newEtag();
        const { ice, answer } = started;
        const sinceMs = nowMs();
        const session: Session = {
          sessionId,
          connectionId,
          device,
          etag,
          ice,
          sinceMs,
          isConnected: false,
          timer: undefined,
        };
        sessions.set(sessionId, session);
        awaitPath(session);
        options.changed();
        return { ok: true, sessionId, etag, answer };
      }),
    patch: (device, sessionId, request) =>
      inTurn(device.memberId, async () => {
        const session = find(device, sessionId);
        return session === undefined ? missing : patchIceSession(session, request, media);
      }),
    end(device, sessionId) {
      const session = find(device, sessionId);
      if (session === undefined) return missing;
      const isItsPicture = options.senderOf(device.memberId) === session.connectionId;
      drop(session);
      if (isItsPicture) options.stopped(device.memberId);
      return { ok: true };
    },
    endDevice: (deviceId) => dropAll(({ device }) => device.deviceId === deviceId),
    endConnection: (connectionId) => dropAll((session) => session.connectionId === connectionId),
    endMember: (memberId) => dropAll(({ device }) => device.memberId === memberId),
    pathChanged(connectionId, state) {
      const session = [...sessions.values()].find((one) => one.connectionId === connectionId);
      if (session === undefined) return;
      if (state === 'closed') return drop(session);
      if (state === 'connected') session.timer?.cancel();
      else awaitPath(session);
      const isConnected = state === 'connected';
      if (session.isConnected === isConnected) return;
      session.isConnected = isConnected;
      options.changed();
    },
    live(deviceId) {
      const session = [...sessions.values()].find(({ device }) => device.deviceId === deviceId);
      if (session === undefined) return undefined;
      return { sinceMs: session.sinceMs, isConnected: session.isConnected };
    },
    isLive(memberId) {
      const sender = options.senderOf(memberId);
      return [...sessions.values()].some(({ connectionId }) => connectionId === sender);
    },
    close: () => dropAll(() => true),
  };
}
