import { describe, expect, it, vi } from 'vitest';
import { createWallCaseFeature } from '../../../../src-sfu/app/wallCase.ts';
import { newOrder } from '../../../../src-shared/orders/order.ts';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';
import type { CaseSources } from '../../../../src-shared/wall/wallCase.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';

const order = (more: Partial<Order> = {}): Order => ({
  ...newOrder(0),
  orderId: 'o1',
  number: '7-001',
  createdBy: '王芳',
  kind: 'alert',
  priority: 1,
  place: { name: '一店', address: '后门在左', cameraId: 'cam-7' },
  instructions: '后门密码 1234',
  checklist: [],
  state: 'en_route',
  memberIds: ['bo', 'ann'],
  inChargeId: 'ann',
  ...more,
});

/** The feature with stand-ins: one screen `main`, one open order. */
function stage(first: Order | undefined = order()) {
  let open: Order | undefined = first;
  let shown: string | undefined;
  let onScreen: (screenId: string, wall: { caseOf?: string }) => void = () => undefined;
  let onOrder: (order: Order, before: Order | undefined) => void = () => undefined;
  const followed: [string, CaseSources | undefined][] = [];
  const asked: CaseSources[] = [];
  const heard: { name: string; payload: unknown }[] = [];
  const wall = {
    snapshot: () => ({ ...(shown === undefined ? {} : { caseOf: shown }) }),
    screens: () => [{ ...(shown === undefined ? {} : { caseOf: shown }) }],
    onScreenChanged: (listener: typeof onScreen) => void (onScreen = listener),
    showCase(command: { orderId: string; sources: CaseSources }) {
      asked.push(command.sources);
      shown = command.orderId;
      onScreen('main', { caseOf: shown });
      return Promise.resolve({ ok: true as const, data: { revision: 2 } });
    },
    followCase(orderId: string, sources: CaseSources | undefined) {
      followed.push([orderId, sources]);
      if (sources === undefined) shown = undefined;
      return Promise.resolve();
    },
  };
  const feature = createWallCaseFeature({ logger: { error: vi.fn() } as never }, {
    wall,
    orders: {
      openOrder: () => open,
      stepsOf: () =>
        Promise.resolve([{ atMs: 5, happenedAtMs: 5, actor: '王芳', action: 'created', note: '1234' }]),
      roadsOf: () => [],
      onRoadChanged: () => undefined,
      onOrderChanged: (listener: typeof onOrder) => void (onOrder = listener),
    },
  } as never);
  const screen = {
    connectionId: 'w1',
    identity: { surface: 'wall', screenId: 'main' },
    notify: (name: string, payload: unknown) => void heard.push({ name, payload }),
  } as unknown as SurfaceContext;
  feature.joined?.(screen);
  return {
    feature,
    screen,
    asked,
    followed,
    heard,
    show: (caseOf: string | undefined) => (shown = caseOf),
    put: () =>
      feature.handlers['wall:showCase'](
        { identity: undefined } as never,
        { commandId: 'k', screenId: 'main', orderId: 'o1' } as never,
      ),
    change(next: Order) {
      open = next.state === 'closed' ? undefined : next;
      onOrder(next, undefined);
    },
  };
}

describe('the case of an order', () => {
  it('is sent to the screen that shows it: who is in charge first, and nothing that is not for visitors', async () => {
    const parts = stage();
    expect(await parts.put()).toMatchObject({ ok: true });
    expect(parts.asked).toEqual([{ orderId: 'o1', kitchenId: 'cam-7', memberIds: ['ann', 'bo'] }]);
    expect(parts.heard.at(-1)).toMatchObject({
      name: 'wall:caseChanged',
      payload: { wallCase: { number: '7-001', state: 'en_route', steps: [{ action: 'created', atMs: 5 }] } },
    });
    expect(JSON.stringify(parts.heard)).not.toMatch(/1234|后门在左/u);
    expect(parts.feature.snapshotFor?.(parts.screen)).toMatchObject({ wallCase: { orderId: 'o1' } });
  });
  it('is refused for an order that is not open', async () => {
    const parts = stage();
    parts.change(order({ state: 'closed' }));
    expect(await parts.put()).toMatchObject({ ok: false, reason: 'orders.no_such_order' });
  });
  it('follows each change of the order, and is taken back when the order is ended', async () => {
    const parts = stage();
    await parts.put();
    parts.change(order({ state: 'on_scene', memberIds: ['zhang'], inChargeId: 'zhang' }));
    await vi.waitFor(() =>
      expect(parts.heard.at(-1)).toMatchObject({ payload: { wallCase: { state: 'on_scene' } } }),
    );
    expect(parts.followed.at(-1)).toEqual([
      'o1',
      { orderId: 'o1', kitchenId: 'cam-7', memberIds: ['zhang'] },
    ]);
    parts.change(order({ state: 'closed' }));
    await vi.waitFor(() => expect(parts.followed.at(-1)).toEqual(['o1', undefined]));
  });
  it('that was on a screen before the hub stopped is there again, or taken back if its order ended meanwhile', async () => {
    const parts = stage();
    parts.show('o1');
    await parts.feature.open?.();
    expect(parts.followed).toMatchObject([['o1', { memberIds: ['ann', 'bo'] }]]);
    expect(parts.feature.snapshotFor?.(parts.screen)).toMatchObject({ wallCase: { orderId: 'o1' } });
    const ended = stage();
    ended.change(order({ state: 'closed' }));
    ended.show('o1');
    await ended.feature.open?.();
    expect(ended.followed).toEqual([['o1', undefined]]);
  });
  it('is of no interest to other screens and to desks', async () => {
    const parts = stage();
    await parts.put();
    const desk = { connectionId: 'd1', identity: { surface: 'desk', screenId: 'main' } } as never;
    expect(parts.feature.snapshotFor?.(desk)).toEqual({});
  });
});
