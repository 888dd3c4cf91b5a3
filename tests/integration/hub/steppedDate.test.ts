import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { hubFetch } from '../../support/testAccount.ts';
import { makeAlertKey, postAlerts } from '../../support/alertSender.ts';
import { confirmationLifeMs } from '../../../src-shared/accounts/accounts.protocol.ts';
import { addPerson } from '../../support/accountBrowser.ts';
import { connectSurface } from '../../support/surfaceClient.ts';
import { eventually, repositoryRoot, startHubProcess } from '../../support/processes.ts';
import { addSquads, connectPhone, granted, joinPhone, newToken, openDesk, signIn } from '../talk/talkHub.ts';

const day = 24 * 3_600_000;
const preload = pathToFileURL(join(repositoryRoot, 'tests/support/steppedDate.mjs')).href;

describe('a hub whose machine’s date is set while it runs', () => {
  it('goes on as if nothing had happened, with records of the new date, however often and far it is set', async () => {
    const hub = await startHubProcess({ settings: { NODE_OPTIONS: `--import=${preload}` } });
    const desk = await openDesk(hub);
    await addSquads(desk);
    const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
    const key = await makeAlertKey(hub.url);
    const report = (externalId: string, occurredAt: number) => ({
      alerts: [{ externalId, kind: 'open_flame', cameraId: externalId, occurredAt }],
    });
    const clients: Pick<typeof phone, 'close'>[] = [desk, phone];
    // A member has one connection; a later one takes the place of the one before.
    let newest: Pick<typeof phone, 'request'> = phone;
    let aheadMs = 0;
    const newDate = (): number => Date.now() + aheadMs;
    const isNow = (ms: number | undefined): boolean => Math.abs((ms ?? 0) - newDate()) < 20_000;
    const raisedAtMs = performance.now();
    granted(await phone.request('squads:raiseEmergency', { emergencyId: 'sos-1', ageMs: 0, press: 1 }));
    /** The fewest milliseconds after which a class 1 alert of now escalates. */
    const leastMs = 14_000;

    for (const [index, stepMs] of [3 * day, -3 * day, 40 * day, -80 * day].entries()) {
      const number = index + 1;
      const memberId = ['bo', 'chen', 'bo', 'chen'][index] ?? 'bo';
      const { code } = granted(await desk.request('squads:makeSignInCode', { memberId }));
      const alertRaisedAtMs = performance.now();
      const before = await postAlerts(hub.url, key, report(`before ${number}`, newDate()), {
        nowMs: newDate(),
      });
      expect(before.status).toBe(202);

      hub.child.send({ stepMs });
      aheadMs += stepMs;
      await eventually('the step is noticed', () => {
        const lines = hub.output().split('the clock of this machine was set;').length - 1;
        return lines === number;
      });
      await eventually('surfaces are notified', () => desk.noticesOf('session:clockSet').length === number);

      // Surfaces take the new date, with ages that are right.
      const { snapshot } = granted(
        await desk.request('session:join', { surface: 'desk', officer: { id: 'seat 1', name: 'seat 1' } }),
      );
      expect(isNow(snapshot.hub.nowMs)).toBe(true);
      expect(isNow(snapshot.squads?.emergencies[0]?.raisedAtMs)).toBe(true);
      const open = snapshot.alerts?.open ?? [];
      const last = open.find(({ reportedCamera }) => reportedCamera === `before ${number}`);
      expect(isNow(last?.raisedAtMs)).toBe(true);
      expect(open.every(({ raisedAtMs: atMs }) => atMs <= newDate())).toBe(true);
      if (performance.now() - alertRaisedAtMs < leastMs) expect(last?.escalation).toBe(0);

      // Sign-ins of before stand, and codes are good for as long as they were.
      granted(await newest.request('squads:checkIn', {}));
      const again = await connectPhone(hub);
      await joinPhone(again, phone.token);
      newest = again;
      const other = await connectPhone(hub);
      const token = newToken();
      granted(
        await other.request('squads:signIn', { code, token, phoneName: `${memberId}’s phone ${number}` }),
      );
      clients.push(again, other);

      // Another system whose date is right is believed.
      const answer = await postAlerts(hub.url, key, report(`after ${number}`, newDate()), {
        nowMs: newDate(),
      });
      expect(answer.status).toBe(202);
      await eventually('the second alert arrives', () =>
        desk
          .noticesOf('alerts:arrived')
          .some(({ alerts }) =>
            alerts.some(
              (one) =>
                one.reportedCamera === `after ${number}` && isNow(one.raisedAtMs) && isNow(one.occurredAtMs),
            ),
          ),
      );

      // What is asked over HTTP has the new date too.
      const keyList = (await (await hubFetch(`${hub.url}/api/v1/alert-keys`)).json()) as {
        keys: { createdAtMs: number }[];
      };
      expect(keyList.keys.map(({ createdAtMs }) => isNow(createdAtMs))).toEqual([true]);
      const text = await (await hubFetch(`${hub.url}/api/v1/alerts.csv?language=en`)).text();
      const times = text.split('\r\n').map((line) => line.split(',')[1] ?? '');
      const exported = times.slice(1, -1).map((time) => new Date(time.replace(' ', 'T')));
      expect(exported.map((time) => isNow(time.getTime()))).toEqual(Array(2 * number).fill(true));
      const future = await postAlerts(hub.url, key, report('future', newDate() + 600_000), {
        nowMs: newDate(),
      });
      const said = /clock says (\S+Z)/.exec(await future.text())?.[1] ?? '';
      expect(future.status).toBe(422);
      expect(isNow(Date.parse(said))).toBe(true);

      const reader = new SqliteDatabase(join(hub.dataDir, 'mingchu.sqlite'), { readonly: true });
      const signedIn = reader
        .prepare(
          'SELECT signed_in_at_ms AS atMs FROM member_sessions WHERE member_id = ? ORDER BY rowid DESC',
        )
        .get(memberId) as { atMs: number };
      const audit = reader
        .prepare("SELECT at_ms AS atMs FROM audit_log WHERE action = 'squads:signIn' ORDER BY rowid")
        .all() as { atMs: number }[];
      reader.close();
      expect(isNow(signedIn.atMs)).toBe(true);
      expect(audit).toHaveLength(number + 1);
      expect(isNow(audit.at(-1)?.atMs)).toBe(true);
      expect(audit.slice(0, -1).some(({ atMs }) => isNow(atMs))).toBe(index === 1);
    }

    // The first one escalates when it is its time.
    const escalation = (): number =>
      Math.max(
        0,
        ...desk.noticesOf('alerts:changed').flatMap(({ alerts }) => alerts.map((one) => one.escalation)),
      );
    await eventually('the first alert escalates', () => escalation() > 0, 30_000);
    const afterMs = performance.now() - raisedAtMs;
    expect(afterMs).toBeGreaterThan(leastMs);
    expect(escalation()).toBe(1);
    expect(hub.output()).not.toMatch(/TimeoutOverflowWarning|TimeoutNegativeWarning/);
    for (const client of clients) client.close();
    await hub.stop();
  });
});

describe('a confirmation by the password', () => {
  it('is asked for again five minutes after it was given, over the connection that was there all the time', async () => {
    const hub = await startHubProcess({ settings: { NODE_OPTIONS: `--import=${preload}` } });
    const administrator = await openDesk(hub);
    await addSquads(administrator);
    // The password was typed just now.
    const person = await addPerson(hub, { name: 'zhao', role: 'supervisor' });
    const desk = await connectSurface(hub.url, undefined, { cookie: person.cookie() });
    granted(await desk.request('session:join', { surface: 'desk' }));
    const remove = (memberId: string) => desk.request('squads:removeMember', { memberId });
    const passed = async (ms: number): Promise<void> => {
      hub.child.send({ passMs: ms });
      await eventually('the time has passed', async () => {
        const { hub: its } = granted(await desk.request('session:join', { surface: 'desk' })).snapshot;
        return its.nowMs > Date.now() + passedMs + ms - 10_000;
      });
      passedMs += ms;
    };
    let passedMs = 0;
    await passed(confirmationLifeMs - 60_000);
    granted(await remove('ann'));
    await passed(60_000);
    expect(await remove('bo')).toMatchObject({
      ok: false,
      code: 'forbidden',
      reason: 'accounts.confirm_first',
    });
    // What needs no confirmation goes on.
    granted(await desk.request('squads:setStatus', { changeId: 'k1', memberId: 'bo', status: 'available' }));
    const wrong = await person.ask('POST', 'session/confirm', { proof: 'not the password' });
    expect(wrong.status).toBe(403);
    expect(await remove('bo')).toMatchObject({ code: 'forbidden', reason: 'accounts.confirm_first' });
    expect((await person.ask('POST', 'session/confirm', { proof: person.password })).status).toBe(200);
    granted(await remove('bo'));
    for (const client of [administrator, desk]) client.close();
    await hub.stop();
  });
});
