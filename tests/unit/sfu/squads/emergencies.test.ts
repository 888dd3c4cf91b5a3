import type { Spool, SpoolEntry } from '../../../../src-sfu/base/spool.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askedBy } from '../../../../src-sfu/base/asking.ts';
import { createEmergencies, type Emergencies } from '../../../../src-sfu/features/squads/emergencies.ts';
import { createRoster } from '../../../../src-sfu/features/squads/roster.ts';
import type { SquadsRepository } from '../../../../src-sfu/features/squads/squads.repository.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createSquadsRepository } from '../../../../src-sfu/storage/squads.sql.ts';
import { principalOf } from '../authorityStage.ts';
import type { Principal } from '../../../../src-shared/session/principal.ts';
import type { Emergency } from '../../../../src-shared/squads/squads.protocol.ts';

const raised = (emergencyId: string) => ({ emergencyId, ageMs: 0, press: 1 });
const acknowledged = { type: 'acknowledged', by: 'seat 1' } as const;
const resolved = { type: 'ended', outcome: 'resolved', by: 'seat 1', reason: 'safe' } as const;

/** How writing fails: the promise rejects, the call throws, or it never answers. */
const failures = {
  rejects: () => Promise.reject(new Error('database or disk is full')),
  throws: () => {
    throw new Error('database is locked');
  },
  hangs: () => new Promise<never>(() => undefined),
};

describe('an SOS while the store fails', () => {
  let store: Store;
  let repository: SquadsRepository;
  let failure: (() => Promise<never>) | undefined;
  let emergencies: Emergencies;
  let notified: Emergency[];

  const start = async (): Promise<void> => {
    const real = createSquadsRepository(store);
    repository = {
      ...real,
      saveEmergencySteps: (steps) => (failure === undefined ? real.saveEmergencySteps(steps) : failure()),
      findEmergency: (id) => (failure === undefined ? real.findEmergency(id) : failure()),
    };
    const content = await repository.load(0);
    notified = [];
    emergencies = createEmergencies({
      content,
      repository,
      roster: createRoster(content),
      logger: pino({ level: 'silent' }),
      nowMs: () => Date.now(),
    });
    emergencies.onChanged((emergency) => void notified.push(emergency));
  };
  const audit = () => store.selectFrom('audit_log').selectAll().where('subject', '=', 'one').execute();
  const actions = async () => (await audit()).map(({ action }) => action);
  const last = () => notified.at(-1);

  beforeEach(async () => {
    failure = undefined;
    store = await openStore(':memory:');
    const real = createSquadsRepository(store);
    await real.saveSquad({ squadId: 's', name: '温泉中队', startsBodyCamInEmergency: false }, 'seat 1', 0);
    const duty = { status: 'available', sinceMs: 0 } as const;
    await real.saveMember({ memberId: 'ann', squadId: 's', name: 'Ann', duty }, 'seat 1', 0);
    await real.saveMember({ memberId: 'bo', squadId: 's', name: 'Bo', duty }, 'seat 1', 0);
    await start();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    failure = undefined;
    await emergencies.close();
    await store.destroy();
  });

  for (const [name, fail] of Object.entries(failures)) {
    it(`reaches the centre at once, and is answered as not yet stored, when writing ${name}`, async () => {
      failure = fail as () => Promise<never>;
      const hot = vi.fn();
      emergencies.onRaised(hot);
      const answer = emergencies.raise('ann', raised('one'));
      // In the same turn: before the store can have been asked anything.
      expect(notified).toMatchObject([
        { emergencyId: 'one', isNotStoredYet: true, progress: { state: 'sent' } },
      ]);
      expect(hot).toHaveBeenCalledOnce();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await answer).toMatchObject({ ok: true, data: { emergency: { isNotStoredYet: true } } });
      // A repeat is the same one, and as honest.
      expect(await emergencies.raise('ann', raised('one'))).toMatchObject({
        data: { emergency: { isNotStoredYet: true } },
      });
      expect(hot).toHaveBeenCalledOnce();
    });
  }

  it('is written with each of its steps and their audit entries as soon as the store works again', async () => {
    failure = failures.rejects;
    void emergencies.raise('ann', raised('one'));
    void emergencies.work('one', { type: 'shown', by: 'seat 1' }, 'seat 1');
    const taken = emergencies.work('one', acknowledged, 'seat 1');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await taken).toMatchObject({ ok: true, data: { emergency: { isNotStoredYet: true } } });
    expect(await audit()).toEqual([]);
    expect(last()).toMatchObject({ isNotStoredYet: true, progress: { state: 'acknowledged' } });

    failure = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(last()?.isNotStoredYet).toBeUndefined());
    expect(await actions()).toEqual([
      'squads:raiseEmergency',
      'squads:emergency.shown',
      'squads:emergency.acknowledged',
    ]);
    await start();
    expect(emergencies.open()).toMatchObject([{ emergencyId: 'one', progress: { state: 'acknowledged' } }]);
    expect(emergencies.open()[0]?.isNotStoredYet).toBeUndefined();
  });

  it('has in the audit log who asked for each step, though several are written together', async () => {
    failure = failures.rejects;
    const by = (kind: 'phone' | 'person', accountId: string, work: () => Promise<unknown>) =>
      askedBy({ ...principalOf('duty_officer'), kind, accountId }, work);
    const steps = [
      by('phone', 'ann', () => emergencies.raise('ann', raised('one'))),
      by('person', 'wang', () => emergencies.work('one', acknowledged, 'seat 1')),
    ];
    await vi.advanceTimersByTimeAsync(1_000);
    failure = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    await Promise.all(steps);
    await vi.waitFor(async () =>
      expect(
        (await audit()).map(({ principal }) => {
          const { kind, accountId } = JSON.parse(principal ?? '{}') as Partial<Principal>;
          return [kind, accountId];
        }),
      ).toEqual([
        ['phone', 'ann'],
        ['person', 'wang'],
      ]),
    );
  });

  it('stays on the screens after its end until the end is stored', async () => {
    await emergencies.raise('ann', raised('one'));
    await emergencies.work('one', acknowledged, 'seat 1');
    failure = failures.rejects;
    const end = emergencies.work('one', resolved, 'seat 1');
    await vi.advanceTimersByTimeAsync(500);
    expect(await end).toMatchObject({ ok: true });
    expect(emergencies.open()).toMatchObject([{ isNotStoredYet: true, progress: { state: 'resolved' } }]);
    failure = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(emergencies.open()).toEqual([]));
    expect(last()).toMatchObject({ progress: { state: 'resolved' } });
    expect(await actions()).toHaveLength(3);
    // A late repeat of the phone opens nothing again.
    expect(await emergencies.raise('ann', raised('one'))).toMatchObject({
      data: { emergency: { progress: { state: 'resolved' } } },
    });
    expect(emergencies.open()).toEqual([]);
  });

  it('is written once more when the hub stops', async () => {
    failure = failures.rejects;
    void emergencies.raise('ann', raised('one'));
    await vi.advanceTimersByTimeAsync(500);
    failure = undefined;
    await emergencies.close();
    expect(await actions()).toEqual(['squads:raiseEmergency']);
  });

  it('does not keep the SOS of somebody else waiting', async () => {
    failure = failures.hangs;
    void emergencies.raise('ann', raised('one'));
    await vi.advanceTimersByTimeAsync(500);
    failure = undefined;
    expect(await emergencies.raise('bo', raised('two'))).toMatchObject({ ok: true });
    await vi.waitFor(() =>
      expect(emergencies.open()).toMatchObject([{ isNotStoredYet: true }, { emergencyId: 'two' }]),
    );
    expect(emergencies.open()[1]?.isNotStoredYet).toBeUndefined();
  });

  it('that the hub before could not store holds at once, is stored, and each step once however often it is found again', async () => {
    const spooled: SpoolEntry[] = [];
    const released: number[] = [];
    const spool: Spool = {
      left: () => [...spooled],
      append: (kind, value) => {
        spooled.push({ id: spooled.length + 1, kind, value: structuredClone(value) });
        return Promise.resolve(spooled.length);
      },
      release: (ids) => void released.push(...ids),
    };
    const startWith = async (): Promise<void> => {
      await emergencies.close();
      const content = await createSquadsRepository(store).load(0);
      emergencies = createEmergencies({
        content,
        repository,
        spool,
        roster: createRoster(content),
        logger: pino({ level: 'silent' }),
        nowMs: () => Date.now(),
      });
    };
    await startWith();
    failure = () => Promise.reject(Object.assign(new Error('full'), { code: 'SQLITE_FULL' }));
    await emergencies.raise('ann', raised('one'));
    await emergencies.work('one', acknowledged, 'seat 1');
    expect(spooled).toHaveLength(2);
    // Two hubs end by kill -9 before the store works, and the third before it has released what it stored.
    for (let start = 0; start < 2; start += 1) {
      await startWith();
      expect(emergencies.open()).toMatchObject([
        { emergencyId: 'one', isNotStoredYet: true, progress: { state: 'acknowledged' } },
      ]);
    }
    failure = undefined;
    for (let start = 0; start < 3; start += 1) {
      await startWith();
      await vi.waitFor(() => expect(released.length).toBe(2 * (start + 1)));
      expect(emergencies.open()).toMatchObject([{ emergencyId: 'one', progress: { state: 'acknowledged' } }]);
      expect(emergencies.open()[0]?.isNotStoredYet).toBeUndefined();
      expect(await actions()).toEqual(['squads:raiseEmergency', 'squads:emergency.acknowledged']);
    }
    // What came after it is not undone by what is found again.
    await emergencies.work('one', resolved, 'seat 1');
    expect(emergencies.open()).toEqual([]);
    await startWith();
    await vi.waitFor(() => expect(released.length).toBe(8));
    expect(emergencies.open()).toEqual([]);
    expect(await actions()).toHaveLength(3);
  });

  it('that the store knows as ended is not opened again, though the hub had forgotten it', async () => {
    await emergencies.raise('ann', raised('one'));
    await emergencies.work('one', acknowledged, 'seat 1');
    await emergencies.work('one', resolved, 'seat 1');
    const content = { ...(await repository.load(0)), endedEmergencies: [] };
    emergencies = createEmergencies({
      content,
      repository,
      roster: createRoster(content),
      logger: pino({ level: 'silent' }),
      nowMs: () => Date.now(),
    });
    await emergencies.raise('ann', raised('one'));
    await vi.waitFor(() => expect(emergencies.open()).toEqual([]));
    expect(await actions()).toHaveLength(3);
  });

  it('reaches every part of the hub, though one of them fails at it', async () => {
    const seen: string[] = [];
    emergencies.onRaised(() => {
      throw new Error('no voice');
    });
    emergencies.onRaised(({ emergencyId }) => void seen.push(emergencyId));
    expect(await emergencies.raise('ann', raised('one'))).toMatchObject({ ok: true });
    expect(seen).toEqual(['one']);
  });
});
