import { beforeEach, describe, expect, it } from 'vitest';
import { createGroupMoves, type GroupMoves } from '../../../../../src-renderer/app/field/talk/groupMoves.ts';
import {
  createTalkStore,
  resetTalk,
  type TalkStore,
} from '../../../../../src-renderer/features/talk/talkStore.ts';
import { quietTalkKey } from '../../../../../src-renderer/features/talk/talkKey.ts';
import type { SnapshotArrival } from '../../../../../src-renderer/server/hubLink.ts';
import type { FloorView } from '../../../../../src-shared/talk/talk.protocol.ts';

const floor = (groupId: string, more: Partial<FloorView> = {}): FloorView => ({
  groupId,
  epoch: 0,
  waiting: 0,
  ...more,
});
const usual = [floor('all'), floor('squad:wenquan'), floor('private:li')];
const ofOrder = floor('order:o1', { orderNumber: '7-001' });

let store: TalkStore;
let chosen: string[];
let moves: GroupMoves;

function join(homeGroupId: string, floors: FloorView[]): void {
  const snapshot = {
    talk: { speakerId: 'li-1', floors, homeGroupId },
    squads: { self: { memberId: 'li', squadId: 'wenquan' } },
  };
  moves.snapshotArrived({ snapshot, newConnection: true, takenAtMs: 0 } as unknown as SnapshotArrival);
}

beforeEach(() => {
  store = createTalkStore();
  chosen = [];
  moves = createGroupMoves(
    {
      store,
      choose(groupId) {
        chosen.push(groupId);
        store.setState({ key: quietTalkKey, groupId });
      },
      snapshotArrived: ({ snapshot }, preferred) => resetTalk(store, snapshot.talk, preferred),
    },
    () => 5_000,
  );
  join('squad:wenquan', usual);
});

describe('a phone', () => {
  it('begins in the squad’s group, and says nothing of it', () => {
    expect(store.getState().groupId).toBe('squad:wenquan');
    expect(moves.store.getState().moved).toBeUndefined();
  });

  it('is moved to an order’s group with the talker that is heard there, and back, and says both', () => {
    const talker = { speakerId: 'desk-1', kind: 'desk' as const, name: '值班席' };
    moves.groupsChanged({ homeGroupId: 'order:o1', floors: [...usual, { ...ofOrder, talker }] });
    expect(store.getState().groupId).toBe('order:o1');
    expect(store.getState().floors.get('order:o1')?.talker).toEqual(talker);
    expect(moves.store.getState().moved).toEqual({ groupId: 'order:o1', orderNumber: '7-001', atMs: 5_000 });
    moves.groupsChanged({ homeGroupId: 'squad:wenquan', floors: usual });
    expect(store.getState().groupId).toBe('squad:wenquan');
    expect(moves.store.getState().moved).toMatchObject({ groupId: 'squad:wenquan' });
  });

  it('ends what is being said before it is moved', () => {
    store.setState({ key: { phase: 'has_permission' } as never });
    moves.groupsChanged({ homeGroupId: 'order:o1', floors: [...usual, ofOrder] });
    expect(store.getState().groupId).toBe('squad:wenquan');
    store.setState({ key: quietTalkKey });
    expect(store.getState().groupId).toBe('order:o1');
  });

  it('does not wait for the end of a talk in a group that is gone', () => {
    moves.groupsChanged({ homeGroupId: 'order:o1', floors: [...usual, ofOrder] });
    store.setState({ key: { phase: 'has_permission' } as never });
    moves.groupsChanged({ homeGroupId: 'squad:wenquan', floors: usual });
    expect(store.getState().groupId).toBe('squad:wenquan');
  });

  it('leaves a member alone who chose another group by hand, also over a restart of the hub', () => {
    moves.groupsChanged({ homeGroupId: 'order:o1', floors: [...usual, ofOrder] });
    moves.choose('all');
    expect(moves.store.getState().moved).toBeUndefined();
    join('order:o1', [...usual, ofOrder]);
    expect(store.getState().groupId).toBe('all');
    moves.groupsChanged({ homeGroupId: 'squad:wenquan', floors: usual });
    expect(store.getState().groupId).toBe('all');
  });

  it('that was away when the order came is moved at the next connection', () => {
    join('order:o1', [...usual, ofOrder]);
    expect(store.getState().groupId).toBe('order:o1');
    expect(moves.store.getState().moved).toMatchObject({ orderNumber: '7-001' });
  });

  it('does not take an older state of a floor than it knows', () => {
    store.setState({ floors: new Map([...store.getState().floors, ['all', floor('all', { epoch: 9 })]]) });
    moves.groupsChanged({ homeGroupId: 'order:o1', floors: [...usual, ofOrder] });
    expect(store.getState().floors.get('all')?.epoch).toBe(9);
  });

  it('forgets the member who signed out', () => {
    moves.groupsChanged({ homeGroupId: 'order:o1', floors: [...usual, ofOrder] });
    moves.choose('all');
    moves.forget();
    store.setState({ floors: new Map(), groupId: undefined });
    join('squad:wenquan', usual);
    expect(store.getState().groupId).toBe('squad:wenquan');
  });
});
