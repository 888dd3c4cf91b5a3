import { expect, it } from 'vitest';
import { wholeCity, type Scope } from '../../../../src-shared/session/principal.ts';
import { squadSchema } from '../../../../src-shared/squads/squads.protocol.ts';
import { createTurns } from '../../../../src-sfu/base/turns.ts';
import { createSquadRegistry } from '../../../../src-sfu/features/squads/registry.ts';
import { createRoster } from '../../../../src-sfu/features/squads/roster.ts';
import { squadsSnapshot } from '../../../../src-sfu/features/squads/squadsSnapshot.ts';
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

it('keeps where a squad is at home, through a start and a new name, until it is taken away', async () => {
  const { start, store } = await stage();
  const squad = { squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false };
  const first = await start();
  expect(first.roster.squad('wenquan')).not.toHaveProperty('homeDistricts');
  await first.registry.saveSquad({ ...squad, homeDistricts: ['咸安区', '赤壁市'] }, 'seat 1');
  expect(first.roster.squad('wenquan')?.homeDistricts).toEqual(['咸安区', '赤壁市']);
  const lines = await store
    .selectFrom('audit_log')
    .select('detail')
    .where('subject', '=', 'wenquan')
    .execute();
  expect(JSON.parse(lines.at(-1)?.detail ?? '')).toMatchObject({ homeDistricts: ['咸安区', '赤壁市'] });

  const second = await start();
  expect(await second.registry.saveSquad({ ...squad, name: '温泉一中队' }, 'seat 1')).toMatchObject({
    data: { squad: { homeDistricts: ['咸安区', '赤壁市'] } },
  });
  expect((await start()).roster.squad('wenquan')).toMatchObject({
    name: '温泉一中队',
    homeDistricts: ['咸安区', '赤壁市'],
  });

  const third = await start();
  await third.registry.saveSquad({ ...squad, homeDistricts: [] }, 'seat 1');
  expect(third.roster.squad('wenquan')).not.toHaveProperty('homeDistricts');
  expect((await start()).roster.squad('wenquan')).not.toHaveProperty('homeDistricts');
});

it.each([
  ['one that is none of the city’s', ['武昌区']],
  ['one twice', ['咸安区', '咸安区']],
  ['no list', '咸安区'],
])('refuses as home districts %s', (_what, homeDistricts) => {
  const squad = { squadId: 'wenquan', name: '温泉中队', homeDistricts };
  expect(squadSchema.safeParse(squad).success).toBe(false);
});

it('shows where squads are at home to desks, and to no phone', async () => {
  const { start } = await stage();
  const { roster, registry } = await start();
  const squad = { squadId: 'yongan', name: '永安中队', startsBodyCamInEmergency: false };
  await registry.saveSquad({ ...squad, homeDistricts: ['赤壁市'] }, 'seat 1');
  await registry.saveMember({ memberId: 'ann', squadId: 'wenquan', name: 'Ann' }, 'seat 1');
  const shown = (memberId: string | undefined, scope: Scope = wholeCity) =>
    squadsSnapshot(roster, { open: () => [] }, memberId, { scope, seesAddresses: true }).squads;
  expect(shown(undefined).at(-1)).toEqual({ ...squad, homeDistricts: ['赤壁市'] });
  expect(shown('ann').at(-1)).toEqual(squad);
  expect(
    shown(undefined, { districts: ['咸安区'], squads: ['wenquan'] }).map(({ squadId }) => squadId),
  ).toEqual(['wenquan']);
});
