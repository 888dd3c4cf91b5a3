import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RegistryImportReport, RegistryProblem } from '../../src-shared/cameras/registryReport.ts';
import { registryKey, startRegistryHub, type RegistryHub } from '../support/registryHub.ts';
import { administratorCookie, hubFetch } from '../support/testAccount.ts';

const mebibyte = 1024 * 1024;

const sitesCsv = `单位编号,单位名称,类型,区县,地址,电话,纬度,经度,坐标系
S1,温泉中学食堂,学校食堂,咸安区,"温泉路 1 号, 院内",0715-8888888,29.8712,114.3301,GCJ02
S2,=cmd|' /C calc'!A0,社会餐饮,赤壁市,赤壁大道 8 号,+86 715 5222222,29.7205,113.9002,WGS84
`;
const camerasCsv = `摄像头编号,单位编号,摄像头名称,主码流,子码流,用户名,密码
C1,S1,灶台,rtsp://10.1.0.1/main,rtsp://10.1.0.1/sub,admin,"秘密,1"
C2,S1,-切配间,rtsp://10.1.0.2/user=admin&password=hidden-one&channel=1,,,
C3,S2,洗消间,rtsp://operator:word@10.1.0.3/main,,,
`;

interface Refusal {
  error: { code: string; message: string; problems: RegistryProblem[]; problemCount: number };
}

let hub: RegistryHub;

beforeEach(async () => {
  hub = await startRegistryHub();
});
afterEach(async () => {
  await hub.close();
});

function post(body: BodyInit, contentType?: string, query = ''): Promise<Response> {
  const headers = contentType === undefined ? {} : { 'content-type': contentType };
  return hubFetch(`${hub.url}/api/v1/registry/import${query}`, { method: 'POST', body, headers });
}

function tables(files: Record<string, string | Uint8Array<ArrayBuffer>>): FormData {
  const form = new FormData();
  for (const [name, content] of Object.entries(files)) form.append('file', new Blob([content]), name);
  return form;
}

async function importBoth(): Promise<RegistryImportReport> {
  const response = await post(tables({ 'sites.csv': sitesCsv, 'cameras.csv': camerasCsv }));
  expect(response.status).toBe(200);
  return (await response.json()) as RegistryImportReport;
}

async function refusalOf(response: Response): Promise<Refusal['error']> {
  expect(response.status).toBe(422);
  const { error } = (await response.json()) as Refusal;
  for (const { code, message } of error.problems) expect(code, message).toBeDefined();
  return error;
}

async function exported(query: string): Promise<Buffer> {
  const response = await hubFetch(`${hub.url}/api/v1/registry/export?${query}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function passwordOf(externalId: string): Promise<string | undefined> {
  const camera = (await hub.cameras.listCameras()).find((known) => known.externalId === externalId);
  return (await hub.cameras.findStreamAddress(camera?.id ?? '', 'main'))?.password;
}

describe('import', () => {
  test('takes two tables together, all or nothing, and again without a change', async () => {
    const report = await importBoth();
    expect(report.sites).toEqual({ added: 2, changed: 0, unchanged: 0, removed: 0 });
    expect(report.cameras).toEqual({ added: 3, changed: 0, unchanged: 0, removed: 0 });
    expect(await passwordOf('C1')).toBe('秘密,1');
    expect(await passwordOf('C3')).toBe('word');

    const again = await importBoth();
    expect(again.sites.unchanged + again.cameras.unchanged).toBe(5);
    expect(again.changedCameraIds).toEqual([]);
    const [site] = await hub.cameras.listSites();
    expect(site?.position?.latitude).toBeCloseTo(29.8738, 2);
  });

  test('takes the smallest table of the administrator’s page as it stands there', async () => {
    const page = readFileSync(new URL('../../docs/administrator.md', import.meta.url), 'utf8');
    const table = /^```csv\n([^]*?)^```/m.exec(page)?.[1] ?? '';
    const response = await post(table, 'text/csv');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ sites: { added: 1 }, cameras: { added: 1 } });
    expect(await passwordOf('K1-1')).toBe('PASSWORD');
  });

  test('a dry run reports the same and changes nothing', async () => {
    const form = tables({ 'sites.csv': sitesCsv, 'cameras.csv': camerasCsv });
    const report = (await (await post(form, undefined, '?dryRun=true')).json()) as RegistryImportReport;
    expect(report).toMatchObject({ dryRun: true, sites: { added: 2 }, cameras: { added: 3 } });
    expect(await hub.cameras.listSites()).toEqual([]);
    expect(hub.imported).toEqual([]);
    expect(await hub.store.selectFrom('audit_log').selectAll().execute()).toEqual([]);
  });

  test('reads GB18030, as Chinese spreadsheets write it', async () => {
    const bytes = new Uint8Array(iconv.encode(sitesCsv, 'gb18030'));
    expect((await post(bytes, 'text/csv')).status).toBe(200);
    expect((await hub.cameras.listSites())[0]?.name).toBe('温泉中学食堂');
  });

  test('a fault of the store while it writes leaves nothing behind', async () => {
    const sqlite = new SqliteDatabase(join(hub.dataDir, 'mingchu.sqlite'));
    sqlite.exec(
      "create trigger full before insert on cameras when new.external_id = 'C3' begin select raise(abort, 'disk full'); end",
    );
    sqlite.close();
    const response = await post(tables({ 'sites.csv': sitesCsv, 'cameras.csv': camerasCsv }));
    expect(response.status).toBe(500);
    expect(await hub.cameras.listSites()).toEqual([]);
    expect(await hub.cameras.listCameras()).toEqual([]);
  });

  test('takes out what is not in the files only when asked, and says first what that comes to', async () => {
    await importBoth();
    const ids = new Map((await hub.cameras.listCameras()).map(({ externalId, id }) => [externalId, id]));
    // Without C2 and C3, and so without a camera at S2.
    const fewer = (): FormData =>
      tables({
        'sites.csv': sitesCsv.split('\n').slice(0, 2).join('\n'),
        'cameras.csv': camerasCsv.split('\n').slice(0, 2).join('\n'),
      });
    const kept = (await (await post(fewer())).json()) as RegistryImportReport;
    expect([kept.sites.removed, kept.cameras.removed]).toEqual([0, 0]);
    const tried = await post(fewer(), undefined, '?missing=remove&dryRun=true');
    expect(await tried.json()).toMatchObject({ sites: { removed: 1 }, cameras: { removed: 2 } });
    expect(await hub.cameras.listCameras()).toHaveLength(3);
    const done = (await (await post(fewer(), undefined, '?missing=remove')).json()) as RegistryImportReport;
    expect(done).toMatchObject({ sites: { removed: 1 }, cameras: { removed: 2 } });
    expect(done.changedCameraIds.sort()).toEqual([ids.get('C2'), ids.get('C3')].sort());
    expect((await hub.cameras.listCameras()).map(({ externalId }) => externalId)).toEqual(['C1']);
    expect((await hub.cameras.listSites()).map(({ externalId }) => externalId)).toEqual(['S1']);
  });

  test('a site stays for as long as a camera hangs there', async () => {
    await importBoth();
    const report = (await (
      await post(tables({ 'cameras.csv': camerasCsv }), undefined, '?missing=remove')
    ).json()) as RegistryImportReport;
    expect(report).toMatchObject({ sites: { removed: 0 }, cameras: { removed: 0 } });
  });

  test('never takes out every camera, also not where only the sites are sent', async () => {
    await importBoth();
    const refusal = await refusalOf(
      await post('{"sites":[],"cameras":[]}', 'application/json', '?missing=remove'),
    );
    expect(refusal.problems[0]?.message).toContain('names no camera');
    const onlySites = await refusalOf(
      await post(tables({ 'sites.csv': sitesCsv }), undefined, '?missing=remove'),
    );
    expect(onlySites.problems[0]?.message).toContain('names no camera');
    expect(await hub.cameras.listCameras()).toHaveLength(3);
  });

  test('takes 1,500 sites and 2,200 cameras at once', async () => {
    const sites = Array.from({ length: 1500 }, (_, index) => `S${index},单位${index},学校食堂,咸安区`);
    const cameras = Array.from(
      { length: 2200 },
      (_, index) => `C${index},S${index % 1500},灶台,rtsp://10.0.0.1/${index},admin,word${index}`,
    );
    const form = tables({
      'sites.csv': ['单位编号,单位名称,类型,区县', ...sites].join('\r\n'),
      'cameras.csv': ['摄像头编号,单位编号,摄像头名称,主码流,用户名,密码', ...cameras].join('\r\n'),
    });
    const report = (await (await post(form)).json()) as RegistryImportReport;
    expect(report.cameras.added).toBe(2200);
  });
});

describe('export', () => {
  test('holds no password in any form', async () => {
    await importBoth();
    for (const query of ['format=json', 'format=csv', 'format=csv&table=sites', 'format=csv&table=cameras']) {
      const text = (await exported(query)).toString('utf8');
      expect(text).not.toMatch(/秘密|hidden-one|word@|operator:/);
    }
  });

  test.each([
    ['format=csv&table=combined', 'text/csv'],
    ['format=csv&table=combined&encoding=gb18030', 'text/csv'],
    ['format=json', 'application/json'],
  ])('%s, imported again, changes nothing and forgets no password', async (query, contentType) => {
    await importBoth();
    const bytes = new Uint8Array(await exported(query));
    const report = (await (await post(bytes, contentType)).json()) as RegistryImportReport;
    expect(report.sites).toEqual({ added: 0, changed: 0, unchanged: 2, removed: 0 });
    expect(report.cameras).toEqual({ added: 0, changed: 0, unchanged: 3, removed: 0 });
    expect(report.forgottenPasswords).toEqual([]);
    expect(await passwordOf('C1')).toBe('秘密,1');
    const stored = await hub.cameras.listCameras();
    expect(stored.find((camera) => camera.externalId === 'C2')?.urls.main).toContain('password=hidden-one');
  });

  test('cells that a spreadsheet program would run as formulas get an apostrophe', async () => {
    await importBoth();
    const text = (await exported('format=csv')).toString('utf8');
    expect(text).toContain("'=cmd|");
    expect(text).toContain("'+86 715 5222222");
    expect(text).toContain("'-切配间");
  });

  test('names its encoding, and marks UTF-8 for spreadsheet programs', async () => {
    await importBoth();
    expect([...(await exported('format=csv')).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const response = await hubFetch(`${hub.url}/api/v1/registry/export?format=csv&encoding=gb18030`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=gb18030');
    expect(iconv.decode(Buffer.from(await response.arrayBuffer()), 'gb18030')).toContain('温泉中学食堂');
  });
});

describe('stored passwords', () => {
  const moved = (host: string, user = 'admin'): string =>
    `摄像头编号,单位编号,摄像头名称,主码流,用户名\nC1,S1,灶台,rtsp://${host}/main,${user}\n`;

  test('are kept when only the path changes', async () => {
    await importBoth();
    const report = (await (await post(moved('10.1.0.1'), 'text/csv')).json()) as RegistryImportReport;
    expect(report).toMatchObject({ forgottenPasswords: [], cameras: { changed: 1 } });
    expect(await passwordOf('C1')).toBe('秘密,1');
  });

  test.each([
    ['host', moved('192.0.2.66')],
    ['port', moved('10.1.0.1:8554')],
    ['user', moved('10.1.0.1', 'root')],
  ])('are dropped, and this is reported, when the %s changes', async (_what, table) => {
    await importBoth();
    const report = (await (await post(table, 'text/csv')).json()) as RegistryImportReport;
    expect(report.forgottenPasswords).toEqual(['C1']);
    expect(report.changedCameraIds).toHaveLength(1);
    expect(await passwordOf('C1')).toBeUndefined();
  });
});

describe('bad input', () => {
  test('every wrong line is named with its place and reason, and nothing is imported', async () => {
    const wrongSites = `${sitesCsv}S3,,食堂,咸安区,,,29.9,114.2,WGS84
S1,又一个,学校食堂,咸安区,,,,,
S4,对调,学校食堂,咸安区,,,114.3,29.8,WGS84
S5,缺坐标系,学校食堂,咸安区,,,29.8,114.3,
S6,多一格,学校食堂,咸安区,a,b,29.8,114.3,WGS84,多余
`;
    const wrongCameras = `${camerasCsv}C1,S1,重号,rtsp://10.1.0.9/main,,,
C4,S9,无单位,rtsp://10.1.0.9/main,,,
C5,S3,网址,http://10.1.0.9/main,,,
C6,S3,单位有错,rtsp://10.1.0.9/main,,,
`;
    const refusal = await refusalOf(
      await post(tables({ 'sites.csv': wrongSites, 'cameras.csv': wrongCameras })),
    );
    const places = refusal.problems.map(({ file, line, column }) => `${file}:${line}:${column ?? ''}`);
    expect(places.sort()).toEqual([
      'cameras.csv:5:摄像头编号',
      'cameras.csv:6:单位编号',
      'cameras.csv:7:主码流',
      'sites.csv:4:单位名称',
      'sites.csv:4:类型',
      'sites.csv:5:单位编号',
      'sites.csv:6:纬度',
      'sites.csv:7:坐标系',
      'sites.csv:8:',
    ]);
    const swapped = refusal.problems.find(({ line, file }) => file === 'sites.csv' && line === 6);
    expect(swapped?.message).toMatch(/outside China.*swapped/);
    expect(await hub.cameras.listSites()).toEqual([]);
  });

  test('coordinates outside China are refused in JSON too', async () => {
    const site = { externalId: 'S1', name: 'x', type: 'restaurant', district: '咸安区' };
    const position = { latitude: 0, longitude: 0, system: 'wgs84' };
    const body = JSON.stringify({ sites: [{ ...site, position }], cameras: [] });
    const refusal = await refusalOf(await post(body, 'application/json'));
    expect(refusal.problems).toEqual([
      expect.objectContaining({
        path: 'sites.0.position.latitude',
        message: expect.stringMatching(/outside China/),
      }),
    ]);
  });

  test('a quotation mark that never closes is named with its line', async () => {
    const refusal = await refusalOf(await post(`${sitesCsv}S3,"未完\nS4,x,学校食堂,咸安区\n`, 'text/csv'));
    expect(refusal.problems).toEqual([
      expect.objectContaining({ line: 4, message: expect.stringMatching(/never closes/) }),
    ]);
  });

  test('at most 100 problems are listed, all are counted', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `S${index},,学校食堂,咸安区`);
    const body = ['单位编号,单位名称,类型,区县', ...lines].join('\n');
    const refusal = await refusalOf(await post(body, 'text/csv'));
    expect(refusal.problemCount).toBe(5_000);
    expect(refusal.problems).toHaveLength(100);
    expect(refusal.problems[0]).toMatchObject({ line: 2, column: '单位名称' });
  });

  test('more than 50,000 records are refused', async () => {
    const lines = Array.from({ length: 50_001 }, (_, index) => `C${index},S1,灶台,rtsp://a/b`);
    const body = ['摄像头编号,单位编号,摄像头名称,主码流', ...lines].join('\n');
    const refusal = await refusalOf(await post(body, 'text/csv'));
    expect(refusal.problems[0]).toMatchObject({
      line: 50_002,
      message: expect.stringMatching(/at most 50000/),
    });
  });

  test.each([
    ['random bytes', new Uint8Array(randomBytes(4096)), /not text|binary|neither UTF-8/],
    ['a workbook', new Uint8Array([0x50, 0x4b, 0x03, 0x04, 1, 2, 3]), /xlsx/],
    ['nothing', new Uint8Array(0), /empty/],
    ['a header alone', new TextEncoder().encode('单位编号,单位名称,类型,区县\n'), /no records/],
    ['no known header', new TextEncoder().encode('a,b,c\n1,2,3\n'), /no known column/],
    ['a line of 1 MiB', new TextEncoder().encode(`单位编号\n${'x'.repeat(mebibyte)}`), /longer than/],
  ])('%s is refused with a reason', async (_what, bytes, reason) => {
    const refusal = await refusalOf(await post(new Blob([bytes]), 'text/csv'));
    expect(refusal.problems.map(({ message }) => message).join()).toMatch(reason);
  });

  test.each([
    ['{"sites": [', /not JSON/],
    ['null', /expected object/i],
    ['{"sites": {}, "cameras": 3}', /expected array/i],
  ])('the JSON %s is refused with a reason', async (body, reason) => {
    const refusal = await refusalOf(await post(body, 'application/json'));
    expect(refusal.problems[0]?.message).toMatch(reason);
  });

  test('other content types, malformed forms and queries are refused', async () => {
    expect((await post('x', 'application/xml')).status).toBe(415);
    expect((await post('x', 'multipart/form-data; boundary=b')).status).toBe(400);
    expect((await post(sitesCsv, 'text/csv', '?dryRun=maybe')).status).toBe(400);
    expect((await post(sitesCsv, 'text/csv', '?dryrun=true')).status).toBe(400);
    const response = await hubFetch(`${hub.url}/api/v1/registry/export?format=pdf`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'malformed_query' } });
  });

  test('100 MiB that say so are refused before they are sent', async () => {
    const sentBytes = await sendEndlessly({ 'content-length': String(100 * mebibyte) }, 100 * mebibyte);
    expect(sentBytes).toBeLessThan(8 * mebibyte);
  });

  test('100 MiB in chunks are refused once they exceed the limit, and memory does not grow with them', async () => {
    const heldBytes = (): number => {
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = heldBytes();
    const sentBytes = await sendEndlessly({ 'transfer-encoding': 'chunked' }, 100 * mebibyte);
    expect(sentBytes).toBeLessThan(64 * mebibyte);
    expect(heldBytes() - before).toBeLessThan(64 * mebibyte);
    expect((await post(sitesCsv, 'text/csv')).status).toBe(200);
  });

  test('a second import while one is under way is asked to wait', async () => {
    const first = request(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: {
        'content-type': 'text/csv',
        'transfer-encoding': 'chunked',
        cookie: administratorCookie,
      },
    });
    first.on('error', () => undefined);
    first.write('单位编号');
    await expect.poll(async () => (await post(sitesCsv, 'text/csv', '?dryRun=true')).status).toBe(429);
    first.destroy();
    await expect.poll(async () => (await post(sitesCsv, 'text/csv')).status).toBe(200);
  });

  /** Sends until the hub answers; it must answer 413. Resolves with the bytes sent by then. */
  function sendEndlessly(headers: Record<string, string>, mostBytes: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      let sentBytes = 0;
      let answered = false;
      const sending = request(`${hub.url}/api/v1/registry/import`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', cookie: administratorCookie, ...headers },
      });
      sending.on('response', (response) => {
        answered = true;
        response.resume();
        response.on('end', () => {
          sending.destroy();
          if (response.statusCode === 413) resolve(sentBytes);
          else reject(new Error(`answered ${response.statusCode}`));
        });
      });
      sending.on('error', (error) => (answered ? undefined : reject(error)));
      const send = (): void => {
        while (!answered && sentBytes < mostBytes) {
          sentBytes += chunk.length;
          if (!sending.write(chunk)) {
            sending.once('drain', () => setImmediate(send));
            return;
          }
        }
      };
      send();
    });
  }
});

describe('who may', () => {
  test('nobody who is not signed in, also from this machine, and before a byte is read', async () => {
    const nobody = { cookie: '' };
    const headers = { ...nobody, 'content-type': 'text/csv' };
    const imported = { method: 'POST', body: sitesCsv, headers };
    expect((await hubFetch(`${hub.url}/api/v1/registry/import`, imported)).status).toBe(401);
    expect((await hubFetch(`${hub.url}/api/v1/registry/export`, { headers: nobody })).status).toBe(401);
    expect((await hubFetch(`${hub.url}/api/v1/registry/export`)).status).toBe(200);
  });

  test('no foreign page', async () => {
    const response = await hubFetch(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { origin: 'http://elsewhere.example', 'content-type': 'text/csv' },
      body: sitesCsv,
    });
    expect(response.status).toBe(403);
  });
});

describe('command line', () => {
  const script = fileURLToPath(new URL('../../scripts/registry.mjs', import.meta.url));

  function run(...args: string[]): Promise<{ exitCode: number | null; output: string; errors: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [script, ...args, '--hub', hub.url, '--key', registryKey]);
      let output = '';
      let errors = '';
      child.stdout.on('data', (data: Buffer) => (output += data.toString()));
      child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
      child.on('close', (exitCode) => resolve({ exitCode, output, errors }));
    });
  }

  function file(name: string, content: string | Uint8Array): string {
    const folder = join(hub.dataDir, 'files');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }

  test('imports tables, first dry, then really, and exports them', async () => {
    const files = [file('sites.csv', sitesCsv), file('cameras.csv', camerasCsv)];
    const dry = await run('import', ...files, '--dry-run');
    expect(dry).toMatchObject({ exitCode: 0, output: expect.stringMatching(/Dry run.*\n.*2 added/) });
    expect(await hub.cameras.listSites()).toEqual([]);
    expect(await run('import', ...files)).toMatchObject({ exitCode: 0 });

    const json = await run('export', '--format', 'json');
    expect(JSON.parse(json.output)).toMatchObject({ sites: [{ externalId: 'S1' }, { externalId: 'S2' }] });
    const target = join(hub.dataDir, 'out.csv');
    expect(await run('export', '--out', target)).toMatchObject({ exitCode: 0 });
    const again = await run('import', target);
    expect(again.output).toMatch(/sites +0 added, 0 changed, 2 unchanged/);
    expect(readFileSync(target, 'utf8')).toContain('温泉中学食堂');
  });

  test('exports a workbook that it imports again, and gives a template to fill in', async () => {
    const files = [file('sites.csv', sitesCsv), file('cameras.csv', camerasCsv)];
    expect(await run('import', ...files)).toMatchObject({ exitCode: 0 });
    const target = join(hub.dataDir, 'out.xlsx');
    expect(await run('export', '--format', 'xlsx', '--out', target)).toMatchObject({ exitCode: 0 });
    const again = await run('import', target);
    expect(again.output).toMatch(/sites +0 added, 0 changed, 2 unchanged/);
    expect(again.output).toMatch(/cameras +0 added, 0 changed, 3 unchanged/);
    const template = join(hub.dataDir, 'template.xlsx');
    expect(await run('template', '--lang', 'en', '--out', template)).toMatchObject({ exitCode: 0 });
    const empty = await run('import', template);
    expect(empty).toMatchObject({ exitCode: 1, output: expect.stringContaining('no records') as string });
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    expect((await post(new Uint8Array(readFileSync(target)), type, '?dryRun=true')).status).toBe(200);
    const old = file('old.xls', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]));
    expect((await run('import', old)).output).toContain('old format (.xls or .et)');
  });

  test('names each wrong line with the file, and ends with 1', async () => {
    const result = await run('import', file('我的单位.csv', `${sitesCsv}S3,,学校食堂,咸安区,,,,,\n`));
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain('我的单位.csv:4 单位名称: is empty');
    expect(result.output).toContain('Nothing was imported: 1 thing is wrong.');
  });

  test('names the file of a record that stands twice, also where there is only one file', async () => {
    const twice = `${sitesCsv}S1,另一家,社会餐饮,咸安区,,,,,\n`;
    const result = await run('import', file('twice.csv', twice));
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.output).toContain('twice.csv:4 单位编号: "S1" stands already in line 2 of twice.csv');
  });

  test('says why a file cannot be read or written, without the usage', async () => {
    for (const [args, reason] of [
      [['import', '/nonexistent.csv'], '/nonexistent.csv cannot be read: there is no such file or folder.\n'],
      [['import', hub.dataDir], `${hub.dataDir} cannot be read: it is a folder.\n`],
      [['export', '--out', hub.dataDir], `${hub.dataDir} cannot be written: it is a folder.\n`],
    ] as const) {
      expect(await run(...args)).toMatchObject({ exitCode: 2, errors: reason });
    }
  });

  test('ends with 2 for wrong usage and with 3 when no hub answers', async () => {
    expect(await run('import')).toMatchObject({ exitCode: 2, errors: expect.stringMatching(/Usage/) });
    expect(await run('import', '/nonexistent.csv')).toMatchObject({ exitCode: 2 });
    expect(await run('export', '--format', 'pdf')).toMatchObject({ exitCode: 2 });
    const { url } = hub;
    hub.url = 'http://127.0.0.1:9';
    expect(await run('export')).toMatchObject({
      exitCode: 3,
      errors: expect.stringMatching(/Is it running/),
    });
    hub.url = url;
  });
});
