import { expect, it } from 'vitest';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { readEndedEmergencies } from '../../../../src-sfu/storage/endedEmergencies.sql.ts';
import type { Emergency } from '../../../../src-shared/squads/squads.protocol.ts';

const nowMs = Date.UTC(2026, 10, 29);

it('SOS that ended are listed by their squads, the newest first, without where they were', async () => {
  const store = await openStore(':memory:');
  const add = async (
    emergencyId: string,
    squadId: string,
    ageMs: number,
    state: 'resolved' | 'false' | 'shown',
  ) => {
    const raisedAtMs = nowMs - ageMs;
    const emergency: Emergency = {
      emergencyId,
      memberId: 'ann',
      memberName: '李强',
      squadId,
      raisedAtMs,
      progress: { state, sinceMs: raisedAtMs },
      position: { latitude: 29.8, longitude: 114.3, atMs: raisedAtMs },
    };
    const row = { member_id: 'ann', state, raised_at_ms: raisedAtMs, document: JSON.stringify(emergency) };
    await store
      .insertInto('emergencies')
      .values({ id: emergencyId, ...row })
      .execute();
  };
  await add('old', 'wenquan', 9_000, 'resolved');
  await add('new', 'wenquan', 1_000, 'false');
  await add('open', 'wenquan', 500, 'shown');
  await add('other', 'yongan', 2_000, 'resolved');
  await add('gone', 'wenquan', 99_000, 'resolved');
  const warned: unknown[] = [];
  const logger = { warn: (what: unknown) => void warned.push(what) };
  const listed = async (squads: 'all' | string[], limit = 10): Promise<string[]> =>
    (await readEndedEmergencies(store, { fromMs: nowMs - 50_000, squads, limit }, logger)).map(
      ({ emergencyId }) => emergencyId,
    );
  expect(await listed('all')).toEqual(['new', 'other', 'old']);
  expect(await listed(['wenquan'])).toEqual(['new', 'old']);
  expect(await listed(["wenquan' or 1=1 --"])).toEqual([]);
  expect(await listed([])).toEqual([]);
  expect(await listed('all', 1)).toEqual(['new']);
  const [first] = await readEndedEmergencies(store, { fromMs: 0, squads: 'all', limit: 1 }, logger);
  expect(first).not.toHaveProperty('position');
  // A damaged one takes none of the others along.
  expect(warned).toEqual([]);
  await store
    .updateTable('emergencies')
    .set({ document: '{"emergencyId":"new"}' })
    .where('id', '=', 'new')
    .execute();
  expect(await listed('all')).toEqual(['other', 'old']);
  expect(warned).toEqual([{ emergencyId: 'new' }]);
});
