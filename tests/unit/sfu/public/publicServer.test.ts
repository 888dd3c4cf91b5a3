import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { createPublicPages } from '../../../../src-sfu/app/publicPages.ts';
import {
  createPublications,
  type Publications,
} from '../../../../src-sfu/features/public/publications.service.ts';
import type { PublicStills } from '../../../../src-sfu/features/public/publicStills.service.ts';
import { createPublicServer } from '../../../../src-sfu/http/public/publicServer.ts';
import {
  createPublicLivePictures,
  type PublicLiveOptions,
} from '../../../../src-sfu/http/public/publicLivePictures.ts';
import {
  createPublicLimits,
  requestsPerSecondOfAddress,
  wantedCamerasOfAddress,
} from '../../../../src-sfu/http/public/publicLimits.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What must never go out, in every field that the registry has. */
const secrets = [
  'SECRET-ADDRESS',
  'SECRET-PHONE',
  'SECRET-URL',
  'SECRET-OFFICER',
  'SECRET-OTHER',
  '30.1234',
  'SECRET-PAGE',
];
const site = (id: string, name: string) => ({
  id,
  name,
  type: 'restaurant' as const,
  district: '咸安区' as const,
  address: 'SECRET-ADDRESS',
  phone: 'SECRET-PHONE',
  position: { latitude: 30.1234, longitude: 114 },
});
const camera = (id: string, siteId: string, name: string) => ({
  id,
  siteId,
  name,
  urls: { main: 'rtsp://SECRET-URL' },
});
const sites = [site('s', '一店'), site('t', 'SECRET-OTHER')];
const cameras = [
  camera('c', 's', '热厨'),
  camera('d', 's', 'SECRET-OTHER更衣室'),
  camera('e', 't', 'SECRET-OTHER'),
];
const still = { path: `/public/stills/${'a'.repeat(27)}.jpg`, takenAtMs: 5 };
const video = {
  init: `/public/segments/${'i'.repeat(27)}.mp4`,
  codec: 'avc1.42c00d',
  segments: [{ path: `/public/segments/${'s'.repeat(27)}.m4s`, startMs: 0, durationMs: 1_000 }],
};
let nowMs: number;
let http: FastifyInstance;
let publications: Publications;
let wanted: string[];
let places: number;
let offered: string[];
const live: PublicLiveOptions['live'] = {
  hasPlace: (cameraId) => cameraId === 'c' && places > 0,
  async start(address, cameraId, offer) {
    offered.push(`${address} ${cameraId} ${offer}`);
    if (offer === 'v=too often')
      return { ok: false, status: 429, code: 'rate_limited', message: 'Later.', retryAfterSeconds: 40 };
    return offer === 'v=0'
      ? { ok: true, sessionId: 'n'.repeat(24), answer: 'v=0 answer' }
      : { ok: false, status: 422, code: 'unusable_offer', message: '' };
  },
  end: (sessionId) => void offered.push(`end ${sessionId}`),
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  nowMs = 1_000_000_000_000;
  wanted = [];
  places = 0;
  offered = [];
  publications = createPublications({
    repository: { load: async () => ({ sites: [], cameras: [] }), save: async () => undefined },
    stored: { sites: [], cameras: [] },
    registry: {
      site: (id) => sites.find((one) => one.id === id),
      camera: (id) => cameras.find((one) => one.id === id),
      camerasOf: (id) => cameras.filter(({ siteId }) => siteId === id),
    },
    nowMs: () => nowMs,
    today: () => ({ minuteOfDay: 720, date: '2026-03-02' }),
    dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
  });
  const surfacesDir = temporaryFolder('public-');
  mkdirSync(join(surfacesDir, 'assets'));
  writeFileSync(join(surfacesDir, 'public.html'), '<p>云监工</p>');
  writeFileSync(join(surfacesDir, 'desk.html'), 'SECRET-PAGE');
  writeFileSync(join(surfacesDir, 'assets', 'public-1.js'), '');
  writeFileSync(join(surfacesDir, 'assets', 'public-1.js.gz'), 'small');
  const pages = createPublicPages({
    publications,
    stills: {
      want(cameraId) {
        wanted.push(cameraId);
        return still;
      },
      peek: () => undefined,
    } as Partial<PublicStills> as PublicStills,
    segments: { want: (cameraId) => (cameraId === 'c' ? video : undefined) },
    live,
    registry: { site: (id) => sites.find((one) => one.id === id) },
    nowMs: () => nowMs,
    toShownMs: (ownMs) => ownMs,
  });
  http = await createPublicServer({
    ...pages,
    readStill: (name) => (name === `${'a'.repeat(27)}.jpg` ? Buffer.from('jpeg') : undefined),
    readSegment: (name) => (name === `${'s'.repeat(27)}.m4s` ? Buffer.from('mp4') : undefined),
    onHidden: (listener) => publications.onShownChanged(listener),
    isProxy: () => false,
    surfacesDir,
    nowMs: () => nowMs,
  });
  await http.register(createPublicLivePictures({ live, cameraOf: pages.cameraOf }));
});
afterEach(async () => {
  await http.close();
  vi.useRealTimers();
});

async function codeOf(siteId: string): Promise<string> {
  const answer = await publications.readSite(siteId);
  if (!answer.ok) throw new Error(answer.message);
  return answer.data.site.code;
}
/** Asks a second later, so that nothing is answered from what was kept. */
const get = (url: string) => {
  nowMs += 1_000;
  return http.inject({ url });
};

it('answers the site of a code with its shown cameras, and nothing else of the registry', async () => {
  const code = await codeOf('s');
  expect((await get(`/public/sites/${code}`)).statusCode).toBe(404);
  await publications.recordConsent('s', '2026-03-01', 'SECRET-OFFICER');
  await publications.saveSite(
    's',
    { hours: null, facts: { grade: 'A', certificate: 'JY1' } },
    'SECRET-OFFICER',
  );
  const answer = await get(`/public/sites/${code}`);
  expect(answer.json()).toEqual({
    siteName: '一店',
    siteType: 'restaurant',
    district: '咸安区',
    facts: { grade: 'A', certificate: 'JY1' },
    nowMs,
    cameras: [{ cameraName: '热厨', still }],
  });
  expect(wanted).toEqual(['c']);
  expect((await get('/public/kitchens')).json()).toEqual({
    kitchens: [
      {
        code,
        siteName: '一店',
        siteType: 'restaurant',
        district: '咸安区',
        // Rounded to about 100 m.
        near: { latitude: 30.123, longitude: 114 },
      },
    ],
  });
});

it('sends nothing that is not public on any path', async () => {
  await publications.recordConsent('s', '2026-03-01', 'SECRET-OFFICER');
  const codes = [
    await codeOf('s'),
    await codeOf('t'),
    'AAAA-BBBB-CCCC',
    '../../desk.html',
    '%2e%2e%2fdesk.html',
  ];
  const paths = [
    ...codes.flatMap((code) => [`/public/sites/${code}`, `/k/${code}`]),
    ...['/', '/public.html', '/desk.html', '/wall.html', '/assets/../desk.html', '/assets/%2e%2e/desk.html'],
    ...['/healthz', '/metrics', '/api/v1/accounts', '/api/v1/cameras/c/poster.jpg', '/public/kitchens'],
    ...[
      '/public/stills/c.jpg',
      `/public/stills/${'b'.repeat(27)}.jpg`,
      '/socket.io/?EIO=4&transport=polling',
    ],
  ];
  const captured = (await Promise.all(paths.map(get)))
    .map(({ headers, body }) => JSON.stringify(headers) + body)
    .join('\n');
  for (const secret of secrets) expect(captured).not.toContain(secret);
  expect(captured).toContain('云监工');
  const posted = await http.inject({ method: 'POST', url: '/public/kitchens', payload: { a: 1 } });
  expect(posted.statusCode).toBeGreaterThanOrEqual(400);
});

it('answers moving pictures of the one camera that is asked for, in parts that may be kept', async () => {
  const code = await codeOf('s');
  await publications.recordConsent('s', '2026-03-01', '王芳');
  const { cameras: shown } = (await get(`/public/sites/${code}?moving=0`)).json();
  expect(shown).toEqual([{ cameraName: '热厨', still, video }]);
  for (const query of ['', '?moving=1', '?moving=-1', '?moving=1e0', '?moving=0&moving=0'])
    expect((await get(`/public/sites/${code}${query}`)).json().cameras, query).toEqual([
      { cameraName: '热厨', still },
    ]);
  const part = await get(video.segments[0]!.path);
  expect([part.statusCode, part.body, part.headers['content-type']]).toEqual([200, 'mp4', 'video/mp4']);
  expect(part.headers['cache-control']).toContain('immutable');
  expect((await get('/public/segments/x.m4s')).statusCode).toBe(404);
});

it('gives no answer of before once something is hidden', async () => {
  const code = await codeOf('s');
  await publications.recordConsent('s', '2026-03-01', '王芳');
  expect((await get(`/public/sites/${code}`)).statusCode).toBe(200);
  await publications.withdrawConsent('s', '王芳');
  // At the same moment.
  expect((await http.inject({ url: `/public/sites/${code}` })).statusCode).toBe(404);
});

it('answers a forged code as one of a site that has withdrawn its consent', async () => {
  const code = await codeOf('s');
  await publications.recordConsent('s', '2026-03-01', '王芳');
  await publications.drawCurtain({ type: 'site', siteId: 's' }, true, '王芳');
  expect((await get(`/public/sites/${code}`)).json()).toMatchObject({ siteName: '一店', cameras: [] });
  expect((await get('/public/kitchens')).json()).toEqual({ kitchens: [] });
  await publications.withdrawConsent('s', '王芳');
  const withdrawn = await get(`/public/sites/${code}`);
  const forged = await get('/public/sites/AAAA-BBBB-CCCC');
  expect(withdrawn.statusCode).toBe(404);
  expect([forged.statusCode, forged.body]).toEqual([withdrawn.statusCode, withdrawn.body]);
});

it('refuses an address that asks too much, and no other', async () => {
  const ask = (remoteAddress: string) => http.inject({ url: '/public/kitchens', remoteAddress });
  const answers = await Promise.all(
    Array.from({ length: requestsPerSecondOfAddress + 10 }, () => ask('192.0.2.1')),
  );
  expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(10);
  expect((await ask('192.0.2.2')).statusCode).toBe(200);
});

it('lets one address make the hub ask for pictures of few cameras within a while, whatever else it asks for', () => {
  const limits = createPublicLimits({ nowMs: () => nowMs });
  const site = (name: string, count: number) =>
    Array.from({ length: count }, (_unused, at) => `${name}${at}`);
  expect(limits.mayWant('192.0.2.1', site('large', 20))).toBe(true);
  expect(limits.mayWant('192.0.2.1', site('a', 1))).toBe(false);
  expect(limits.mayWant('2001:db8::1', site('a', 7))).toBe(true);
  nowMs += 14_000;
  expect(limits.mayWant('2001:db8::2', site('b', 6))).toBe(false);
  expect(limits.mayWant('2001:db8::2', site('b', 5))).toBe(true);
  expect(limits.mayWant('2001:db8:1::1', site('b', 6))).toBe(true);
  // Without a moment at which all begins again: what was wanted just now still counts.
  nowMs += 1_000;
  expect(limits.mayWant('2001:db8::3', site('c', 8))).toBe(false);
  expect(limits.mayWant('2001:db8::3', site('c', 7))).toBe(true);
  expect(limits.mayWant('2001:db8::3', site('b', 5))).toBe(true);
  limits.close();
});

it('counts no codes that no site has, and answers who may not make the hub ask as it is', async () => {
  await publications.recordConsent('s', '2026-03-01', '王芳');
  const code = await codeOf('s');
  const ask = (url: string, remoteAddress: string) => http.inject({ url, remoteAddress });
  const forged = Array.from(
    { length: 2 * wantedCamerasOfAddress },
    (_unused, index) => `AAAA-BBBB-CC${10 + index}`,
  );
  for (const other of forged) await ask(`/public/sites/${other}`, '2001:db8::1');
  const page = async (remoteAddress: string) =>
    (await ask(`/public/sites/${code}?moving=0`, remoteAddress)).json().cameras;
  expect([await page('2001:db8:2::1'), wanted]).toEqual([[{ cameraName: '热厨', still, video }], ['c']]);
  nowMs += 1_000;
  wanted = [];
  for (let index = 0; index < wantedCamerasOfAddress; index += 1)
    cameras.push(camera(`u${index}`, 'u', `凉菜${index}`));
  sites.push(site('u', '三店'));
  try {
    await publications.recordConsent('u', '2026-03-01', '王芳');
    await ask(`/public/sites/${await codeOf('u')}`, '2001:db8::1');
    expect(wanted).toHaveLength(wantedCamerasOfAddress);
    wanted = [];
    // Another address of the same network.
    expect([await page('2001:db8::2'), wanted]).toEqual([[{ cameraName: '热厨' }], []]);
    // What was made for it does not count for who may ask, at the same moment.
    const others = await page('2001:db8:1::1');
    expect([others, wanted]).toEqual([[{ cameraName: '热厨', still, video }], ['c']]);
    expect(await page('2001:db8::2')).toEqual(others);
    nowMs += 15_000;
    await page('2001:db8::2');
    expect(wanted).toEqual(['c', 'c']);
  } finally {
    cameras.splice(3);
    sites.splice(2);
  }
});

it('answers what is ready as its routes do, with the same headers and limits', async () => {
  await publications.recordConsent('s', '2026-03-01', '王芳');
  const path = `/public/sites/${await codeOf('s')}?moving=0`;
  await http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = http.server.address() as AddressInfo;
  const ask = async (url: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${url}`, { headers: { connection: 'close' } });
    const {
      date: _date,
      connection: _connection,
      'keep-alive': _alive,
      ...headers
    } = Object.fromEntries(answer.headers);
    return { status: answer.status, headers, body: await answer.text() };
  };
  // The first one comes from the route, the second is ready; a query written otherwise goes to the route again.
  const [first, second, other] = [await ask(path), await ask(path), await ask(`${path}&x=1`)];
  expect(first).toMatchObject({ status: 200, headers: { 'x-content-type-options': 'nosniff' } });
  expect([second, other]).toEqual([first, first]);
  const picture = await ask(still.path);
  const inRoute = await http.inject({ url: still.path });
  expect([picture.body, picture.headers['cache-control'], picture.headers['content-type']]).toEqual([
    inRoute.body,
    inRoute.headers['cache-control'],
    inRoute.headers['content-type'],
  ]);
  expect((await ask(`/public/stills/${'b'.repeat(27)}.jpg`)).status).toBe(404);
  // Hidden, it is not ready any more.
  await publications.withdrawConsent('s', '王芳');
  expect((await ask(path)).status).toBe(404);
  const many = await Promise.all(Array.from({ length: requestsPerSecondOfAddress }, () => ask(still.path)));
  const refused = many.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({ headers: { 'retry-after': '2', 'cache-control': 'no-store' } });
  expect(JSON.parse(refused[0]?.body ?? '')).toMatchObject({ error: { code: 'too_many' } });
});

it('sends the list of kitchens and the files of the page small to who takes them so', async () => {
  await publications.recordConsent('s', '2026-03-01', '王芳');
  nowMs += 5_000;
  const plain = await http.inject({ url: '/public/kitchens' });
  const small = await http.inject({ url: '/public/kitchens', headers: { 'accept-encoding': 'gzip, br' } });
  expect([plain.headers['content-encoding'], small.headers['content-encoding']]).toEqual([undefined, 'gzip']);
  expect(gunzipSync(small.rawPayload).toString()).toBe(plain.body);
  expect([plain.headers['vary'], small.headers['vary']]).toEqual(['accept-encoding', 'accept-encoding']);
  const script = '/assets/public-1.js';
  const sent = async (encodings: string) => {
    const { headers, body } = await http.inject({ url: script, headers: { 'accept-encoding': encodings } });
    return [headers['content-encoding'], headers['content-type'], headers['vary'], body];
  };
  const { headers: plainHeaders } = await http.inject({ url: script });
  const type = plainHeaders['content-type'];
  expect(await sent('gzip, deflate')).toEqual(['gzip', type, 'accept-encoding', 'small']);
  expect(await sent('identity')).toEqual([undefined, type, 'accept-encoding', '']);
  expect((await http.inject({ url: `${script}.gz` })).statusCode).toBe(200);
});

it('serves the page while the hub is late, and refuses for a second what is live, however its path is written', async () => {
  const statusOf = async (url: string): Promise<number> => (await http.inject({ url })).statusCode;
  nowMs += 1_000;
  vi.advanceTimersByTime(100);
  const page = ['/', '/k/AAAA-BBBB-CCCC', '/public.html?lang=en', '/assets/public-1.js'];
  expect(await Promise.all(page.map(statusOf))).toEqual([302, 302, 200, 200]);
  const live = [
    '/public/kitchens',
    '/%70ublic/kitchens',
    '//public/kitchens',
    '/public/sites/AAAA-BBBB-CCCC',
    still.path,
  ];
  expect(await Promise.all(live.map(statusOf))).toEqual(live.map(() => 503));
  nowMs += 1_000;
  expect(await statusOf('/public/kitchens')).toBe(200);
});

it('gives a live picture of a camera that is shown, while a place is free, and names no camera', async () => {
  places = 1;
  await publications.recordConsent('s', '2026-03-01', 'o');
  const code = await codeOf('s');
  const ask = (path: string, payload = 'v=0', type = 'application/sdp') => {
    nowMs += 1_000;
    return http.inject({ method: 'POST', url: path, payload, headers: { 'content-type': type } });
  };
  const path = `/public/live/${code}/0`;
  const [first] = (await get(`/public/sites/${code}?moving=0`)).json<{ cameras: { live?: string }[] }>()
    .cameras;
  expect(first?.live).toBe(path);
  const given = await ask(path);
  expect([given.statusCode, given.body, given.headers['cache-control']]).toEqual([
    201,
    'v=0 answer',
    'no-store',
  ]);
  expect(given.headers['location']).toBe(`/public/live/${'n'.repeat(24)}`);
  expect((await http.inject({ method: 'DELETE', url: String(given.headers['location']) })).statusCode).toBe(
    204,
  );
  expect(offered).toEqual(['127.0.0.1 c v=0', `end ${'n'.repeat(24)}`]);

  // No other number, site, code or type; nothing of another host; nothing of it is heard by the service.
  offered = [];
  const other = await codeOf('t');
  for (const wrong of [
    `${code}/1`,
    `${code}/99`,
    `${code}/-1`,
    `${code}/c`,
    `${other}/0`,
    'AAAA-BBBB-CCCC/0',
  ])
    expect((await ask(`/public/live/${wrong}`)).statusCode).toBe(404);
  expect((await ask(path, '{}', 'application/json')).statusCode).toBe(415);
  expect((await ask(path, 'x'.repeat(70_000))).statusCode).toBe(413);
  expect((await http.inject({ method: 'DELETE', url: '/public/live/..%2f' })).statusCode).toBe(204);
  expect((await http.inject({ method: 'OPTIONS', url: path })).statusCode).toBe(404);
  expect(offered).toEqual([]);
  expect((await ask(path, 'no offer')).statusCode).toBe(422);
  const tooOften = await ask(path, 'v=too often');
  expect([tooOften.statusCode, tooOften.headers['retry-after'], tooOften.json()]).toEqual([
    429,
    '40',
    { error: { code: 'rate_limited', message: 'Later.' } },
  ]);

  places = 0;
  offered = [];
  nowMs += 1_000;
  const page = await get(`/public/sites/${code}?moving=0`);
  expect(page.body).not.toContain('/public/live');
  const full = await ask(path);
  expect([full.statusCode, full.headers['retry-after'], offered]).toEqual([503, '60', []]);
  places = 1;
  await publications.withdrawConsent('s', 'o');
  expect((await ask(path)).statusCode).toBe(404);
});
