import { describe, expect, test } from 'vitest';
import {
  createSquadsStore,
  resetSquads,
  rosterOf,
  takeEmergency,
  takeMembers,
  takePositions,
} from '../../../../../src-renderer/features/squads/squadsStore.ts';
import type { Emergency, Member } from '../../../../../src-shared/squads/squads.protocol.ts';

const atMs = 1_700_000_000_000;

function member(memberId: string, parts: Partial<Member> = {}): Member {
  return {
    memberId,
    squadId: 'wenquan',
    name: memberId,
    duty: { status: 'available', sinceMs: atMs },
    isConnected: false,
    bodyCam: { state: 'off', sinceMs: atMs },
    ...parts,
  };
}

function emergency(emergencyId: string, raisedAtMs: number, state: 'sent' | 'resolved' = 'sent'): Emergency {
  const progress = { state, sinceMs: raisedAtMs };
  return { emergencyId, memberId: 'a', memberName: 'a', squadId: 'wenquan', raisedAtMs, progress };
}

function storeWith(...members: Member[]) {
  const store = createSquadsStore();
  const squads = [{ squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false }];
  resetSquads(store, { squads, members, emergencies: [] });
  return store;
}

describe('squads of a surface', () => {
  test('a code goes when the hub comes back and its member has signed in meanwhile, or is gone', () => {
    const snapshotOf = (...members: Member[]) => ({ squads: [], members, emergencies: [] });
    const phone = { name: 'Pixel', signedInAtMs: atMs };
    for (const [members, isShown] of [
      [[member('a')], true],
      [[member('a', { phone })], false],
      [[], false],
    ] as const) {
      const store = storeWith(member('a'));
      store.setState({
        code: { memberId: 'a', code: 'ABCD-EFGH', address: undefined, fingerprints: [], expiresAtMs: atMs },
      });
      resetSquads(store, snapshotOf(...members));
      expect(store.getState().code !== undefined).toBe(isShown);
    }
  });

  test('a code goes once its member has signed in, and not for anybody else', () => {
    const store = storeWith(member('a'), member('b'));
    store.setState({
      code: { memberId: 'a', code: 'ABCD-EFGH', address: undefined, fingerprints: [], expiresAtMs: atMs },
    });
    takeMembers(store, {
      members: [member('b', { phone: { name: 'Android', signedInAtMs: atMs } })],
      removedMemberIds: [],
    });
    expect(store.getState().code?.code).toBe('ABCD-EFGH');
    takeMembers(store, {
      members: [member('a', { phone: { name: 'Android', signedInAtMs: atMs } })],
      removedMemberIds: [],
    });
    expect(store.getState().code).toBeUndefined();
  });

  test('a new code for a phone that is signed in stays while that phone only changes', () => {
    const phone = { name: 'Android', signedInAtMs: atMs };
    const store = storeWith(member('a', { phone }));
    store.setState({
      code: { memberId: 'a', code: 'ABCD-EFGH', address: undefined, fingerprints: [], expiresAtMs: atMs },
    });
    takeMembers(store, { members: [member('a', { phone, isConnected: true })], removedMemberIds: [] });
    expect(store.getState().code).toBeDefined();
  });

  test('a member that is gone takes position, code and choice along', () => {
    const position = { latitude: 29.8, longitude: 114.3, atMs };
    const store = storeWith(member('a', { position }));
    store.setState({
      memberId: 'a',
      code: { memberId: 'a', code: 'ABCD-EFGH', address: undefined, fingerprints: [], expiresAtMs: atMs },
    });
    takeMembers(store, { members: [], removedMemberIds: ['a'] });
    const { members, positions, memberId, code } = store.getState();
    expect([members.size, positions.size, memberId, code]).toEqual([0, 0, undefined, undefined]);
  });

  test('a place that waited for the network is part of the trail and not where the member is', () => {
    const store = storeWith(member('a'));
    const place = (afterMs: number) => ({ latitude: 29.8, longitude: 114.3, atMs: atMs + afterMs });
    takePositions(store, { positions: [{ memberId: 'a', position: place(60_000) }] });
    takePositions(store, { positions: [{ memberId: 'a', position: place(30_000) }] });
    expect(store.getState().positions.get('a')?.atMs).toBe(atMs + 60_000);
    expect(store.getState().trails.get('a')).toEqual([place(30_000), place(60_000)]);
  });

  test('a position that is shared no more goes from the map', () => {
    const store = storeWith(member('a'));
    takePositions(store, {
      positions: [{ memberId: 'a', position: { latitude: 29.8, longitude: 114.3, atMs } }],
    });
    expect(store.getState().positions.size).toBe(1);
    takePositions(store, { positions: [{ memberId: 'a' }] });
    expect(store.getState().positions.size).toBe(0);
    expect(store.getState().trails.size).toBe(0);
  });

  test('emergencies stand in the order they were raised, until they end', () => {
    const store = storeWith(member('a'));
    takeEmergency(store, emergency('late', atMs + 5));
    takeEmergency(store, emergency('early', atMs));
    takeEmergency(store, emergency('late', atMs + 5));
    expect(store.getState().emergencies.map(({ emergencyId }) => emergencyId)).toEqual(['early', 'late']);
    takeEmergency(store, emergency('early', atMs, 'resolved'));
    expect(store.getState().emergencies.map(({ emergencyId }) => emergencyId)).toEqual(['late']);
  });

  test('members stand in their squads by name', () => {
    const store = storeWith(member('1', { name: '周敏' }), member('2', { name: '陈志强' }));
    expect(rosterOf(store.getState())[0]?.members.map(({ name }) => name)).toEqual(['陈志强', '周敏']);
  });
});
