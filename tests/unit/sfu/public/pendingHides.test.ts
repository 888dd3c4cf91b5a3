import { expect, it, vi } from 'vitest';
import { createPendingHides } from '../../../../src-sfu/features/public/pendingHides.ts';
import { isWithinHours, type PublicHours } from '../../../../src-shared/public/publicHours.ts';

vi.mock('../../../../src-shared/public/publicHours.ts', { spy: true });

const hours = (from: number, to: number): PublicHours => ({ from, to });
const at = (minuteOfDay: number) => ({ minuteOfDay, dayOfWeek: 1 });
const failing = () => Promise.reject(new Error('the disk is full'));

it('hours that could not be stored hide their site alone, the newest of them, until hours are stored', async () => {
  const pending = createPendingHides(() => undefined);
  const reasonAt = (minuteOfDay: number, siteId = 's') =>
    pending.reasonOf({ id: 'c', siteId }, at(minuteOfDay));
  for (let attempt = 0; attempt < 20; attempt += 1)
    await expect(pending.narrowing([{ siteId: 's', hours: hours(600, 700) }], failing)).rejects.toThrow();
  await expect(pending.narrowing([{ siteId: 's', hours: hours(650, 800) }], failing)).rejects.toThrow();
  // All day is no narrowing: what failed before stays.
  await expect(pending.narrowing([{ siteId: 's', hours: null }], failing)).rejects.toThrow();
  expect(reasonAt(620)).toBe('outside_hours');
  expect(reasonAt(620, 't')).toBeUndefined();
  vi.mocked(isWithinHours).mockClear();
  expect(reasonAt(750)).toBeUndefined();
  expect(reasonAt(750, 't')).toBeUndefined();
  expect(isWithinHours).toHaveBeenCalledTimes(1);
  await pending.narrowing([{ siteId: 's', hours: hours(0, 60) }], async () => undefined);
  expect(reasonAt(620)).toBeUndefined();
});
