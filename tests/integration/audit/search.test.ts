import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  repositoryRoot,
  startHubProcess,
  temporaryFolder,
  type HubProcess,
} from '../../support/processes.ts';
import { appendAudit } from '../../../src-sfu/storage/audit.sql.ts';
import { createAuditArchiver } from '../../../src-sfu/storage/auditArchive.ts';
import { openStore } from '../../../src-sfu/storage/database.ts';
import { protocolVersion, type InputOf } from '../../../src-shared/protocol/index.ts';
import { addPerson, browser, personPassword } from '../../support/accountBrowser.ts';
import { makeAlertKey, postAlerts } from '../../support/alertSender.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { addAdministrator, hubFetch } from '../../support/testAccount.ts';

const registry = JSON.stringify({
  sites: [{ externalId: 's1', name: '第一食堂', type: 'school_canteen', district: '咸安区' }],
  cameras: [
    {
      externalId: 'kitchen_%1',
      siteExternalId: 's1',
      name: '灶台',
      streams: { main: { url: 'rtsp://127.0.0.1:9/none' } },
    },
  ],
});

async function join(url: string, input: Partial<InputOf<'session:join'>>): Promise<SurfaceClient> {
  const client = await connectSurface(url);
  const joined = await client.request('session:join', input as InputOf<'session:join'>);
  if (!joined.ok) throw new Error(joined.message);
  return client;
}

/** A log with `old 1` to `old 20`, which have left the database for two files. */
async function archiveLines(dataDir: string): Promise<void> {
  const store = await openStore(dataDir);
  const archiver = createAuditArchiver(store, joinPath(dataDir, 'audit-archive'), 1);
  for (const first of [1, 11]) {
    const startMs = 1_790_000_000_000 + first * 10_000;
    const line = { atMs: startMs, actor: '陈静', action: 'settings:save', detail: {} };
    for (let number = first; number < first + 10; number += 1) {
      await appendAudit(store, { ...line, subject: `old ${number}` });
    }
    await appendAudit(store, { ...line, atMs: startMs + 1_000, action: 'audit:export', subject: 'new' });
    while ((await archiver.step(startMs + 1_000, startMs + 2_000)) > 0);
  }
  await store.destroy();
}

describe('the audit log at a desk', () => {
  let hub: HubProcess;
  const dataDir = temporaryFolder('mingchu-audit-search-');
  const archiveFolder = joinPath(dataDir, 'audit-archive');
  const search = (...options: string[]) =>
    spawnSync(
      process.execPath,
      [joinPath(repositoryRoot, 'scripts', 'audit.mjs'), 'search', '--data', dataDir, ...options],
      { encoding: 'utf8' },
    );
  beforeAll(async () => {
    await addAdministrator(dataDir);
    await archiveLines(dataDir);
    hub = await startHubProcess({ dataDir, settings: { MINGCHU_AUDIT_HEAD_INTERVAL_MS: '1000' } });
    const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: registry,
    });
    expect(answer.status).toBe(200);
  });
  afterAll(() => hub.stop());

  it('has who looked at which camera and for how long, with who stood behind it', async () => {
    const desk = await join(hub.url, { surface: 'desk', officer: { id: 'o1', name: '王芳' } });
    const directory = await desk.request('cameras:readDirectory', {});
    const cameraId = directory.ok ? (directory.data.cameras[0]?.cameraId ?? '') : '';
    // What is not opened, and so not in the log, is not received either, even where it runs for others.
    const consumer = { streamId: `${cameraId}:main`, transportId: 't', kind: 'video' } as const;
    const rtpCapabilities = { codecs: [], headerExtensions: [] };
    const consume = () => desk.request('media:consume', { ...consumer, rtpCapabilities });
    expect(await consume()).toMatchObject({ reason: 'cameras.stream_not_held' });
    const opened = await desk.request('cameras:openStream', { cameraId, stream: 'main' });
    expect(opened.ok).toBe(true);
    expect(await consume()).not.toMatchObject({ reason: 'cameras.stream_not_held' });
    desk.close();
    const reader = await join(hub.url, { surface: 'desk', officer: { id: 'o2', name: '李强' } });
    await expect
      .poll(async () => {
        const found = await reader.request('audit:search', {
          filter: { who: '王芳', kinds: ['cameras'] },
          limit: 10,
        });
        return found.ok ? found.data.lines : found;
      })
      .toMatchObject([
        {
          action: 'cameras:view',
          actor: '王芳',
          subject: cameraId,
          detail: { seconds: 0 },
          principal: { address: expect.any(String) as string },
        },
      ]);
    reader.close();
  });

  it('is searched by thing, time, kind and page; what one types is no pattern', async () => {
    const desk = await join(hub.url, { surface: 'desk' });
    const find = async (filter: object, limit = 50, beforeId?: number) => {
      const found = await desk.request('audit:search', {
        filter,
        limit,
        ...(beforeId === undefined ? {} : { beforeId }),
      });
      if (!found.ok) throw new Error(found.message);
      return found.data.lines;
    };
    const all = await find({});
    expect(all.length).toBeGreaterThan(1);
    expect((await find({ kinds: ['cameras'] })).map(({ action }) => action)).toContain(
      'cameras:importRegistry',
    );
    expect(await find({ kinds: ['talk'] })).toEqual([]);
    expect(await find({ toMs: 1 })).toEqual([]);
    expect(await find({ what: '_%' })).toEqual([]);
    expect(await find({ what: '\\' })).toEqual([]);
    const [first] = all;
    expect((await find({}, 1, first?.id))[0]?.id).toBe((first?.id ?? 0) - 1);
    desk.close();
  });

  it('is exported with the hash of the table, and says so itself', async () => {
    const answer = await hubFetch(`${hub.url}/api/v1/audit.csv`);
    expect(answer.status).toBe(200);
    const text = Buffer.from(await answer.arrayBuffer()).toString('utf8');
    const [, table = '', digest = ''] = /^([\s\S]*\n)sha256,([0-9a-f]{64})\r?\n$/.exec(text) ?? [];
    expect(createHash('sha256').update(table, 'utf8').digest('hex')).toBe(digest);
    const desk = await join(hub.url, { surface: 'desk' });
    const found = await desk.request('audit:search', { filter: { kinds: ['audit'] }, limit: 1 });
    expect(found).toMatchObject({
      data: { lines: [{ action: 'audit:export', detail: { sha256: digest } }] },
    });
    // Also an export that is broken off has left a line.
    const both = await desk.request('audit:search', { filter: { kinds: ['audit'] }, limit: 2 });
    expect(both).toMatchObject({ data: { lines: [{}, { action: 'audit:export', detail: { filter: {} } }] } });
    desk.close();
  });

  it('has the requests that were refused', async () => {
    const wall = await join(hub.url, { surface: 'wall', screenId: '1' });
    expect(await wall.request('audit:search', { filter: {}, limit: 1 })).toMatchObject({ code: 'forbidden' });
    wall.close();
    const desk = await join(hub.url, { surface: 'desk' });
    await expect
      .poll(async () => {
        const found = await desk.request('audit:search', { filter: { what: 'audit:search' }, limit: 5 });
        return found.ok ? found.data.lines : found;
      })
      .toMatchObject([{ action: 'session:denied', detail: { code: 'forbidden', times: 1 } }]);
    desk.close();
  });

  it('has each wrong password, code, token and signature, and says nothing of what was shown', async () => {
    const officer = await addPerson(hub, { name: '赵敏', role: 'duty_officer' });
    const wrong = 'WRONG-SECRET-1';
    await officer.ask('POST', 'session/password', {
      oldPassword: wrong,
      newPassword: 'kitchens by the river',
    });
    await officer.ask('POST', 'session/codes', {});
    await officer.ask('POST', 'session/codes/confirm', { code: '000000' });
    await browser(hub).ask('POST', 'session/redeem', { code: wrong, password: personPassword });
    const phone = await connectSurface(hub.url, { protocolVersion, isPhone: true });
    const token = 't'.repeat(43);
    await phone.request('squads:signIn', { code: wrong, token, phoneName: '手机' });
    phone.close();
    const bearer = { headers: { authorization: `Bearer ${wrong}` }, method: 'POST' };
    await fetch(`${hub.url}/whip/of-nobody`, bearer);
    await fetch(`${hub.url}/api/v1/alerts`, { method: 'POST', body: '{}' });
    const key = await makeAlertKey(hub.url);
    await postAlerts(hub.url, key, '{}', { secret: wrong });
    const desk = await join(hub.url, { surface: 'desk' });
    const read = async () => {
      const found = await desk.request('audit:search', { filter: { kinds: ['session'] }, limit: 50 });
      if (!found.ok) throw new Error(found.message);
      return found.data.lines.map(({ actor, subject, detail: { code }, principal }) =>
        [actor, subject, code, (principal as { kind?: string } | undefined)?.kind].join(' '),
      );
    };
    await expect
      .poll(read)
      .toEqual(
        expect.arrayContaining([
          '赵敏 POST /api/v1/session/password wrong_password person',
          '赵敏 POST /api/v1/session/codes/confirm wrong_code person',
          ' POST /api/v1/session/redeem code_unknown ',
          ' squads:signIn code_unknown ',
          ' /whip/:deviceId unknown_device ',
          ' POST /api/v1/alerts not_signed ',
          `${key.keyId} POST /api/v1/alerts bad_signature `,
        ]),
      );
    const all = await (await hubFetch(`${hub.url}/api/v1/audit.csv`)).text();
    expect([all.includes(wrong), all.includes('of-nobody')]).toEqual([false, false]);
    desk.close();
  });

  it('has a person who opens a screen of the wall, and each camera that this screen does not show', async () => {
    const desk = await join(hub.url, { surface: 'desk' });
    const directory = await desk.request('cameras:readDirectory', {});
    const cameraId = directory.ok ? (directory.data.cameras[0]?.cameraId ?? '') : '';
    const show = (cameraIds: string[]) =>
      desk.request('wall:showCameras', { commandId: `c${cameraIds.length}`, screenId: 'watched', cameraIds });
    const wall = await join(hub.url, { surface: 'wall', screenId: 'watched' });
    const lines = async () => {
      const found = await desk.request('audit:search', { filter: { what: 'watched' }, limit: 50 });
      const views = await desk.request('audit:search', { filter: { kinds: ['cameras'] }, limit: 50 });
      if (!found.ok || !views.ok) throw new Error('the log was not searched');
      return [...found.data.lines, ...views.data.lines].filter(
        ({ action, principal }) =>
          action.endsWith(':view') && (principal as { role?: string } | undefined)?.role === 'screen',
      );
    };
    expect(await show([cameraId])).toMatchObject({ ok: true });
    expect(await wall.request('cameras:openStream', { cameraId, stream: 'sub' })).toMatchObject({ ok: true });
    expect(
      await desk.request('wall:showContent', { commandId: 'm', screenId: 'watched', content: 'map' }),
    ).toMatchObject({ ok: true });
    expect(await wall.request('cameras:openStream', { cameraId, stream: 'main' })).toMatchObject({
      ok: true,
    });
    wall.close();
    const principal: unknown = expect.objectContaining({ openedBy: 'administrator-of-tests' });
    await expect
      .poll(lines)
      .toEqual([
        expect.objectContaining({ action: 'wall:view', subject: 'watched', principal }),
        expect.objectContaining({ action: 'cameras:view', subject: cameraId, principal }),
      ]);
    // Who put them there: each command, with its screen and what was shown.
    const commands = await desk.request('audit:search', { filter: { kinds: ['wall'] }, limit: 50 });
    if (!commands.ok) throw new Error('the log was not searched');
    expect(commands.data.lines.filter(({ action }) => action !== 'wall:view')).toMatchObject([
      { action: 'wall:showContent', subject: 'watched', detail: { content: 'map' } },
      { action: 'wall:showCameras', subject: 'watched', detail: { cameraIds: [cameraId] } },
    ]);
    desk.close();
  });

  it('is searched and exported into its archives, at the desk and on the machine of the hub', async () => {
    const desk = await join(hub.url, { surface: 'desk' });
    const filter = { what: 'old 1', kinds: ['settings'] };
    const found = await desk.request('audit:search', { filter, limit: 50 });
    if (!found.ok) throw new Error(found.message);
    expect(found.data.lines.map(({ subject }) => subject)).toEqual(
      [19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 1].map((number) => `old ${number}`),
    );
    expect(found.data.archives).toMatchObject({ files: 2, left: 0, faults: [] });
    const table = await (await hubFetch(`${hub.url}/api/v1/audit.csv?what=old`)).text();
    expect(table.split('\n').filter((row) => row.includes('settings:save'))).toHaveLength(20);
    const printed = search('--what', 'OLD 7', '--kind', 'settings');
    expect([printed.status, printed.stdout.split('\t').slice(2, 5)]).toEqual([
      0,
      ['陈静', 'settings:save', 'old 7'],
    ]);
    expect(search('--who', '陈静', '--to', '2026-01-01').stdout).toBe('');
    desk.close();
  });

  it('says at the desk, in the table and on the machine of the hub that an archive is missing', async () => {
    const [first = ''] = readdirSync(archiveFolder).sort();
    rmSync(joinPath(archiveFolder, first));
    const desk = await join(hub.url, { surface: 'desk' });
    const found = await desk.request('audit:search', { filter: { what: 'old' }, limit: 50 });
    const fault = { file: first, firstId: 1, lastId: 10, kind: 'missing' };
    expect(found).toMatchObject({ ok: true, data: { archives: { faults: [fault] } } });
    expect(found.ok && found.data.lines.some(({ subject }) => subject === 'old 15')).toBe(true);
    const table = await (await hubFetch(`${hub.url}/api/v1/audit.csv?what=old`)).text();
    expect(table).toContain(`archive_missing,${first},1-10`);
    const printed = search('--what', 'old 15', '--json');
    expect([printed.status, printed.stderr]).toEqual([
      1,
      expect.stringContaining(`The archive ${first} cannot`),
    ]);
    expect(JSON.parse(printed.stdout)).toMatchObject({ subject: 'old 15' });
    const wall = await join(hub.url, { surface: 'wall', screenId: '1' });
    expect(await wall.request('audit:search', { filter: { what: 'old' }, limit: 1 })).toMatchObject({
      code: 'forbidden',
    });
    wall.close();
    desk.close();
  });

  it.each([
    [['--kind', 'TALK'], '--kind'],
    [['--from', 'yesterday'], '--from'],
    [['--to', '2026-02-31'], '--to'],
    [['--limit', '0'], '--limit'],
    [['--heads', 'x'], '--heads'],
    [['--who', 'x'.repeat(300)], '--who'],
    [['more'], 'more'],
  ])('the command refuses %j and says which part', (options, part) => {
    const { status, stderr } = search(...options);
    expect([status, stderr.split('\n')[0]]).toEqual([2, expect.stringContaining(part)]);
  });

  it.each([
    ['kinds=TALK', 'kinds'],
    ['nonsense=1', ''],
    ['fromMs=yesterday', 'fromMs'],
    [`who=${'x'.repeat(300)}`, 'who'],
  ])('refuses %s over HTTP', async (query) => {
    const answer = await hubFetch(`${hub.url}/api/v1/audit.csv?${query}`);
    expect(answer.status).toBe(400);
  });

  // The last one: it cuts the end of the log off, as somebody does who may write the file of the database.
  it('is compared with the published head while the hub runs: a cut is said at the desk, in /healthz and in the log', async () => {
    const desk = await join(hub.url, { surface: 'desk' });
    const published = async (): Promise<number> => {
      const found = await desk.request('audit:search', { filter: {}, limit: 1 });
      return found.ok ? (found.data.published?.id ?? 0) : 0;
    };
    await expect.poll(published, { timeout: 10_000 }).toBeGreaterThan(0);
    const database = new SqliteDatabase(joinPath(dataDir, 'mingchu.sqlite'));
    database.exec('drop trigger audit_log_no_delete');
    database.prepare('delete from audit_log where id >= ?').run(await published());
    database.close();
    await expect
      .poll(
        () =>
          desk
            .noticesOf('diagnostics:troublesChanged')
            .at(-1)
            ?.troubles.map(({ kind }) => kind),
        {
          timeout: 10_000,
        },
      )
      .toEqual(['audit_cut_off']);
    const health = await fetch(`${hub.url}/healthz`);
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { status: 'degraded', audit: { kind: 'missing' } },
    ]);
    expect(hub.output()).toContain('npm run audit -- verify');
    desk.close();
  });
});
