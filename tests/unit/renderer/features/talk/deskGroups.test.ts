import { describe, expect, it } from 'vitest';
import {
  fitFloors,
  withOrderGroup,
  withPrivateCall,
  type Roster,
} from '../../../../../src-renderer/features/talk/deskGroups.ts';
import { createTalkStore, resetTalk } from '../../../../../src-renderer/features/talk/talkStore.ts';
import type { FloorView } from '../../../../../src-shared/talk/talk.protocol.ts';

const floor = (groupId: string, more: Partial<FloorView> = {}): FloorView => ({
  groupId,
  epoch: 4,
  waiting: 0,
  ...more,
});
const mapOf = (...floors: FloorView[]) => new Map(floors.map((one) => [one.groupId, one]));
const roster = (...squadIds: string[]): Roster => ({
  squadIds,
  memberIds: new Set(['m1', 'm2']),
  orderIds: new Set(['o1']),
});
const talker = { speakerId: 's9', kind: 'member' as const, name: '张伟' };

describe('the groups of a desk', () => {
  it('keeps the group of an order until the order is done, spoken in or not', () => {
    const floors = mapOf(floor('order:o1', { orderNumber: '7-001' }), floor('order:o2', { talker }));
    expect([...fitFloors(floors, roster(), 'order:o2').keys()]).toEqual(['order:o1']);
    const known = mapOf(floor('order:o1'));
    expect(fitFloors(known, roster(), undefined)).toBe(known);
  });
  it('gains the group of an order that is called, by its number', () => {
    const floors = withOrderGroup(mapOf(floor('all')), { orderId: 'o1', number: '7-001' });
    expect(floors.get('order:o1')).toEqual({
      groupId: 'order:o1',
      orderNumber: '7-001',
      epoch: 0,
      waiting: 0,
    });
    expect(withOrderGroup(floors, { orderId: 'o1', number: '7-001' })).toBe(floors);
  });
  it('gains the group of a new squad and loses that of a removed one', () => {
    const fitted = fitFloors(mapOf(floor('all'), floor('squad:old')), roster('new'), 'all');
    expect([...fitted.keys()]).toEqual(['all', 'squad:new']);
    expect(fitted.get('all')).toEqual(floor('all'));
  });

  it('stays the very same while squads stay', () => {
    const floors = mapOf(floor('all'), floor('squad:a'));
    expect(fitFloors(floors, roster('a'), 'all')).toBe(floors);
  });

  it('keeps a private call while it is chosen, spoken or waited in, and its member is there', () => {
    const floors = mapOf(
      floor('all'),
      floor('private:m1'),
      floor('private:m2', { talker }),
      floor('private:gone', { talker }),
    );
    expect([...fitFloors(floors, roster(), 'private:m1').keys()]).toEqual([
      'all',
      'private:m1',
      'private:m2',
    ]);
    expect([...fitFloors(floors, roster(), 'all').keys()]).toEqual(['all', 'private:m2']);
    const waited = mapOf(floor('private:m1', { waiting: 1 }));
    expect(fitFloors(waited, roster(), undefined)).toBe(waited);
  });

  it('takes a private call in once', () => {
    const floors = withPrivateCall(mapOf(floor('all')), 'm1');
    expect([...floors.keys()]).toEqual(['all', 'private:m1']);
    expect(withPrivateCall(floors, 'm1')).toBe(floors);
  });

  it('chooses no other group for one that is gone, unless a call says which', () => {
    const store = createTalkStore();
    resetTalk(store, { speakerId: 's1', floors: [floor('all'), floor('squad:a')] }, 'squad:a');
    expect(store.getState().groupId).toBe('squad:a');
    resetTalk(store, { speakerId: 's1', floors: [floor('all')] });
    expect(store.getState().groupId).toBeUndefined();
  });
});
