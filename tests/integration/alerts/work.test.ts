import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { AlertDeed } from '../../../src-shared/alerts/alerts.protocol.ts';
import { makeAlertKey, postAlerts, report, taken, type SenderKey } from '../../support/alertSender.ts';
import { eventually, startHubProcess, temporaryFolder, type HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

const running: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close();
});

async function startHub(options: Parameters<typeof startHubProcess>[0] = {}): Promise<HubProcess> {
  const hub = await startHubProcess(options);
  running.push({ close: () => hub.stop() });
  return hub;
}

/** Without `seat`: an account without a name, at a desk where no officer gave one. */
async function openDesk(hub: HubProcess, seat?: string): Promise<SurfaceClient> {
  const desk = await connectSurface(hub.url);
  running.push(desk);
  const officer = seat === undefined ? {} : { officer: { id: seat, name: `值班席 ${seat}` } };
  const joined = await desk.request('session:join', { surface: 'desk', ...officer });
  expect(joined.ok).toBe(true);
  return desk;
}

async function registerCamera(hub: HubProcess): Promise<void> {
  const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: [{ externalId: 'S1', name: '温泉中学食堂', type: 'school_canteen', district: '咸安区' }],
      cameras: ['camera-1', 'camera-2'].map((externalId) => ({
        externalId,
        siteExternalId: 'S1',
        name: '灶台',
        streams: { main: { url: `rtsp://127.0.0.1:9/${externalId}` } },
      })),
    }),
  });
  expect(answer.status).toBe(200);
}

async function raise(hub: HubProcess, key: SenderKey, changes: Record<string, unknown>): Promise<string> {
  const { results } = await taken(await postAlerts(hub.url, key, report(changes)));
  return results[0]?.alertId ?? '';
}

let commands = 0;
async function work(desk: SurfaceClient, alertId: string, deed: AlertDeed, note?: string) {
  commands += 1;
  const command = { commandId: `command-${commands}`, alertIds: [alertId], deed };
  const answer = await desk.request('alerts:work', { ...command, ...(note === undefined ? {} : { note }) });
  if (!answer.ok) throw new Error(answer.message);
  return answer.data.results[0];
}

/** The alert as a desk was last notified of it. */
function shown(desk: SurfaceClient, alertId: string): Alert | undefined {
  return [...desk.noticesOf('alerts:arrived'), ...desk.noticesOf('alerts:changed')]
    .flatMap(({ alerts }) => alerts)
    .filter((alert) => alert.alertId === alertId)
    .sort((left, right) => left.revision - right.revision)
    .at(-1);
}

describe('two officers', () => {
  it('at one alert: one takes it, the other is notified who, and both see it', async () => {
    const hub = await startHub();
    const key = await makeAlertKey(hub.url);
    const [first, second] = [await openDesk(hub, '1'), await openDesk(hub, '2')];
    const alertId = await raise(hub, key, { kind: 'rat' });
    const both = await Promise.all(
      [first, second].map((desk) => work(desk, alertId, { type: 'acknowledge' })),
    );
    expect(both.map((result) => result?.done).sort()).toEqual([false, true]);
    const refused = both.find((result) => result?.done === false);
    expect(refused).toMatchObject({ refusal: 'taken', alert: { state: 'acknowledged' } });
    const winner = both[0]?.done === true ? '值班席 1' : '值班席 2';
    expect(refused?.alert?.acknowledged?.by.name).toBe(winner);
    for (const desk of [first, second]) {
      await eventually(
        'both desks to see who took it',
        () => shown(desk, alertId)?.acknowledged?.by.name === winner,
      );
    }
  });

  it('a repeated command does nothing twice', async () => {
    const hub = await startHub();
    const key = await makeAlertKey(hub.url);
    const desk = await openDesk(hub, '1');
    const alertIds = [await raise(hub, key, { kind: 'rat' })];
    const command = { commandId: 'same', alertIds, deed: { type: 'note' as const }, note: '看过了' };
    const first = await desk.request('alerts:work', command);
    expect(await desk.request('alerts:work', command)).toEqual(first);
    const read = await desk.request('alerts:read', { alertId: alertIds[0] ?? '' });
    expect(read.ok && read.data.alert.notes).toBe(1);
  });

  it('a command that is sent again to a hub that was killed before it could answer does nothing twice', async () => {
    const dataDir = temporaryFolder('mingchu-repeated-');
    const first = await startHub({ dataDir });
    const key = await makeAlertKey(first.url);
    const desk = await openDesk(first, '1');
    const alertId = await raise(first, key, { kind: 'rat' });
    const other = await raise(first, key, { kind: 'rat', externalId: 'other', cameraId: 'camera-2' });
    const note = {
      ...{ commandId: 'again', alertIds: [alertId, 'unknown'], note: '已通知店长' },
      deed: { type: 'note' as const },
    };
    const taken = { commandId: 'take', alertIds: [other], deed: { type: 'acknowledge' as const } };
    const answers = [await desk.request('alerts:work', note), await desk.request('alerts:work', taken)];
    const nameless = { ...note, commandId: 'nameless', alertIds: [other] };
    answers.push(await (await openDesk(first)).request('alerts:work', nameless));
    await first.kill();
    const second = await startHub({ dataDir });
    const back = await openDesk(second, '1');
    const again = [await back.request('alerts:work', note), await back.request('alerts:work', taken)];
    again.push(await (await openDesk(second)).request('alerts:work', nameless));
    const { data } = (await back.request('alerts:read', { alertId: other })) as { data: { alert: Alert } };
    expect(data.alert.notes).toBe(1);
    const results = (some: typeof answers) =>
      some.map((one) => (one.ok ? one.data.results.map(({ alert: _now, ...said }) => said) : one));
    expect(results(again)).toEqual(results(answers));
    const read = await back.request('alerts:read', { alertId });
    expect(read.ok && read.data.history.filter(({ action }) => action === 'noted')).toHaveLength(1);
    // Another command is another note, and the same id of somebody else is another command.
    await back.request('alerts:work', { ...note, commandId: 'other' });
    const more = await back.request('alerts:read', { alertId });
    expect(more.ok && more.data.history.filter(({ action }) => action === 'noted')).toHaveLength(2);
  });
});

describe('the work on an alert', () => {
  it('stands in its history with who, when and why, and is found and counted', async () => {
    const hub = await startHub();
    await registerCamera(hub);
    const key = await makeAlertKey(hub.url);
    const desk = await openDesk(hub, '1');
    const falseOne = await raise(hub, key, { cameraId: 'camera-1' });
    const original = await raise(hub, key, { cameraId: 'camera-2' });
    const double = await raise(hub, key, { cameraId: 'camera-2', kind: 'no_mask', message: '=cmd|calc' });
    await work(desk, falseOne, { type: 'callFalse', reason: 'steam_or_light' }, '只是蒸汽');
    expect(await work(desk, original, { type: 'callDuplicate', of: original })).toMatchObject({
      refusal: 'bad_duplicate',
    });
    await work(desk, double, { type: 'callDuplicate', of: original });
    expect(await work(desk, original, { type: 'callDuplicate', of: double })).toMatchObject({
      refusal: 'bad_duplicate',
    });
    await work(desk, original, { type: 'dispatch', orderId: 'order-1' });
    await work(desk, original, { type: 'resolve' }, '已整改');
    expect(await work(desk, original, { type: 'resolve' })).toMatchObject({ done: false, refusal: 'closed' });

    const read = await desk.request('alerts:read', { alertId: original });
    const history = read.ok ? read.data.history : [];
    expect(history.map(({ action, actor, note }) => [action, actor, note])).toEqual([
      ['raised', 'platform', undefined],
      ['dispatched', '值班席 1', undefined],
      ['resolved', '值班席 1', '已整改'],
    ]);
    // In the audit log stands the account as well, and a platform has none.
    const sqlite = new SqliteDatabase(join(hub.dataDir, 'mingchu.sqlite'), { readonly: true });
    const lines = sqlite
      .prepare('select action, principal from audit_log where subject = ? order by id')
      .all(original) as { action: string; principal: string | null }[];
    sqlite.close();
    const accounts = lines.map(({ action, principal }) => [
      action.replace('alerts:', ''),
      (JSON.parse(principal ?? '{}') as { accountId?: string }).accountId,
    ]);
    expect(accounts).toEqual([
      ['raised', undefined],
      ['dispatched', 'administrator-of-tests'],
      ['resolved', 'administrator-of-tests'],
    ]);
    const found = await desk.request('alerts:search', {
      filter: { states: ['false_alarm'], districts: ['咸安区'], classes: [2], kindIds: ['no_hat'] },
      limit: 10,
    });
    expect(found.ok && found.data.alerts.map(({ alertId }) => alertId)).toEqual([falseOne]);
    const statistics = await desk.request('alerts:readStatistics', { filter: {} });
    expect(statistics.ok && statistics.data.perKind.find(({ kindId }) => kindId === 'no_hat')).toEqual({
      kindId: 'no_hat',
      alerts: 2,
      judged: 2,
      falseAlarms: 1,
    });
    expect(statistics.ok && statistics.data.perCamera[0]).toMatchObject({
      falseAlarms: 1,
      siteName: '温泉中学食堂',
    });
    const csv = await (await hubFetch(`${hub.url}/api/v1/alerts.csv?kinds=no_mask`)).text();
    expect(csv.split('\r\n')).toHaveLength(3);
    expect(csv).toContain(`'=cmd|calc`);
  });

  it('is paged without a gap or a double', async () => {
    const hub = await startHub();
    const key = await makeAlertKey(hub.url);
    const desk = await openDesk(hub, '1');
    const alerts = Array.from({ length: 25 }, (_unused, index) => report({ cameraId: `unknown-${index}` }));
    await taken(await postAlerts(hub.url, key, { alerts }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await desk.request('alerts:search', {
        filter: { unknownCamera: true },
        limit: 10,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (!page.ok) throw new Error(page.message);
      expect(page.data.total).toBe(25);
      seen.push(...page.data.alerts.map(({ alertId }) => alertId));
      cursor = page.data.next;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
  });
});

describe('a class 1', () => {
  it('takes the spotlight and gives it back when it is closed, also over a restart', async () => {
    const dataDir = temporaryFolder('mingchu-alerts-');
    let hub = await startHub({ dataDir });
    await registerCamera(hub);
    const key = await makeAlertKey(hub.url);
    const alertId = await raise(hub, key, { kind: 'open_flame', cameraId: 'camera-1' });
    await hub.kill();

    hub = await startHub({ dataDir });
    const desk = await openDesk(hub, '1');
    const screen = await connectSurface(hub.url);
    running.push(screen);
    const joined = await screen.request('session:join', { surface: 'wall' });
    const snapshot = joined.ok ? joined.data.snapshot : undefined;
    expect(snapshot?.alerts).toBeUndefined();
    expect(snapshot?.alertMarks?.open.map((mark) => [mark.alertId, mark.place?.cameraName])).toEqual([
      [alertId, '灶台'],
    ]);
    const spotlightOf = (): string | undefined => {
      const last = screen.noticesOf('wall:screenChanged').at(-1)?.wall ?? snapshot?.wall;
      return last?.spotlight?.eventId;
    };
    await eventually('the spotlight on the alert', () => spotlightOf() === alertId);
    await work(desk, alertId, { type: 'resolve' }, '秘密记录');
    await eventually('the spotlight to be given back', () => spotlightOf() === undefined);
    await eventually('the screen to hear of the end', () =>
      screen
        .noticesOf('alerts:marksChanged')
        .flatMap(({ marks }) => marks)
        .some((mark) => mark.alertId === alertId && mark.state === 'resolved'),
    );
    // What officers write and are called never leaves the desks.
    expect(JSON.stringify(screen.notices)).not.toMatch(/秘密记录|值班席/);
    expect(await screen.requestAnything('alerts:read', { alertId })).toMatchObject({ code: 'forbidden' });
  });

  it('escalates by its own clock, although the hub was away, and not once it was taken', async () => {
    const dataDir = temporaryFolder('mingchu-alerts-');
    let hub = await startHub({ dataDir });
    const key = await makeAlertKey(hub.url);
    const left = await raise(hub, key, { kind: 'rat', cameraId: 'left alone' });
    const worked = await raise(hub, key, { kind: 'rat', cameraId: 'worked' });
    const repeated = { kind: 'rat', cameraId: 'left alone' };
    const desk = await openDesk(hub, '1');
    await work(desk, worked, { type: 'acknowledge' });
    await hub.kill();

    hub = await startHub({ dataDir });
    expect(await raise(hub, key, repeated)).toBe(left);
    const again = await openDesk(hub, '1');
    const escalated = await eventually(
      'the supervisor to hear of it',
      async () => {
        const read = await again.request('alerts:read', { alertId: left });
        return read.ok && read.data.alert.escalation === 1 ? read.data : undefined;
      },
      30_000,
    );
    expect(escalated.alert.count).toBe(2);
    const entry = escalated.history.find(({ action }) => action === 'escalated');
    const afterMs = (entry?.atMs ?? 0) - escalated.alert.raisedAtMs;
    expect(afterMs).toBeGreaterThanOrEqual(15_000);
    const other = await again.request('alerts:read', { alertId: worked });
    expect(other.ok && other.data.alert).toMatchObject({ escalation: 0, state: 'acknowledged' });
  });
});

describe('cameras that are not well', () => {
  it('become alerts of the hub’s own after the set time', async () => {
    const dataDir = temporaryFolder('mingchu-alerts-');
    const settings = {
      MINGCHU_HEALTH_MAX_RUNNING: '4',
      MINGCHU_CAMERA_OFFLINE_ALERT_MS: '0',
    };
    const hub = await startHub({ dataDir, settings });
    await registerCamera(hub);
    const desk = await openDesk(hub, '1');
    const alert = await eventually(
      'alerts of both cameras',
      async () => {
        const found = await desk.request('alerts:search', {
          filter: { kindIds: ['camera_offline'] },
          limit: 10,
        });
        return found.ok && found.data.alerts.length === 2 ? found.data.alerts[0] : undefined;
      },
      40_000,
    );
    expect(alert).toMatchObject({ class: 3, source: { type: 'hub' }, place: { siteName: '温泉中学食堂' } });
  });
});

describe('a camera that is removed from the registry', () => {
  it('takes its own alerts with it, at once and after a restart, and leaves those of the platform', async () => {
    const dataDir = temporaryFolder('mingchu-alerts-');
    const settings = { MINGCHU_HEALTH_MAX_RUNNING: '4', MINGCHU_CAMERA_OFFLINE_ALERT_MS: '0' };
    let hub = await startHub({ dataDir, settings });
    await registerCamera(hub);
    const key = await makeAlertKey(hub.url);
    const reported = await raise(hub, key, { cameraId: 'camera-1' });
    let desk = await openDesk(hub, '1');
    const offline = async (state: 'new' | 'resolved') => {
      const filter = { kindIds: ['camera_offline'], states: [state] };
      const found = await desk.request('alerts:search', { filter, limit: 10 });
      return found.ok ? found.data.alerts : [];
    };
    await eventually('alerts of both cameras', async () => (await offline('new')).length === 2, 40_000);
    const removed = await hubFetch(`${hub.url}/api/v1/registry/import?missing=remove`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        sites: [{ externalId: 'S1', name: '温泉中学食堂', type: 'school_canteen', district: '咸安区' }],
        cameras: [
          {
            externalId: 'camera-2',
            siteExternalId: 'S1',
            name: '灶台',
            streams: { main: { url: 'rtsp://127.0.0.1:9/camera-2' } },
          },
        ],
      }),
    });
    expect(removed.status).toBe(200);
    const [ended] = await eventually('the end of its alert', async () => {
      const alerts = await offline('resolved');
      return alerts.length === 1 ? alerts : undefined;
    });
    expect(ended).toMatchObject({ reportedCamera: expect.any(String), closed: { resolution: 'removed' } });
    expect(await offline('new')).toHaveLength(1);
    const read = await desk.request('alerts:read', { alertId: reported });
    expect(read.ok && read.data.alert.state).toBe('new');

    // Removed while the hub was away: as if the end had not been written.
    await hub.kill();
    const sqlite = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'));
    sqlite.prepare('delete from cameras').run();
    sqlite.close();
    hub = await startHub({ dataDir, settings });
    desk = await openDesk(hub, '1');
    await eventually('the end of the other', async () => (await offline('new')).length === 0, 20_000);
    expect((await offline('resolved')).map(({ closed }) => closed?.resolution)).toEqual([
      'removed',
      'removed',
    ]);
  });
});

describe('the export of history', () => {
  it('holds every alert once, through many slices, also of a narrow search', async () => {
    const hub = await startHub();
    const key = await makeAlertKey(hub.url);
    const alerts = Array.from({ length: 500 }, (_unused, index) =>
      report({ cameraId: `c${index}`, kind: index % 100 === 7 ? 'rat' : 'no_hat' }),
    );
    for (let round = 0; round < 3; round += 1) {
      const batch = alerts.map((one) => ({
        ...one,
        externalId: `${round} ${String(one.externalId)}`,
        cameraId: `${round} ${String(one.cameraId)}`,
      }));
      await taken(await postAlerts(hub.url, key, { alerts: batch }));
    }
    const lines = async (query: string): Promise<string[]> => {
      const text = await (await hubFetch(`${hub.url}/api/v1/alerts.csv${query}`)).text();
      return text.trimEnd().split('\r\n').slice(1);
    };
    const all = await lines('');
    expect(all).toHaveLength(1_500);
    expect(new Set(all.map((line) => line.split(',')[0])).size).toBe(1_500);
    expect(await lines('?classes=1')).toHaveLength(15);
    expect(await lines('?kinds=smoking')).toEqual([]);
  });
});
