import { describe, expect, it } from 'vitest';
import {
  hasTalkGroup,
  homeGroupOf,
  transitionGroupChoice,
  type GroupChoice,
  type GroupEvent,
  type TalkOrder,
} from '../../../../src-shared/talk/memberGroups.ts';
import fc from '../../../support/properties.ts';

const ann = { memberId: 'ann', squadId: 'wenquan' };
const order = (orderId: string, atMs: number, more: Partial<TalkOrder> = {}): TalkOrder => ({
  orderId,
  number: `7-${orderId}`,
  state: 'dispatched',
  memberIds: ['ann'],
  dispatched: { by: '王芳', atMs },
  ...more,
});
const squad = 'squad:wenquan';
const assigned = (homeGroupId: string, ...groupIds: string[]): GroupEvent => ({
  type: 'assigned',
  homeGroupId,
  groupIds: ['all', squad, ...groupIds],
});
const after = (...events: GroupEvent[]): GroupChoice | undefined =>
  events.reduce<GroupChoice | undefined>(transitionGroupChoice, undefined);

describe('where a member belongs', () => {
  it('is the group of the squad without an order, and that of the order that was dispatched last', () => {
    expect(homeGroupOf(ann, [])).toBe(squad);
    expect(homeGroupOf(ann, [order('1', 10), order('2', 20), order('3', 15)])).toBe('order:2');
  });
  it('is not an order of others, nor one with which the squad has done', () => {
    const others = order('1', 10, { memberIds: ['bo'] });
    const done = (['created', 'cleared', 'closed', 'cancelled'] as const).map((state, index) =>
      order(`d${index}`, 20, { state }),
    );
    expect(homeGroupOf(ann, [others, ...done])).toBe(squad);
    expect(done.some(hasTalkGroup)).toBe(false);
  });
  it('is the order that the member joined last, though another was dispatched after it', () => {
    const joined = order('1', 10, {
      memberIds: ['bo', 'ann'],
      deliveries: [
        { memberId: 'bo' },
        { memberId: 'ann', joined: { squadId: 'wenquan', by: '王芳', atMs: 30 } },
      ],
    });
    expect(homeGroupOf(ann, [joined, order('2', 20)])).toBe('order:1');
    expect(homeGroupOf({ memberId: 'bo', squadId: 'yongan' }, [joined])).toBe('order:1');
  });
  it('is the same whatever the order in which two of one moment are listed', () => {
    const two = [order('1', 10), order('2', 10)];
    expect(homeGroupOf(ann, two)).toBe(homeGroupOf(ann, two.toReversed()));
  });
});

describe('the group that a phone has chosen', () => {
  it('is moved to an order and back by itself', () => {
    expect(after(assigned(squad), assigned('order:1', 'order:1'))).toMatchObject({ groupId: 'order:1' });
    expect(after(assigned(squad), assigned('order:1', 'order:1'), assigned(squad))).toMatchObject({
      groupId: squad,
      isByHand: false,
    });
  });
  it('stays where the member went by hand when the order is done, and at a repeat of what the hub said', () => {
    const elsewhere = [assigned('order:1', 'order:1'), { type: 'chosen', groupId: 'all' } as const];
    expect(after(...elsewhere, assigned('order:1', 'order:1'))?.groupId).toBe('all');
    expect(after(...elsewhere, assigned(squad))?.groupId).toBe('all');
    // An earlier order is no new one.
    expect(
      after(
        assigned('order:2', 'order:1', 'order:2'),
        { type: 'chosen', groupId: 'all' },
        assigned('order:1', 'order:1'),
      )?.groupId,
    ).toBe('all');
  });
  it('is moved by a new order, also away from a group that was chosen by hand', () => {
    const byHand = [assigned(squad), { type: 'chosen', groupId: 'all' } as const];
    expect(after(...byHand, assigned('order:1', 'order:1'))?.groupId).toBe('order:1');
  });
  it('follows again once the member went back by hand', () => {
    const back = [
      assigned('order:1', 'order:1'),
      { type: 'chosen', groupId: 'all' } as const,
      { type: 'chosen', groupId: 'order:1' } as const,
    ];
    expect(after(...back, assigned(squad))?.groupId).toBe(squad);
  });
  it('leaves a group that is gone, and does not take one that the member does not have', () => {
    expect(
      after(assigned('order:1', 'order:1'), { type: 'chosen', groupId: squad }, assigned(squad))?.groupId,
    ).toBe(squad);
    expect(after(assigned(squad), { type: 'chosen', groupId: 'order:9' })?.groupId).toBe(squad);
    expect(after({ type: 'chosen', groupId: 'all' })).toBeUndefined();
  });
  it('is one of the member’s own after any sequence, and home where the member chose nothing by hand', () => {
    const home = fc.constantFrom(squad, 'order:1', 'order:2', 'order:3');
    const event = fc.oneof(
      home.map((group) => assigned(group, ...(group === squad ? [] : [group]))),
      fc
        .tuple(home, home)
        .map(([group, other]) => assigned(group, ...[group, other].filter((one) => one !== squad))),
      fc
        .constantFrom('all', squad, 'order:1', 'order:2', 'order:9')
        .map((groupId): GroupEvent => ({ type: 'chosen', groupId })),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let choice: GroupChoice | undefined;
        for (const one of events) {
          choice = transitionGroupChoice(choice, one);
          if (choice === undefined) continue;
          expect(choice.groupIds).toContain(choice.groupId);
          expect(choice.isByHand).toBe(choice.groupId !== choice.homeGroupId);
        }
      }),
    );
  });
});
