/** What one body holds of a budget. */
export interface BodyHolding {
  /** Whether this many more bytes may be held; they are counted when they may. */
  take(bytes: number): boolean;
  /** Releases all bytes that were reserved. */
  release(): void;
}

/** The memory that bodies may hold together while they are read and worked on, in bytes that have really come. */
export interface BodyBudget {
  /** `giveUp` is called when this body has stalled and others need its place; it must lead to `release`. */
  open(sender: BodySender, giveUp: () => void): BodyHolding;
}

export interface BodySender {
  /** Whether a request with this key was rightly signed from this address before. */
  isKnown: boolean;
  /** Whose share it is: the key of a known sender, the address of an unknown one. */
  share: string;
}

export interface BodyBudgetLimits {
  /** The first bytes of every body, which are all of most: bodies that are larger cannot take this room. */
  smallBytes: number;
  /** For known and for unknown senders: room for the first bytes of bodies, and for the rest of larger ones. */
  known: { small: number; large: number };
  unknown: { small: number; large: number };
  /** One sender's share of each room, 0…1. */
  share: number;
  /** A body without new bytes for this long gives its place to another one. Milliseconds. */
  idleMs: number;
  nowMs(): number;
}

interface Room {
  limit: number;
  held: number;
  byShare: Map<string, number>;
  holders: Set<Holder>;
}

interface Holder {
  share: string;
  lastMs: number;
  giveUp(): void;
}

/**
 * Four rooms: bodies of known and of unknown senders, the first bytes of each apart from the rest. Who has not shown a right
 * signature yet can fill the rooms of the unknown at most, and no sender more than its share of a room.
 */
export function createBodyBudget(limits: BodyBudgetLimits): BodyBudget {
  const room = (limit: number): Room => ({ limit, held: 0, byShare: new Map(), holders: new Set() });
  const roomsOf = (sizes: { small: number; large: number }) => ({
    small: room(sizes.small),
    large: room(sizes.large),
  });
  const known = roomsOf(limits.known);
  const unknown = roomsOf(limits.unknown);

  const hasRoom = (one: Room, share: string, bytes: number): boolean =>
    one.held + bytes <= one.limit && (one.byShare.get(share) ?? 0) + bytes <= one.limit * limits.share;

  /** Ends stalled bodies, the longest stalled first. */
  const makeRoom = (one: Room, holder: Holder, bytes: number): boolean => {
    const nowMs = limits.nowMs();
    const idle = [...one.holders]
      .filter((other) => other !== holder && nowMs - other.lastMs >= limits.idleMs)
      .sort((left, right) => left.lastMs - right.lastMs);
    for (const other of idle) {
      if (hasRoom(one, holder.share, bytes)) return true;
      other.giveUp();
    }
    return hasRoom(one, holder.share, bytes);
  };

  const hold = (one: Room, share: string, bytes: number): void => {
    one.held += bytes;
    const held = (one.byShare.get(share) ?? 0) + bytes;
    if (held === 0) one.byShare.delete(share);
    else one.byShare.set(share, held);
  };

  return {
    open({ isKnown, share }, giveUp) {
      const rooms = isKnown ? known : unknown;
      const holder: Holder = { share, lastMs: limits.nowMs(), giveUp };
      const taken = { small: 0, large: 0 };
      return {
        take(bytes) {
          holder.lastMs = limits.nowMs();
          const small = Math.min(bytes, Math.max(0, limits.smallBytes - taken.small));
          const wanted = { small, large: bytes - small };
          for (const size of ['small', 'large'] as const) {
            const needed = wanted[size];
            if (needed === 0) continue;
            if (!hasRoom(rooms[size], share, needed) && !makeRoom(rooms[size], holder, needed)) return false;
            hold(rooms[size], share, needed);
            rooms[size].holders.add(holder);
            taken[size] += needed;
          }
          return true;
        },
        release() {
          for (const size of ['small', 'large'] as const) {
            hold(rooms[size], share, -taken[size]);
            rooms[size].holders.delete(holder);
            taken[size] = 0;
          }
        },
      };
    },
  };
}
