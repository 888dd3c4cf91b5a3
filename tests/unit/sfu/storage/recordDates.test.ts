import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClock } from '../../../../src-sfu/base/clock.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createSquadsRepository } from '../../../../src-sfu/storage/squads.sql.ts';

const day = 24 * 3_600_000;

describe('dates in the store', () => {
  afterEach(() => void vi.useRealTimers());

  it.each([3 * day, -3 * day])(
    'are those of the machine, before and after its date is set by %d ms; the hub reads its own time',
    async (stepMs) => {
      vi.useFakeTimers({
        toFake: ['Date', 'performance', 'setInterval', 'clearInterval'],
        now: Date.UTC(2026, 10, 20),
      });
      const clock = createClock();
      const raw = { hasStepped: () => false, toRecordMs: (ms: number) => ms, toOwnMs: (ms: number) => ms };
      // The second looks at the records as they lie in the file.
      const dates = { ...clock, isRaw: false };
      const store = await openStore(':memory:', {
        hasStepped: () => !dates.isRaw && clock.hasStepped(),
        toRecordMs: clock.toRecordMs,
        toOwnMs: clock.toOwnMs,
      });
      expect(raw.hasStepped()).toBe(false);
      const repository = createSquadsRepository(store);
      await repository.saveSquad(
        { squadId: 's', name: '中队', startsBodyCamInEmergency: false },
        'seat',
        clock.nowMs(),
      );
      const duty = { status: 'available', sinceMs: clock.nowMs() } as const;
      await repository.saveMember(
        { memberId: 'ann', squadId: 's', name: 'Ann', duty },
        'seat',
        clock.nowMs(),
      );
      const early = clock.nowMs();
      await repository.savePositions([
        { memberId: 'ann', position: { latitude: 1, longitude: 2, atMs: early } },
      ]);

      vi.setSystemTime(Date.now() + stepMs);
      vi.advanceTimersByTime(1_000);
      const late = clock.nowMs();
      expect(late - early).toBe(1_000);
      await repository.saveDuty('ann', { status: 'on_scene', sinceMs: late });
      const content = await repository.load(late);
      expect(content.members[0]?.duty.sinceMs).toBe(late);
      expect(content.positions[0]?.position.atMs, 'in a document').toBe(early);

      dates.isRaw = true;
      const member = await store.selectFrom('squad_members').selectAll().executeTakeFirst();
      expect(Number(member?.since_ms)).toBe(Date.now());
      expect(Number(member?.since_ms)).toBe(late + stepMs);
      const { rows } = await sql<{ document: string }>`select document from member_positions`.execute(store);
      expect(JSON.parse(rows[0]?.document ?? '{}')).toMatchObject({ atMs: early });
      clock.close();
      await store.destroy();
    },
  );
});
