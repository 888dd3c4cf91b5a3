import { describe, expect, it } from 'vitest';
import {
  beginShift,
  itemKey,
  leftUnsigned,
  presentOf,
  shiftSchema,
  transitionShift,
  unsignedItems,
  type OpenItems,
  type Shift,
  type ShiftEvent,
  type ShiftItem,
} from '../../../../src-shared/shifts/shift.ts';
import fc from '../../../support/properties.ts';

const [wang, li, chen, boss] = ['wang', 'li', 'chen', 'boss'].map((id) => ({ accountId: id, name: id })) as [
  { accountId: string; name: string },
  { accountId: string; name: string },
  { accountId: string; name: string },
  { accountId: string; name: string },
];
const start = (): Shift =>
  beginShift({ shiftId: 's', officer: wang, scope: { districts: 'all', squads: 'all' }, startedAtMs: 0 });
const item = (id: string, parts: Partial<ShiftItem> = {}): ShiftItem => ({
  kind: 'alert',
  id,
  sinceMs: 1,
  state: 'new',
  name: id,
  ...parts,
});
const openOf = (...items: ShiftItem[]): OpenItems => new Map(items.map((one) => [itemKey(one), one]));

/** The shift after events that must all be possible. */
function after(events: ShiftEvent[], open: OpenItems, from = start()): Shift {
  return events.reduce((shift, event) => {
    const moved = transitionShift(shift, event, open, 10);
    if (!moved.ok) throw new Error(`${event.type}: ${moved.reason}`);
    return moved.shift;
  }, from);
}
const reasonOf = (shift: Shift, event: ShiftEvent, open: OpenItems): string | undefined => {
  const moved = transitionShift(shift, event, open, 20);
  return moved.ok ? undefined : moved.reason;
};

describe('the handover of a shift', () => {
  const open = openOf(item('a'), item('b'), item('c', { kind: 'order', state: 'on_scene' }));
  const received = after([{ type: 'received', by: li }], open);
  const bothAlerts = ['alert:a', 'alert:b'].map((key) => ({ key, state: 'new' }));

  it('is complete when the next officer has signed every open item', () => {
    expect(reasonOf(received, { type: 'completed', by: li }, open)).toBe('unsigned_items');
    const signed = after(
      [
        { type: 'signed', by: li, seen: [{ key: 'order:c', state: 'on_scene' }] },
        { type: 'listOpened', by: li, kind: 'alert' },
        { type: 'kindSigned', by: li, kind: 'alert', seen: bothAlerts },
        { type: 'completed', by: li },
      ],
      open,
      received,
    );
    expect(signed).toMatchObject({ state: 'ended', ended: { atMs: 10, to: li } });
    expect(signed.ended?.override).toBeUndefined();
    expect(signed.handover?.items.map(({ signed: by }) => by)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ by: li, atMs: 10 }) as object),
    );
  });

  it('is never made with oneself, by the officer who leaves, or by a third person', () => {
    expect(reasonOf(start(), { type: 'received', by: wang }, open)).toBe('own_shift');
    expect(reasonOf(start(), { type: 'overridden', by: wang, reason: 'x' }, open)).toBe('own_shift');
    for (const by of [wang, chen]) {
      const event: ShiftEvent = { type: 'signed', by, seen: [{ key: 'alert:a', state: 'new' }] };
      expect(reasonOf(received, event, open)).toBe('received_by_another');
      expect(reasonOf(received, { type: 'completed', by }, open)).toBe('received_by_another');
    }
    expect(reasonOf(received, { type: 'received', by: chen }, open)).toBe('received_by_another');
    expect(reasonOf(start(), { type: 'completed', by: li }, open)).toBe('not_received');
  });

  it('signs all of one kind only after its list was opened, and only that kind', () => {
    const all = { type: 'kindSigned', by: li, kind: 'alert', seen: bothAlerts } as const;
    expect(reasonOf(received, all, open)).toBe('list_not_opened');
    const opened = after([{ type: 'listOpened', by: li, kind: 'alert' }], open, received);
    expect(reasonOf(opened, { ...all, kind: 'order' }, open)).toBe('list_not_opened');
    const signed = after([all], open, opened);
    expect(unsignedItems(signed, open).map(itemKey)).toEqual(['order:c']);
    // Nothing of another kind, nothing that was not listed, and nothing that changed since it was seen.
    const other = { ...all, seen: [{ key: 'order:c', state: 'on_scene' }] };
    expect(reasonOf(opened, other, open)).toBe('no_such_item');
    const changed = openOf(item('a', { state: 'acknowledged' }), item('b'));
    const others = after([all], changed, opened);
    expect(unsignedItems(others, changed).map(itemKey)).toEqual(['alert:a']);
    expect(leftUnsigned(others, all, changed)).toEqual(['alert:a']);
    expect(leftUnsigned(signed, all, open)).toEqual([]);
    expect(reasonOf(opened, { ...all, seen: bothAlerts.slice(0, 1) }, changed)).toBe('item_changed');
    expect(reasonOf(opened, { type: 'signed', by: li, seen: bothAlerts }, changed)).toBe('item_changed');
    expect(unsignedItems(after([{ ...all, seen: bothAlerts.slice(1) }], open, opened), open)).toHaveLength(2);
  });

  it('says what changed, ended or began meanwhile', () => {
    const later = openOf(
      item('a', { state: 'acknowledged' }),
      item('c', { kind: 'order', sinceMs: 15 }),
      item('d'),
    );
    const items = received.handover!.items;
    expect(items.map((one) => presentOf(one, later, 10))).toEqual([
      { is: 'changed', state: 'acknowledged' },
      { is: 'ended' },
      // The order ended, and another under its name began after the handover was opened.
      { is: 'ended' },
    ]);
    const stale: ShiftEvent = { type: 'signed', by: li, seen: [{ key: 'alert:a', state: 'new' }] };
    expect(reasonOf(received, stale, later)).toBe('item_changed');
    const seen = { ...stale, seen: [{ key: 'alert:a', state: 'acknowledged' }] };
    expect(after([seen, { type: 'completed', by: li }], later, received).state).toBe('ended');
  });

  it('begins again when the receiver steps back: nothing is signed', () => {
    const back = after(
      [
        { type: 'signed', by: li, seen: [{ key: 'alert:a', state: 'new' }] },
        { type: 'steppedBack', by: li },
      ],
      open,
      received,
    );
    expect(back.handover).toBeUndefined();
    const again = after([{ type: 'received', by: chen }], open, back);
    expect(unsignedItems(again, open)).toHaveLength(3);
  });

  it('without signatures needs a reason of the supervisor, who is kept with what was not signed', () => {
    expect(reasonOf(received, { type: 'overridden', by: boss, reason: '  ' }, open)).toBe('no_reason');
    const ended = after([{ type: 'overridden', by: boss, reason: '接班人生病' }], open, received);
    expect(ended.ended).toEqual({
      atMs: 10,
      to: li,
      override: { by: boss, reason: '接班人生病', unsigned: 3 },
    });
  });

  it('keeps its promises whatever is tried in any order', () => {
    const person = fc.constantFrom(wang, li, chen, boss);
    const kind = fc.constantFrom('alert' as const, 'order' as const);
    const seen = fc.array(
      fc.record({
        key: fc.constantFrom('alert:a', 'alert:b', 'order:c', 'alert:nothing'),
        state: fc.constantFrom('new', 'acknowledged', 'on_scene'),
      }),
      { minLength: 1, maxLength: 3 },
    );
    const event: fc.Arbitrary<ShiftEvent> = fc.oneof(
      fc.record({
        type: fc.constantFrom('received' as const, 'completed' as const, 'steppedBack' as const),
        by: person,
      }),
      fc.record({ type: fc.constant('listOpened' as const), by: person, kind }),
      fc.record({ type: fc.constant('kindSigned' as const), by: person, kind, seen }),
      fc.record({ type: fc.constant('signed' as const), by: person, seen }),
      fc.record({
        type: fc.constant('overridden' as const),
        by: person,
        reason: fc.constantFrom('', '理由'),
      }),
    );
    const world = fc.subarray([item('a'), item('b'), item('c', { kind: 'order', state: 'on_scene' })]);
    fc.assert(
      fc.property(fc.array(fc.tuple(event, world), { maxLength: 25 }), (steps) => {
        let shift = start();
        for (const [index, [one, items]] of steps.entries()) {
          const now = openOf(...items);
          const before = shift;
          const moved = transitionShift(shift, one, now, index + 1);
          if (!moved.ok) continue;
          shift = moved.shift;
          expect(shiftSchema.parse(shift)).toEqual(shift);
          expect(before.state).not.toBe('ended');
          expect(shift.revision - before.revision).toBe(shift === before ? 0 : 1);
          for (const { signed } of shift.handover?.items ?? []) {
            if (signed !== undefined) expect(signed.by).toEqual(shift.handover?.receiver);
          }
          expect(shift.handover?.receiver).not.toEqual(wang);
          if (shift.state !== 'ended') continue;
          if (shift.ended?.override === undefined) expect(unsignedItems(shift, now)).toEqual([]);
          else expect(shift.ended.override).toMatchObject({ reason: '理由' });
          expect(shift.ended?.override?.by).not.toEqual(wang);
        }
      }),
      { numRuns: 400 },
    );
  });
});
