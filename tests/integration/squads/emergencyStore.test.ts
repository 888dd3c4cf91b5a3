import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { startHubProcess, temporaryFolder } from '../../support/processes.ts';
import { addSquads, connectPhone, granted, joinPhone, openDesk, signIn } from '../talk/talkHub.ts';

const sos = { emergencyId: 'sos-1', ageMs: 0, press: 1 };

/** Another process that holds the hub's database, as a backup gone wrong does. */
function lockDatabase(dataDir: string): { release(): void } {
  const other = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  return {
    release() {
      other.exec('ROLLBACK');
      other.close();
    },
  };
}

function auditOf(dataDir: string, subject: string): string[] {
  const reader = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'), { readonly: true });
  const rows = reader.prepare('SELECT action FROM audit_log WHERE subject = ? ORDER BY rowid').all(subject);
  reader.close();
  return (rows as { action: string }[]).map(({ action }) => action);
}

describe('an SOS at a hub whose database is locked', () => {
  it('is on the desk at once, says that it is not stored, and is stored with its audit entries afterwards', async () => {
    const hub = await startHubProcess();
    const desk = await openDesk(hub);
    await addSquads(desk);
    const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
    const lock = lockDatabase(hub.dataDir);
    const answer = phone.request('squads:raiseEmergency', sos);
    await vi.waitFor(
      () =>
        expect(desk.noticesOf('squads:emergencyChanged')).toMatchObject([
          { emergency: { emergencyId: 'sos-1', isNotStoredYet: true } },
        ]),
      { timeout: 2_000, interval: 5 },
    );
    expect(granted(await answer).emergency.isNotStoredYet).toBe(true);
    const taken = granted(await desk.request('squads:acknowledgeEmergency', { emergencyId: 'sos-1' }));
    expect(taken.emergency).toMatchObject({ isNotStoredYet: true, progress: { state: 'acknowledged' } });
    expect(auditOf(hub.dataDir, 'sos-1')).toEqual([]);
    lock.release();
    await vi.waitFor(
      () => {
        const last = phone.noticesOf('squads:emergencyChanged').at(-1)?.emergency;
        expect(last?.progress.state).toBe('acknowledged');
        expect(last?.isNotStoredYet).toBeUndefined();
      },
      { timeout: 10_000, interval: 20 },
    );
    expect(auditOf(hub.dataDir, 'sos-1')).toEqual(['squads:raiseEmergency', 'squads:emergency.acknowledged']);
    await hub.kill();
    const again = await startHubProcess({ dataDir: hub.dataDir });
    const back = await openDesk(again);
    expect(back.snapshot.squads?.emergencies).toMatchObject([
      { emergencyId: 'sos-1', progress: { state: 'acknowledged' } },
    ]);
    for (const client of [desk, phone, back]) client.close();
    await again.stop();
  });

  it('is sent again by the phone after kill -9, and is one', async () => {
    const dataDir = temporaryFolder('mingchu-sos-');
    const hub = await startHubProcess({ dataDir });
    const desk = await openDesk(hub);
    await addSquads(desk);
    const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
    const lock = lockDatabase(dataDir);
    const { emergency } = granted(await phone.request('squads:raiseEmergency', sos));
    expect(emergency.isNotStoredYet).toBe(true);
    await hub.kill();
    lock.release();
    const again = await startHubProcess({ dataDir });
    const back = await openDesk(again);
    expect(back.snapshot.squads?.emergencies).toEqual([]);
    const phoneBack = await connectPhone(again);
    await joinPhone(phoneBack, phone.token);
    granted(await phoneBack.request('squads:raiseEmergency', { ...sos, ageMs: 4_000 }));
    const repeat = granted(await phoneBack.request('squads:raiseEmergency', { ...sos, ageMs: 5_000 }));
    expect(repeat.emergency.isNotStoredYet).toBeUndefined();
    expect(auditOf(dataDir, 'sos-1')).toEqual(['squads:raiseEmergency']);
    for (const client of [desk, phone, back, phoneBack]) client.close();
    await again.stop();
  });
});
