import { describe, expect, it, vi } from 'vitest';
import type {
  RetentionKind,
  RetentionRepository,
} from '../../../../src-sfu/features/retention/retention.repository.ts';
import { createRetention, type KeptDays } from '../../../../src-sfu/features/retention/retention.service.ts';

const dayMs = 86_400_000;
const forEver: KeptDays = {
  alerts: 0,
  snapshots: 0,
  status: 0,
  talk: 0,
  orders: 0,
  attachments: 0,
  findings: 0,
  positions: 0,
  shifts: 0,
  citizens: 0,
  sessions: 0,
  audit: 0,
};

function stage(kept: Partial<KeptDays>, rows: Partial<Record<RetentionKind, number>>) {
  let nowMs = 1_790_000_000_000;
  const asked: [RetentionKind, number][] = [];
  const left = { ...rows };
  const repository: RetentionRepository = {
    count: (kind) => Promise.resolve(left[kind] ?? 0),
    removeSome(kind, beforeMs) {
      asked.push([kind, (nowMs - beforeMs) / dayMs]);
      const some = Math.min(left[kind] ?? 0, 10);
      left[kind] = (left[kind] ?? 0) - some;
      return Promise.resolve(some);
    },
    shrink: vi.fn(() => Promise.resolve(0)),
  };
  const warn = vi.fn();
  const pauses: number[] = [];
  const retention = createRetention({
    repository,
    kept: { ...forEver, ...kept },
    nowMs: () => nowMs,
    pause: (ms) => Promise.resolve(void pauses.push(ms)),
    logger: { info: vi.fn(), warn },
  });
  return { repository, retention, asked, left, warn, pauses, pass: (ms: number) => void (nowMs += ms) };
}

describe('retention', () => {
  it('asks for nothing where everything is kept for ever', async () => {
    const { retention, asked } = stage({}, { alerts: 5 });
    expect(await retention.round()).toEqual({});
    expect(asked).toEqual([]);
  });

  it('removes each kind by its own age, some at a time with a pause, and makes the file smaller', async () => {
    const { retention, asked, pauses, repository } = stage(
      { alerts: 365, talk: 30 },
      { alerts: 25, talk: 3 },
    );
    expect(await retention.round()).toEqual({ alerts: 25, talk: 3 });
    expect(asked).toEqual([
      ...Array.from({ length: 4 }, () => ['alerts', 365]),
      ...Array.from({ length: 2 }, () => ['talk', 30]),
    ]);
    expect(pauses).toHaveLength(4);
    expect(repository.shrink).toHaveBeenCalledTimes(1);
  });

  it('goes on with the next kind when one fails', async () => {
    const { repository, retention, warn } = stage({ alerts: 30, talk: 30 }, { talk: 3 });
    const { removeSome } = repository;
    repository.removeSome = (kind, beforeMs) =>
      kind === 'alerts' ? Promise.reject(new Error('locked')) : removeSome(kind, beforeMs);
    expect(await retention.round()).toEqual({ talk: 3 });
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('waits for 7 days when the date was set by days, in either direction, and not when it was set by minutes', async () => {
    for (const stepMs of [3_650 * dayMs, -2 * dayMs]) {
      const { retention, pass, warn } = stage({ alerts: 30 }, { alerts: 1 });
      retention.dateSet(stepMs);
      expect(warn).toHaveBeenCalledTimes(1);
      expect(await retention.round()).toEqual({});
      pass(7 * dayMs);
      expect(await retention.round()).toEqual({ alerts: 1 });
    }
    const { retention } = stage({ alerts: 30 }, { alerts: 1 });
    retention.dateSet(600_000);
    expect(await retention.round()).toEqual({ alerts: 1 });
  });

  it('stops between two pieces when the hub ends', async () => {
    const { retention, left, repository } = stage({ alerts: 30 }, { alerts: 100 });
    const { removeSome } = repository;
    repository.removeSome = (kind, beforeMs) => {
      retention.close();
      return removeSome(kind, beforeMs);
    };
    await retention.round();
    expect(left.alerts).toBe(90);
  });
});
