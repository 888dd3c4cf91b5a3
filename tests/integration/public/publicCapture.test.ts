import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RegistryImport } from '../../../src-shared/cameras/registryImport.ts';
import type { RegistryImportReport } from '../../../src-shared/cameras/registryReport.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import type { PublicKitchensPage, PublicSitePage } from '../../../src-shared/public/publicPage.ts';
import { softenedStreamId } from '../../../src-shared/public/public.protocol.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import {
  eventually,
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../../support/processes.ts';
import { freePort } from '../../support/freePort.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

let city: SimulatorProcess;
let hub: HubProcess;
let desk: SurfaceClient;
/** Where phones ask. */
let publicUrl: string;
let directory: OutputOf<'cameras:readDirectory'>;
/** Everything that a public connection was sent, as text. */
const captured: string[] = [];

function dataOf<T>(answer: Ack<T>): T {
  if (!answer.ok) throw new Error(answer.message);
  return answer.data;
}
/** A screen for visitors, of which every byte that comes is kept. */
async function connectShowcase(): Promise<SurfaceClient> {
  const screen = await connectSurface(hub.url);
  screen.socket.io.engine.on('packet', (packet: { data?: unknown }) => {
    const { data } = packet;
    if (data instanceof Uint8Array || data instanceof ArrayBuffer)
      captured.push(Buffer.from(data as Uint8Array).toString());
    else captured.push(String(data));
  });
  await screen.request('session:join', { surface: 'showcase' });
  return screen;
}

beforeAll(async () => {
  city = await startSimulatorProcess({ settings: { MINGCHU_SIM_SITES: '4', MINGCHU_SIM_CAMERAS: '6' } });
  const port = await freePort();
  publicUrl = `http://127.0.0.1:${port}`;
  hub = await startHubProcess({
    settings: { MINGCHU_MEDIA_WORKERS: '1', MINGCHU_PUBLIC_PORT: String(port) },
  });
  await registerCity(hub.url, city.controlUrl);
  desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
  directory = dataOf(await desk.request('cameras:readDirectory', {}));
});
afterAll(async () => {
  desk.close();
  await hub.stop();
  await city.stop();
});

it('shows visitors softened pictures of sites that agreed, and sends them nothing else', async () => {
  const screen = await connectShowcase();
  const camera = directory.cameras[0];
  const site = directory.sites.find(({ siteId }) => siteId === camera?.siteId);
  if (camera === undefined || site === undefined) throw new Error('the city is empty');
  const { cameraId } = camera;
  const { siteId } = site;
  const watch = () => screen.request('public:watch', { cameraId });
  expect(await watch()).toMatchObject({ reason: 'public.not_shown' });
  expect(dataOf(await screen.request('public:readKitchens', {})).kitchens).toEqual([]);

  const { code } = dataOf(
    await desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-01' }),
  ).site;
  await eventually('the news', () => screen.noticesOf('public:kitchensChanged').length === 1);
  const { kitchens } = dataOf(await screen.request('public:readKitchens', {}));
  expect(kitchens.map((kitchen) => kitchen.siteId)).toEqual([siteId]);

  // The stream: the softened one alone, and only after asking for it.
  const receiver = await receive(screen);
  const consume = (streamId: string) =>
    screen.request('media:consume', { streamId, kind: 'video', ...receiver });
  expect(await consume(`public:${cameraId}`)).toMatchObject({ ok: false, code: 'forbidden' });
  const watched = dataOf(await watch());
  expect(watched).toMatchObject({ streamId: `public:${cameraId}`, width: 320, height: 180 });
  const softened = dataOf(await consume(watched.streamId));
  for (const raw of [`${cameraId}:sub`, `${cameraId}:main`, softenedStreamId('nothing'), cameraId]) {
    expect(await consume(raw)).toMatchObject({ ok: false, code: 'forbidden' });
  }
  expect(
    await screen.request('media:consume', { streamId: watched.streamId, kind: 'audio', ...receiver }),
  ).toMatchObject({ ok: false, reason: 'media.nothing_to_consume' });

  // The still, in its own size.
  const still = await eventually(
    'a still',
    async () => dataOf(await screen.request('public:getStill', { cameraId })).still,
    20_000,
  );
  const path = `${hub.url}${still.path}`;
  const picture = await hubFetch(path);
  expect(picture.headers.get('cache-control')).toContain('immutable');
  const { width, height, exif } = await sharp(await picture.arrayBuffer()).metadata();
  expect(width).toBeLessThanOrEqual(320);
  expect(height).toBeLessThanOrEqual(180);
  expect(exif).toBeUndefined();
  expect((await fetch(path)).status).toBe(401);

  // A phone: the list, the site, and every part of its moving pictures.
  const askOnce = async (asked: string, request: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(`${publicUrl}${asked}`, request);
    captured.push(asked, JSON.stringify([...answer.headers]), await answer.clone().text());
    return answer;
  };
  /** For what is there. What is gone is asked once: being sent away for a second is no refusal. */
  const ask = async (asked: string, request: RequestInit = {}): Promise<Response> => {
    for (let again = 0; ; again += 1) {
      const answer = await askOnce(asked, request);
      // A hub that is late sends phones away for a second; they come again, as here.
      if (answer.status !== 503 || again === 20) return answer;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  const onPhone = `/public/sites/${code}?moving=0`;
  const video = await eventually(
    'moving pictures',
    async () => ((await (await ask(onPhone)).json()) as PublicSitePage).cameras[0]?.video,
    20_000,
  );
  const paths = [video.init, ...video.segments.map(({ path: part }) => part)];
  for (const part of paths) {
    const answer = await ask(part);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
  }
  // Live: one picture of the softened copy, and no sound, which is offered too. What comes after it is seen in Chromium (showcase.e2e.test.ts).
  const offer = {
    method: 'POST',
    headers: { 'content-type': 'application/sdp' },
    body: offerToReceive,
  };
  const livePath = ((await (await ask(onPhone)).json()) as PublicSitePage).cameras[0]?.live ?? '';
  expect(livePath).toBe(`/public/live/${code}/0`);
  const given = await ask(livePath, offer);
  const answer = await given.text();
  expect([given.status, given.headers.get('cache-control')]).toEqual([201, 'no-store']);
  expect(answer.match(/^m=.*$/gm)).toEqual([
    'm=video 9 UDP/TLS/RTP/SAVPF 103',
    'm=audio 0 UDP/TLS/RTP/SAVPF 111',
  ]);
  expect(answer.match(/^a=(?:sendonly|inactive)/gm)).toEqual(['a=sendonly', 'a=inactive']);
  expect(answer.match(/^a=ssrc:\d+ /gm)).toHaveLength(1);
  for (const wrong of [livePath.replace(/0$/, '1'), '/public/live/AAAA-BBBB-CCCC/0'])
    expect((await ask(wrong, offer)).status).toBe(404);
  expect(await publicLive()).toBe(1);

  const listed = ((await (await ask('/public/kitchens')).json()) as PublicKitchensPage).kitchens;
  expect(listed.map((kitchen) => kitchen.code)).toEqual([code]);
  expect(listed[0]?.near?.latitude).toBeCloseTo(site.latitude ?? 0, 2);

  // The consent is withdrawn while somebody watches: stream, still and list are gone.
  const withdrawnAtMs = performance.now();
  dataOf(await desk.request('public:withdrawConsent', { siteId }));
  await eventually('the end of the stream', () =>
    screen
      .noticesOf('media:consumersClosed')
      .some(({ consumerIds }) => consumerIds.includes(softened.consumerId)),
  );
  expect((await hubFetch(path)).status).toBe(404);
  const gone = await Promise.all([
    ...[onPhone, ...paths].map((one) => askOnce(one)),
    askOnce(livePath, offer),
  ]);
  expect(await publicLive()).toBe(0);
  expect(new Set(gone.map(({ status }) => status))).toEqual(new Set([404]));
  expect(performance.now() - withdrawnAtMs).toBeLessThan(1_000);
  expect(dataOf(await screen.request('public:readKitchens', {})).kitchens).toEqual([]);
  expect(await watch()).toMatchObject({ reason: 'public.not_shown' });

  const all = captured.join('\n');
  expect(all).toContain(site.siteName);
  for (const other of directory.sites) {
    expect(all).not.toContain(other.siteId === siteId ? other.address : other.siteName);
    if (other.phone !== undefined) expect(all).not.toContain(other.phone);
  }
  for (const other of directory.cameras) {
    if (other.siteId !== siteId) expect(all).not.toContain(other.cameraId);
  }
  expect(all).not.toContain('rtsp:');
  // Where a site is, rounded: never the digits of the registry.
  for (const { latitude, longitude } of directory.sites)
    for (const exact of [latitude, longitude]) expect(all).not.toContain(String(exact));

  // A table that places the camera in a dormitory hides it, whatever is agreed to again; an older one does not bring it back.
  const exported = await hubFetch(`${hub.url}/api/v1/registry/export?format=json`);
  const registry = (await exported.json()) as RegistryImport;
  const sendTable = async (room: string): Promise<RegistryImportReport> => {
    const cameras = registry.cameras.map((one) =>
      one.externalId === camera.externalId ? { ...one, publication: { room } } : one,
    );
    const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sites: [], cameras }),
    });
    return (await answer.json()) as RegistryImportReport;
  };
  expect(await sendTable('dormitory')).toMatchObject({ publicCameras: 1, keptCameras: [] });
  const agreedAgain = await desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-02' });
  expect(dataOf(agreedAgain).site.cameras.find((one) => one.cameraId === cameraId)).toMatchObject({
    room: 'dormitory',
    hidden: 'forbidden_room',
  });
  expect(await sendTable('kitchen')).toMatchObject({ publicCameras: 0, keptCameras: [camera.externalId] });
  expect(await watch()).toMatchObject({ reason: 'public.not_shown' });
  const again = await hubFetch(`${hub.url}/api/v1/registry/export?format=csv&table=cameras`);
  expect(await again.text()).toContain('宿舍');
  screen.close();
});

it('takes a citizen’s report over its own port, loses nothing by kill -9, and answers its sender with nothing else', async () => {
  const site = directory.sites[1];
  if (site === undefined) throw new Error('the city has one site');
  const { siteId, siteName } = site;
  const { code: siteCode } = dataOf(
    await desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-01' }),
  ).site;
  const answers: string[] = [];
  const askOnce = async (path: string, request: RequestInit = {}) => {
    const answer = await fetch(`${publicUrl}${path}`, request);
    const text = await answer.text();
    answers.push(JSON.stringify([...answer.headers]) + text);
    return { status: answer.status, body: JSON.parse(text) as never };
  };
  /** Asks as a phone does, again where the hub is busy (a start on a slow machine), and keeps every byte of the answers. */
  const ask = (path: string, request: RequestInit = {}): Promise<{ status: number; body: never }> =>
    eventually('an answer to a phone', async () => {
      const answer = await askOnce(path, request);
      return answer.status === 503 ? undefined : answer;
    });
  const photo = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#593' } })
    .withExif({ IFD0: { Artist: 'SECRET-PERSON' } })
    .jpeg()
    .toBuffer();
  const send = (id: string, text: string, isWithPhoto: boolean) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ id, site: siteCode, text })) body.append(name, value);
    if (isWithPhoto) body.append('photo', new Blob([new Uint8Array(photo)]), 'photo.jpg');
    return ask('/public/reports', { method: 'POST', body });
  };
  const id = 'a'.repeat(32);
  const first = await send(id, '案板上有老鼠', true);
  expect(first.status).toBe(201);
  const { code } = first.body as { code: string };
  const { port } = new URL(hub.url);
  const front = await frontOfHub();
  await hub.kill();
  desk.close();
  await eventually('the end of the front', () => !existsSync(`/proc/${front}`));
  hub = await startHubProcess({
    dataDir: hub.dataDir,
    port: Number(port),
    settings: { MINGCHU_MEDIA_WORKERS: '1', MINGCHU_PUBLIC_PORT: new URL(publicUrl).port },
  });
  desk = await connectSurface(hub.url);
  const { snapshot } = dataOf(await desk.request('session:join', { surface: 'desk' }));
  const alert = snapshot.alerts?.open.find(({ kindId }) => kindId === 'citizen_report');
  expect(alert).toMatchObject({ class: 3, state: 'new', message: '案板上有老鼠', place: { siteName } });
  expect(alert?.place).not.toHaveProperty('cameraId');
  const alertId = alert?.alertId ?? '';
  const [report] = snapshot.citizenReports ?? [];
  expect(report).toMatchObject({ alertId, text: '案板上有老鼠' });
  const picture = await eventually('the photograph', async () => {
    const { jpeg } = dataOf(await desk.request('alerts:getSnapshot', { alertId }));
    return jpeg;
  });
  expect((await sharp(picture).metadata()).exif).toBeUndefined();

  // The same again is answered alike; another joins the site's alert.
  expect((await send(id, '案板上有老鼠', true)).body).toEqual(first.body);
  expect((await send('b'.repeat(32), '后门没关', false)).status).toBe(201);
  await eventually('the second report', async () => {
    const read = dataOf(await desk.request('citizens:readReports', { alertId }));
    return read.reports.length === 2;
  });
  expect(dataOf(await desk.request('alerts:read', { alertId })).alert.count).toBe(2);
  const followed = async (): Promise<unknown> =>
    (await ask('/public/report', { headers: { 'x-report-code': code } })).body;
  expect(await followed()).toMatchObject({ siteName, stage: 'received' });
  dataOf(
    await desk.request('alerts:work', {
      commandId: 'c1',
      alertIds: [alertId],
      deed: { type: 'acknowledge' },
    }),
  );
  await eventually('being looked into', async () => {
    const { stage } = (await followed()) as { stage: string };
    return stage === 'looked_into';
  });
  const reportIds = [report?.reportId ?? ''];
  dataOf(await desk.request('citizens:answer', { reportIds, text: '已责令整改，谢谢您。' }));
  expect(await followed()).toMatchObject({ stage: 'answered', answer: '已责令整改，谢谢您。' });
  expect(desk.noticesOf('citizens:reportsChanged').at(-1)).toMatchObject({
    reports: [{ reportId: reportIds[0], answered: { text: '已责令整改，谢谢您。' } }],
  });
  // A forged code, a wrong report code, and a site that withdraws.
  const forged = await ask('/public/report', { headers: { 'x-report-code': 'AAAAA-AAAAA' } });
  expect(forged.status).toBe(404);
  dataOf(await desk.request('public:withdrawConsent', { siteId }));
  expect((await send('c'.repeat(32), '还有', false)).status).toBe(404);

  const all = answers.join('\n');
  expect(all).toContain(siteName);
  const others = directory.sites.filter((other) => other.siteId !== siteId).map((other) => other.siteName);
  const secrets = [site.address, siteId, alertId, ...reportIds, site.district, 'SECRET-PERSON', ...others];
  for (const secret of secrets) expect(all, secret).not.toContain(secret);
  expect(all).not.toMatch(/alertId|officer|answeredBy|"by"/);
});

it('answers the public again within 2 s when its front alone was killed', async () => {
  const front = await frontOfHub();
  expect(getPriority(front)).toBeGreaterThan(getPriority(hub.pid));
  process.kill(front, 'SIGKILL');
  const isAnswered = async (): Promise<boolean> =>
    (await fetch(`${publicUrl}/public/kitchens`).catch(() => undefined))?.status === 200;
  await eventually('the end of the front', () => !existsSync(`/proc/${front}`));
  await eventually('the public’s port', isAnswered, 2_000);
  expect(await frontOfHub()).not.toBe(front);
  expect(await metricOf('mingchu_public_front_starts')).toBe(2);
});

/** What a browser offers to receive; nothing is ever sent there. */
const offerToReceive = [
  'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n',
  ...[
    'm=video 9 UDP/TLS/RTP/SAVPF 103|a=mid:0|a=rtpmap:103 H264/90000|a=fmtp:103 packetization-mode=1;profile-level-id=42e01f',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111|a=mid:1|a=rtpmap:111 opus/48000/2',
  ].map((section) =>
    [
      ...section.split('|'),
      'a=ice-ufrag:abcd',
      'a=ice-pwd:0123456789012345678901',
      `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
      'a=setup:actpass',
      'a=recvonly',
      'a=rtcp-mux',
      '',
    ].join('\r\n'),
  ),
].join('');

/** Phones that have a picture by WebRTC, as the hub counts them. */
const publicLive = (): Promise<number> => metricOf('mingchu_public_live');

async function metricOf(name: string): Promise<number> {
  const metrics = await (await hubFetch(`${hub.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)?.[1]);
}

/** The process of the hub that has the public's port. */
function frontOfHub(): Promise<number> {
  return eventually('the front', () => {
    const children = readFileSync(`/proc/${hub.pid}/task/${hub.pid}/children`, 'utf8').trim().split(' ');
    const isFront = (pid: string): boolean =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('frontProcess.ts');
    const found = children.find((pid) => pid !== '' && isFront(pid));
    return found === undefined ? undefined : Number(found);
  });
}

/** A transport of the one worker, which no browser connects: what may be consumed is decided before. */
async function receive(screen: SurfaceClient) {
  const joined = dataOf(await screen.request('session:join', { surface: 'showcase' }));
  const workerId = joined.snapshot.workers?.[0]?.workerId ?? '';
  const { transportId } = dataOf(await screen.request('media:createTransport', { workerId }));
  return {
    transportId,
    rtpCapabilities: {
      codecs: [
        {
          kind: 'video' as const,
          mimeType: 'video/H264',
          preferredPayloadType: 102,
          clockRate: 90_000,
          parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
          rtcpFeedback: [],
        },
      ],
      headerExtensions: [],
    },
  };
}
