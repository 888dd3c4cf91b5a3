import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { io } from 'socket.io-client';
import * as messagePackParser from 'socket.io-msgpack-parser';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { protocolVersion } from '../../../src-shared/protocol/index.ts';
import { subprotocolsOf, surfaceHeader } from '../../../src-shared/protocol/credentials.ts';
import { makeAlertKey, postAlerts, type SenderKey } from '../../support/alertSender.ts';
import {
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { administratorCookie, hubFetch } from '../../support/testAccount.ts';

let city: SimulatorProcess;
let hub: HubProcess;
let desk: SurfaceClient;
let key: SenderKey;
let phones = 0;
const clients: SurfaceClient[] = [];

interface Place {
  siteId: string;
  siteName: string;
  cameraId: string;
  externalId: string;
}
let own: Place;
let other: Place;
let names: string[];

beforeAll(async () => {
  city = await startSimulatorProcess({ settings: { MINGCHU_SIM_SITES: '4', MINGCHU_SIM_CAMERAS: '6' } });
  hub = await startHubProcess();
  await registerCity(hub.url, city.controlUrl);
  desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
  const directory = await desk.request('cameras:readDirectory', {});
  if (!directory.ok) throw new Error(directory.message);
  const { sites, cameras } = directory.data;
  const places = sites.flatMap(({ siteId, siteName }): Place[] => {
    const camera = cameras.find((one) => one.siteId === siteId);
    return camera === undefined ? [] : [{ ...camera, siteName }];
  });
  [own, other] = places as [Place, Place];
  names = sites.map(({ siteName }) => siteName);
  key = await makeAlertKey(hub.url);
  const squad = await desk.request('squads:saveSquad', {
    squad: { squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false },
  });
  expect(squad.ok).toBe(true);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  const listed = await desk.request('sites:listLinks', { siteId: own.siteId });
  for (const { linkId } of listed.ok ? listed.data.links : []) {
    await desk.request('sites:revokeLink', { siteId: own.siteId, linkId });
  }
});
afterAll(async () => {
  desk.close();
  await hub.stop();
  await city.stop();
});

async function makeLink(siteId = own.siteId): Promise<{ code: string; linkId: string }> {
  const made = await desk.request('sites:makeLink', { siteId, forWhom: '张经理' });
  if (!made.ok) throw new Error(made.message);
  return { code: made.data.code, linkId: made.data.link.linkId };
}

function post(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${hub.url}/api/v1/site-session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** A phone that was signed in by a link: its cookie. */
async function signIn(siteId = own.siteId): Promise<{ cookie: string; linkId: string; token: string }> {
  const { code, linkId } = await makeLink(siteId);
  phones += 1;
  const token = `phone-${phones}-`.padEnd(43, 'y');
  const answer = await post({ code, token });
  expect(answer.status).toBe(200);
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { cookie, linkId, token };
}

async function open(headers: Record<string, string>): Promise<SurfaceClient> {
  const client = await connectSurface(hub.url, { protocolVersion }, headers);
  clients.push(client);
  return client;
}
async function join(cookie: string): Promise<SurfaceClient> {
  const client = await open({ cookie });
  expect(await client.request('session:join', { surface: 'site' })).toMatchObject({ ok: true });
  return client;
}

async function raise(place: Place, number: number, picture?: Buffer): Promise<string> {
  const answer = await postAlerts(hub.url, key, {
    alerts: [
      {
        externalId: `e${number}`,
        cameraId: place.externalId,
        kind: number % 2 === 0 ? 'smoking' : 'no_mask',
        occurredAt: new Date().toISOString(),
        message: '内部消息',
        ...(picture === undefined ? {} : { snapshot: { base64: picture.toString('base64') } }),
      },
    ],
  });
  const { results } = (await answer.json()) as { results: { alertId?: string }[] };
  const alertId = results[0]?.alertId;
  if (alertId === undefined) throw new Error(JSON.stringify(results));
  return alertId;
}

describe('a site over the network', () => {
  it('receives its own cameras and alerts, and nothing of anybody else', async () => {
    const { cookie } = await signIn();
    const client = await join(cookie);
    const received: unknown[] = [];
    const ask = async (name: Parameters<SurfaceClient['requestAnything']>[0], input: object = {}) => {
      const answer = await client.requestAnything(name, input);
      received.push(answer);
      return answer as { ok: boolean; data?: Record<string, unknown> };
    };
    await ask('session:join', { surface: 'site' });
    const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#804020' } })
      .jpeg()
      .toBuffer();
    await raise(other, 1);
    const alertId = await raise(own, 2, jpeg);
    await vi.waitFor(() => expect(client.noticesOf('sites:alertsChanged').length).toBeGreaterThan(0));
    await desk.request('alerts:work', {
      commandId: 'k1',
      alertIds: [alertId],
      deed: { type: 'note' },
      note: '内部记录：怀疑老板',
    });
    await ask('sites:readAlerts');
    await ask('sites:getAlertPicture', { alertId });
    await ask('cameras:openStream', { cameraId: own.cameraId, stream: 'main' });
    for (const name of [
      'alerts:search',
      'cameras:readDirectory',
      'orders:search',
      'map:readSites',
    ] as const) {
      expect(await ask(name, { filter: {}, limit: 1 })).toMatchObject({ reason: 'session.forbidden' });
    }
    for (const name of ['cameras:openStream', 'cameras:getPoster'] as const) {
      expect(await ask(name, { cameraId: other.cameraId, stream: 'sub' })).toMatchObject({
        ok: false,
        reason: 'session.outside_scope',
      });
    }
    const text = JSON.stringify([received, client.notices]);
    expect(text).toContain(own.siteName);
    for (const name of names) if (name !== own.siteName) expect(text).not.toContain(name);
    for (const foreign of [other.cameraId, other.siteId, '温泉中队', '内部', '张经理', 'wenquan']) {
      expect(text).not.toContain(foreign);
    }
    expect(new Set(client.notices.map(({ name }) => name.split(':')[0]))).not.toContain('squads');
  });

  it('is served small pictures of two cameras, and no more than four streams while they change', async () => {
    const { cookie } = await signIn();
    const client = await join(cookie);
    const opened = await client.request('cameras:openStream', { cameraId: own.cameraId, stream: 'main' });
    expect(opened).toMatchObject({ ok: true, data: { stream: 'sub' } });
  });

  it('ends with its link within 1 s: the connection, and every request after it', async () => {
    const { cookie, linkId, token } = await signIn();
    const client = await join(cookie);
    const ended = new Promise<void>((resolve) => void client.socket.once('disconnect', () => resolve()));
    const began = performance.now();
    expect(await desk.request('sites:revokeLink', { siteId: own.siteId, linkId })).toMatchObject({
      ok: true,
    });
    await ended;
    expect(performance.now() - began).toBeLessThan(1_000);
    await expect(open({ cookie })).rejects.toThrow();
    for (const headers of [{ cookie }, { authorization: `Bearer ${token}` }]) {
      const poster = await fetch(`${hub.url}/api/v1/cameras/${own.cameraId}/poster.jpg`, { headers });
      expect(poster.status).toBe(401);
    }
  });

  it('comes in without a cookie by the secret of its page', async () => {
    const { token } = await signIn();
    const socket = io(hub.url, {
      auth: { protocolVersion },
      protocols: subprotocolsOf({ siteToken: token }),
      parser: messagePackParser,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    const joined: unknown = await socket.timeout(5_000).emitWithAck('session:join', { surface: 'site' });
    expect(joined).toMatchObject({ data: { snapshot: { site: { siteId: own.siteId } } } });
    socket.disconnect();
    const session = await fetch(`${hub.url}/api/v1/site-session`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await session.json()).toMatchObject({ site: { siteId: own.siteId } });
  });

  it('is the site on its own page, and a person at the desk, in one browser', async () => {
    const { cookie } = await signIn();
    const both = `${administratorCookie}; ${cookie}`;
    const client = await open({ cookie: both });
    expect(await client.request('session:join', { surface: 'site' })).toMatchObject({
      data: { snapshot: { role: 'site', site: { siteId: own.siteId } } },
    });
    expect(await client.request('session:join', { surface: 'desk' })).toMatchObject({
      data: { snapshot: { role: 'administrator' } },
    });
    const foreign = `${hub.url}/api/v1/cameras/${other.cameraId}/poster.jpg`;
    const asSite = await fetch(foreign, { headers: { cookie: both, [surfaceHeader]: 'site' } });
    expect(asSite.status).toBe(404);
  });

  it.each(['desk', 'wall', 'showcase', 'field'] as const)('cannot join as %s', async (surface) => {
    const { cookie } = await signIn();
    const client = await open({ cookie });
    const joined = await client.request('session:join', { surface });
    if (surface === 'field') expect(joined).toMatchObject({ data: { snapshot: { role: 'stranger' } } });
    else expect(joined).toMatchObject({ ok: false, reason: 'session.may_not_open' });
  });

  it('has its link in no log and no address: the code stands in the fragment, and pages send no referrer', async () => {
    const made = await desk.request('sites:makeLink', { siteId: own.siteId, forWhom: '王' });
    if (!made.ok) throw new Error(made.message);
    expect(made.data.path).toBe(`/site.html#code=${made.data.code}`);
    const token = 'z'.repeat(43);
    const answer = await post({ code: made.data.code, token });
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/i);
    expect(await answer.text()).not.toContain(token);
    expect(hub.output()).not.toContain(made.data.code);
    expect(hub.output()).not.toContain(token);
  });

  it('signs in nobody with a wrong, forged or foreign request, and that is in the audit log', async () => {
    const token = 'w'.repeat(43);
    for (const body of [{}, { code: 'x', token }, { code: 'ABCD-EFGH-JKLM-NPQR', token: 'short' }]) {
      expect((await post(body)).status).toBe(400);
    }
    expect((await post({ code: 'ABCD-EFGH-JKLM-NPQR', token })).status).toBe(404);
    const { code } = await makeLink();
    expect((await post({ code, token }, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await post({ code, token })).status).toBe(200);
    expect((await post({ code, token: 'v'.repeat(43) })).status).toBe(409);
    await vi.waitFor(async () => {
      const denied = await desk.request('audit:search', {
        filter: { kinds: ['session'] },
        limit: 50,
      });
      expect(JSON.stringify(denied)).toContain('code_used');
      expect(JSON.stringify(denied)).toContain('code_unknown');
      expect(JSON.stringify(denied)).not.toContain(code);
    });
  });

  it('reads, answers and photographs its own findings, and no other’s', async () => {
    const [mine, theirs] = [await signIn(), await signIn(other.siteId)];
    const [page, neighbour] = [await join(mine.cookie), await join(theirs.cookie)];
    for (const [findingId, { siteId, cameraId }] of [
      ['own', own],
      ['foreign', other],
    ] as const) {
      const content = { class: 2 as const, clauses: [], words: `垃圾桶未加盖 ${findingId}` };
      expect(await desk.request('findings:create', { findingId, siteId, cameraId, content })).toMatchObject({
        ok: true,
      });
    }
    const idsRead = async (client: SurfaceClient): Promise<string[] | undefined> => {
      const read = await client.request('findings:readOwn', {});
      return read.ok ? read.data.findings.map(({ findingId }) => findingId) : undefined;
    };
    const drawn = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#804020' } })
      .jpeg()
      .toBuffer();
    const alertId = await raise(own, 4, drawn);
    await vi.waitFor(async () =>
      expect(await desk.request('alerts:getSnapshot', { alertId })).toMatchObject({
        data: { state: 'ready' },
      }),
    );
    const content = { class: 3 as const, clauses: [], words: '地面有积水' };
    await desk.request('findings:create', { findingId: 'own-of-alert', alertId, content });
    for (const [asker, name] of [
      [page, 'findings:getOwnPictures'],
      [desk, 'findings:getPictures'],
    ] as const) {
      const pair = await asker.request(name, { findingId: 'own-of-alert' });
      const before = pair.ok ? pair.data.before?.jpeg : undefined;
      expect(await sharp(before).metadata()).toMatchObject({ format: 'jpeg', width: 64 });
    }
    expect((await idsRead(page))?.toSorted()).toEqual(['own', 'own-of-alert']);
    expect(await idsRead(neighbour)).toEqual(['foreign']);
    await vi.waitFor(() => expect(page.noticesOf('findings:ownChanged')).not.toEqual([]));
    expect(await page.request('findings:getOwnPictures', { findingId: 'foreign' })).toEqual({
      ok: true,
      data: {},
    });

    const jpeg = await sharp({ create: { width: 320, height: 200, channels: 3, background: '#208040' } })
      .jpeg()
      .toBuffer();
    const http = (path: string, cookie: string, request: RequestInit = {}): Promise<Response> =>
      fetch(`${hub.url}/api/v1/attachments${path}`, {
        ...request,
        headers: { cookie, [surfaceHeader]: 'site', ...(request.headers as object) },
      });
    const announce = (cookie: string, owner: object, attachmentId: string): Promise<Response> =>
      http('', cookie, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          attachmentId,
          owner,
          kind: 'photograph',
          purpose: 'before',
          bytes: jpeg.byteLength,
          sha256: createHash('sha256').update(jpeg).digest('hex'),
          ageMs: 0,
        }),
      });
    const put = (cookie: string): Promise<Response> =>
      http('/p-own/upload?offset=0', cookie, {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(jpeg),
      });
    const order = await desk.request('orders:create', {
      orderId: 'order-of-site',
      content: {
        kind: 'other',
        priority: 2,
        place: { siteId: own.siteId, name: own.siteName },
        instructions: '',
        checklist: [],
      },
    });
    expect(order).toMatchObject({ ok: true });
    for (const owner of [
      { kind: 'finding', id: 'foreign' },
      { kind: 'finding', id: 'nothing' },
      { kind: 'order', id: 'order-of-site' },
      { kind: 'site', id: own.siteId },
      { kind: 'shift', id: 'today' },
    ]) {
      expect((await announce(mine.cookie, owner, 'p-foreign')).status).toBe(404);
      expect(await page.requestAnything('attachments:list', { owner })).toMatchObject({
        reason: 'session.forbidden',
      });
    }
    expect((await announce(mine.cookie, { kind: 'finding', id: 'own' }, 'p-own')).status).toBe(200);
    // The neighbour neither continues, nor sees, nor takes over what this site sends.
    expect((await put(theirs.cookie)).status).toBe(404);
    expect((await http('/p-own/upload', theirs.cookie)).status).toBe(404);
    expect(await (await put(mine.cookie)).json()).toMatchObject({ state: 'kept' });
    for (const part of ['file', 'thumbnail.jpg']) {
      expect((await http(`/p-own/${part}`, mine.cookie)).status).toBe(200);
      expect((await http(`/p-own/${part}`, theirs.cookie)).status).toBe(404);
    }
    const deed = { type: 'answer', answer: { kind: 'corrected', words: '已换桶' } } as const;
    const report = (reportId: string, findingId: string) => ({
      reportId,
      findingId,
      revision: 1,
      deed,
      ageMs: 0,
    });
    expect(
      await page.request('findings:answerOwn', { reports: [report('a1', 'foreign'), report('a2', 'own')] }),
    ).toMatchObject({
      data: {
        results: [
          { reportId: 'a1', applied: false, refusal: 'no_such_finding' },
          { reportId: 'a2', applied: true },
        ],
      },
    });
    expect(await desk.request('findings:read', { findingId: 'foreign' })).toMatchObject({
      data: { finding: { state: 'open', revision: 1 } },
    });
    expect(await desk.request('findings:read', { findingId: 'own' })).toMatchObject({
      data: { finding: { state: 'answered', answer: { by: { id: `site:${own.siteId}` }, words: '已换桶' } } },
    });
    // At the desk it stands as the site's, and as the photograph after, whatever the site called it.
    expect(await desk.request('attachments:list', { owner: { kind: 'finding', id: 'own' } })).toMatchObject({
      data: {
        attachments: [
          {
            attachmentId: 'p-own',
            purpose: 'after',
            by: { kind: 'site', id: own.siteId, name: `${own.siteName} · 张经理` },
          },
        ],
      },
    });
    await vi.waitFor(() => {
      const last = page
        .noticesOf('findings:ownChanged')
        .flatMap(({ findings }) => findings)
        .findLast(({ findingId }) => findingId === 'own');
      expect(last).toMatchObject({ state: 'answered', photographs: [{ attachmentId: 'p-own', by: 'site' }] });
    });
    expect(JSON.stringify(neighbour.notices)).not.toContain('"own"');
    expect(JSON.stringify(page.notices)).not.toContain('foreign');
  });

  it('appeals once; an officer decides, and everybody who is concerned sees it', async () => {
    const { cookie } = await signIn();
    const client = await join(cookie);
    const alertId = await raise(own, 9);
    const report = { type: 'appeal', alertId, reason: 'steam_or_light', note: '蒸汽' } as const;
    const sent = { reports: [{ reportId: 'r9', report, ageMs: 0 }] };
    expect(await client.request('sites:report', sent)).toMatchObject({
      data: { results: [{ reportId: 'r9', applied: true }] },
    });
    expect(await desk.request('sites:readAlert', { alertId })).toMatchObject({
      data: { appeal: { state: 'waiting', note: '蒸汽' } },
    });
    await desk.request('sites:decideAppeal', { alertId, decision: { type: 'uphold' } });
    await vi.waitFor(() => {
      const last = client
        .noticesOf('sites:alertsChanged')
        .flatMap(({ alerts }) => alerts)
        .findLast((alert) => alert.alertId === alertId);
      expect(last).toMatchObject({ state: 'false_alarm', appeal: { state: 'upheld' } });
    });
    expect(await hubFetch(`${hub.url}/api/v1/alerts/${alertId}`).then((one) => one.json())).toMatchObject({
      alert: { state: 'false_alarm' },
    });
  });
});
