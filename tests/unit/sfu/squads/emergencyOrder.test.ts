import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmergencies, type Emergencies } from '../../../../src-sfu/features/squads/emergencies.ts';
import { createRoster } from '../../../../src-sfu/features/squads/roster.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createSquadsRepository } from '../../../../src-sfu/storage/squads.sql.ts';

const dayMs = 24 * 3_600_000;
const raised = { emergencyId: 'one', ageMs: 0, press: 1 };
const shown = { type: 'shown', by: 'seat 1' } as const;
const acknowledged = { type: 'acknowledged', by: 'seat 1' } as const;
const resolved = { type: 'ended', outcome: 'resolved', by: 'seat 1', reason: 'safe' } as const;

describe('the messages of an SOS, in whatever order and however often they come', () => {
  let store: Store;
  let emergencies: Emergencies;
  let nowMs: number;
  let opened: string[];
  beforeEach(async () => {
    store = await openStore(':memory:');
    const repository = createSquadsRepository(store);
    await repository.saveSquad(
      { squadId: 's', name: '温泉中队', startsBodyCamInEmergency: false },
      'seat 1',
      0,
    );
    const duty = { status: 'available', sinceMs: 0 } as const;
    await repository.saveMember({ memberId: 'ann', squadId: 's', name: 'Ann', duty }, 'seat 1', 0);
    const content = await repository.load(0);
    nowMs = 100 * dayMs;
    opened = [];
    const logger = pino({ level: 'silent' });
    const roster = createRoster(content);
    emergencies = createEmergencies({ content, repository, roster, logger, nowMs: () => nowMs });
    emergencies.onRaised(({ emergencyId }) => void opened.push(emergencyId));
  });
  afterEach(async () => {
    await emergencies.close();
    await store.destroy();
  });

  const actions = async (): Promise<string[]> => {
    const rows = await store.selectFrom('audit_log').select('action').where('subject', '=', 'one').execute();
    return rows.map(({ action }) => action);
  };

  it('fifty at once are one: one microphone, one line in the log, and each is answered', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => emergencies.raise('ann', raised)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(50);
    expect(emergencies.open()).toHaveLength(1);
    expect(opened).toEqual(['one']);
    expect(await actions()).toEqual(['squads:raiseEmergency']);
  });

  it('an acknowledgement that comes before it is refused, and does not keep it away', async () => {
    for (const event of [shown, acknowledged, resolved])
      expect(await emergencies.work('one', event, 'seat 1')).toMatchObject({
        ok: false,
        reason: 'squads.no_such_emergency',
      });
    expect(await emergencies.raise('ann', raised)).toMatchObject({ ok: true });
    expect(opened).toEqual(['one']);
    expect(await emergencies.work('one', acknowledged, 'seat 1')).toMatchObject({ ok: true });
  });

  it('steps out of their order leave it as it is', async () => {
    await emergencies.raise('ann', raised);
    expect(await emergencies.work('one', resolved, 'seat 1')).toMatchObject({
      ok: false,
      reason: 'squads.emergency_not_acknowledged',
    });
    expect(await emergencies.work('one', acknowledged, 'seat 1')).toMatchObject({ ok: true });
    // Late: a screen says that it shows what was acknowledged already.
    const late = await emergencies.work('one', shown, 'seat 1');
    expect(late.ok && late.data.emergency.progress.state).toBe('acknowledged');
    expect(await emergencies.work('one', acknowledged, 'seat 2')).toMatchObject({
      ok: false,
      reason: 'squads.emergency_already_acknowledged',
    });
    expect(await emergencies.work('one', resolved, 'seat 1')).toMatchObject({ ok: true });
    const repeat = await emergencies.raise('ann', raised);
    expect(repeat.ok && repeat.data.emergency.progress.state).toBe('resolved');
    expect(emergencies.open()).toEqual([]);
    expect(opened).toEqual(['one']);
  });

  it.each([-5 * dayMs, 5 * dayMs, -100 * dayMs])(
    'a clock of the hub that is set by %d ms between two steps hinders none',
    async (stepMs) => {
      await emergencies.raise('ann', raised);
      nowMs += stepMs;
      expect(await emergencies.raise('ann', raised)).toMatchObject({ ok: true });
      for (const event of [shown, acknowledged, resolved])
        expect(await emergencies.work('one', event, 'seat 1')).toMatchObject({ ok: true });
      expect(opened).toEqual(['one']);
      expect(await actions()).toHaveLength(4);
    },
  );

  it('a phone whose SOS is a week old is heard as one of now', async () => {
    const answer = await emergencies.raise('ann', { ...raised, ageMs: 7 * dayMs });
    expect(answer).toMatchObject({ ok: true, data: { emergency: { raisedAtMs: nowMs - 7 * dayMs } } });
    expect(opened).toEqual(['one']);
    expect(emergencies.open()).toHaveLength(1);
  });
});
