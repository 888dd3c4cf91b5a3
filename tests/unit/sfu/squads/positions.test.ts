import { afterEach, expect, it, vi } from 'vitest';
import type { MemberPosition } from '../../../../src-shared/squads/squads.protocol.ts';
import { createPositions } from '../../../../src-sfu/features/squads/positions.ts';
import type { Roster } from '../../../../src-sfu/features/squads/roster.ts';
import type { SquadsRepository } from '../../../../src-sfu/features/squads/squads.repository.ts';
import { silentLogger } from '../../../support/ingestAttempt.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** Positions over a store that fails while `isFailing`. */
function stage() {
  vi.useFakeTimers();
  const known = new Map<string, MemberPosition>();
  const stored = new Map<string, MemberPosition>();
  const store = { isFailing: false };
  const positions = createPositions({
    repository: {
      async savePositions(rows: { memberId: string; position: MemberPosition }[]) {
        if (store.isFailing) throw new Error('database is locked');
        for (const { memberId, position } of rows) stored.set(memberId, position);
      },
      removePosition: async (memberId: string) => void stored.delete(memberId),
    } as unknown as SquadsRepository,
    roster: {
      member: (memberId: string) => ({ position: known.get(memberId) }),
      putPosition: (memberId: string, [newest]: MemberPosition[]) => {
        if (newest !== undefined) known.set(memberId, newest);
      },
      dropPosition: (memberId: string) => void known.delete(memberId),
    } as unknown as Roster,
    logger: silentLogger,
    nowMs: () => 10_000,
  });
  const report = (memberId: string, latitude: number): void =>
    positions.report(memberId, [{ latitude, longitude: 114, ageMs: 0 }]);
  return { positions, report, stored, store };
}

it('a position whose write failed is written by the next write, also of a member who does not move any more', async () => {
  const { report, stored, store, positions } = stage();
  report('ann', 29);
  report('bo', 30);
  store.isFailing = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(stored.size).toBe(0);
  report('bo', 31);
  store.isFailing = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect([...stored].map(([memberId, { latitude }]) => [memberId, latitude])).toEqual([
    ['ann', 29],
    ['bo', 31],
  ]);
  await positions.close();
});

it('a position that is not shared any more is not written after a write that failed', async () => {
  const { report, stored, store, positions } = stage();
  report('ann', 29);
  store.isFailing = true;
  await vi.advanceTimersByTimeAsync(2_000);
  await positions.stopSharing('ann');
  store.isFailing = false;
  await positions.close();
  expect(stored.size).toBe(0);
});
