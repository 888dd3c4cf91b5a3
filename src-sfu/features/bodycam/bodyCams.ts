import { randomUUID } from 'node:crypto';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import { bodyCamAskLifeMs, bodyCamStreamId } from '../../../src-shared/bodycam/bodycam.protocol.ts';
import type { NoticeOf } from '../../../src-shared/protocol/index.ts';
import { startSilenceTimer, type Timer } from '../../base/timers.ts';
import type { BodyCamRoster } from './bodycam.ports.ts';

/** The states of body cams: asked, live, lost. */
export interface BodyCams {
  ask(memberId: string, by: string, automatic: boolean): Ack<OutputOf<'bodycam:ask'>>;
  decline(memberId: string, askId: string): Ack<Record<string, never>>;
  /** A desk withdraws its request or ends the picture. */
  endByDesk(memberId: string): Ack<Record<string, never>>;
  /** The phone, or a body-worn camera in its place, sends these kinds of media now over its connection. */
  producing(
    memberId: string,
    kinds: ('audio' | 'video')[],
    from: { connectionId: string; sender: 'phone' | 'recorder' },
  ): void;
  /** The connection that sends the member's picture now. */
  senderOf(memberId: string): string | undefined;
  /** No packets of the picture have arrived since this time; undefined when they arrive again. */
  stalled(memberId: string, sinceMs: number | undefined): void;
  /** Another device sends the picture now, so that the phone stops. */
  takenOver(memberId: string): void;
  /** The member ended it. */
  stopped(memberId: string): void;
  /** What the phone or the recorder sent has ended. */
  mediaLost(memberId: string): void;
  /** The phone's connection is gone. */
  lost(memberId: string): void;
  close(): void;
}

export interface BodyCamsOptions {
  roster: BodyCamRoster;
  /** Ends what the phone sends. */
  stopMedia(memberId: string): void;
  tellPhone<Name extends 'bodycam:asked' | 'bodycam:ended'>(
    memberId: string,
    name: Name,
    payload: NoticeOf<Name>,
  ): void;
  nowMs(): number;
}

export function createBodyCams({ roster, stopMedia, tellPhone, nowMs }: BodyCamsOptions): BodyCams {
  const timers = new Map<string, Timer>();
  /** The connection that sends the picture, by member. */
  const senders = new Map<string, string>();
  const settle = (memberId: string): void => {
    timers.get(memberId)?.cancel();
    timers.delete(memberId);
  };
  const off = (memberId: string, how: { isEndedByDesk?: true } = {}): void => {
    settle(memberId);
    senders.delete(memberId);
    if (roster.member(memberId)?.bodyCam.state === 'off') return;
    roster.change(memberId, { bodyCam: { state: 'off', sinceMs: nowMs(), ...how } });
  };

  const lost = (memberId: string): void => {
    const bodyCam = roster.member(memberId)?.bodyCam;
    // A request stays until it expires, because the phone may reconnect before.
    if (bodyCam?.state !== 'live') return;
    const { streamId, sender } = bodyCam;
    roster.change(memberId, {
      bodyCam: {
        ...{ state: 'lost', sinceMs: nowMs() },
        ...(streamId === undefined ? {} : { streamId }),
        ...(sender === undefined ? {} : { sender }),
      },
    });
  };

  return {
    ask(memberId, by, automatic) {
      const member = roster.member(memberId);
      if (member === undefined)
        return refuse('not_found', `There is no member ${memberId}.`, { reason: 'squads.no_such_member' });
      const { bodyCam } = member;
      if (bodyCam.state === 'live')
        return refuse('conflict', `${member.name} sends a picture already.`, {
          reason: 'bodycam.is_live',
          name: member.name,
        });
      if (!member.isConnected) {
        return refuse(
          'unavailable',
          `The phone of ${member.name} is not connected. Call by voice or telephone.`,
          { reason: 'bodycam.phone_not_connected', name: member.name },
        );
      }
      // An SOS starts a body cam that a desk has only requested.
      const isEnough = bodyCam.state === 'asked' && (bodyCam.isAutomatic === true || !automatic);
      if (isEnough && bodyCam.askId !== undefined && bodyCam.expiresAtMs !== undefined) {
        return ok({ askId: bodyCam.askId, expiresAtMs: bodyCam.expiresAtMs });
      }
      const askId = randomUUID();
      const sinceMs = nowMs();
      const expiresAtMs = sinceMs + bodyCamAskLifeMs;
      roster.change(memberId, {
        bodyCam: {
          ...{ state: 'asked', sinceMs, askId, askedBy: by, expiresAtMs },
          ...(automatic ? { isAutomatic: true } : {}),
        },
      });
      tellPhone(memberId, 'bodycam:asked', { askId, by, expiresAtMs, automatic });
      settle(memberId);
      const expire = (): void => {
        off(memberId);
        tellPhone(memberId, 'bodycam:ended', { reason: 'expired' });
      };
      timers.set(memberId, startSilenceTimer(expire, bodyCamAskLifeMs));
      return ok({ askId, expiresAtMs });
    },
    decline(memberId, askId) {
      const bodyCam = roster.member(memberId)?.bodyCam;
      if (bodyCam?.state !== 'asked' || bodyCam.askId !== askId) {
        return refuse('conflict', 'Nobody waits for that answer any more.', { reason: 'bodycam.not_asked' });
      }
      off(memberId);
      return ok({});
    },
    endByDesk(memberId) {
      const member = roster.member(memberId);
      if (member === undefined)
        return refuse('not_found', `There is no member ${memberId}.`, { reason: 'squads.no_such_member' });
      if (member.bodyCam.state === 'off') return ok({});
      off(memberId, { isEndedByDesk: true });
      stopMedia(memberId);
      tellPhone(memberId, 'bodycam:ended', { reason: 'by_desk' });
      return ok({});
    },
    producing(memberId, kinds, { connectionId, sender }) {
      settle(memberId);
      senders.set(memberId, connectionId);
      const before = roster.member(memberId)?.bodyCam;
      const sinceMs = before?.state === 'live' ? before.sinceMs : nowMs();
      roster.change(memberId, {
        bodyCam: { state: 'live', sinceMs, streamId: bodyCamStreamId(memberId), kinds, sender },
      });
    },
    stalled(memberId, sinceMs) {
      const bodyCam = roster.member(memberId)?.bodyCam;
      if (bodyCam?.state !== 'live') return;
      const { stalledSinceMs: _before, ...rest } = bodyCam;
      const next = sinceMs === undefined ? rest : { ...rest, stalledSinceMs: sinceMs };
      roster.change(memberId, { bodyCam: next });
    },
    takenOver: (memberId) => tellPhone(memberId, 'bodycam:ended', { reason: 'taken_over' }),
    stopped: (memberId) => off(memberId),
    senderOf: (memberId) => senders.get(memberId),
    mediaLost(memberId) {
      senders.delete(memberId);
      lost(memberId);
    },
    lost,
    close() {
      for (const memberId of [...timers.keys()]) settle(memberId);
    },
  };
}
