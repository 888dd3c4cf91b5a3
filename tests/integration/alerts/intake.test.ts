import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeAlertKey,
  postAlerts,
  report,
  signedHeaders,
  taken,
  type SenderKey,
} from '../../support/alertSender.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

let hub: HubProcess;
let key: SenderKey;
let desk: SurfaceClient;

beforeAll(async () => {
  hub = await startHubProcess();
  key = await makeAlertKey(hub.url);
  desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
  const imported = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: [
        {
          externalId: 'S1',
          name: '<img src=x onerror=alert(1)>食堂',
          type: 'school_canteen',
          district: '咸安区',
          position: { latitude: 29.87, longitude: 114.33, system: 'wgs84' },
        },
      ],
      cameras: [
        {
          externalId: 'camera-1',
          siteExternalId: 'S1',
          name: '灶台',
          streams: { main: { url: 'rtsp://127.0.0.1:9/1' } },
        },
      ],
    }),
  });
  expect(imported.status).toBe(200);
});
afterAll(async () => {
  desk.close();
  await hub.stop();
});

async function codeOf(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.message.length).toBeGreaterThan(10);
  return [response.status, error.code];
}

async function storedCount(): Promise<number> {
  const found = await desk.request('alerts:search', { filter: {}, limit: 1 });
  return found.ok ? found.data.total : Number.NaN;
}

describe('a report that is as it should be', () => {
  it('reaches the desk with its place', async () => {
    const { results } = await taken(await postAlerts(hub.url, key, report({ kind: 'uncovered_bin' })));
    expect(results).toMatchObject([{ status: 'raised' }]);
    expect(results[0]?.warnings).toBeUndefined();
    const alert = await eventually('the alert on the desk', () =>
      desk
        .noticesOf('alerts:arrived')
        .flatMap(({ alerts }) => alerts)
        .find(({ alertId }) => alertId === results[0]?.alertId),
    );
    expect(alert).toMatchObject({
      kindId: 'uncovered_bin',
      class: 2,
      state: 'new',
      place: { siteName: '<img src=x onerror=alert(1)>食堂', district: '咸安区', latitude: 29.87 },
    });
  });

  it('sent again is the same alert, alone, in a batch, and twice within one', async () => {
    const one = report({ kind: 'no_mask' });
    const first = await taken(await postAlerts(hub.url, key, one));
    const again = await taken(await postAlerts(hub.url, key, { alerts: [one, report(), one] }));
    expect(again.results.map(({ status }) => status)).toEqual(['repeated', expect.any(String), 'repeated']);
    expect(again.results[0]?.alertId).toBe(first.results[0]?.alertId);
    const read = await desk.request('alerts:read', { alertId: first.results[0]?.alertId ?? '' });
    expect(read.ok && read.data.alert.count).toBe(1);
  });

  it('of another key with the same id is another', async () => {
    const other = await makeAlertKey(hub.url);
    const one = report({ kind: 'stranger' });
    await taken(await postAlerts(hub.url, key, one));
    const { results } = await taken(await postAlerts(hub.url, other, one));
    expect(results[0]?.status).toBe('joined');
  });

  it('gets the first answer again for the same idempotency key, and a refusal for another body', async () => {
    const headers = { 'idempotency-key': randomBytes(8).toString('hex') };
    const body = report({ cameraId: 'elsewhere' });
    const first = await taken(await postAlerts(hub.url, key, body, { headers }));
    expect(await taken(await postAlerts(hub.url, key, body, { headers }))).toEqual(first);
    expect(await codeOf(await postAlerts(hub.url, key, report(), { headers }))).toEqual([
      422,
      'idempotency_key_reused',
    ]);
  });
});

describe('a signature', () => {
  it('that is wrong, late, early or missing is refused, and nothing is taken', async () => {
    const before = await storedCount();
    const late = Date.now() - 5 * 60_000 - 2_000;
    const early = Date.now() + 5 * 60_000 + 2_000;
    expect(await codeOf(await postAlerts(hub.url, key, report(), { secret: 'guessed' }))).toEqual([
      401,
      'bad_signature',
    ]);
    for (const nowMs of [late, early, 0]) {
      expect(await codeOf(await postAlerts(hub.url, key, report(), { nowMs }))).toEqual([
        401,
        'signature_too_old',
      ]);
    }
    const unsigned = await hubFetch(`${hub.url}/api/v1/alerts`, { method: 'POST', body: '{}' });
    expect(await codeOf(unsigned)).toEqual([401, 'not_signed']);
    const nobody = { keyId: "ak_' or 1=1 --", secret: key.secret };
    expect(await codeOf(await postAlerts(hub.url, nobody, report()))).toEqual([401, 'bad_signature']);
    expect(await storedCount()).toBe(before);
  });

  it('is not that of a body that was changed on its way', async () => {
    const headers = signedHeaders(key, Buffer.from(JSON.stringify(report())));
    const response = await hubFetch(`${hub.url}/api/v1/alerts`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(report({ kind: 'rat' })),
    });
    expect(await codeOf(response)).toEqual([401, 'bad_signature']);
  });

  it('is taken once, also by two that come at the same moment', async () => {
    const nonce = randomBytes(16).toString('hex');
    const body = report({ kind: 'smoking' });
    const nowMs = Date.now();
    const both = await Promise.all([1, 2].map(() => postAlerts(hub.url, key, body, { nonce, nowMs })));
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(await codeOf(await postAlerts(hub.url, key, body, { nonce, nowMs }))).toEqual([409, 'replayed']);
  });

  it('of a revoked key is refused from then on', async () => {
    const gone = await makeAlertKey(hub.url);
    await taken(await postAlerts(hub.url, gone, report()));
    await hubFetch(`${hub.url}/api/v1/alert-keys/${gone.keyId}`, { method: 'DELETE' });
    expect(await codeOf(await postAlerts(hub.url, gone, report()))).toEqual([401, 'bad_signature']);
  });
});

describe('a body that is wrong', () => {
  const malformed: [string, object | string, string][] = [
    ['is empty', '', 'malformed_json'],
    ['is cut off', '{"alerts":[{"externalId":"a"', 'malformed_json'],
    ['is a list', '[]', 'malformed_alert'],
    ['is null', 'null', 'malformed_alert'],
    ['has no alerts', { alerts: [] }, 'malformed_alert'],
    ['has too many', { alerts: Array.from({ length: 501 }, () => report()) }, 'malformed_alert'],
    ['misses the camera', report({ cameraId: undefined }), 'malformed_alert'],
    ['has a time that is none', report({ occurredAt: 'yesterday' }), 'malformed_alert'],
    ['has no time', report({ occurredAt: undefined }), 'malformed_alert'],
    ['has a list for an id', report({ externalId: ['a'] }), 'malformed_alert'],
    ['hides NUL in an id', report({ externalId: 'a\u0000b' }), 'malformed_alert'],
    ['nests without end', '{"alerts":'.repeat(50_000), 'malformed_json'],
  ];
  it.each(malformed)('is refused when it %s', async (_what, body, code) => {
    const before = await storedCount();
    expect(await codeOf(await postAlerts(hub.url, key, body))).toEqual([400, code]);
    expect(await storedCount()).toBe(before);
  });

  it('is refused whole when one time of a batch cannot be right', async () => {
    const before = await storedCount();
    const batch = {
      alerts: [
        report(),
        report({ occurredAt: Date.now() + 3_600_000 }),
        report({ occurredAt: '2019-01-01T00:00:00Z' }),
      ],
    };
    const response = await postAlerts(hub.url, key, batch);
    expect(response.status).toBe(422);
    const { error } = (await response.json()) as { error: { problems: { path: string }[] } };
    expect(error.problems.map(({ path }) => path)).toEqual(['alerts.1.occurredAt', 'alerts.2.occurredAt']);
    expect(await storedCount()).toBe(before);
  });

  it('is refused by its type, its encoding and its size', async () => {
    const body = Buffer.from(JSON.stringify(report()));
    const post = (headers: Record<string, string>): Promise<Response> =>
      hubFetch(`${hub.url}/api/v1/alerts`, {
        method: 'POST',
        headers: { ...signedHeaders(key, body), ...headers },
        body: new Uint8Array(body),
      });
    expect(await codeOf(await post({ 'content-type': 'text/plain' }))).toEqual([415, 'unsupported_type']);
    const gzip = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(await codeOf(await post(gzip))).toEqual([415, 'unsupported_encoding']);
    const large = Buffer.alloc(50 * 1024 * 1024, 0x20);
    const response = await hubFetch(`${hub.url}/api/v1/alerts`, {
      method: 'POST',
      headers: { ...signedHeaders(key, large), 'content-type': 'application/json' },
      body: large,
    });
    expect(await codeOf(response)).toEqual([413, 'body_too_large']);
  });

  it('that breaks off is not taken, and the hub goes on', async () => {
    const before = await storedCount();
    const body = Buffer.from(JSON.stringify(report()));
    const head = Object.entries({
      host: 'hub',
      'content-type': 'application/json',
      'content-length': String(body.length + 100),
      ...signedHeaders(key, body),
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
    socket.write(`POST /api/v1/alerts HTTP/1.1\r\n${head.join('')}\r\n`);
    socket.end(body);
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect(await storedCount()).toBe(before);
    await taken(await postAlerts(hub.url, key, report()));
  });
});

describe('what the hub does not know', () => {
  it('is kept and marked: an unknown camera, with SQL and HTML in its id', async () => {
    const cameraId = `'; drop table alerts; -- <script>alert(1)</script>`;
    const { results } = await taken(await postAlerts(hub.url, key, report({ cameraId, kind: 'rat' })));
    expect(results[0]?.warnings?.map(({ code }) => code)).toEqual(['unknown_camera']);
    const found = await desk.request('alerts:search', { filter: { unknownCamera: true }, limit: 200 });
    const alert = found.ok && found.data.alerts.find(({ alertId }) => alertId === results[0]?.alertId);
    expect(alert).toMatchObject({ reportedCamera: cameraId, class: 1 });
    expect(alert).not.toHaveProperty('place');
  });

  it('is kept and marked: an unknown kind, and one that only the hub itself may report', async () => {
    for (const kind of ['dragon', 'camera_offline', '__proto__']) {
      const { results } = await taken(await postAlerts(hub.url, key, report({ kind })));
      expect(results[0]?.warnings?.map(({ code }) => code)).toContain('unknown_kind');
      const read = await desk.request('alerts:read', { alertId: results[0]?.alertId ?? '' });
      expect(read.ok && read.data.alert.kindId).toBe('other');
    }
  });

  it('can be added: an own kind', async () => {
    const kind = { kindId: 'wet_floor', class: 3, name: '地面湿滑', nameEn: 'Wet floor' };
    const saved = await hubFetch(`${hub.url}/api/v1/alert-kinds`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(kind),
    });
    expect(saved.status).toBe(200);
    const { results } = await taken(await postAlerts(hub.url, key, report({ kind: 'wet_floor' })));
    const read = await desk.request('alerts:read', { alertId: results[0]?.alertId ?? '' });
    expect(read.ok && read.data.alert).toMatchObject({ kindId: 'wet_floor', class: 3 });
  });
});

describe('a snapshot', () => {
  const plain = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#a04020' } });

  async function snapshotOf(bytes: Buffer): Promise<{ alertId: string; warnings: string[] }> {
    const body = report({
      snapshot: { base64: bytes.toString('base64') },
      cameraId: randomBytes(4).toString('hex'),
    });
    const { results } = await taken(await postAlerts(hub.url, key, body));
    const warnings = (results[0]?.warnings ?? []).map(({ code }) => code);
    return { alertId: results[0]?.alertId ?? '', warnings };
  }

  function checked(alertId: string): Promise<{ state: string; jpeg?: Uint8Array | undefined }> {
    return eventually('the snapshot to be checked', async () => {
      const answer = await desk.request('alerts:getSnapshot', { alertId });
      return answer.ok && answer.data.state !== 'checking' ? answer.data : undefined;
    });
  }

  it('is shown after it was decoded, as a picture of the hub’s own making', async () => {
    const sent = await plain(1920, 1080)
      .withExif({ IFD0: { Copyright: 'secret words' } })
      .jpeg()
      .toBuffer();
    const { alertId } = await snapshotOf(sent);
    const { state, jpeg = new Uint8Array() } = await checked(alertId);
    expect(state).toBe('ready');
    const { width, height, format } = await sharp(jpeg).metadata();
    expect([width, height, format]).toEqual([1280, 720, 'jpeg']);
    expect(Buffer.from(jpeg).includes('secret words')).toBe(false);
    const overHttp = await hubFetch(`${hub.url}/api/v1/alerts/${alertId}/snapshot.jpg`);
    expect(overHttp.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await overHttp.arrayBuffer())).toEqual(Buffer.from(jpeg));
  });

  it('can come as a part of a form', async () => {
    const form = new FormData();
    const json = report({ snapshot: { part: 'picture' }, cameraId: 'by form' });
    form.append('alerts', JSON.stringify({ alerts: [json] }));
    form.append('picture', new Blob([new Uint8Array(await plain(320, 180).png().toBuffer())]), 'x.png');
    const encoded = new Response(form);
    const body = Buffer.from(await encoded.arrayBuffer());
    const response = await hubFetch(`${hub.url}/api/v1/alerts`, {
      method: 'POST',
      headers: {
        ...signedHeaders(key, body),
        'content-type': encoded.headers.get('content-type') ?? '',
      },
      body: new Uint8Array(body),
    });
    const { results } = await taken(response);
    expect((await checked(results[0]?.alertId ?? '')).state).toBe('ready');
  });

  it('that is none is never shown, and its alert stands', async () => {
    const jpeg = await plain(640, 360).jpeg().toBuffer();
    const png = await plain(64, 64).png().toBuffer();
    // A header that promises 60,000 × 60,000 pixels, as of a decompression bomb.
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    const onlyLooks = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes(2_000)]);
    for (const bytes of [jpeg.subarray(0, jpeg.length / 2), bomb, onlyLooks]) {
      const { alertId } = await snapshotOf(bytes);
      expect(await checked(alertId)).toEqual({ state: 'unusable' });
      expect((await hubFetch(`${hub.url}/api/v1/alerts/${alertId}/snapshot.jpg`)).status).toBe(404);
    }
  });

  it('that really unpacks to far too many pixels is not unpacked', async () => {
    const large = await sharp({
      create: { width: 9_000, height: 9_000, channels: 3, background: '#000' },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(large.length).toBeLessThan(5 * 1024 * 1024);
    const { alertId } = await snapshotOf(large);
    expect((await checked(alertId)).state).toBe('unusable');
  });

  it('of a wrong type or size is left out, with a warning, and the alert is taken', async () => {
    const html = await snapshotOf(Buffer.from('<svg onload="alert(1)"/>'));
    expect(html.warnings).toContain('snapshot_unusable');
    const large = await snapshotOf(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(5_300_000)]));
    expect(large.warnings).toContain('snapshot_too_large');
    expect(await desk.request('alerts:getSnapshot', { alertId: large.alertId })).toEqual({
      ok: true,
      data: { state: 'none' },
    });
  });
});

describe('limits', () => {
  it('hold each key to its rate, and say how long to wait', async () => {
    const slow = await makeAlertKey(hub.url, { alertsPerSecond: 5 });
    const batch = { alerts: Array.from({ length: 500 }, () => report()) };
    await taken(await postAlerts(hub.url, slow, batch));
    const refused = await postAlerts(hub.url, slow, report());
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(refused)).toEqual([429, 'rate_limited']);
    await taken(await postAlerts(hub.url, key, report()));
  });

  it('slow down who guesses 10,000 keys, and nobody who signs rightly', async () => {
    const counts = new Map<number, number>();
    for (let round = 0; round < 100; round += 1) {
      const statuses = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const guess = { keyId: `ak_${randomBytes(9).toString('base64url')}`, secret: 'x' };
          const response = await postAlerts(hub.url, guess, report());
          await response.arrayBuffer();
          return response.status;
        }),
      );
      for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([401, 429]);
    expect(counts.get(401)).toBeLessThanOrEqual(60);
    await taken(await postAlerts(hub.url, key, report()));
  });
});

describe('the description', () => {
  it('is OpenAPI 3.1 with every schema it names, and readable', async () => {
    const response = await fetch(`${hub.url}/api/v1/openapi.json`);
    const text = await response.text();
    const document = JSON.parse(text) as { openapi: string; components: { schemas: object } };
    expect(document.openapi).toBe('3.1.0');
    const named = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(document.components.schemas).toHaveProperty(name);
    const page = await (await fetch(`${hub.url}/api/v1/docs`)).text();
    for (const word of ['x-mingchu-signature', 'externalId', 'Retry-After', 'HMAC-SHA256']) {
      expect(page).toContain(word);
    }
    expect(page).not.toMatch(/<script|https?:\/\/(?!HUB)/);
  });
});
