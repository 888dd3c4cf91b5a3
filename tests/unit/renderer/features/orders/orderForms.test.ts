import { describe, expect, test } from 'vitest';
import { checklistOf } from '../../../../../src-renderer/features/orders/checklistText.ts';
import { createNeedWatch, othersFor } from '../../../../../src-renderer/features/orders/needyOrders.ts';
import { placeOptions } from '../../../../../src-renderer/features/orders/placeOptions.ts';
import type { Order, OrderPlace } from '../../../../../src-shared/orders/orders.protocol.ts';

describe('places that are offered while a name is typed', () => {
  const branch = (siteId: string, parts: Partial<OrderPlace> = {}): OrderPlace => ({
    siteId,
    name: '红灯笼火锅',
    district: '咸安区',
    ...parts,
  });

  test('branches of one name are told apart by district and address, and each can be chosen', () => {
    const places = [
      branch('s1', { address: '温泉路 1 号' }),
      branch('s2', { district: '赤壁市', address: '赤马港 2 号' }),
      branch('s3', { address: '温泉路 1 号' }),
      branch('s4', { name: '温泉食堂', nameEn: 'Wenquan canteen' }),
    ];
    const options = placeOptions(places, 'zh-CN', (district) => `<${district}>`);
    expect(options.map(({ label }) => label)).toEqual([
      '红灯笼火锅 · <咸安区> · 温泉路 1 号',
      '红灯笼火锅 · <赤壁市> · 赤马港 2 号',
      '红灯笼火锅 · <咸安区> · 温泉路 1 号 · s3',
      '温泉食堂',
    ]);
    expect(options.map(({ place }) => place)).toEqual(places);
    expect(placeOptions(places, 'en', String).at(-1)?.label).toBe('Wenquan canteen');
  });
});

describe('a checklist that is typed', () => {
  test('has one item on each line', () => {
    expect(checklistOf(' 拍照 \n\n查看灶台')).toEqual({
      checklist: [
        { itemId: 'item1', text: '拍照', isDone: false },
        { itemId: 'item2', text: '查看灶台', isDone: false },
      ],
      problem: undefined,
    });
  });

  test('is refused in words where it is more than an order can have, and nothing is cut off', () => {
    const many = checklistOf(Array.from({ length: 31 }, (_, index) => `第 ${index}`).join('\n'));
    expect([many.problem, many.checklist.length]).toEqual(['many', 31]);
    expect(checklistOf('长'.repeat(201)).problem).toBe('long');
    expect(checklistOf('长'.repeat(200)).problem).toBeUndefined();
  });
});

describe('orders that need somebody else', () => {
  const order = (parts: Partial<Order>): Order =>
    ({ orderId: 'o1', state: 'dispatched', escalation: 0, rejections: [], ...parts }) as Order;
  const dispatched = { by: '王芳', atMs: 1 };
  const rejected = { squadId: 'wenquan', by: 'ann', atMs: 2, reason: 'busy' as const };

  test('are reported once for each squad that did not answer or said no', () => {
    const begins = createNeedWatch();
    expect(begins([order({ dispatched })])).toBe(false);
    expect(begins([order({ dispatched, escalation: 1 })])).toBe(true);
    expect(begins([order({ dispatched, escalation: 2 })])).toBe(false);
    expect(begins([order({ state: 'created', rejections: [rejected] })])).toBe(true);
    expect(begins([order({ dispatched: { by: '王芳', atMs: 5 }, rejections: [rejected] })])).toBe(false);
    expect(
      begins([order({ dispatched: { by: '王芳', atMs: 5 }, rejections: [rejected], escalation: 1 })]),
    ).toBe(true);
    // Accepted, and then nothing is wanted.
    expect(begins([order({ state: 'accepted', dispatched, escalation: 3 })])).toBe(false);
    expect(begins([order({ state: 'created' })])).toBe(false);
  });

  test('are offered to others than those who have it or said no, as long as there are any', () => {
    const candidates = ['wenquan', 'yongan', 'xinan'].map((squadId) => ({ squadId }));
    const ofSquads = (found: readonly { squadId: string }[]) => found.map(({ squadId }) => squadId);
    const asked = { squadId: 'yongan', rejections: [rejected] };
    expect(ofSquads(othersFor(asked, candidates))).toEqual(['xinan']);
    expect(ofSquads(othersFor(asked, candidates.slice(0, 2)))).toEqual(['wenquan', 'yongan']);
    expect(ofSquads(othersFor({ rejections: [] }, candidates))).toEqual(['wenquan', 'yongan', 'xinan']);
  });
});
