import { createStore, type StoreApi } from 'zustand/vanilla';
import type { NoticeOf } from '../../../src-shared/protocol/index.ts';
import { isEmergencyEnded } from '../../../src-shared/squads/emergency.ts';
import type {
  Emergency,
  EndedEmergency,
  Member,
  MemberPosition,
  Squad,
  SquadsSnapshot,
} from '../../../src-shared/squads/squads.protocol.ts';
import { extendTrail, type TrailPoint } from '../../../src-shared/squads/trail.ts';

/** A sign-in code as it is shown: for one member and one sign-in, until it expires. */
export interface ShownCode {
  memberId: string;
  code: string;
  /** For the QR code. Undefined where the hub has no address that phones can use. */
  address: string | undefined;
  /** SHA-256, of the certificates that a phone installs; empty where it installs none. */
  fingerprints: readonly string[];
  expiresAtMs: number;
}

/** Squads as this surface knows them: a cache of the hub's state, and what is selected on this screen. */
export interface SquadsState {
  squads: readonly Squad[];
  members: ReadonlyMap<string, Member>;
  positions: ReadonlyMap<string, MemberPosition>;
  /** Where members went, the oldest place first. */
  trails: ReadonlyMap<string, readonly TrailPoint[]>;
  /** The open emergencies, the oldest first. */
  emergencies: readonly Emergency[];
  /** Those that ended, the newest first, as they were read last; undefined while they are not shown. */
  endedEmergencies: { found: readonly EndedEmergency[]; standing: 'reading' | 'read' | 'failed' } | undefined;
  memberId: string | undefined;
  code: ShownCode | undefined;
  /** Locked phones do not ring, because no contact for push services is set. */
  lacksPushContact: boolean;
}

export type SquadsStore = StoreApi<SquadsState>;

/** Squads before the hub sent any. */
export function createSquadsStore(): SquadsStore {
  return createStore<SquadsState>(() => ({
    squads: [],
    members: new Map(),
    positions: new Map(),
    trails: new Map(),
    emergencies: [],
    endedEmergencies: undefined,
    memberId: undefined,
    code: undefined,
    lacksPushContact: false,
  }));
}

/** A snapshot came: it replaces everything. */
export function resetSquads(store: SquadsStore, snapshot: SquadsSnapshot | undefined): void {
  const members = snapshot?.members ?? [];
  const { memberId, members: before, code } = store.getState();
  const isCodeOf = (member: Member): boolean =>
    member.memberId === code?.memberId &&
    member.phone?.signedInAtMs === before.get(member.memberId)?.phone?.signedInAtMs;
  store.setState({
    // A phone that signed in while the hub was away needs the code no longer.
    code: members.some(isCodeOf) ? code : undefined,
    squads: snapshot?.squads ?? [],
    members: new Map(members.map((member) => [member.memberId, member])),
    positions: new Map(
      members.flatMap(({ memberId: id, position }) => (position === undefined ? [] : [[id, position]])),
    ),
    trails: new Map(snapshot?.trails?.map((trail) => [trail.memberId, trail.points])),
    emergencies: snapshot?.emergencies ?? [],
    memberId: members.some((member) => member.memberId === memberId) ? memberId : undefined,
  });
}

/** Members are new, changed or gone. Whoever signed in needs the code no longer. */
export function takeMembers(
  store: SquadsStore,
  { members, removedMemberIds }: NoticeOf<'squads:membersChanged'>,
): void {
  const state = store.getState();
  const next = new Map(state.members);
  const positions = new Map(state.positions);
  const trails = new Map(state.trails);
  let { code, memberId } = state;
  for (const member of members) {
    const before = next.get(member.memberId);
    next.set(member.memberId, member);
    const signedIn = member.phone?.signedInAtMs;
    if (
      code?.memberId === member.memberId &&
      signedIn !== undefined &&
      signedIn !== before?.phone?.signedInAtMs
    )
      code = undefined;
  }
  for (const id of removedMemberIds) {
    next.delete(id);
    positions.delete(id);
    trails.delete(id);
    if (memberId === id) memberId = undefined;
    if (code?.memberId === id) code = undefined;
  }
  store.setState({ members: next, positions, trails, code, memberId });
}

/** Members moved, or stopped sharing their position. */
export function takePositions(
  store: SquadsStore,
  { positions: changed }: NoticeOf<'squads:positionsChanged'>,
): void {
  const positions = new Map(store.getState().positions);
  const trails = new Map(store.getState().trails);
  for (const { memberId, position } of changed) {
    if (position === undefined) {
      positions.delete(memberId);
      trails.delete(memberId);
      continue;
    }
    trails.set(memberId, extendTrail(trails.get(memberId) ?? [], position));
    // One that waited for the network belongs to the trail only.
    if (position.atMs >= (positions.get(memberId)?.atMs ?? 0)) positions.set(memberId, position);
  }
  store.setState({ positions, trails });
}

/** An emergency is new or has changed. One that has ended is removed when its end is stored. */
export function takeEmergency(store: SquadsStore, emergency: Emergency): void {
  const others = store
    .getState()
    .emergencies.filter(({ emergencyId }) => emergencyId !== emergency.emergencyId);
  const isOver = isEmergencyEnded(emergency.progress) && emergency.isNotStoredYet !== true;
  const open = isOver ? others : [...others, emergency];
  store.setState({ emergencies: open.sort((left, right) => left.raisedAtMs - right.raisedAtMs) });
}

/** The squads in the hub's order, each with its members by name. */
export function rosterOf({ squads, members }: Pick<SquadsState, 'squads' | 'members'>): {
  squad: Squad;
  members: Member[];
}[] {
  return squads.map((squad) => ({
    squad,
    members: [...members.values()]
      .filter(({ squadId }) => squadId === squad.squadId)
      .sort((left, right) => left.name.localeCompare(right.name, 'zh-CN')),
  }));
}
