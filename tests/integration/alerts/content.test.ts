import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import iconv from 'iconv-lite';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formBytes, postBytes } from '../../support/alertForm.ts';
import { makeAlertKey, postAlerts, report, taken, type SenderKey } from '../../support/alertSender.ts';
import { eventually, repositoryRoot, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

let hub: HubProcess;
let key: SenderKey;
let desk: SurfaceClient;

beforeAll(async () => {
  hub = await startHubProcess();
  key = await makeAlertKey(hub.url);
  desk = await joinDesk(hub);
});
afterAll(async () => {
  desk.close();
  await hub.stop();
});

async function joinDesk(of: HubProcess): Promise<SurfaceClient> {
  const joined = await connectSurface(of.url);
  await joined.request('session:join', { surface: 'desk' });
  return joined;
}

async function refusal(response: Response): Promise<[number, string, string]> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return [response.status, error.code, error.message];
}

async function read(alertId: string) {
  const answer = await desk.request('alerts:read', { alertId });
  if (!answer.ok) throw new Error(answer.message);
  return answer.data;
}

/** Sends one report, which must be taken; its result, and the alert as the desk has it. */
async function send(changes: Record<string, unknown>) {
  const { results } = await taken(await postAlerts(hub.url, key, report(changes)));
  const [result] = results;
  if (result === undefined) throw new Error('there is no result');
  return {
    ...result,
    codes: (result.warnings ?? []).map(({ code }) => code),
    ...(await read(result.alertId)),
  };
}

describe('the charset of a body', () => {
  const json = (cameraId: string, externalId = cameraId): string =>
    JSON.stringify({ externalId, kind: 'rat', cameraId, occurredAt: Date.now() });

  it.each([
    ['GBK', 'gbk', 'application/json; charset=GBK'],
    ['GB2312, in quotes', 'gbk', 'Application/JSON;charset="gb2312"'],
    ['GB18030', 'gb18030', 'application/json; charset=gb18030'],
    ['UTF-8', 'utf8', 'application/json; charset=utf-8'],
    ['UTF-16', 'utf16', 'application/json; charset=utf-16'],
    ['nothing, with the mark of UTF-8', 'utf8-mark', 'application/json'],
  ])('that declares %s is decoded by it', async (_what, encoding, contentType) => {
    const cameraId = `后厨𠮷-${encoding}`;
    const text = json(encoding === 'gbk' ? '后厨' : cameraId, `编号-${_what}`);
    const body =
      encoding === 'utf8-mark'
        ? Buffer.from(`\ufeff${text}`)
        : iconv.encode(text, encoding, { addBOM: false });
    const { results } = await taken(await postBytes(hub.url, key, body, contentType));
    expect(results[0]?.externalId).toBe(`编号-${_what}`);
    const { alert } = await read(results[0]?.alertId ?? '');
    expect(alert.reportedCamera).toBe(encoding === 'gbk' ? '后厨' : cameraId);
  });

  it('of GBK that is not declared is never taken for another alert', async () => {
    for (const id of ['老鼠一号', '老鼠二号', '明火三号']) {
      const [status, code, message] = await refusal(
        await postBytes(hub.url, key, iconv.encode(json(id), 'gbk'), 'application/json'),
      );
      expect([status, code]).toEqual([400, 'not_utf8']);
      expect(message).toContain('charset=GBK');
    }
  });

  it('that is not what is declared, or that nobody here reads, is refused', async () => {
    const chinese = json('后厨');
    const cases: [Buffer, string, number, string][] = [
      [iconv.encode(chinese, 'gbk'), 'utf-8', 400, 'wrong_charset'],
      [Buffer.from(chinese), 'gbk', 400, 'wrong_charset'],
      [Buffer.from(json('a').replace('"a"', '"\xff\xff"'), 'latin1'), 'gb18030', 400, 'wrong_charset'],
      [Buffer.from(chinese), 'big5', 415, 'unsupported_charset'],
      [Buffer.from(chinese), 'latin1', 415, 'unsupported_charset'],
    ];
    for (const [body, charset, status, code] of cases) {
      const answer = await postBytes(hub.url, key, body, `application/json; charset=${charset}`);
      expect(await refusal(answer)).toEqual([status, code, expect.any(String)]);
    }
  });

  it('is read for each part of a form, from the part itself', async () => {
    const part = (type: string, bytes: Buffer) =>
      formBytes('b', [{ headers: ['Content-Disposition: form-data; name="alerts"', type], bytes }]);
    const declared = part('Content-Type: application/json; charset=GBK', iconv.encode(json('分部'), 'gbk'));
    const answer = await taken(await postBytes(hub.url, key, declared, 'multipart/form-data; boundary=b'));
    expect(answer.results[0]?.externalId).toBe('分部');
    const silent = part('Content-Type: application/json', iconv.encode(json('分部二'), 'gbk'));
    expect(await refusal(await postBytes(hub.url, key, silent, 'multipart/form-data; boundary=b'))).toEqual([
      400,
      'not_utf8',
      expect.any(String),
    ]);
  });

  it('holds for every other body: kinds, keys and the registry', async () => {
    const put = (path: string, method: string, body: Buffer, type: string): Promise<Response> =>
      hubFetch(`${hub.url}${path}`, {
        method,
        headers: { 'content-type': type },
        body: new Uint8Array(body),
      });
    const kind = JSON.stringify({ kindId: 'wet', class: 3, name: '地面湿滑', nameEn: 'Wet' });
    const bare = await put('/api/v1/alert-kinds', 'PUT', iconv.encode(kind, 'gbk'), 'application/json');
    expect(await refusal(bare)).toEqual([400, 'not_utf8', expect.any(String)]);
    const declared = await put(
      '/api/v1/alert-kinds',
      'PUT',
      iconv.encode(kind, 'gbk'),
      'application/json;charset=gbk',
    );
    expect(JSON.stringify(await declared.json())).toContain('地面湿滑');
    const table = '单位编号,单位名称,单位类型,区县\nS9,温泉中学食堂,学校食堂,咸安区\n';
    const path = '/api/v1/registry/import?dryRun=true';
    const wrong = await put(path, 'POST', iconv.encode(table, 'gbk'), 'text/csv; charset=utf-8');
    expect(await refusal(wrong)).toEqual([400, 'wrong_charset', expect.any(String)]);
    for (const type of ['text/csv; charset=gbk', 'text/csv']) {
      expect((await put(path, 'POST', iconv.encode(table, 'gbk'), type)).status).toBe(200);
    }
  });
});

describe('text that cannot be stored', () => {
  it.each(['externalId', 'kind', 'cameraId'])(
    'in %s is refused finally, so that the sender does not repeat it',
    async (field) => {
      for (const bad of ['\\ud800', 'a\\udc00b', '\\udc00\\ud800']) {
        const body = JSON.stringify(report({ [field]: '#' })).replace('"#"', `"${bad}"`);
        for (let time = 0; time < 2; time += 1) {
          expect((await refusal(await postAlerts(hub.url, key, body))).slice(0, 2)).toEqual([
            400,
            'malformed_alert',
          ]);
        }
      }
    },
  );

  it('in a description is replaced, with a warning', async () => {
    const sent = await send({
      message: 'x\ud800y\u0000z',
      regions: [{ x: 0, y: 0, width: 1, height: 1, label: '\udfff' }],
    });
    expect(sent.alert.message).toBe('x\ufffdyz');
    expect(sent.codes).toEqual(expect.arrayContaining(['message_repaired', 'label_repaired']));
  });

  it('does no harm to what others send at the same time', async () => {
    const other = await makeAlertKey(hub.url);
    const bodies = Array.from({ length: 200 }, (_unused, index) =>
      index % 20 === 0
        ? JSON.stringify(report({ externalId: '#' })).replace('"#"', '"\\ud83d"')
        : JSON.stringify(report()),
    );
    const statuses = await Promise.all(
      bodies.map(async (body, index) => (await postAlerts(hub.url, index % 2 ? key : other, body)).status),
    );
    expect(statuses.filter((status) => status === 202)).toHaveLength(190);
    expect(statuses.filter((status) => status === 400)).toHaveLength(10);
  });

  it('is refused from a surface, and in any JSON', async () => {
    const noted = await desk.request('alerts:work', {
      commandId: 'surrogate',
      alertIds: ['none'],
      deed: { type: 'note' },
      note: 'a zero \u0000',
    });
    expect(noted).toMatchObject({ ok: false, code: 'bad_request' });
    const made = await hubFetch(`${hub.url}/api/v1/alert-keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"half \\ud800"}',
    });
    expect(await refusal(made)).toEqual([400, 'unstorable_text', expect.any(String)]);
  });
});

describe('an id that comes again', () => {
  const changes: [string, Record<string, unknown>][] = [
    ['another kind', { kind: 'smoking' }],
    ['another camera', { cameraId: 'camera-2' }],
    ['another time', { occurredAt: Date.now() - 60_000 }],
    ['another message', { message: 'second' }],
    ['another confidence', { confidence: 0.4 }],
  ];
  it.each(changes)('with %s is another alert, once', async (what, change) => {
    const first = report({ externalId: `again ${what}`, kind: 'rat', cameraId: `again ${what}` });
    const second = { ...first, ...change };
    const one = await taken(await postAlerts(hub.url, key, first));
    const two = await taken(await postAlerts(hub.url, key, second));
    expect(two.results[0]?.status).not.toBe('repeated');
    expect(two.results[0]?.warnings?.map(({ code }) => code)).toContain('external_id_reused');
    // Out of order, and at the same time.
    const again = await Promise.all(
      [second, first, second, first].map(async (body) => taken(await postAlerts(hub.url, key, body))),
    );
    expect(again.map(({ results }) => results[0]?.status)).toEqual(Array(4).fill('repeated'));
    expect(again[0]?.results[0]?.alertId).toBe(two.results[0]?.alertId);
    expect(again[1]?.results[0]?.alertId).toBe(one.results[0]?.alertId);
    const { history, occurrences } = await read(two.results[0]?.alertId ?? '');
    expect(history).toContainEqual(
      expect.objectContaining({ action: 'id_reused', externalId: `again ${what}` }),
    );
    expect(occurrences[0]?.externalId).toBe(`again ${what}`);
  });

  it('written down otherwise is the same', async () => {
    const atMs = Date.now() - 5_000;
    const jpeg = await sharp({ create: { width: 64, height: 36, channels: 3, background: '#123' } })
      .jpeg()
      .toBuffer();
    const base64 = jpeg.toString('base64');
    const one = report({ externalId: 'same', occurredAt: atMs, confidence: 0.5, snapshot: { base64 } });
    const other = {
      snapshot: { base64: `data:image/jpeg;base64,${base64.replace(/(.{76})/g, '$1\r\n')}` },
      vendor: 1,
      ...report({ externalId: 'same', occurredAt: new Date(atMs).toISOString(), confidence: '50%' }),
      snapshot2: null,
    };
    await taken(await postAlerts(hub.url, key, one));
    expect((await taken(await postAlerts(hub.url, key, other))).results[0]?.status).toBe('repeated');
  });

  it('is refused whole where the sender asks for it', async () => {
    const first = report({ externalId: 'refuse me' });
    await taken(await postAlerts(hub.url, key, first));
    const headers = { 'x-mingchu-reused-ids': 'refuse' };
    const fresh = report();
    const batch = { alerts: [fresh, { ...first, kind: 'rat' }] };
    expect((await refusal(await postAlerts(hub.url, key, batch, { headers }))).slice(0, 2)).toEqual([
      409,
      'external_id_reused',
    ]);
    const { results } = await taken(await postAlerts(hub.url, key, { alerts: [fresh, first] }, { headers }));
    expect(results.map(({ status }) => status)).toEqual([expect.not.stringMatching('repeated'), 'repeated']);
    expect(
      (await postAlerts(hub.url, key, fresh, { headers: { 'x-mingchu-reused-ids': 'perhaps' } })).status,
    ).toBe(400);
  });

  it('of a restarted counter loses nothing: 30 at once and in one batch', async () => {
    const alerts = Array.from({ length: 30 }, (_unused, index) =>
      report({ externalId: '1', kind: 'rat', cameraId: `counter ${index}` }),
    );
    const answers = await Promise.all(alerts.map(async (one) => taken(await postAlerts(hub.url, key, one))));
    const ids = new Set(answers.map(({ results }) => results[0]?.alertId));
    expect(ids.size).toBe(30);
    const batch = await taken(await postAlerts(hub.url, key, { alerts: [...alerts, ...alerts] }));
    expect(batch.results.map(({ status }) => status)).toEqual(Array(60).fill('repeated'));
  });

  it('of a row from before, without a fingerprint, is compared by what is stored', async () => {
    const old = await startHubProcess();
    const oldKey = await makeAlertKey(old.url);
    const first = report({ externalId: 'old', kind: 'rat', message: 'm', confidence: 0.5 });
    await taken(await postAlerts(old.url, oldKey, first));
    await old.kill();
    const sqlite = new SqliteDatabase(join(old.dataDir, 'mingchu.sqlite'));
    sqlite.prepare('update alert_occurrences set fingerprint = null').run();
    sqlite.close();
    const again = await startHubProcess({ dataDir: old.dataDir });
    const statusOf = async (body: object) =>
      (await taken(await postAlerts(again.url, oldKey, body))).results[0]?.status;
    expect(await statusOf(first)).toBe('repeated');
    expect(await statusOf({ ...first, kind: 'open_flame' })).toBe('raised');
    expect(await statusOf({ ...first, cameraId: 'elsewhere' })).toBe('raised');
    expect(await statusOf({ ...first, occurredAt: Date.now() - 3_600_000 })).toBe('raised');
    expect(await statusOf(first)).toBe('repeated');
    await again.stop();
  });
});

describe('pictures and the disk', () => {
  const files = (dataDir: string): string[] => {
    const folder = join(dataDir, 'snapshots');
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true }).filter((name) =>
      String(name).endsWith('.sent'),
    ) as string[];
  };
  const jpegOf = (red: number): Promise<Buffer> =>
    sharp({ create: { width: 64, height: 36, channels: 3, background: { r: red, g: 9, b: 9 } } })
      .jpeg()
      .toBuffer();

  it('leave nothing of a request that was refused or known', async () => {
    const before = files(hub.dataDir).length;
    const nowMs = Date.now();
    const snapshot = { base64: (await jpegOf(1)).toString('base64') };
    const one = report({ snapshot });
    await taken(await postAlerts(hub.url, key, one, { nonce: 'n'.repeat(20), nowMs }));
    expect(files(hub.dataDir)).toHaveLength(before + 1);
    for (let index = 2; index < 12; index += 1) {
      const other = { base64: (await jpegOf(index)).toString('base64') };
      const late = report({ snapshot: other, occurredAt: Date.now() + 3_600_000 });
      expect((await postAlerts(hub.url, key, late)).status).toBe(422);
      const replay = await postAlerts(hub.url, key, report({ snapshot: other }), { nonce: 'n'.repeat(20) });
      expect(replay.status).toBe(409);
    }
    await taken(await postAlerts(hub.url, key, one));
    expect(files(hub.dataDir)).toHaveLength(before + 1);
  });

  it('that belong to no alert are removed at the start', async () => {
    const own = await startHubProcess();
    const ownKey = await makeAlertKey(own.url);
    const snapshot = { base64: (await jpegOf(77)).toString('base64') };
    await taken(await postAlerts(own.url, ownKey, report({ snapshot })));
    await own.kill();
    const [kept = ''] = files(own.dataDir);
    const { mkdirSync, writeFileSync } = await import('node:fs');
    const orphan = 'ab'.repeat(32);
    mkdirSync(join(own.dataDir, 'snapshots', 'ab'), { recursive: true });
    for (const ending of ['.sent', '.jpg', '.sent.0011.new']) {
      writeFileSync(join(own.dataDir, 'snapshots', 'ab', orphan + ending), 'x');
    }
    const again = await startHubProcess({ dataDir: own.dataDir });
    await eventually(
      'the orphan to be gone',
      () => readdirSync(join(own.dataDir, 'snapshots', 'ab')).length === 0,
    );
    expect(files(own.dataDir)).toEqual([kept]);
    await again.stop();
  });

  it('beyond the quota of a key are left out, and the alerts are taken, also after a restart', async () => {
    const settings = { MINGCHU_SNAPSHOT_MEBIBYTES: '1' };
    let own = await startHubProcess({ settings });
    const ownKey = await makeAlertKey(own.url);
    const noise = (seed: number): Promise<Buffer> => {
      const raw = Buffer.alloc(600 * 400 * 3, 0).map((_byte, index) => (index * 7919 * seed) % 251);
      return sharp(raw, { raw: { width: 600, height: 400, channels: 3 } })
        .png({ compressionLevel: 0 })
        .toBuffer();
    };
    const codesOf = async (seed: number): Promise<string[]> => {
      const body = report({ snapshot: { base64: (await noise(seed)).toString('base64') } });
      const { results } = await taken(await postAlerts(own.url, ownKey, body));
      return (results[0]?.warnings ?? []).map(({ code }) => code);
    };
    expect(await codesOf(1)).not.toContain('snapshot_quota');
    expect(await codesOf(2)).toContain('snapshot_quota');
    await own.kill();
    own = await startHubProcess({ dataDir: own.dataDir, settings });
    expect(await codesOf(3)).toContain('snapshot_quota');
    await own.stop();
  });

  it.each([
    ['no-eoi.jpg', 640, 360],
    ['cmyk.jpg', 640, 360],
    ['exif6.jpg', 360, 640],
    ['progressive.jpg', 640, 360],
  ])('show %s', async (name, width, height) => {
    const bytes = readFileSync(join(repositoryRoot, 'tests/cases/alerts', name));
    const { alertId } = await send({ cameraId: name, snapshot: { base64: bytes.toString('base64') } });
    const checked = await eventually('the picture to be checked', async () => {
      const answer = await desk.request('alerts:getSnapshot', { alertId });
      return answer.ok && answer.data.state !== 'checking' ? answer.data : undefined;
    });
    expect(checked.state).toBe('ready');
    const metadata = await sharp(checked.jpeg).metadata();
    expect([metadata.width, metadata.height, metadata.space, metadata.orientation]).toEqual([
      width,
      height,
      'srgb',
      undefined,
    ]);
  });
});
