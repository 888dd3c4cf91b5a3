import type { Socket } from 'socket.io';
import {
  handshakeSchema,
  protocolVersion,
  type HandshakeRefusal,
  type HubToSurfaceEvents,
  type SurfaceToHubEvents,
} from '../../src-shared/protocol/index.ts';
import { visitOf, type Doors, type Visit } from '../base/doors.ts';
import type { EndReason } from './connections.ts';
import { placeOf, type Door, type Place } from './door.ts';
import { accessDenied, refusal } from './upgrades.ts';

/** The number of ended connections whose reason is remembered for their surfaces. */
const maxEndsRemembered = 1_000;

const endMessages: Record<EndReason, string> = {
  too_slow:
    'This surface did not receive in time what the hub sent, so the hub ended its connection. The surface reconnects by itself. Check its network.',
  too_busy:
    'This surface sent more than any surface should, so the hub ended its connection. The surface reconnects by itself. Reload the page if this happens again.',
};

export type SurfaceSocket = Socket<SurfaceToHubEvents, HubToSurfaceEvents>;

/** Decides on handshakes: who may connect, and which kind of place the connection holds. */
export interface Admission {
  /** Refuses a handshake with a reason that the surface can show; undefined admits it, and its place has its kind from then on. */
  admit(socket: SurfaceSocket): HandshakeRefusal | undefined;
  /** What an admitted socket showed: its request, and the phone's token of its handshake. */
  visitOf(socket: SurfaceSocket): Visit;
  /** The hub ended a connection. The surface is refused once with this reason when it reconnects. */
  connectionEnded(connectionId: string, reason: EndReason): void;
}

export function createAdmission(options: {
  doors: Doors;
  door: Pick<Door, 'become' | 'hasRoomFor'>;
  /** Surfaces at one time, without members' phones. */
  maxSurfaces: number;
  placeOfSocket(socket: SurfaceSocket): Place | undefined;
}): Admission {
  const { doors, door } = options;
  const visits = new WeakMap<SurfaceSocket, Visit>();
  const ends = new Map<string, EndReason>();

  /** The kind of place, for a handshake that was understood. */
  const placeFor = (
    socket: SurfaceSocket,
    place: Place,
    { isPhone, memberToken }: { isPhone?: boolean | undefined; memberToken?: string | undefined },
  ): HandshakeRefusal | undefined => {
    const { credentials, ...shown } = visitOf(socket.request);
    const visit: Visit = {
      ...shown,
      credentials: { ...credentials, memberToken: memberToken ?? credentials.memberToken },
    };
    visits.set(socket, visit);
    const principal = doors.principalOf(visit);
    if (place.kind === 'member' || principal?.kind === 'phone') {
      door.become(place, 'member', placeOf(principal).memberId ?? place.memberId);
      return undefined;
    }
    if (principal?.kind === 'site') {
      door.become(place, 'site');
      return undefined;
    }
    if (principal !== undefined) {
      if (door.hasRoomFor(place, options.maxSurfaces)) {
        door.become(place, 'surface');
        return undefined;
      }
      // A phone may sign in, and report an emergency, however full the hub is.
      if (isPhone !== true) {
        return refusal('hub_full', 'The hub has as many surfaces as it can serve. Close one and try again.');
      }
    }
    if (isPhone !== true) return accessDenied();
    door.become(place, 'stranger');
    return undefined;
  };

  return {
    admit(socket) {
      const parsed = handshakeSchema.safeParse(socket.handshake.auth);
      if (!parsed.success) {
        return refusal('bad_handshake', 'The handshake was not understood. Reload the page.');
      }
      const { protocolVersion: version, previousConnectionId } = parsed.data;
      if (version !== protocolVersion) {
        return refusal(
          'version_mismatch',
          `This surface speaks version ${version}, the hub version ${protocolVersion}. Reload the page.`,
        );
      }
      const reason = previousConnectionId === undefined ? undefined : ends.get(previousConnectionId);
      if (previousConnectionId !== undefined && ends.delete(previousConnectionId) && reason !== undefined) {
        return refusal(reason, endMessages[reason]);
      }
      const place = options.placeOfSocket(socket);
      return place === undefined ? accessDenied() : placeFor(socket, place, parsed.data);
    },
    visitOf: (socket) => visits.get(socket) ?? visitOf(socket.request),
    connectionEnded(connectionId, reason) {
      ends.set(connectionId, reason);
      const [oldest] = ends.keys();
      if (ends.size > maxEndsRemembered && oldest !== undefined) ends.delete(oldest);
    },
  };
}
