import type { Principal } from '../../src-shared/session/principal.ts';

/**
 * Who holds a place at the hub: `surface` is known at a door, `member` showed the token of a signed-in phone, `site` that of a kitchen's,
 * `stranger` is everybody else, such as a phone that is about to sign in.
 */
export type PlaceKind = 'surface' | 'member' | 'site' | 'stranger';

/** One connection, from the moment its WebSocket is open. */
export interface Place {
  kind: PlaceKind;
  address: string;
  /** Of a `member`: whose phone it is. */
  memberId?: string | undefined;
  /** Whose it is (`ownerOf`): what all connections of one principal share is counted by it. */
  owner?: string;
  /** It has joined (`session:join`). */
  isJoined: boolean;
  sinceMs: number;
  /** Ends the connection at once. */
  end(): void;
}

/** The place of who is known at a door, and of who is not. */
export function placeOf(principal: Principal | undefined): Pick<Place, 'kind' | 'memberId'> {
  if (principal === undefined) return { kind: 'stranger' };
  if (principal.kind === 'site') return { kind: 'site' };
  return principal.kind === 'phone' ? { kind: 'member', memberId: principal.accountId } : { kind: 'surface' };
}

/** A connection that does not say what it is, or a phone that does not sign in, is ended after this time. */
export const strangerLifeMs = 30_000;
/** Strangers at one time, in all and from one address; behind one address a whole squad may be signing in. */
export const maxStrangers = 50;
export const maxStrangersOfAddress = 20;
/** Connections that may show the token of one member at the same time: a page reconnects before its old connection has ended. */
const maxConnectionsOfMember = 3;
/** Connections of one site, and of all sites together: however many there are, they take no place of a desk or a phone. */
export const maxConnectionsOfSite = 20;
export const maxConnectionsOfSites = 2_000;

/**
 * Surfaces that one account or screen may have connected, of as many as the hub takes: the other half stays for others, and a small
 * hub takes a few in any case.
 */
function maxSurfacesOfPrincipal(maxSurfaces: number): number {
  return Math.max(8, Math.floor(maxSurfaces / 2));
}

/**
 * Of as many surfaces as the hub takes, those that only people get: however many screens and keys are connected, a desk finds a place. A very
 * small hub keeps no more than half.
 */
function placesOfPeople(maxSurfaces: number): number {
  return Math.min(Math.max(2, Math.floor(maxSurfaces / 10)), Math.floor(maxSurfaces / 2));
}

const isOfPerson = ({ owner }: Place): boolean => owner?.startsWith('person:') === true;

/**
 * Shares out the places. A stranger never keeps anybody out: where there are too many, the oldest of the address with most
 * of them goes, so that a flood from one address ends its own. Members have places of their own, so that an SOS gets
 * through however full the hub is. `surface` places are counted against the setting `maxSurfaces`.
 */
export interface Door {
  enter(place: Place): void;
  leave(place: Place): void;
  /** The place is of another kind from now on: a key came, or a phone joined as a member. */
  become(place: Place, kind: PlaceKind, memberId?: string): void;
  surfaces(): number;
  /**
   * Whether a surface may have this place, of as many as the hub takes and of as many as its principal may have; its own place does
   * not count. Some are kept for people.
   */
  hasRoomFor(place: Place, maxSurfaces: number): boolean;
  /** Ends those whose time is over. */
  expire(): void;
}

export function createDoor({ nowMs }: { nowMs(): number }): Door {
  const places = new Set<Place>();
  const oldest = (of: Iterable<Place>): Place | undefined =>
    [...of].reduce<Place | undefined>(
      (first, place) => (first === undefined || place.sinceMs < first.sinceMs ? place : first),
      undefined,
    );
  const end = (place: Place | undefined): void => {
    if (place === undefined) return;
    places.delete(place);
    place.end();
  };
  const strangersByAddress = (): Map<string, Place[]> => {
    const by = new Map<string, Place[]>();
    for (const place of places) {
      if (place.kind === 'stranger') by.set(place.address, [...(by.get(place.address) ?? []), place]);
    }
    return by;
  };
  const makeRoom = (newest: Place): void => {
    if (newest.kind === 'member') {
      const same = [...places].filter(
        ({ kind, memberId }) => kind === 'member' && memberId === newest.memberId,
      );
      if (same.length > maxConnectionsOfMember) end(oldest(same));
    }
    if (newest.kind === 'site') {
      const sites = [...places].filter(({ kind }) => kind === 'site');
      const same = sites.filter(({ owner }) => owner === newest.owner);
      if (same.length > maxConnectionsOfSite) end(oldest(same));
      else if (sites.length > maxConnectionsOfSites) end(newest);
    }
    if (newest.kind !== 'stranger') return;
    const by = strangersByAddress();
    const here = by.get(newest.address) ?? [];
    if (here.length > maxStrangersOfAddress) return end(oldest(here));
    const all = [...by.values()];
    if (all.reduce((sum, { length }) => sum + length, 0) <= maxStrangers) return;
    end(oldest(all.reduce((most, some) => (some.length > most.length ? some : most))));
  };

  return {
    enter(place) {
      places.add(place);
      makeRoom(place);
    },
    leave: (place) => void places.delete(place),
    become(place, kind, memberId) {
      if (!places.has(place)) return;
      place.kind = kind;
      place.memberId = memberId;
      if (kind === 'member' && memberId !== undefined) place.owner = `phone:${memberId}`;
      makeRoom(place);
    },
    surfaces: () => [...places].filter(({ kind }) => kind === 'surface').length,
    hasRoomFor(place, maxSurfaces) {
      const others = [...places].filter((one) => one !== place && one.kind === 'surface');
      const own = others.filter(({ owner }) => owner === place.owner);
      if (others.length >= maxSurfaces || own.length >= maxSurfacesOfPrincipal(maxSurfaces)) return false;
      if (isOfPerson(place)) return true;
      const ofThings = others.filter((one) => !isOfPerson(one)).length;
      return ofThings < maxSurfaces - placesOfPeople(maxSurfaces);
    },
    expire() {
      const beforeMs = nowMs() - strangerLifeMs;
      for (const place of [...places]) {
        if (place.sinceMs <= beforeMs && (!place.isJoined || place.kind === 'stranger')) end(place);
      }
    },
  };
}
