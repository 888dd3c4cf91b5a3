import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { makeAlertKey, postAlerts } from '../../support/alertSender.ts';
import { startHubProcess, temporaryFolder } from '../../support/processes.ts';
import { addSquads, connectPhone, granted, joinPhone, openDesk, signIn } from '../talk/talkHub.ts';

const sos = { emergencyId: 'sos-1', ageMs: 0, press: 1 };

/** Another process that holds the hub's database, as a backup gone wrong does. */
function lockDatabase(dataDir: string): { release(): void } {
  const other = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'));
  other.exec('BEGIN EXCLUSIVE');
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
    expect(back.snapshot.squads?.emergencies).toMatchObject([{ emergencyId: 'sos-1', memberId: 'ann' }]);
    const phoneBack = await connectPhone(again);
    await joinPhone(phoneBack, phone.token);
    granted(await phoneBack.request('squads:raiseEmergency', { ...sos, ageMs: 4_000 }));
    const repeat = granted(await phoneBack.request('squads:raiseEmergency', { ...sos, ageMs: 5_000 }));
    expect(repeat.emergency.isNotStoredYet).toBeUndefined();
    expect(auditOf(dataDir, 'sos-1')).toEqual(['squads:raiseEmergency']);
    for (const client of [desk, phone, back, phoneBack]) client.close();
    await again.stop();
  });

  it('keeps what was acknowledged through kill -9, and stores each step once', async () => {
    const dataDir = temporaryFolder('mingchu-spool-');
    const hub = await startHubProcess({ dataDir });
    const desk = await openDesk(hub);
    await addSquads(desk);
    const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
    const key = await makeAlertKey(hub.url);
    const lock = lockDatabase(dataDir);
    const report = { externalId: 'flame-1', kind: 'open_flame', cameraId: 'stove', occurredAt: Date.now() };
    expect((await postAlerts(hub.url, key, { alerts: [report] })).status).toBe(503);
    await vi.waitFor(() => expect(desk.noticesOf('alerts:arrived')).toHaveLength(1), { timeout: 10_000 });
    const alertId = desk.noticesOf('alerts:arrived')[0]?.alerts[0]?.alertId ?? '';
    granted(await phone.request('squads:raiseEmergency', sos));
    granted(await desk.request('squads:confirmEmergencyShown', { emergencyId: 'sos-1' }));
    const taken = granted(await desk.request('squads:acknowledgeEmergency', { emergencyId: 'sos-1' }));
    expect(taken.emergency).toMatchObject({ isNotStoredYet: true, progress: { state: 'acknowledged' } });
    granted(
      await desk.request('alerts:work', {
        commandId: 'k1',
        alertIds: [alertId],
        deed: { type: 'acknowledge' },
      }),
    );
    await hub.kill();
    lock.release();
    for (const client of [desk, phone]) client.close();

    for (let start = 1; start <= 2; start += 1) {
      const again = await startHubProcess({ dataDir });
      const back = await openDesk(again);
      expect(back.snapshot.squads?.emergencies).toMatchObject([
        { emergencyId: 'sos-1', progress: { state: 'acknowledged' } },
      ]);
      expect(back.snapshot.alerts?.open).toMatchObject([{ alertId, state: 'acknowledged' }]);
      await vi.waitFor(
        () => {
          expect(auditOf(dataDir, 'sos-1')).toEqual([
            'squads:raiseEmergency',
            'squads:emergency.shown',
            'squads:emergency.acknowledged',
          ]);
          const steps = auditOf(dataDir, alertId);
          for (const step of ['alerts:raised', 'alerts:acknowledged'])
            expect(steps.filter((one) => one === step)).toEqual([step]);
        },
        { timeout: 10_000, interval: 20 },
      );
      back.close();
      await again.kill();
    }
  });

  it('goes on with floors, pings and other requests for the 25 s that it is locked, and starts when it was locked before', async () => {
    const hub = await startHubProcess();
    const desk = await openDesk(hub);
    await addSquads(desk);
    const phone = await signIn(hub, desk, 'ann');
    const groupId = 'squad:wenquan';
    const lock = lockDatabase(hub.dataDir);
    const lockedAtMs = performance.now();
    // Writes that wait for the database all the time.
    let isLocked = true;
    let refused = 0;
    const writes: number[] = [];
    const writing = (async () => {
      while (isLocked) {
        const askedAtMs = performance.now();
        const answer = await desk.request('squads:saveSquad', {
          squad: { squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false },
        });
        if (!answer.ok) refused += 1;
        writes.push(performance.now() - askedAtMs);
      }
    })();
    const waits: number[] = [];
    let press = 0;
    while (performance.now() - lockedAtMs < 25_000) {
      const askedAtMs = performance.now();
      granted(await phone.request('talk:requestFloor', { groupId, press: (press += 1), priority: 'normal' }));
      granted(await phone.request('talk:releaseFloor', { groupId, press }));
      const health = await fetch(`${hub.url}/healthz`);
      await health.body?.cancel();
      waits.push(performance.now() - askedAtMs);
      await delay(100);
    }
    isLocked = false;
    await writing;
    expect(refused).toBeGreaterThan(0);
    expect(waits.length).toBeGreaterThan(50);
    // In the same thread every round would wait for one write or more; a ratio, so that a slow machine changes nothing.
    expect(medianOf(waits)).toBeLessThan(medianOf(writes) / 4);
    await hub.kill();
    const starting = startHubProcess({ dataDir: hub.dataDir });
    await delay(6_000);
    lock.release();
    const again = await starting;
    expect(again.output()).toContain(
      'the database is not open after a second: another program has locked it',
    );
    for (const client of [desk, phone]) client.close();
    await again.stop();
  });
});

function medianOf(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
}
