import { describe, expect, it, vi } from 'vitest';
import { createDeskOverdue } from '../../../../../src-renderer/features/overdue/overdueStore.ts';
import { createPageStorage } from '../../../../../src-renderer/server/pageStorage.ts';
import type { Finding } from '../../../../../src-shared/findings/findings.protocol.ts';
import type { Order } from '../../../../../src-shared/orders/orders.protocol.ts';

const order = (orderId: string, changes: Partial<Order> = {}): Order =>
  ({ orderId, state: 'on_scene', sinceMs: 1_000, isOverdue: false, escalation: 0, ...changes }) as Order;
const finding = (findingId: string, escalation: 0 | 1 | 2 | 3 | 4): Finding =>
  ({ findingId, escalation, dueAtMs: 500 }) as Finding;

function stage(kept = new Map<string, string>()) {
  const storage = createPageStorage(
    () =>
      ({
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => void kept.set(key, value),
        removeItem: (key: string) => void kept.delete(key),
      }) as never,
    vi.fn(),
  );
  const overdue = createDeskOverdue(storage);
  const heard = vi.fn();
  overdue.onLate(heard);
  const unseen = () =>
    overdue.store
      .getState()
      .unseen.map((work) => (work.type === 'order' ? work.order.orderId : work.finding.findingId));
  return { overdue, heard, unseen, kept };
}

describe('late work at the desk of a supervisor', () => {
  it('is announced once when it becomes late, and stays until it was seen', () => {
    const { overdue, heard, unseen } = stage();
    overdue.sitting('s1');
    overdue.changed([order('a')], []);
    expect([unseen(), heard.mock.calls.length]).toEqual([[], 0]);
    for (let round = 0; round < 3; round += 1) overdue.changed([order('a', { isOverdue: true })], []);
    expect([unseen(), heard.mock.calls.length]).toEqual([['a'], 1]);
    overdue.changed(
      [order('a', { isOverdue: true }), order('b', { dueMissedAtMs: 2_000 })],
      [finding('f', 2)],
    );
    expect([unseen(), heard.mock.calls.length]).toEqual([['b', 'f', 'a'], 2]);
    overdue.seen(overdue.store.getState().unseen.map(({ key }) => key));
    expect(unseen()).toEqual([]);
  });

  it('is listed with what was announced last first; of one time orders, then the worst cards', () => {
    const { overdue, unseen } = stage();
    overdue.sitting('s1');
    const first = [order('a', { isOverdue: true })];
    overdue.changed(first, [finding('yellow', 3), finding('late', 2), finding('red', 4)]);
    expect(unseen()).toEqual(['a', 'red', 'yellow', 'late']);
    overdue.changed(first, [finding('yellow', 3), finding('late', 3), finding('red', 4)]);
    expect(unseen()).toEqual(['late', 'a', 'red', 'yellow']);
  });

  it('that was seen is not announced again, not by a gap in the list and not by the next start of the page', () => {
    const kept = new Map<string, string>();
    const first = stage(kept);
    first.overdue.sitting('s1');
    first.overdue.changed([order('a', { isOverdue: true }), order('b', { isOverdue: true })], []);
    first.overdue.seen(['a on_scene 1000']);
    first.overdue.changed([], []);
    first.overdue.changed([order('a', { isOverdue: true }), order('b', { isOverdue: true })], []);
    expect([first.unseen(), first.heard.mock.calls.length]).toEqual([['b'], 1]);
    const again = stage(kept);
    again.overdue.sitting('s1');
    again.overdue.changed([order('a', { isOverdue: true }), order('b', { isOverdue: true })], []);
    expect(again.unseen()).toEqual(['b']);
  });

  it('is announced again when the next step, the due date or a card is late, and not while the same arrival is', () => {
    const { overdue, heard, unseen } = stage();
    overdue.sitting('s1');
    const accepted = { by: { id: 'm', name: 'm' }, atMs: 900 } as unknown as NonNullable<Order['accepted']>;
    const seeAll = (): void => overdue.seen(overdue.store.getState().unseen.map(({ key }) => key));
    overdue.changed(
      [order('a', { state: 'accepted', sinceMs: 900, accepted, isOverdue: true })],
      [finding('f', 2)],
    );
    seeAll();
    overdue.changed([order('a', { state: 'en_route', accepted, isOverdue: true })], [finding('f', 2)]);
    expect([unseen(), heard.mock.calls.length]).toEqual([[], 1]);
    overdue.changed([order('a', { isOverdue: true, dueMissedAtMs: 3_000 })], [finding('f', 3)]);
    expect([unseen(), heard.mock.calls.length]).toEqual([['a', 'a', 'f'], 2]);
  });

  it('is nothing for anybody else, and each person sees it for themselves', () => {
    const { overdue, heard, unseen, kept } = stage();
    overdue.changed([order('a', { isOverdue: true })], []);
    expect([unseen(), heard.mock.calls.length]).toEqual([[], 0]);
    overdue.sitting('s1');
    overdue.seen(['a on_scene 1000']);
    overdue.sitting('s2');
    expect(unseen()).toEqual(['a']);
    overdue.sitting('s1');
    expect(unseen()).toEqual([]);
    overdue.sitting(undefined);
    overdue.seen(['x']);
    expect([...kept.keys()]).toEqual(['mingchu.overdueSeen.s1']);
  });

  it('is all shown where what was kept is no list, and keeps no endless list', () => {
    for (const text of ['{"a":1}', '[1,null,{}]', 'no json', '']) {
      const { overdue, unseen } = stage(new Map([['mingchu.overdueSeen.s1', text]]));
      overdue.sitting('s1');
      overdue.changed([order('a', { isOverdue: true })], []);
      expect(unseen()).toEqual(['a']);
    }
    const { overdue, kept } = stage();
    overdue.sitting('s1');
    overdue.seen(Array.from({ length: 5_000 }, (_, index) => `key ${index}`));
    const list = JSON.parse(kept.get('mingchu.overdueSeen.s1') ?? '') as string[];
    expect([list.length, list.at(-1)]).toEqual([2_000, 'key 4999']);
  });
});
