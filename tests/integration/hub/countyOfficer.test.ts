import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, personPassword } from '../../support/accountBrowser.ts';
import { makeAlertKey, postAlerts, report, taken, type SenderKey } from '../../support/alertSender.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';
import { addSquads, granted, openDesk, type Desk } from '../talk/talkHub.ts';
import { filteredRequests, type FilteredCheck } from './filteredChecks.ts';
import { filteredRoutes, type RouteCheck } from './filteredRoutes.ts';
import { openFilteredStage } from './filteredStage.ts';

/** What only the other county has; none of it may come to the county's officer through any door. */
const foreign = ['camera-other', '通城食堂', '通城县', '永安中队', 'yongan', '别处的话'];
const own = ['camera-own', '咸安食堂', '温泉中队', '本县的话'];

let hub: HubProcess;
let city: Desk;
let county: SurfaceClient;
let officer: Awaited<ReturnType<typeof addPerson>>;
let key: SenderKey;
let alerts: { own: string; other: string };
let snapshot: unknown;
let theirSiteId: string;

const raise = async (camera: 'own' | 'other', kind: string, more: object = {}): Promise<string> => {
  const message = camera === 'own' ? '本县的话' : '别处的话';
  const sent = report({ cameraId: `camera-${camera}`, kind, message, ...more });
  return (await taken(await postAlerts(hub.url, key, sent))).results[0]?.alertId ?? '';
};
const said = (value: unknown, words: readonly string[]): string[] => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return words.filter((word) => text.includes(word));
};

beforeAll(async () => {
  hub = await startHubProcess({
    settings: { MINGCHU_MEDIA_WORKERS: '1', MINGCHU_PUBLIC_URL: 'https://open.test' },
  });
  const site = (id: string, name: string, district: string) => ({
    ...{ externalId: `site-${id}`, name, type: 'school_canteen', district, latitude: 29.8, longitude: 114.3 },
  });
  const camera = (id: string) => ({
    ...{ externalId: `camera-${id}`, siteExternalId: `site-${id}`, name: `灶台 ${id}` },
    streams: { main: { url: `rtsp://127.0.0.1:9/${id}` } },
  });
  const imported = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: [site('own', '咸安食堂', '咸安区'), site('other', '通城食堂', '通城县')],
      cameras: [camera('own'), camera('other')],
    }),
  });
  expect([imported.status, await imported.text()]).toEqual([200, expect.any(String)]);
  city = await openDesk(hub);
  await addSquads(city);
  const { sites } = granted(await city.request('cameras:readDirectory', {}));
  theirSiteId = sites.find(({ district }) => district === '通城县')?.siteId ?? '';
  expect(theirSiteId).not.toBe('');
  key = await makeAlertKey(hub.url);
  alerts = { own: await raise('own', 'rat'), other: await raise('other', 'rat') };
  officer = await addPerson(hub, {
    name: '县值班员',
    role: 'duty_officer',
    scope: { districts: ['咸安区'], squads: ['wenquan'] },
  });
  await officer.ask('POST', 'session/confirm', { password: personPassword });
  county = await connectSurface(hub.url, undefined, { cookie: officer.cookie() });
  ({ snapshot } = granted(await county.request('session:join', { surface: 'desk' })));
});
afterAll(async () => {
  county.close();
  city.close();
  await hub.stop();
});

describe('an officer of one county, at a real hub', () => {
  it('gets a snapshot with its own county only; the whole city’s has both', async () => {
    const all = await openDesk(hub, 'seat 2');
    all.close();
    expect(said(snapshot, foreign)).toEqual([]);
    expect(said(snapshot, ['温泉中队', alerts.own])).toEqual(['温泉中队', alerts.own]);
    expect(said(snapshot, [alerts.other])).toEqual([]);
    expect(said(all.snapshot, ['永安中队', alerts.other])).toEqual(['永安中队', alerts.other]);
  });

  it.each([
    ['cameras:readDirectory', {}, 'camera-own', 'camera-other'],
    ['map:readSites', {}, '咸安食堂', '通城食堂'],
    ['alerts:search', { filter: {}, limit: 50 }, '咸安食堂', '通城食堂'],
  ] as const)('is answered to %s with its own county only', async (name, input, mine, theirs) => {
    const all = await city.request(name, input as never);
    const part = await county.request(name, input as never);
    expect([all, part]).toMatchObject([{ ok: true }, { ok: true }]);
    expect(said(all, [mine, theirs])).toEqual([mine, theirs]);
    expect(said(part, [mine])).toEqual([mine]);
    expect(said(part, foreign)).toEqual([]);
  });

  it('finds nothing of another county, also where it asks for that one by name', async () => {
    const filter = { districts: ['通城县'] };
    const found = await county.request('alerts:search', { filter, limit: 50 } as never);
    expect(said(found, [alerts.other, '通城食堂'])).toEqual([]);
    const history = await county.request('talk:readHistory', { limit: 50 } as never);
    expect(said(history, foreign)).toEqual([]);
    const orders = await county.request('orders:search', { limit: 50 } as never);
    expect(said(orders, foreign)).toEqual([]);
  });

  it.each<[string, () => object]>([
    ['cameras:getPoster', () => ({ cameraId: 'camera-other' })],
    ['cameras:openStream', () => ({ cameraId: 'camera-other', stream: 'main' })],
    ['alerts:read', () => ({ alertId: alerts.other })],
    ['alerts:getSnapshot', () => ({ alertId: alerts.other })],
    [
      'alerts:work',
      () => ({ commandId: 'c', alertIds: [alerts.own, alerts.other], deed: { type: 'note' }, note: 'x' }),
    ],
    [
      'alerts:work',
      () => ({ commandId: 'd', alertIds: [alerts.own], deed: { type: 'callDuplicate', of: alerts.other } }),
    ],
    [
      'orders:create',
      () => ({
        orderId: 'on-their-timeline',
        content: {
          ...{ kind: 'other', priority: 2, instructions: '', checklist: [] },
          place: { name: '咸安食堂', district: '咸安区', siteId: theirSiteId },
        },
      }),
    ],
    ['timeline:read', () => ({ subject: { type: 'site', id: theirSiteId } })],
    ['bodycam:ask', () => ({ memberId: 'chen' })],
    ['wall:spotlightCamera', () => ({ commandId: 'c', screenId: '1', cameraId: 'camera-other' })],
  ])('is refused %s of another county', async (name, input) => {
    const answer = await county.request(name as 'alerts:read', input() as never);
    expect(['forbidden', 'not_found', 'outside_scope']).toContain(answer.ok ? 'done' : answer.code);
    expect(said(answer, ['通城食堂', '别处的话'])).toEqual([]);
  });

  it('gets tables, pictures and records over HTTP of its own county only', async () => {
    const get = (path: string) =>
      fetch(`${hub.url}/api/v1/${path}`, { headers: { cookie: officer.cookie() } });
    const table = await get('alerts.csv');
    const text = await table.text();
    expect([table.status, said(text, ['咸安食堂']), said(text, foreign)]).toEqual([200, ['咸安食堂'], []]);
    const all = await (await hubFetch(`${hub.url}/api/v1/alerts.csv`)).text();
    expect(said(all, ['咸安食堂', '通城食堂'])).toEqual(['咸安食堂', '通城食堂']);
    expect((await get(`alerts/${alerts.own}`)).status).toBe(200);
    for (const path of [
      `alerts/${alerts.other}`,
      `alerts/${alerts.other}/snapshot.jpg`,
      'cameras/camera-other/poster.jpg',
      'registry/export',
      'audit.csv',
      'accounts',
    ]) {
      const answer = await get(path);
      expect([
        path,
        [403, 404].includes(answer.status),
        said(await answer.text(), foreign.slice(1, 4)),
      ]).toEqual([path, true, []]);
    }
  });

  it('reads of a shift for the whole city what is of its own county, at the desk and as the page to print', async () => {
    const shiftId = 'shift-of-the-city';
    granted(await city.request('shifts:begin', { shiftId }));
    granted(await city.request('shifts:writeNote', { noteId: 'n', shiftId, text: '通城食堂明早复查' }));
    expect(said(await city.request('shifts:read', { shiftId }), ['通城食堂'])).toEqual(['通城食堂']);
    const read = granted(await county.request('shifts:read', { shiftId }));
    expect(said(read, ['咸安食堂'])).toEqual(['咸安食堂']);
    const page = await fetch(`${hub.url}/api/v1/shifts/${shiftId}/handover.html`, {
      headers: { cookie: officer.cookie() },
    });
    expect(page.status).toBe(200);
    expect(said([read, await page.text()], foreign)).toEqual([]);
  });

  it('is notified of nothing when something becomes of a member elsewhere', async () => {
    const status = (memberId: string) =>
      city.request('squads:setStatus', { changeId: `to-${memberId}`, memberId, status: 'available' });
    granted(await status('chen'));
    granted(await status('ann'));
    await eventually('its own', () => said(county.noticesOf('squads:membersChanged'), ['ann']).length > 0);
    expect(said(county.noticesOf('squads:membersChanged'), ['chen'])).toEqual([]);
  });

  it('is notified of its own county only', async () => {
    const [theirs, mine] = [await raise('other', 'no_mask'), await raise('own', 'no_mask')];
    const arrived = (desk: Pick<SurfaceClient, 'noticesOf'>) =>
      JSON.stringify(desk.noticesOf('alerts:arrived'));
    await eventually('both at the city’s desk', () => said(arrived(city), [theirs, mine]).length === 2);
    await eventually('its own', () => arrived(county).includes(mine));
    expect(said(arrived(county), [theirs, ...foreign])).toEqual([]);
    expect(own.some((word) => arrived(county).includes(word))).toBe(true);
  });
});

describe('each answer to a filtered request', () => {
  let supervisor: SurfaceClient;
  let site: SurfaceClient;
  let checks: FilteredCheck[];
  let routes: Record<string, RouteCheck>;
  let askOverHttp: Awaited<ReturnType<typeof openFilteredStage>>['askOverHttp'];

  beforeAll(async () => {
    const stage = await openFilteredStage(hub, city, { alerts, raise });
    ({ supervisor, site, checks, routes, askOverHttp } = stage);
  });
  afterAll(() => {
    supervisor.close();
    site.close();
  });

  it('has a check', () => {
    expect(checks.map(({ name }) => name).sort()).toEqual(filteredRequests.toSorted());
  });

  it.each(filteredRequests)('%s has nothing of another district', async (name) => {
    const check = checks.find((one) => one.name === name);
    if (check === undefined) throw new Error(`${name} has no check`);
    const asker = check.who === 'site' ? site : supervisor;
    const ask = (client: Pick<SurfaceClient, 'request'>, input: object) =>
      client.request(check.name as 'alerts:search', input as never);
    if ('refusal' in check) {
      const [theirs, mine] = [await ask(asker, check.other), await ask(asker, check.own)];
      expect([said(theirs, [check.refusal]), said(mine, [check.refusal])]).toEqual([[check.refusal], []]);
      // A refusal may repeat what was asked for.
      const named = JSON.stringify(check.other);
      const unnamed = foreign.filter((word) => !named.includes(word));
      expect(said([theirs, mine], unnamed)).toEqual([]);
      return;
    }
    if ('ownHas' in check) {
      expect(await ask(asker, check.other)).toEqual({ ok: true, data: {} });
      const { own: mine, ownHas } = check;
      if (ownHas !== undefined)
        await eventually(ownHas, async () => said(await ask(asker, mine), [ownHas]).length > 0);
      return;
    }
    const { input, mine, theirs } = check;
    // What is there for the whole city’s desk; a site’s requests are no desk’s.
    if (check.who === 'county') {
      const both = [...mine, ...theirs];
      await eventually(
        `all of ${name}`,
        async () => said(await ask(city, input), both).length === both.length,
      );
    }
    const answer = await ask(asker, input);
    expect([said(answer, mine), said(answer, [...theirs, ...foreign])]).toEqual([[...mine], []]);
  });

  it('over HTTP has a check for each route', () => {
    expect(Object.keys(routes).sort()).toEqual(filteredRoutes.toSorted());
  });

  it.each(filteredRoutes)('%s has nothing of another district', async (route) => {
    const check = routes[route];
    if (check === undefined) throw new Error(`${route} has no check`);
    const [method = ''] = route.split(' ');
    if ('same' in check) return expect(check.same).not.toBe('');
    if ('mine' in check) {
      const { asked, mine, theirs } = check;
      const all =
        asked.byKey === undefined
          ? await hubFetch(`${hub.url}${asked.path}`)
          : await askOverHttp(method, { ...asked, byKey: 'city' });
      expect([all.status, said(await all.text(), [mine, theirs])]).toEqual([200, [mine, theirs]]);
      const part = await askOverHttp(method, asked);
      const text = await part.text();
      return expect([part.status, said(text, [mine]), said(text, [theirs, ...foreign])]).toEqual([
        200,
        [mine],
        [],
      ]);
    }
    const texts: string[] = [];
    const answers: string[] = [];
    for (const asked of [check.own, check.other]) {
      const answer = await askOverHttp(method, asked);
      const text = await answer.text();
      const code = answer.ok ? [] : [(JSON.parse(text) as { error: { code: string } }).error.code];
      texts.push(text);
      answers.push([answer.status, ...code].join(' '));
    }
    expect(answers).toEqual(check.answers);
    // A refusal may repeat what was asked for.
    const named = JSON.stringify(check.other);
    const unnamed = foreign.filter((word) => !named.includes(word));
    expect(said(texts, unnamed)).toEqual([]);
  });
});
