import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import type { Snapshot } from '../../../src-shared/protocol/index.ts';
import type { DeskSession } from '../../../src-shared/session/session.protocol.ts';
import { narrowTo, stranger } from '../../../src-shared/session/narrowing.ts';
import { may, type Principal } from '../../../src-shared/session/principal.ts';
import { capabilities, type Role } from '../../../src-shared/session/roles.ts';
import { deviceOf, type Doors } from '../../base/doors.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { RequestScopes } from '../../base/requestScopes.ts';
import { deskRights } from './deskRights.ts';
import { seatRoleOf, type Seats } from './seats.ts';

export interface SessionHandlersOptions {
  hub: { id: string; version: string; startedAtMs: number };
  /** The screen of a wall surface that names none. */
  defaultScreenId: string;
  /** Who stands behind what a surface shows. */
  doors: Pick<Doors, 'principalOf'>;
  seats: Seats;
  /** The settings of desks. */
  desk: Pick<DeskSession, 'lockAfterMs' | 'shifts'>;
  /** Which part of the city each request is about. */
  scopes: RequestScopes;
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
  const seatOf = (connectionId: string, role: Role): { seatRole: Role; seat: number } => {
    const seatRole = seatRoleOf(role);
    return { seatRole, seat: options.seats.take(connectionId, seatRole) };
  };
  return {
    'session:join': (context, { surface, screenId = options.defaultScreenId, officer, memberToken }) => {
      if (context.isPhoneOnly && surface !== 'field') {
        return refuse('forbidden', 'A phone may only open the field page. Sign in for others.', {
          reason: 'session.phone_only',
        });
      }
      const { visit } = context;
      const credentials = {
        key: visit.credentials.key,
        siteToken: visit.credentials.siteToken,
        memberToken: surface === 'field' ? memberToken : undefined,
      };
      const known = options.doors.principalOf({ ...visit, credentials, surface });
      if (credentials.memberToken !== undefined && known?.kind !== 'phone') {
        return refuse('forbidden', 'This phone was signed out. Sign in with a new code of the desk.', {
          reason: 'session.phone_signed_out',
        });
      }
      const asking = known ?? (surface === 'field' ? stranger(context.address, deviceOf(visit)) : undefined);
      const principal = asking === undefined ? undefined : narrowTo(surface, asking, screenId);
      if (principal === undefined) {
        return refuse('forbidden', `This sign-in may not open the page ${surface}.`, {
          reason: 'session.may_not_open',
        });
      }
      const { role } = principal;
      context.identity = {
        surface,
        principal,
        role,
        screenId,
        ...(officer === undefined ? {} : { officer }),
        ...(surface === 'desk' ? seatOf(context.connectionId, role) : {}),
        ...(principal.kind === 'phone' && role !== 'stranger'
          ? { member: { memberId: principal.accountId } }
          : {}),
      };
      options.joined(context);
      const snapshot: Snapshot = {
        workers: [],
        ...options.snapshotFor(context),
        hub: { ...options.hub, nowMs: options.nowMs() },
        role,
        capabilities: capabilities.filter((capability) => may(principal, capability)),
        ...(surface === 'desk' ? { desk: deskSession(principal, options) } : {}),
      };
      return ok({ snapshot, sequence: context.lastSequence() });
    },
    'session:checkLink': (_context, { asksTime }) => ok(asksTime === true ? { nowMs: options.nowMs() } : {}),
  };
}

function deskSession(
  principal: Principal,
  { desk: settings, scopes }: Pick<SessionHandlersOptions, 'desk' | 'scopes'>,
): DeskSession {
  const { accountId, name, scope, standing } = principal;
  const listed = <Id extends string>(ids: 'all' | readonly Id[]): 'all' | Id[] =>
    ids === 'all' ? ids : [...ids];
  return {
    accountId,
    name,
    scope: { districts: listed(scope.districts), squads: listed(scope.squads) },
    standing: standing ?? 'open',
    rights: deskRights(principal, scopes),
    ...settings,
  };
}
