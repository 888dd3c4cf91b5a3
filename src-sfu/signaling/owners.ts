import type { Principal } from '../../src-shared/session/principal.ts';
import type { ConnectionLoad } from './budgets.ts';

/**
 * Whose a connection is, for what all connections of one principal share: the account, screen or member, however many sockets and
 * sign-ins it has; of a stranger only the address is known.
 */
export function ownerOf(
  principal: Pick<Principal, 'kind' | 'accountId'> | undefined,
  address: string,
): string {
  return principal === undefined ? `address:${address}` : `${principal.kind}:${principal.accountId}`;
}

/** What the connections of each owner hold together. */
export interface OwnerLoads {
  /** Counts a connection to an owner, until the function that it returns is called. Counting it again changes nothing. */
  add(owner: string, load: ConnectionLoad): () => void;
  /** Streams that all connections of the owner hold open or are opening. */
  streamsOf(owner: string): number;
}

export function createOwnerLoads(): OwnerLoads {
  const loads = new Map<string, Set<ConnectionLoad>>();
  return {
    add(owner, load) {
      const own = loads.get(owner) ?? new Set();
      loads.set(owner, own.add(load));
      return () => {
        own.delete(load);
        if (own.size === 0 && loads.get(owner) === own) loads.delete(owner);
      };
    },
    streamsOf(owner) {
      let count = 0;
      for (const { streams, opening } of loads.get(owner) ?? []) count += streams.size + opening;
      return count;
    },
  };
}

/** Bytes that each owner sent within the present second. */
export function createOwnerBytes(nowMs: () => number): { add(owner: string, bytes: number): number } {
  let sinceMs = nowMs();
  const bytesOf = new Map<string, number>();
  return {
    /** Returns how many it has sent in this second. */
    add(owner, bytes) {
      if (nowMs() - sinceMs >= 1_000) {
        sinceMs = nowMs();
        bytesOf.clear();
      }
      const total = (bytesOf.get(owner) ?? 0) + bytes;
      bytesOf.set(owner, total);
      return total;
    },
  };
}
