import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MemberSubscription, PushRepository } from '../../../../src-sfu/features/push/push.ports.ts';
import { createPushService } from '../../../../src-sfu/features/push/push.service.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createPushRepository } from '../../../../src-sfu/storage/push.sql.ts';
import { newOrder, transitionOrder, type OrderEvent } from '../../../../src-shared/orders/order.ts';
import { orderSchema, type Order } from '../../../../src-shared/orders/orders.protocol.ts';
import type { PushMessage, PushOutcome } from '../../../../src-shared/push/push.protocol.ts';
import { content } from '../orders/ordersStage.ts';

const afterMs = 3_000;
const subscription = (name: string) => ({
  endpoint: `https://push.test/${name}`,
  p256dh: 'B'.repeat(87),
  auth: 'a'.repeat(22),
});
const crew = { squadId: 'wenquan', memberIds: ['ann', 'bo'], inChargeId: 'ann' };

beforeEach(() => void vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

function memory(kept: MemberSubscription[] = []): PushRepository & { kept: Map<string, MemberSubscription> } {
  const map = new Map(kept.map((one) => [one.memberId, one]));
  return {
    kept: map,
    load: () => Promise.resolve([...map.values()]),
    save: (one) => Promise.resolve(void map.set(one.memberId, one)),
    remove: (memberId) => Promise.resolve(void map.delete(memberId)),
  };
}

async function stage({ answer = 'sent' as PushOutcome, repository = memory() } = {}) {
  const sent: { endpoint: string; message: PushMessage }[] = [];
  const state = { answer, order: undefined as Order | undefined };
  const make = () =>
    createPushService({
      repository,
      sender: {
        send({ endpoint }, message) {
          sent.push({ endpoint, message });
          return Promise.resolve(state.answer);
        },
      },
      openOrder: () => state.order,
      afterMs,
      logger: { warn: vi.fn(), error: vi.fn() } as never,
      nowMs: () => performance.now(),
    });
  const push = make();
  await push.load();
  const move = (event: OrderEvent): void => {
    const before =
      state.order ??
      orderSchema.parse({ ...content, ...newOrder(0), orderId: 'o1', number: '7-042', createdBy: '王芳' });
    const moved = transitionOrder(before, event, performance.now());
    if (!moved.ok) throw new Error(moved.reason);
    state.order = { ...before, ...moved.state };
    push.orderChanged(state.order);
  };
  const rung = () => sent.filter(({ message }) => message.kind === 'order').map(({ endpoint }) => endpoint);
  return { push, make, sent, rung, state, move, repository };
}
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const dispatched: OrderEvent = { type: 'dispatched', by: '王芳', ...crew };

describe('a phone that does not show its order', () => {
  it('is rung once through its push service, after the time that the page has for it', async () => {
    const { push, rung, sent, state, move } = await stage();
    await push.subscribe('ann', subscription('ann'));
    move(dispatched);
    await wait(afterMs - 100);
    expect(rung()).toEqual([]);
    move({ type: 'sent', memberId: 'ann' });
    await wait(10 * afterMs);
    expect(rung()).toEqual(['https://push.test/ann']);
    expect(sent.at(-1)?.message).toEqual({
      kind: 'order',
      orderId: 'o1',
      number: '7-042',
      place: state.order?.place.name,
      isAgain: false,
    });
  });

  it('is left alone when it shows the order in time, and so is who accepted or lost it', async () => {
    for (const event of [
      { type: 'shown', memberId: 'ann' },
      { type: 'accepted', by: 'ann' },
      { type: 'rejected', by: 'ann', reason: 'busy' },
      { type: 'cancelled', by: '王芳', reason: '误报' },
    ] as OrderEvent[]) {
      const { push, rung, move } = await stage();
      await push.subscribe('ann', subscription('ann'));
      move(dispatched);
      await wait(afterMs - 100);
      move(event);
      await wait(10 * afterMs);
      expect(rung()).toEqual([]);
    }
  });

  it('is rung again when nobody accepts, also where the order was shown before', async () => {
    const { push, sent, move } = await stage();
    await push.subscribe('ann', subscription('ann'));
    move(dispatched);
    move({ type: 'shown', memberId: 'ann' });
    await wait(60_000);
    move({ type: 'deadlineReached' });
    await wait(afterMs + 100);
    expect(sent.at(-1)?.message).toMatchObject({ kind: 'order', isAgain: true });
  });

  it('is rung for whoever joins a running order, until that one answers, and for nobody else', async () => {
    const { push, rung, move } = await stage();
    for (const memberId of ['ann', 'zhang']) await push.subscribe(memberId, subscription(memberId));
    move(dispatched);
    move({ type: 'onScene', by: 'ann' });
    move({ type: 'joined', by: '王芳', members: [{ memberId: 'zhang', squadId: 'yongan' }] });
    await wait(afterMs + 100);
    expect(rung()).toEqual(['https://push.test/zhang']);
    move({ type: 'shown', memberId: 'zhang' });
    await wait(60_000);
    move({ type: 'deadlineReached' });
    await wait(afterMs - 100);
    move({ type: 'accepted', by: 'zhang' });
    await wait(10 * afterMs);
    expect(rung()).toHaveLength(1);
  });

  it('is rung by the next hub too, once', async () => {
    const { push, make, rung, state, move } = await stage();
    await push.subscribe('bo', subscription('bo'));
    move(dispatched);
    push.close();
    await wait(afterMs + 100);
    const restarted = make();
    await restarted.load();
    if (state.order !== undefined) restarted.orderChanged(state.order);
    await wait(afterMs + 100);
    expect(rung()).toEqual(['https://push.test/bo']);
  });
});

describe('a subscription', () => {
  it('is tried at once, and kept where the service cannot be reached now', async () => {
    const { push, sent, repository } = await stage({ answer: 'unreachable' });
    expect(await push.subscribe('ann', subscription('ann'))).toBe('unreachable');
    expect(sent.map(({ message }) => message)).toEqual([{ kind: 'check' }]);
    expect([...repository.kept.keys()]).toEqual(['ann']);
  });

  it.each(['gone', 'refused'] as const)('that is %s is not kept', async (answer) => {
    const { push, repository } = await stage({ answer });
    expect(await push.subscribe('ann', subscription('ann'))).toBe(answer);
    expect(repository.kept.size).toBe(0);
  });

  it('ends when the service says that it is gone', async () => {
    const { push, rung, state, move, repository } = await stage();
    await push.subscribe('ann', subscription('ann'));
    state.answer = 'gone';
    move(dispatched);
    await wait(afterMs + 100);
    expect(rung()).toHaveLength(1);
    expect(repository.kept.size).toBe(0);
  });

  it('ends with the sign-in of the phone, and rings nobody afterwards', async () => {
    const { push, rung, move, repository } = await stage();
    await push.subscribe('ann', subscription('ann'));
    move(dispatched);
    await push.signedOut('ann');
    await wait(10 * afterMs);
    expect(rung()).toEqual([]);
    expect(repository.kept.size).toBe(0);
  });

  it('is one for a member: the next takes the place of the one before, in the store too', async () => {
    vi.useRealTimers();
    const store = await openStore(':memory:');
    const repository = createPushRepository(store);
    await repository.save({ memberId: 'ann', subscription: subscription('old'), atMs: 1 });
    await repository.save({ memberId: 'ann', subscription: subscription('new'), atMs: 2 });
    expect(await repository.load()).toEqual([
      { memberId: 'ann', subscription: subscription('new'), atMs: 2 },
    ]);
    await repository.remove('ann');
    expect(await repository.load()).toEqual([]);
    await store.destroy();
  });
});
