import type { Role } from '../../../src-shared/session/roles.ts';

/** The numbers of the seats in the command centre: each connected desk has its own number, so that people can name the desk. */
export interface Seats {
  /** The number of the connection's seat, from 1: the smallest that is free among the desks of this role. */
  take(connectionId: string, role: Role): number;
  leave(connectionId: string): void;
}

/** There are seats of supervisors; everybody else sits at a duty officer's. */
export function seatRoleOf(role: Role): Role {
  return role === 'supervisor' ? 'supervisor' : 'duty_officer';
}

export function createSeats(): Seats {
  const taken = new Map<string, { role: Role; number: number }>();
  return {
    take(connectionId, role) {
      const own = taken.get(connectionId);
      if (own?.role === role) return own.number;
      const used = new Set<number>();
      for (const seat of taken.values()) if (seat.role === role) used.add(seat.number);
      let number = 1;
      while (used.has(number)) number += 1;
      taken.set(connectionId, { role, number });
      return number;
    },
    leave: (connectionId) => void taken.delete(connectionId),
  };
}
