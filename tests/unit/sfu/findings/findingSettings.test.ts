import { expect, test } from 'vitest';
import { createFindingSettings } from '../../../../src-sfu/features/findings/findingSettings.service.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createFindingSettingsRepository } from '../../../../src-sfu/storage/findingSettings.sql.ts';
import { defaultFindingTimes, findingTimesSchema } from '../../../../src-shared/findings/findingTimes.ts';

const hourMs = 3_600_000;
const times = { ...defaultFindingTimes, answerMs: hourMs };

test('times are kept over a restart with a line in the audit log, and an old revision is refused', async () => {
  const store = await openStore(':memory:');
  const make = () =>
    createFindingSettings({
      repository: createFindingSettingsRepository(store),
      logger: { error: () => undefined } as never,
      nowMs: () => 1,
    });
  const settings = make();
  await settings.load();
  expect(settings.read()).toEqual({ revision: 0, times: defaultFindingTimes });
  expect(await settings.save({ revision: 0, times }, '王芳')).toEqual({
    ok: true,
    data: { revision: 1, times },
  });
  expect(await settings.save({ revision: 0, times: defaultFindingTimes }, '陈')).toMatchObject({
    ok: false,
    reason: 'findings.times_changed_meanwhile',
  });
  const again = make();
  await again.load();
  expect(again.read()).toEqual({ revision: 1, times });
  const lines = await store.selectFrom('audit_log').select(['action', 'actor']).execute();
  expect(lines).toEqual([{ action: 'findings:saveTimes', actor: '王芳' }]);
  await store.destroy();
});

test.each([
  ['a red card before the yellow one', { ...times, redMs: times.yellowMs }],
  ['no time at all', { ...times, answerMs: 0 }],
  ['more than a year', { ...times, redMs: 400 * 24 * hourMs }],
  ['a class that does not exist', { ...times, dueMs: { ...times.dueMs, 4: hourMs } }],
  ['a class that is missing', { ...times, dueMs: { 1: hourMs, 2: hourMs } }],
])('%s is no time of findings', (_name, wrong) => {
  expect(findingTimesSchema.safeParse(wrong).success).toBe(false);
});
