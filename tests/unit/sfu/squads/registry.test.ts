import { expect, it } from 'vitest';
import { createTurns } from '../../../../src-sfu/base/turns.ts';
import { createSquadRegistry } from '../../../../src-sfu/features/squads/registry.ts';
import { createRoster } from '../../../../src-sfu/features/squads/roster.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createSquadsRepository } from '../../../../src-sfu/storage/squads.sql.ts';

/** The registry over a store, and the same after a start of the hub. */
async function stage() {
  const store = await openStore(':memory:');
  const repository = createSquadsRepository(store);
  const start = async () => {
    const roster = createRoster(await repository.load(0));
    const registry = createSquadRegistry({ repository, roster, inTurn: createTurns(), nowMs: () => 0 });
    return { roster, registry };
  };
  const { registry } = await start();
  const squad = { squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false };
  await registry.saveSquad(squad, 'seat 1');
  return { start, store };
}

it('keeps what a member can do, through a start, a new name and a new post, until it is taken away', async () => {
  const { start, store } = await stage();
  const ann = { memberId: 'ann', squadId: 'wenquan', name: 'Ann' };
  const first = await start();
  await first.registry.saveMember({ ...ann, skills: ['特种设备', '采样'] }, 'seat 1');
  expect(first.roster.member('ann')?.skills).toEqual(['特种设备', '采样']);

  const second = await start();
  await second.registry.saveMember({ ...ann, name: 'Anna' }, 'seat 1');
  await second.registry.setLeader('ann', true, 'seat 1');
  expect((await start()).roster.member('ann')).toMatchObject({
    name: 'Anna',
    isLeader: true,
    skills: ['特种设备', '采样'],
  });
  const lines = await store.selectFrom('audit_log').select('detail').where('subject', '=', 'ann').execute();
  expect(JSON.parse(lines[0]?.detail ?? '')).toMatchObject({ skills: ['特种设备', '采样'] });

  const third = await start();
  await third.registry.saveMember({ ...ann, skills: [] }, 'seat 1');
  expect(third.roster.member('ann')).not.toHaveProperty('skills');
  expect((await start()).roster.member('ann')).not.toHaveProperty('skills');
});
