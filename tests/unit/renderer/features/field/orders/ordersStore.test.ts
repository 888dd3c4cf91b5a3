import { durationText } from '../../../../../../src-renderer/ui/times.ts';
import { describe, expect, it } from 'vitest';
import {
  createFieldOrdersStore,
  keepMember,
  keepOrders,
  mergeOrders,
  mustRing,
  readKeptMember,
  readKeptOrders,
  shownOrder,
} from '../../../../../../src-renderer/features/field/orders/ordersStore.ts';
import { navigationLinks } from '../../../../../../src-renderer/features/field/orders/orderWords.ts';
import type { WaitingReport } from '../../../../../../src-renderer/features/field/orders/reportOutbox.ts';
import { newOrder, transitionOrder, type OrderEvent } from '../../../../../../src-shared/orders/order.ts';
import { awaitsAnswer } from '../../../../../../src-shared/orders/orderJoining.ts';
import type { Order, OrderPlace, OrderReport } from '../../../../../../src-shared/orders/orders.protocol.ts';

const crew = { squadId: 'wenquan', memberIds: ['li', 'zhang'], inChargeId: 'li' };
const dispatched: OrderEvent = { type: 'dispatched', by: 'Desk', ...crew };

/** An order after these events. */
function orderAfter(...events: OrderEvent[]): Order {
  let order: Order = {
    kind: 'alert',
    priority: 1,
    place: { name: '温泉一小食堂' },
    instructions: '',
    checklist: [{ itemId: 'bins', text: 'Bins closed', isDone: false }],
    ...newOrder(0),
    orderId: 'order-1',
    number: '7-042',
    createdBy: 'Desk',
  };
  for (const [index, event] of events.entries()) {
    const moved = transitionOrder(order, event, (index + 1) * 1_000);
    if (!moved.ok) throw new Error(`${event.type}: ${moved.reason}`);
    order = { ...order, ...moved.state };
  }
  return order;
}

const waiting = (report: OrderReport, orderId = 'order-1'): WaitingReport => ({
  reportId: 'report-1',
  orderId,
  number: '7-042',
  report,
  at: { wallMs: 50_000, runningMs: 0, pageId: 'page' },
});
const atMsOf = ({ wallMs }: { wallMs: number }) => wallMs;

describe('the phone of a member who joins', () => {
  const joined: OrderEvent = {
    type: 'joined',
    by: 'Desk',
    members: [{ memberId: 'wang', squadId: 'xianan' }],
  };
  const running = [dispatched, { type: 'accepted', by: 'li' } as const, joined];

  it('rings for an order that others accepted, again when the hub says so, and not when it was answered', () => {
    const order = orderAfter(...running);
    expect(mustRing(undefined, order, 'wang')).toBe(true);
    expect(mustRing(orderAfter(dispatched, { type: 'accepted', by: 'li' }), order, 'li')).toBe(false);
    const rung = transitionOrder(order, { type: 'deadlineReached' }, 60_000);
    const again = rung.ok ? { ...order, ...rung.state } : order;
    expect(mustRing(order, again, 'wang')).toBe(true);
    expect(mustRing(order, again, 'li')).toBe(false);
    const answered = orderAfter(...running, { type: 'accepted', by: 'wang' });
    expect(mustRing(order, answered, 'wang')).toBe(false);
  });

  it('shows at once that the member accepted, and has no more of it who said no: without news of what the member did', () => {
    const order = orderAfter(...running);
    const accepted = shownOrder(order, [waiting({ type: 'accepted' })], 'wang', atMsOf);
    expect(awaitsAnswer(order, 'wang')).toBe(true);
    expect(awaitsAnswer(accepted, 'wang')).toBe(false);
    const declined = orderAfter(...running, { type: 'rejected', by: 'wang', reason: 'too_far' });
    expect(mergeOrders([order], [declined], 'wang')).toEqual({ orders: [], gone: [] });
    expect(mergeOrders([order], [declined], 'li')).toMatchObject({ orders: [{ state: 'accepted' }] });
  });

  it('goes from the phone of whom the desk takes off, with news of that, and stays on the others', () => {
    const order = orderAfter(...running);
    const without = orderAfter(...running, { type: 'removed', by: 'Desk', memberIds: ['wang'] });
    expect(mergeOrders([order], [without], 'wang')).toMatchObject({
      orders: [],
      gone: [{ why: { type: 'taken_off' } }],
    });
    expect(mergeOrders([order], [without], 'li')).toMatchObject({ orders: [without], gone: [] });
  });
});

describe('the orders of a phone', () => {
  const other = { squadId: 'xianan', memberIds: ['wang'], inChargeId: 'wang' };
  it.each<[string, OrderEvent[], object | undefined]>([
    [
      'cancelled',
      [{ type: 'cancelled', by: 'Desk', reason: 'no need' }],
      { type: 'cancelled', reason: 'no need' },
    ],
    ['given to another squad', [{ type: 'reassigned', by: 'Desk', ...other }], { type: 'given_away' }],
    [
      'handed back by a colleague',
      [{ type: 'rejected', by: 'zhang', reason: 'busy' }],
      { type: 'handed_back' },
    ],
    ['handed back by this member', [{ type: 'rejected', by: 'li', reason: 'busy' }], undefined],
    [
      'handed back by a colleague and given away since',
      [
        { type: 'rejected', by: 'zhang', reason: 'busy' },
        { type: 'dispatched', by: 'Desk', ...other },
      ],
      { type: 'given_away' },
    ],
    [
      'closed',
      [
        { type: 'onScene', by: 'li' },
        { type: 'cleared', by: 'li', disposition: 'no_violation' },
        { type: 'closed', by: 'Desk' },
      ],
      { type: 'closed' },
    ],
  ])('lose one that was %s, and say why', (_what, events, why) => {
    const known = [orderAfter(dispatched)];
    const merged = mergeOrders(known, [orderAfter(dispatched, ...events)], 'li');
    expect(merged.orders).toEqual([]);
    expect(merged.gone.map((one) => one.why)).toEqual(why === undefined ? [] : [why]);
  });

  it('keep the newest state, and say nothing of an order that was never theirs', () => {
    const newer = orderAfter(dispatched, { type: 'accepted', by: 'li' });
    expect(mergeOrders([newer], [orderAfter(dispatched)], 'li').orders).toEqual([newer]);
    expect(mergeOrders([], [newer], 'wang')).toEqual({ orders: [], gone: [] });
    expect(mergeOrders([], [newer], 'zhang').orders).toEqual([newer]);
  });

  it('are shown with what waits to be sent', () => {
    const order = orderAfter(dispatched, { type: 'sent', memberId: 'li' });
    const shown = shownOrder(
      order,
      [
        waiting({ type: 'shown' }),
        waiting({ type: 'accepted' }),
        waiting({ type: 'check', itemId: 'bins', isDone: true }),
        waiting({ type: 'onScene' }, 'order-2'),
        waiting({ type: 'enRoute' }),
      ],
      'li',
      atMsOf,
    );
    expect(shown).toMatchObject({ state: 'en_route', sinceMs: 50_000, checklist: [{ isDone: true }] });
    expect(order.state).toBe('dispatched');
  });

  it('are shown as the hub has them where a step that waits cannot follow', () => {
    const cancelled = orderAfter(dispatched, { type: 'cancelled', by: 'Desk', reason: 'no need' });
    expect(shownOrder(cancelled, [waiting({ type: 'accepted' })], 'li', atMsOf)).toEqual(cancelled);
    const cleared = waiting({ type: 'cleared', disposition: 'other' });
    expect(shownOrder(orderAfter(dispatched), [cleared], 'li', atMsOf).state).toBe('dispatched');
  });

  it('ring when one comes, comes again, or is not accepted for long, and never for one that was shown', () => {
    const arrived = orderAfter(dispatched);
    const seen = orderAfter(dispatched, { type: 'shown', memberId: 'li' });
    expect(mustRing(undefined, arrived, 'li')).toBe(true);
    expect(mustRing(undefined, seen, 'li')).toBe(false);
    expect(mustRing(undefined, seen, 'zhang')).toBe(true);
    expect(mustRing(arrived, seen, 'li')).toBe(false);
    expect(mustRing(seen, { ...seen, escalation: 1 }, 'li')).toBe(true);
    expect(mustRing({ ...seen, escalation: 2 }, { ...seen, escalation: 2 }, 'li')).toBe(false);
    const again = orderAfter(
      dispatched,
      { type: 'shown', memberId: 'li' },
      { type: 'reassigned', by: 'Desk', ...crew },
    );
    expect(mustRing(seen, again, 'li')).toBe(true);
    const ended = orderAfter(dispatched, { type: 'cancelled', by: 'Desk', reason: 'no need' });
    expect(mustRing(undefined, ended, 'li')).toBe(false);
  });

  it('are kept for a page that is opened without a network, except what is damaged', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    const order = orderAfter(dispatched);
    keepOrders(storage, { memberId: 'li', orders: [order, { ...order, number: 'x' }] });
    expect(readKeptOrders(storage)).toEqual({ memberId: 'li', orders: [order] });
    kept.set('mingchu.fieldOrders', '{"memberId":');
    expect(readKeptOrders(storage)).toBeUndefined();
    keepOrders(storage, { memberId: 'li', orders: [] });
    expect(kept.size).toBe(0);
    // Whose phone it is stays known without any order.
    keepMember(storage, 'li');
    const reloaded = createFieldOrdersStore(readKeptOrders(storage), readKeptMember(storage));
    expect(reloaded.getState()).toMatchObject({ memberId: 'li', orders: [] });
    keepMember(storage, '');
    expect([kept.size, readKeptMember(storage)]).toEqual([0, '']);
  });
});

describe('the words of an order', () => {
  it.each([
    [-5, '0:00'],
    [67_900, '1:07'],
    [3_600_000, '1:00:00'],
    [90_061_000, '25:01:01'],
  ])('count %d ms as %s', (durationMs, words) => {
    expect(durationText(durationMs)).toBe(words);
  });

  it('lead to the navigation of the phone, with nothing of a name that could change the address', () => {
    const place = { name: '一小(东),&mode=x', latitude: 29.84, longitude: 114.32 };
    expect(navigationLinks({ name: '一小' }, { language: 'en', isAndroid: true })).toEqual([]);
    const [amap, ...more] = navigationLinks(place, { language: 'zh-CN', isAndroid: false });
    expect(more).toEqual([]);
    const query = new URL(amap?.href ?? '').searchParams;
    expect(query.get('to')).toBe('114.32,29.84,一小 东  &mode=x');
    expect([query.get('mode'), query.get('coordinate')]).toEqual(['car', 'wgs84']);
    const [phone] = navigationLinks(place, { language: 'zh-CN', isAndroid: true });
    expect(phone?.href).toMatch(/^geo:29\.84,114\.32\?q=29\.84,114\.32\([^()&,]*\)$/u);
  });

  it('searches for the address where there is no position, and by it on an iPhone', () => {
    const corner = { name: '红灯笼&火锅', district: '咸安区', address: '温泉路 1 号' } as const;
    const searched = encodeURIComponent('咸安区温泉路 1 号 红灯笼&火锅');
    const hrefs = (place: OrderPlace, on: { isAndroid: boolean; isApple?: boolean }) =>
      navigationLinks(place, { language: 'zh-CN', ...on }).map(({ href }) => href);
    expect(hrefs(corner, { isAndroid: true })).toEqual([
      `geo:0,0?q=${searched}`,
      `https://uri.amap.com/search?keyword=${searched}&callnative=1`,
    ]);
    expect(
      hrefs({ ...corner, latitude: 29.8, longitude: 114.3 }, { isAndroid: false, isApple: true }),
    ).toEqual([
      `https://maps.apple.com/?q=${searched}`,
      expect.stringContaining('navigation?to=114.3,29.8,'),
    ]);
  });
});
