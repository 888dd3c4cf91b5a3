import { sql } from 'kysely';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock, type Clock } from '../../../../src-sfu/base/clock.ts';
import {
  createAlertsService,
  type AlertsService,
  type AlertsServiceOptions,
} from '../../../../src-sfu/features/alerts/alerts.service.ts';
import { createMessageDates } from '../../../../src-sfu/base/messageDates.ts';
import { createAlertsRepository } from '../../../../src-sfu/storage/alerts.sql.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';

const day = 24 * 3_600_000;

describe('alerts over a date that is set', () => {
  let clock: Clock;
  let dates: Clock;
  let store: Store;
  let alerts: AlertsService;
  let count: number;
  let options: AlertsServiceOptions;

  const raise = async (kind: string): Promise<void> => {
    count += 1;
    const report = {
      externalId: `one-${count}`,
      cameraId: `camera-${count}`,
      kind,
      occurredAtMs: clock.nowMs(),
    };
    const delivery = {
      keyId: 'k',
      source: 'platform',
      nonce: `n-${count}`,
      idempotencyKey: undefined,
      bodyHash: '',
    };
    await alerts.take({ ...delivery, alerts: [{ report: report as never, warnings: [] }] });
  };
  const pass = async (ms: number): Promise<void> => {
    await vi.advanceTimersByTimeAsync(ms);
    // The writer of alerts works between two turns of the event loop; a statement is served after all that wait before it.
    for (let round = 0; round < 2; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await sql`select 1`.execute(store);
    }
  };
  const escalations = () =>
    [...alerts.book.open()].filter((one) => one.class === 1).map((one) => one.escalation);

  beforeEach(async () => {
    count = 0;
    vi.useFakeTimers({
      toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
      now: Date.UTC(2026, 10, 20, 9),
    });
    clock = createClock();
    dates = clock;
    // A hub that starts again reads the same store by another clock.
    store = await openStore(':memory:', {
      hasStepped: () => dates.hasStepped(),
      toRecordMs: (ms) => dates.toRecordMs(ms),
      toOwnMs: (ms) => dates.toOwnMs(ms),
    });
    options = {
      repository: createAlertsRepository(store, (fromMs, toMs) => dates.parts(fromMs, toMs)),
      places: { findPlace: () => undefined },
      acknowledgeTimes: () => undefined,
      wall: { requestSpotlight: () => undefined, spotlightHandled: () => undefined },
      logger: pino({ level: 'silent' }),
      newId: (nowMs) => `${nowMs}-${(count += 1)}`,
      midnightMs: (atMs) => atMs - (atMs % day),
      nowMs: clock.nowMs,
    };
    alerts = createAlertsService(options);
    await alerts.load();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await alerts.close();
    clock.close();
    await store.destroy();
  });

  it.each([3 * day, -3 * day, 40 * day, -40 * day])(
    'escalate in their time, neither at once nor never, after a step of %d ms',
    async (stepMs) => {
      await raise('open_flame');
      await pass(10_000);
      vi.setSystemTime(Date.now() + stepMs);
      await pass(1_000);
      expect(escalations()).toEqual([0]);
      await raise('open_flame');
      await pass(4_500);
      expect(escalations()).toEqual([1, 0]);
      await pass(12_000);
      expect(escalations()).toEqual([1, 1]);
      await pass(33_000);
      expect(escalations()).toEqual([2, 1]);
    },
  );

  it('escalate in their time after a start with a date that was set back meanwhile', async () => {
    await raise('open_flame');
    await pass(100);
    await alerts.close();
    clock.close();
    vi.setSystemTime(Date.now() - 3 * day);
    clock = createClock();
    alerts = createAlertsService({ ...options, nowMs: clock.nowMs });
    await alerts.load();
    await pass(14_000);
    expect(escalations()).toEqual([0]);
    await pass(2_000);
    expect(escalations()).toEqual([1]);
    await pass(45_000);
    expect(escalations()).toEqual([2]);
  });

  it('keep the times with which they were raised, over changed settings and a restart', async () => {
    let supervisorMs = 20_000;
    alerts = createAlertsService({
      ...options,
      acknowledgeTimes: ({ kindId }) =>
        kindId === 'no_mask' ? { supervisorMs, againMs: 2 * supervisorMs } : undefined,
    });
    await alerts.load();
    await raise('no_mask');
    const found = () => [...alerts.book.open()].map(({ escalation }) => escalation);
    await pass(10_000);
    supervisorMs = 600_000;
    await alerts.close();
    alerts = createAlertsService(options);
    await alerts.load();
    await pass(9_000);
    expect(found()).toEqual([0]);
    await pass(1_500);
    expect(found()).toEqual([1]);
    await pass(20_000);
    expect(found()).toEqual([2]);
  });

  it.each([3 * day, 400 * day, -3 * day])(
    'escalate in their time, not at once, after a restart with a date that was set by %d ms meanwhile',
    async (stepMs) => {
      await raise('open_flame');
      await pass(5_000);
      await alerts.close();
      const past = { ...clock.past(), passedMs: 4_000 };
      clock.close();
      vi.setSystemTime(Date.now() + stepMs);
      await pass(4_000);
      clock = createClock(undefined, past);
      dates = clock;
      alerts = createAlertsService({ ...options, nowMs: clock.nowMs });
      await alerts.load();
      await pass(3_000);
      expect(escalations()).toEqual([0]);
      await pass(4_000);
      expect(escalations()).toEqual([1]);
      await pass(45_000);
      expect(escalations()).toEqual([2]);
    },
  );

  it.each([3 * day, -3 * day])(
    'are found by the period in which they are shown, right after a step of %d ms',
    async (stepMs) => {
      await raise('open_flame');
      await pass(60_000);
      vi.setSystemTime(Date.now() + stepMs);
      await pass(1_000);
      await raise('open_flame');
      await pass(1_000);
      const messages = createMessageDates(clock);
      const found = async (fromAgoMs: number, toAgoMs: number): Promise<number> => {
        const asked = messages.own({ fromMs: Date.now() - fromAgoMs, toMs: Date.now() - toAgoMs });
        const { alerts: page, total } = await options.repository.search(asked, 10, undefined);
        const { alerts: slice } = await options.repository.slice(asked, undefined);
        expect([page.length, slice.length]).toEqual([total, total]);
        return total;
      };
      expect(await found(3_600_000, -1_000)).toBe(2);
      expect(await found(30_000, -1_000)).toBe(1);
      expect(await found(3_600_000, 30_000)).toBe(1);
      expect(await options.repository.countRaised(clock.nowMs() - 3_600_000)).toBe(2);
      expect(await options.repository.countRaised(clock.nowMs() - 30_000)).toBe(1);
    },
  );

  it('of lower classes neither expire by a step forwards nor stay for ever by one back', async () => {
    await raise('no_mask');
    vi.setSystemTime(Date.now() + 3 * day);
    await pass(60_000);
    expect([...alerts.book.open()]).toHaveLength(1);
    vi.setSystemTime(Date.now() - 6 * day);
    await pass(60_000);
    expect([...alerts.book.open()]).toHaveLength(1);
    for (let hour = 0; hour < 25; hour += 1) await pass(3_600_000);
    expect([...alerts.book.open()]).toHaveLength(0);
  });
});
