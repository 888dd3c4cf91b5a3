import { afterEach, describe, expect, it } from 'vitest';
import { retryDelaysMs } from '../../../../src-sfu/features/webhooks/webhookDelivery.ts';
import type { WebhookOutcome, WebhookSender } from '../../../../src-sfu/features/webhooks/webhooks.ports.ts';
import {
  createWebhooksInMemory,
  type WebhookStep,
} from '../../../../src-sfu/features/webhooks/webhooks.repository.ts';
import {
  createWebhooksService,
  type WebhooksService,
} from '../../../../src-sfu/features/webhooks/webhooks.service.ts';

const content = {
  name: '城市平台',
  url: 'https://city.example/hook',
  subjects: ['orders', 'findings'] as ('orders' | 'findings')[],
  districts: 'all' as 'all' | ['咸安区'],
  allowsPlain: false,
};

function orderStep(stepId: number, district = '咸安区'): WebhookStep {
  return {
    kind: 'order',
    stepId,
    atMs: stepId,
    order: { orderId: `o${stepId}`, place: { district } },
    step: { action: 'accepted' },
  } as never;
}

function stage(answer: (url: string, id: string) => WebhookOutcome | Promise<WebhookOutcome> = () => ({})) {
  const steps: WebhookStep[] = [];
  const sent: { url: string; id: string }[] = [];
  const timers: { work(): void; atMs: number; isCancelled: boolean }[] = [];
  const listeners: (() => void)[] = [];
  let nowMs = 1_000_000;
  const sender: WebhookSender = {
    async send({ url }, { headers }) {
      const id = headers['webhook-id'] ?? '';
      sent.push({ url, id });
      const outcome = await answer(url, id);
      for (const listener of listeners.splice(0)) listener();
      return outcome;
    },
    check: () => Promise.resolve(undefined),
  };
  const repository = createWebhooksInMemory(steps);
  const make = (): WebhooksService =>
    createWebhooksService({
      repository,
      sender,
      shown: (message) => message,
      nowMs: () => nowMs,
      wallMs: () => nowMs,
      logger: { warn: () => undefined } as never,
      startTimer(work, delayMs) {
        const timer = { work, atMs: nowMs + delayMs, isCancelled: false };
        timers.push(timer);
        return { cancel: () => void (timer.isCancelled = true) };
      },
    });
  /** Lets what is under way go on until nothing more happens. */
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 200; round += 1) await Promise.resolve();
  };
  return {
    repository,
    make,
    sent,
    settle,
    push(...more: WebhookStep[]) {
      steps.push(...more);
    },
    /** Sets the clock forward and fires what is due. */
    async pass(ms: number) {
      nowMs += ms;
      const due = timers.filter((timer) => !timer.isCancelled && timer.atMs <= nowMs);
      for (const timer of due) {
        timer.isCancelled = true;
        timer.work();
      }
      await settle();
    },
  };
}

let service: WebhooksService;
afterEach(() => service.close());

async function started(on: ReturnType<typeof stage>, change: Partial<typeof content> = {}) {
  service = on.make();
  await service.load();
  service.start();
  const made = await service.create({ ...content, ...change }, 'admin');
  if (!made.ok) throw new Error(made.message);
  return made.data.webhook.webhookId;
}

describe('steps', () => {
  it('are sent in their order, each once, from when the webhook was made', async () => {
    const on = stage();
    on.push(orderStep(1));
    const id = await started(on);
    on.push(orderStep(2), orderStep(3));
    service.wake();
    on.push(orderStep(4));
    service.wake();
    await on.settle();
    expect(on.sent.map((one) => one.id)).toEqual([2, 3, 4].map((step) => `${id}_order_${step}`));
    service.wake();
    await on.settle();
    expect(on.sent).toHaveLength(3);
  });

  it('that fail are sent again with the same id, before any later one', async () => {
    let failures = 3;
    const on = stage(() => ((failures -= 1) >= 0 ? { status: 500, problem: 'status' } : { status: 200 }));
    const id = await started(on);
    on.push(orderStep(1), orderStep(2));
    service.wake();
    await on.settle();
    expect(on.sent).toHaveLength(1);
    // Other steps do not bring it forward.
    on.push(orderStep(3));
    service.wake();
    await on.settle();
    expect(on.sent).toHaveLength(1);
    for (const delayMs of retryDelaysMs.slice(0, 3)) await on.pass(delayMs);
    expect(on.sent.map((one) => one.id)).toEqual([1, 1, 1, 1, 2, 3].map((step) => `${id}_order_${step}`));
    const [listed] = await service.list();
    expect(listed).toMatchObject({
      failures: 0,
      waiting: 0,
      lastDelivery: { deliveryId: `${id}_order_3` },
      lastError: { problem: 'status', status: 500 },
    });
    expect(listed).not.toHaveProperty('secret');
  });

  it('go on after a restart where they were, at the time that was set', async () => {
    const on = stage(() => ({ problem: 'refused' }));
    const id = await started(on);
    on.push(orderStep(1));
    service.wake();
    await on.settle();
    await service.close();
    service = on.make();
    await service.load();
    service.start();
    await on.settle();
    expect(on.sent).toHaveLength(1);
    await on.pass(retryDelaysMs[0] ?? 0);
    expect(on.sent.map((one) => one.id)).toEqual([`${id}_order_1`, `${id}_order_1`]);
  });

  it('of other districts are not sent', async () => {
    const on = stage();
    const id = await started(on, { districts: ['咸安区'] });
    on.push(orderStep(1, '赤壁市'), orderStep(2), orderStep(3, '赤壁市'));
    service.wake();
    await on.settle();
    expect(on.sent.map((one) => one.id)).toEqual([`${id}_order_2`]);
  });
});

describe('a receiver', () => {
  it('that never answers delays no other', async () => {
    const on = stage((url) => (url.includes('slow') ? new Promise<never>(() => undefined) : {}));
    await started(on);
    await service.create({ ...content, name: 'slow', url: 'https://slow.example/' }, 'admin');
    on.push(...Array.from({ length: 20 }, (_one, index) => orderStep(index + 1)));
    service.wake();
    await on.settle();
    expect(on.sent.filter(({ url }) => url.includes('city'))).toHaveLength(20);
    expect(on.sent.filter(({ url }) => url.includes('slow'))).toHaveLength(1);
    // Its delivery does not end; the service is not awaited.
    service = { close: () => Promise.resolve() } as WebhooksService;
  });

  it('that fails for days is stopped and named, and goes on when it is turned on again', async () => {
    let isDown = true;
    const on = stage(() => (isDown ? { problem: 'timed_out' } : { status: 204 }));
    const id = await started(on);
    on.push(orderStep(1), orderStep(2));
    service.wake();
    await on.settle();
    for (const delayMs of retryDelaysMs) {
      expect(service.stopped()).toEqual([]);
      await on.pass(delayMs);
    }
    expect(service.stopped()).toEqual(['城市平台']);
    expect(on.sent).toHaveLength(retryDelaysMs.length + 1);
    expect(on.repository.lines).toContain('webhooks:stop');
    await on.pass(30 * 86_400_000);
    expect(on.sent).toHaveLength(retryDelaysMs.length + 1);
    isDown = false;
    expect(await service.setState(id, 'on', 'admin')).toMatchObject({ ok: true });
    await on.settle();
    expect(on.sent.slice(-2).map((one) => one.id)).toEqual([`${id}_order_1`, `${id}_order_2`]);
    expect(service.stopped()).toEqual([]);
  });

  it('that is gone for good is stopped at once', async () => {
    const on = stage(() => ({ status: 410, problem: 'status' }));
    await started(on);
    on.push(orderStep(1));
    service.wake();
    await on.settle();
    expect(service.stopped()).toEqual(['城市平台']);
  });

  it('that is turned off gets nothing, and afterwards everything that happened', async () => {
    const on = stage();
    const id = await started(on);
    await service.setState(id, 'off', 'admin');
    on.push(orderStep(1));
    service.wake();
    await on.settle();
    expect(on.sent).toEqual([]);
    expect(await service.list()).toMatchObject([{ state: 'off', waiting: 1 }]);
    await service.setState(id, 'on', 'admin');
    await on.settle();
    expect(on.sent).toHaveLength(1);
  });

  it('that is turned off while a delivery fails stays off', async () => {
    let fail: (outcome: WebhookOutcome) => void = () => undefined;
    const on = stage(() => new Promise<WebhookOutcome>((resolve) => (fail = resolve)));
    const id = await started(on);
    on.push(orderStep(1));
    service.wake();
    await on.settle();
    await service.setState(id, 'off', 'admin');
    fail({ status: 410, problem: 'status' });
    await on.settle();
    expect(await service.list()).toMatchObject([{ state: 'off' }]);
  });

  it('that is deleted gets nothing more', async () => {
    const on = stage();
    const id = await started(on);
    expect(await service.remove(id, 'admin')).toMatchObject({ ok: true });
    on.push(orderStep(1));
    service.wake();
    await on.settle();
    expect(on.sent).toEqual([]);
    expect(await service.remove(id, 'admin')).toMatchObject({ reason: 'webhooks.no_such_webhook' });
  });
});
