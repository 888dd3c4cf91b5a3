import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { makeAlertKey, postAlerts } from '../../support/alertSender.ts';
import { eventually, repositoryRoot, startHubProcess } from '../../support/processes.ts';
import { addSquads, connectPhone, granted, joinPhone, newToken, openDesk, signIn } from '../talk/talkHub.ts';

const day = 24 * 3_600_000;
const preload = pathToFileURL(join(repositoryRoot, 'tests/support/steppedDate.mjs')).href;

describe('a hub whose machine’s date is set while it runs', () => {
  it.each([3 * day, -3 * day, 40 * day, -40 * day])(
    'by %d ms goes on as if nothing had happened, with records of the new date',
    async (stepMs) => {
      const hub = await startHubProcess({ settings: { NODE_OPTIONS: `--import=${preload}` } });
      const desk = await openDesk(hub);
      await addSquads(desk);
      const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
      const { code } = granted(await desk.request('squads:makeSignInCode', { memberId: 'bo' }));
      const key = await makeAlertKey(hub.url);
      const report = (externalId: string, occurredAt: number) => ({
        alerts: [{ externalId, kind: 'open_flame', cameraId: externalId, occurredAt }],
      });
      const raisedAtMs = performance.now();
      expect((await postAlerts(hub.url, key, report('first', Date.now()))).status).toBe(202);
      granted(await phone.request('squads:raiseEmergency', { emergencyId: 'sos-1', ageMs: 0, press: 1 }));

      hub.child.send({ stepMs });
      const newDate = (): number => Date.now() + stepMs;
      const isNow = (ms: number | undefined): boolean => Math.abs((ms ?? 0) - newDate()) < 20_000;
      await eventually('the step is noticed', () =>
        hub.output().includes('the date of this machine was set'),
      );
      await eventually('surfaces are notified', () => desk.noticesOf('session:clockSet').length === 1);

      // Surfaces take the new date, with ages that are right.
      const { snapshot } = granted(
        await desk.request('session:join', { surface: 'desk', officer: { id: 'seat 1', name: 'seat 1' } }),
      );
      expect(isNow(snapshot.hub.nowMs)).toBe(true);
      expect(isNow(snapshot.squads?.emergencies[0]?.raisedAtMs)).toBe(true);
      expect(isNow(snapshot.alerts?.open[0]?.raisedAtMs)).toBe(true);
      expect(snapshot.alerts?.open[0]?.escalation).toBe(0);

      // Sign-ins of before stand, and codes are good for as long as they were.
      granted(await phone.request('squads:checkIn', {}));
      const again = await connectPhone(hub);
      await joinPhone(again, phone.token);
      const other = await connectPhone(hub);
      const token = newToken();
      granted(await other.request('squads:signIn', { code, token, phoneName: 'bo’s phone' }));

      // Another system whose date is right is believed.
      const answer = await postAlerts(hub.url, key, report('second', newDate()), { nowMs: newDate() });
      expect(answer.status).toBe(202);
      await eventually('the second alert arrives', () =>
        desk
          .noticesOf('alerts:arrived')
          .some(({ alerts }) => alerts.some((one) => isNow(one.raisedAtMs) && isNow(one.occurredAtMs))),
      );

      // What is asked over HTTP has the new date too.
      const keyList = (await (await fetch(`${hub.url}/api/v1/alert-keys`)).json()) as {
        keys: { createdAtMs: number }[];
      };
      expect(keyList.keys.map(({ createdAtMs }) => isNow(createdAtMs))).toEqual([true]);
      const exported = async (): Promise<Date[]> => {
        const text = await (await fetch(`${hub.url}/api/v1/alerts.csv?language=en`)).text();
        const times = text.split('\r\n').map((line) => line.split(',')[1] ?? '');
        return times.slice(1, -1).map((time) => new Date(time.replace(' ', 'T')));
      };
      expect((await exported()).map((time) => isNow(time.getTime()))).toEqual([true, true]);
      const future = await postAlerts(hub.url, key, report('future', newDate() + 600_000), {
        nowMs: newDate(),
      });
      const said = /clock says (\S+Z)/.exec(await future.text())?.[1] ?? '';
      expect(future.status).toBe(422);
      expect(isNow(Date.parse(said))).toBe(true);

      // The first one escalates when it is its time.
      const escalation = (): number =>
        Math.max(
          0,
          ...desk.noticesOf('alerts:changed').flatMap(({ alerts }) => alerts.map((one) => one.escalation)),
        );
      await eventually('the first alert escalates', () => escalation() > 0, 30_000);
      const afterMs = performance.now() - raisedAtMs;
      expect(afterMs).toBeGreaterThan(14_000);
      expect(escalation()).toBe(1);

      const reader = new SqliteDatabase(join(hub.dataDir, 'mingchu.sqlite'), { readonly: true });
      const signedIn = reader
        .prepare('SELECT signed_in_at_ms AS atMs FROM member_sessions WHERE member_id = ?')
        .get('bo') as { atMs: number };
      const audit = reader
        .prepare("SELECT at_ms AS atMs FROM audit_log WHERE action = 'squads:signIn' ORDER BY rowid")
        .all() as { atMs: number }[];
      reader.close();
      expect(isNow(signedIn.atMs)).toBe(true);
      expect(audit.map(({ atMs }) => isNow(atMs))).toEqual([false, true]);
      expect(hub.output()).not.toMatch(/TimeoutOverflowWarning|TimeoutNegativeWarning/);
      for (const client of [desk, phone, again, other]) client.close();
      await hub.stop();
    },
  );
});
