import { expect, test, vi } from 'vitest';
import { createOrderSettings } from '../../../../src-sfu/features/orders/orderSettings.service.ts';
import { createOrderSettingsRepository } from '../../../../src-sfu/storage/orderSettings.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { defaultOrderSettings } from '../../../../src-shared/orders/orderDefaults.ts';
import { defaultOrderTimes } from '../../../../src-shared/orders/order.ts';

test('settings are stored with a line in the audit log, and are there again; the second of two officers is refused', async () => {
  const store = await openStore(':memory:');
  const make = () =>
    createOrderSettings({
      repository: createOrderSettingsRepository(store),
      logger: { error: vi.fn() } as never,
      nowMs: () => 1_000,
    });
  const settings = make();
  await settings.load();
  expect(settings.read()).toEqual({ revision: 0, settings: defaultOrderSettings });
  const heard = vi.fn();
  settings.onChanged(heard);
  const arriveMs = 600_000;
  const wanted = {
    ...defaultOrderSettings,
    asksNextSquadItself: true,
    times: [
      { times: defaultOrderTimes },
      { priority: 1 as const, times: { ...defaultOrderTimes, arriveMs } },
    ],
  };
  const [first, second] = await Promise.all([
    settings.save({ revision: 0, settings: wanted }, '王芳'),
    settings.save({ revision: 0, settings: defaultOrderSettings }, '李强'),
  ]);
  expect(first).toMatchObject({ ok: true, data: { revision: 1 } });
  expect(second).toMatchObject({ ok: false, reason: 'orders.settings_changed_meanwhile' });
  expect(heard).toHaveBeenCalledOnce();
  expect(settings.timesOf({ kind: 'alert', priority: 1 }).arriveMs).toBe(arriveMs);
  const again = make();
  await again.load();
  expect(again.read()).toEqual({ revision: 1, settings: wanted });
  // The answer was lost with a killed hub: the same again is answered the same, and anything else is refused.
  expect(await again.save({ revision: 0, settings: wanted }, '王芳')).toEqual(first);
  expect(await again.save({ revision: 0, settings: defaultOrderSettings }, '王芳')).toMatchObject({
    reason: 'orders.settings_changed_meanwhile',
  });
  const lines = await store.selectFrom('audit_log').selectAll().execute();
  expect(lines).toMatchObject([{ actor: '王芳', action: 'orders:saveSettings' }]);
  expect(JSON.stringify(lines)).toContain('asksNextSquadItself');
});

test('settings that cannot be read leave the defaults, and say so', async () => {
  const error = vi.fn();
  const settings = createOrderSettings({
    repository: { read: () => Promise.resolve({ revision: 3, settings: { times: [] } }), save: vi.fn() },
    logger: { error } as never,
    nowMs: () => 0,
  });
  await settings.load();
  expect(settings.read().settings).toEqual(defaultOrderSettings);
  expect(error).toHaveBeenCalledOnce();
});
