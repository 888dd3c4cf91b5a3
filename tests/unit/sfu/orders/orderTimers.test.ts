import { expect, test, vi } from 'vitest';
import { defaultOrderTimes } from '../../../../src-shared/orders/order.ts';
import { content, crew, stageOrders, wang } from './ordersStage.ts';

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const times = { ...defaultOrderTimes, ringAgainMs: 5_000, askNextSquadMs: 10_000, askSupervisorMs: 15_000 };

test('the times of the settings are used, and a running step keeps those with which it began', async () => {
  const parts = await stageOrders();
  parts.settings.times = times;
  await parts.dispatched();
  await wait(5_100);
  expect(parts.orders.openOne('o1')).toMatchObject({ escalation: 1 });
  // Longer times: what was escalated stays so, and the step that runs is not given more time.
  parts.settings.times = {
    ...times,
    ringAgainMs: 600_000,
    askNextSquadMs: 700_000,
    askSupervisorMs: 800_000,
    arriveMs: 60_000,
  };
  await wait(10_000);
  expect(parts.orders.openOne('o1')).toMatchObject({ escalation: 3, isOverdue: true });
  // The next step has the new times.
  await parts.report('ann', { type: 'accepted' });
  await wait(60_100);
  expect(parts.orders.openOne('o1')).toMatchObject({ state: 'accepted', isOverdue: true });
});

test('an order from an alert keeps its kind, and is overdue by the times of that kind', async () => {
  const parts = await stageOrders();
  parts.settings.ratTimes = { ...times, arriveMs: 60_000 };
  await parts.dispatched();
  await parts.orders.create({ orderId: 'o2', content: { ...content, alertId: 'a2' }, crew }, wang);
  expect(parts.orders.openOne('o1')?.alertKindId).toBe('rat');
  expect(parts.orders.openOne('o2')?.alertKindId).toBeUndefined();
  await wait(5_100);
  expect(['o1', 'o2'].map((id) => parts.orders.openOne(id)?.escalation)).toEqual([1, 0]);
  await parts.report('ann', { type: 'accepted' });
  await parts.report('ann', { type: 'accepted' }, 'r2', 'o2');
  await wait(60_100);
  expect(['o1', 'o2'].map((id) => parts.orders.openOne(id)?.isOverdue)).toEqual([true, false]);
});

test('an order that cannot be escalated keeps no other from it, and is tried again', async () => {
  const parts = await stageOrders();
  await parts.dispatched();
  await parts.orders.create({ orderId: 'o2', content: { ...content, alertId: 'a2' }, crew }, wang);
  const save = vi.spyOn(parts.repository, 'save');
  save.mockImplementation(({ order }) =>
    order.orderId === 'o1' ? Promise.reject(new Error('disk')) : Promise.resolve(),
  );
  const escalations = (): (number | undefined)[] =>
    ['o1', 'o2'].map((id) => parts.orders.openOne(id)?.escalation);
  await wait(defaultOrderTimes.ringAgainMs + 100);
  expect(escalations()).toEqual([0, 1]);
  save.mockImplementation(() => Promise.resolve());
  await wait(1_100);
  expect(escalations()).toEqual([1, 1]);
});

test('what nobody is sent to is overdue too', async () => {
  const parts = await stageOrders();
  await parts.orders.create({ orderId: 'o1', content }, wang);
  await wait(defaultOrderTimes.giveMs + 100);
  expect(parts.orders.openOne('o1')).toMatchObject({ state: 'created', isOverdue: true });
  expect(await parts.repository.steps('o1')).toMatchObject([{ action: 'created' }, { action: 'overdue' }]);
});

test('a due date that passes is in the history once, in whatever step the order is; not after the work is done', async () => {
  const parts = await stageOrders();
  await parts.orders.create({ orderId: 'o1', content: { ...content, dueAtMs: 30_000 }, crew }, wang);
  await parts.orders.create(
    { orderId: 'o2', content: { ...content, alertId: 'a2', dueAtMs: 30_000 }, crew },
    wang,
  );
  await parts.report('ann', { type: 'onScene' });
  await parts.report('ann', { type: 'onScene' }, 'r2', 'o2');
  await parts.report('ann', { type: 'cleared', disposition: 'no_violation' }, 'r3', 'o2');
  await wait(40_000);
  await parts.report('ann', { type: 'cleared', disposition: 'no_violation' }, 'r4');
  await wait(40_000);
  const missed = async (orderId: string) =>
    (await parts.repository.steps(orderId)).filter(({ action }) => action === 'dueMissed');
  expect(await missed('o1')).toHaveLength(1);
  expect(await missed('o2')).toEqual([]);
  expect(parts.orders.openOne('o1')?.dueMissedAtMs).toBeGreaterThanOrEqual(30_000);
});

test('deadlines that passed while no hub ran are each in the history, once', async () => {
  const parts = await stageOrders();
  await parts.dispatched();
  parts.orders.close();
  await wait(10 * 60_000);
  const restarted = parts.make();
  await restarted.load();
  await wait(1_000);
  restarted.close();
  const again = parts.make();
  await again.load();
  await wait(60_000);
  const steps = await parts.repository.steps('o1');
  expect(steps.filter(({ action }) => action === 'escalated').map(({ escalation }) => escalation)).toEqual([
    1, 2, 3,
  ]);
});

test.each([3_600_000, 30_000, 90 * 86_400_000])(
  'when the date was set back by %i ms while no hub ran, each deadline comes once, after the time that is left',
  async (backMs) => {
    const startMs = Date.UTC(2026, 10, 29);
    const parts = await stageOrders({ startMs });
    await parts.dispatched();
    await wait(defaultOrderTimes.ringAgainMs + 100);
    await parts.orders.create({ orderId: 'o2', content: { ...content, alertId: 'a2' }, crew }, wang);
    parts.orders.close();
    parts.clock.aheadMs -= backMs;
    const restarted = parts.make();
    await restarted.load();
    expect(restarted.openOne('o1')).toMatchObject({ escalation: 1 });
    // The newest order is as new as it was; the older one has its age.
    await wait(defaultOrderTimes.askNextSquadMs - defaultOrderTimes.ringAgainMs + 100);
    expect(restarted.openOne('o1')).toMatchObject({ escalation: 2 });
    expect(restarted.openOne('o2')).toMatchObject({ escalation: 1 });
    await wait(defaultOrderTimes.askSupervisorMs);
    const escalated = (await parts.repository.steps('o1')).filter(({ action }) => action === 'escalated');
    expect(escalated.map(({ escalation }) => escalation)).toEqual([1, 2, 3]);
    restarted.close();
  },
);

test('500 orders at once are written, escalated and answered', async () => {
  const parts = await stageOrders();
  const started = performance.timeOrigin + Date.now();
  const all = Array.from({ length: 500 }, (_, index) => `n${index}`);
  const answers = await Promise.all(
    all.map((orderId) =>
      parts.orders.create({ orderId, content: { ...content, alertId: orderId }, crew }, wang),
    ),
  );
  expect(answers.every(({ ok }) => ok)).toBe(true);
  expect(new Set(parts.orders.open().map(({ number }) => number)).size).toBe(500);
  await wait(defaultOrderTimes.ringAgainMs + 1_000);
  expect(parts.orders.open().every(({ escalation }) => escalation === 1)).toBe(true);
  // A generous limit: it does not hang.
  expect(performance.timeOrigin + Date.now() - started).toBeLessThan(20_000);
}, 30_000);
