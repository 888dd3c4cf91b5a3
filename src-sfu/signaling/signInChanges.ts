import { narrowTo } from '../../src-shared/session/narrowing.ts';
import type { Doors } from '../base/doors.ts';
import type { SurfaceContext } from './handlers.ts';

/** Applies changes of sign-ins to the surfaces that are connected with them: revoked, changed, handed over to another person. */
export function followSignIns(options: {
  doors: Doors;
  surfaces(): Iterable<SurfaceContext>;
  /** Whether a connection that has not joined holds a place that only somebody who is signed in may hold. */
  holdsPlace(context: SurfaceContext): boolean;
  /** The surface has another principal now, such as after its desk was locked: it must take a new snapshot. */
  onRenewed(context: SurfaceContext): void;
}): void {
  const { doors } = options;

  doors.onRevoked((sessionId) => {
    for (const context of [...options.surfaces()]) {
      if (context.identity?.principal.sessionId === sessionId) context.disconnect();
      // A connection that has not joined yet holds its place by the credentials of its handshake.
      const holdsPlace = context.identity === undefined && options.holdsPlace(context);
      if (holdsPlace && doors.principalOf(context.visit) === undefined) context.disconnect();
    }
  });

  /** Reads again what the surfaces of a sign-in may do. */
  const renew = (sessionId: string): void => {
    for (const context of [...options.surfaces()]) {
      const { identity } = context;
      if (identity?.principal.sessionId !== sessionId) continue;
      const { surface, screenId = '' } = identity;
      const known = doors.principalOf({ ...context.visit, surface });
      const principal = known === undefined ? undefined : narrowTo(surface, known, screenId);
      if (principal === undefined) {
        context.disconnect();
        continue;
      }
      context.identity = { ...identity, principal, role: principal.role };
      options.onRenewed(context);
    }
  };
  doors.onChanged(renew);
  doors.onHandedOver((from, to) => {
    for (const context of options.surfaces()) {
      if (context.identity?.principal.sessionId !== from) continue;
      context.visit = { ...context.visit, handedOverTo: to };
    }
    renew(from);
  });
}
