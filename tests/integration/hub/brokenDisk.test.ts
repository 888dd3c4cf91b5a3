import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { eventually, startHubProcess } from '../../support/processes.ts';
import { faultyDisk, fill, smallDisk } from '../../support/smallDisk.ts';
import { addSquads, connectPhone, granted, joinPhone, openDesk, signIn, type Desk } from '../talk/talkHub.ts';
import { healthOf, saidAt } from './troublesOfHub.ts';

const small = smallDisk();
const faulty = faultyDisk();
afterAll(() => {
  small?.unmount();
  faulty?.unmount();
});

const namesOf = (desk: Desk): string[] =>
  (desk.snapshot.squads?.members ?? []).map(({ memberId }) => memberId).sort();
const lastEmergency = (desk: Desk) => desk.noticesOf('squads:emergencyChanged').at(-1)?.emergency;

/** Answers requests until the disk takes no more of them: who is there of those that were answered. */
async function addMembersUntilRefused(desk: Desk, prefix: string): Promise<string[]> {
  const answered: string[] = [];
  for (let number = 0; number < 500; number += 1) {
    const memberId = `${prefix}${number}`;
    const member = { memberId, squadId: 'yongan', name: memberId };
    const answer = await desk.request('squads:saveMember', { member });
    if (!answer.ok) return answered;
    answered.push(memberId);
  }
  throw new Error('the disk takes everything');
}

describe('kill -9 of a hub whose disk is full', () => {
  it.skipIf(small === undefined)(
    'keeps what was answered, takes an SOS also after it started again without room, and stores it when there is room',
    async () => {
      const dataDir = small?.folder ?? '';
      const hub = await startHubProcess({ dataDir });
      const desk = await openDesk(hub);
      await addSquads(desk);
      const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
      const filler = join(dataDir, 'filler');
      fill(filler);
      const answered = ['ann', 'bo', 'chen', ...(await addMembersUntilRefused(desk, 'm'))];
      const raise = (emergencyId: string) => ({ emergencyId, ageMs: 0, press: 1 });
      const first = granted(await phone.request('squads:raiseEmergency', raise('sos-1')));
      expect(first.emergency.isNotStoredYet).toBe(true);
      await hub.kill();

      const again = await startHubProcess({ dataDir });
      const back = await openDesk(again);
      expect(namesOf(back)).toEqual(answered.toSorted());
      // What the hub kept for its start is used up by others too.
      const more = join(dataDir, 'more');
      fill(more);
      answered.push(...(await addMembersUntilRefused(back, 'n')));
      await eventually('the desk is told', () => saidAt(back).includes('disk_full'), 20_000);
      const phoneBack = await connectPhone(again);
      await joinPhone(phoneBack, phone.token);
      // The first one was kept beside the database, and is known at once.
      expect(back.snapshot.squads?.emergencies).toMatchObject([{ emergencyId: 'sos-1' }]);
      const second = granted(await phoneBack.request('squads:raiseEmergency', raise('sos-2')));
      expect(second.emergency).toMatchObject({ emergencyId: 'sos-2', isNotStoredYet: true });
      await eventually('it is at the desk', () => lastEmergency(back)?.emergencyId === 'sos-2');
      await eventually(
        'the desk is told of the database',
        () => saidAt(back).includes('database_full'),
        20_000,
      );
      expect(await healthOf(again)).toMatchObject({
        code: 503,
        database: { level: 'failing', troubles: ['database_full'] },
        disk: { level: 'failing', troubles: ['disk_full'] },
      });

      rmSync(filler);
      rmSync(more);
      await eventually('all is well', () => saidAt(back).length === 0, 20_000);
      await eventually('the SOS is stored', () => lastEmergency(back)?.isNotStoredYet === undefined, 20_000);
      await again.kill();
      const last = await startHubProcess({ dataDir });
      const end = await openDesk(last);
      expect(namesOf(end)).toEqual(answered.toSorted());
      expect(end.snapshot.squads?.emergencies.map(({ emergencyId }) => emergencyId).sort()).toEqual([
        'sos-1',
        'sos-2',
      ]);
      for (const client of [desk, phone, back, phoneBack, end]) client.close();
      await last.stop();
    },
  );
});

describe('a hub whose disk can only be read from now on', () => {
  it.skipIf(faulty === undefined)(
    'says so at the desk and in /healthz, takes an SOS and talk, refuses what it cannot store, and has all that it answered',
    async () => {
      const dataDir = faulty?.folder ?? '';
      const hub = await startHubProcess({ dataDir });
      const desk = await openDesk(hub);
      await addSquads(desk);
      const phone = await signIn(hub, desk, 'ann');
      faulty?.fail();
      const refused = await desk.request('squads:saveMember', {
        member: { memberId: 'late', squadId: 'yongan', name: 'late' },
      });
      expect(refused).toMatchObject({ ok: false, code: 'unavailable' });
      expect(['session.database_read_only', 'session.database_failing']).toContain(
        refused.ok ? '' : refused.reason,
      );
      const raised = granted(
        await phone.request('squads:raiseEmergency', { emergencyId: 'sos-1', ageMs: 0, press: 1 }),
      );
      expect(raised.emergency.isNotStoredYet).toBe(true);
      await eventually('it is at the desk', () => lastEmergency(desk)?.emergencyId === 'sos-1');
      granted(await phone.request('talk:releaseFloor', { groupId: 'squad:wenquan', press: 1 }));
      const talk = granted(
        await phone.request('talk:requestFloor', { groupId: 'squad:wenquan', press: 2, priority: 'normal' }),
      );
      expect(talk.state).toBe('granted');
      await eventually(
        'the desk is told',
        () => ['database_read_only', 'disk_read_only'].every((kind) => saidAt(desk).includes(kind)),
        20_000,
      );
      expect(await healthOf(hub)).toMatchObject({
        code: 503,
        database: { level: 'failing', troubles: ['database_read_only'] },
        disk: { level: 'failing', troubles: ['disk_read_only'] },
      });
      await hub.kill();

      faulty?.repair();
      const again = await startHubProcess({ dataDir });
      const back = await openDesk(again);
      expect(namesOf(back)).toEqual(['ann', 'bo', 'chen']);
      const phoneBack = await connectPhone(again);
      await joinPhone(phoneBack, phone.token);
      const stored = granted(
        await phoneBack.request('squads:raiseEmergency', { emergencyId: 'sos-1', ageMs: 5_000, press: 1 }),
      );
      expect(stored.emergency.isNotStoredYet).toBeUndefined();
      for (const client of [desk, phone, back, phoneBack]) client.close();
      await again.stop();
    },
  );
});
