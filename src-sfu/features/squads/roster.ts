import { createListeners } from '../../../src-shared/listeners.ts';
import type { MemberPosition, Member, Squad } from '../../../src-shared/squads/squads.protocol.ts';
import { extendTrail, type TrailPoint } from '../../../src-shared/squads/trail.ts';
import type { MemberRecord, SquadsContent } from './squads.repository.ts';

/** What changed in the roster, gathered for a moment. */
export interface RosterNews {
  /** Set when any squad changed: all of them. */
  squads?: Squad[];
  members: Member[];
  /** Members that are gone, with the squad they were in. */
  removed: { memberId: string; squadId: string }[];
  positions: { memberId: string; position?: MemberPosition }[];
}

/** All squads and members as they are now, in memory. Durable fields were stored before they changed here. */
export interface Roster {
  squads(): Squad[];
  squad(squadId: string): Squad | undefined;
  putSquad(squad: Squad): void;
  dropSquad(squadId: string): void;
  members(): Member[];
  member(memberId: string): Member | undefined;
  membersOf(squadId: string): Member[];
  putMember(member: Member): void;
  dropMember(memberId: string): void;
  /** Changes some fields of a member; `undefined` removes a field. Nothing happens when there is no such member. */
  change(memberId: string, parts: { [Part in keyof Member]?: Member[Part] | undefined }): void;
  putPosition(memberId: string, positions: MemberPosition[]): void;
  dropPosition(memberId: string): void;
  /** Where the member went since the hub started; empty when the position is not shared. */
  trail(memberId: string): readonly TrailPoint[];
  onNews(listener: (news: RosterNews) => void): void;
  close(): void;
}

/** Changes are gathered for this long, so that the changes of a whole squad are one notice. Milliseconds. */
const gatherMs = 50;

export function createRoster(content: SquadsContent): Roster {
  const squads = new Map(content.squads.map((squad) => [squad.squadId, squad]));
  const members = new Map<string, Member>();
  for (const record of content.members) members.set(record.memberId, newMember(record));
  for (const { memberId, phoneName, signedInAtMs, lastUsedAtMs, address } of content.phones) {
    const member = members.get(memberId);
    if (member === undefined) continue;
    member.phone = { name: phoneName, signedInAtMs, lastUsedAtMs, ...(address === '' ? {} : { address }) };
  }
  for (const { memberId, position } of content.positions) {
    const member = members.get(memberId);
    if (member !== undefined) member.position = position;
  }
  const trails = new Map<string, readonly TrailPoint[]>();
  let squadsChanged = false;
  const changed = new Set<string>();
  const removed = new Map<string, string>();
  let positions: RosterNews['positions'] = [];
  const newsListeners = createListeners<[news: RosterNews]>();
  let timer: NodeJS.Timeout | undefined;

  const notify = (): void => {
    timer = undefined;
    const news: RosterNews = {
      members: [...changed].map((memberId) => members.get(memberId)).filter((one) => one !== undefined),
      removed: [...removed].map(([memberId, squadId]) => ({ memberId, squadId })),
      positions,
      ...(squadsChanged ? { squads: [...squads.values()] } : {}),
    };
    squadsChanged = false;
    changed.clear();
    removed.clear();
    positions = [];
    newsListeners.notify(news);
  };
  const gather = (): void => {
    timer ??= setTimeout(notify, gatherMs);
  };
  const put = (member: Member): void => {
    members.set(member.memberId, member);
    changed.add(member.memberId);
    if (removed.get(member.memberId) === member.squadId) removed.delete(member.memberId);
    gather();
  };

  return {
    squads: () => [...squads.values()],
    squad: (squadId) => squads.get(squadId),
    putSquad(squad) {
      squads.set(squad.squadId, squad);
      squadsChanged = true;
      gather();
    },
    dropSquad(squadId) {
      squadsChanged = squads.delete(squadId) || squadsChanged;
      gather();
    },
    members: () => [...members.values()],
    member: (memberId) => members.get(memberId),
    membersOf: (squadId) => [...members.values()].filter((member) => member.squadId === squadId),
    putMember(member) {
      const before = members.get(member.memberId);
      put(member);
      // The member must be removed from the squad that it left, and was last announced in.
      if (before !== undefined && before.squadId !== member.squadId && !removed.has(member.memberId)) {
        removed.set(member.memberId, before.squadId);
      }
    },
    dropMember(memberId) {
      const member = members.get(memberId);
      if (member === undefined) return;
      members.delete(memberId);
      trails.delete(memberId);
      changed.delete(memberId);
      removed.set(memberId, member.squadId);
      gather();
    },
    change(memberId, parts) {
      const member = members.get(memberId);
      if (member === undefined) return;
      const next = { ...member, ...parts };
      for (const [part, value] of Object.entries(parts)) {
        if (value === undefined) Reflect.deleteProperty(next, part);
      }
      put(next as Member);
    },
    putPosition(memberId, measured) {
      const member = members.get(memberId);
      if (member === undefined) return;
      const newest = [...measured, ...(member.position === undefined ? [] : [member.position])].reduce(
        (left, right) => (right.atMs > left.atMs ? right : left),
      );
      members.set(memberId, { ...member, position: newest });
      trails.set(memberId, measured.reduce(extendTrail, trails.get(memberId) ?? []));
      positions.push(...measured.map((position) => ({ memberId, position })));
      gather();
    },
    dropPosition(memberId) {
      trails.delete(memberId);
      const member = members.get(memberId);
      if (member?.position === undefined) return;
      const { position: _gone, ...rest } = member;
      members.set(memberId, rest);
      positions.push({ memberId });
      gather();
    },
    trail: (memberId) => trails.get(memberId) ?? [],
    onNews: newsListeners.add,
    close: () => clearTimeout(timer),
  };
}

/** A member who has not connected since the hub started. */
export function newMember(record: MemberRecord): Member {
  const { isLeader, skills, ...kept } = record;
  return {
    ...kept,
    ...(isLeader === true ? { isLeader } : {}),
    ...(skills === undefined || skills.length === 0 ? {} : { skills }),
    isConnected: false,
    bodyCam: { state: 'off', sinceMs: record.duty.sinceMs },
  };
}
