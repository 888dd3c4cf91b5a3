import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import type { Snapshot } from '../../../src-shared/protocol/index.ts';
import { roleOfSurface } from '../../../src-shared/session/roles.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { Seats } from './seats.ts';

export interface SessionHandlersOptions {
  hub: { id: string; version: string; startedAtMs: number };
  /** The screen of a wall surface that names none. */
  defaultScreenId: string;
  /** Whose phone has this token. */
  memberOf(token: string): string | undefined;
  seats: Seats;
  /** A surface joined; its snapshot is made next. */
  joined(context: SurfaceContext): void;
  /** What the features show this surface. */
  snapshotFor(context: SurfaceContext): Partial<Snapshot>;
  nowMs(): number;
}

/** Joining: who the surface is, and everything it needs to draw itself once; and the sign of life of the connection. */
export function createSessionHandlers(
  options: SessionHandlersOptions,
): RequestHandlers<'session:join' | 'session:checkLink'> {
  return {
    'session:join': (context, { surface, screenId = options.defaultScreenId, officer, memberToken }) => {
      if (context.isPhoneOnly && surface !== 'field') {
        return refuse('forbidden', 'A phone may only open the field page. Use the access link for others.', {
          reason: 'session.phone_only',
        });
      }
      const memberId = memberToken === undefined ? undefined : options.memberOf(memberToken);
      if (surface === 'field' && memberToken !== undefined && memberId === undefined) {
        return refuse('forbidden', 'This phone was signed out. Sign in with a new code of the desk.', {
          reason: 'session.phone_signed_out',
        });
      }
      const isMember = surface === 'field' && memberId !== undefined;
      const role = surface === 'field' && !isMember ? 'stranger' : roleOfSurface[surface];
      context.identity = {
        surface,
        role,
        screenId,
        ...(officer === undefined ? {} : { officer }),
        ...(surface === 'desk' ? { seat: options.seats.take(context.connectionId, role) } : {}),
        ...(isMember ? { member: { memberId } } : {}),
      };
      options.joined(context);
      const snapshot: Snapshot = {
        workers: [],
        ...options.snapshotFor(context),
        hub: { ...options.hub, nowMs: options.nowMs() },
        role,
      };
      return ok({ snapshot, sequence: context.lastSequence() });
    },
    'session:checkLink': () => ok({}),
  };
}
