import { randomUUID } from 'node:crypto';
import { readShifts } from '../../src-shared/session/shifts.ts';
import { createSessionHandlers } from '../features/session/session.handlers.ts';
import { createSeats } from '../features/session/seats.ts';
import { defaultScreenId } from '../features/wall/screenShelf.ts';
import type { Doors } from '../base/doors.ts';
import type { RequestScopes } from '../base/requestScopes.ts';
import type { AnyFeature, HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** Who is connected, and the snapshot that all features make together. */
export function createSessionFeature(
  { version, config, clock, nowMs }: Drivers,
  parts: {
    /** The features that take part in a surface's joining, in this order. */
    features: readonly AnyFeature[];
    /** Asked whenever a surface joins. */
    doors: Pick<Doors, 'principalOf'>;
    scopes: RequestScopes;
  },
): HubFeature<'session:join' | 'session:checkLink'> {
  const hub = { id: randomUUID(), version, startedAtMs: nowMs() };
  const seats = createSeats();
  return {
    handlers: createSessionHandlers({
      hub,
      defaultScreenId,
      doors: parts.doors,
      scopes: parts.scopes,
      seats,
      desk: { lockAfterMs: config.deskLockMs, shifts: readShifts(config.shifts) ?? [] },
      joined(context) {
        for (const feature of parts.features) feature.joined?.(context);
      },
      snapshotFor: (context) => Object.assign({}, ...parts.features.map((one) => one.snapshotFor?.(context))),
      nowMs,
    }),
    announceTo(surfaces) {
      // Surfaces join again and receive every date again.
      clock.onStepped(() => surfaces.broadcast('session:clockSet', {}));
    },
    left: ({ connectionId }) => seats.leave(connectionId),
  };
}
