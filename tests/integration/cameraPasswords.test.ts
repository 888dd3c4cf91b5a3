import SqliteDatabase from 'better-sqlite3';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bindStoredPasswords } from '../../src-sfu/storage/cameraPasswords.ts';
import { openSecretBox } from '../../src-sfu/storage/secretBox.ts';
import type { RegistryImportReport } from '../../src-shared/cameras/registryReport.ts';
import { startRegistryHub, type RegistryHub } from '../support/registryHub.ts';
import { hubFetch } from '../support/testAccount.ts';

let hub: RegistryHub;

beforeEach(async () => {
  hub = await startRegistryHub();
});
afterEach(() => hub.close());

const site = { externalId: 'S1', name: '食堂', type: 'school_canteen', district: '咸安区' };

async function importCamera(
  camera: Record<string, unknown>,
  mainUrl: string,
  subUrl?: string,
): Promise<Response> {
  const streams = { main: { url: mainUrl }, ...(subUrl === undefined ? {} : { sub: { url: subUrl } }) };
  return hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: [site],
      cameras: [{ externalId: 'C1', siteExternalId: 'S1', name: '灶台', ...camera, streams }],
    }),
  });
}

async function reportOf(answer: Response): Promise<RegistryImportReport> {
  expect(answer.status).toBe(200);
  return (await answer.json()) as RegistryImportReport;
}

async function cameraId(): Promise<string> {
  return (await hub.cameras.listCameras())[0]?.id ?? '';
}

async function address() {
  return hub.cameras.findStreamAddress(await cameraId(), 'main');
}

describe('a stored password', () => {
  beforeEach(async () => {
    await reportOf(await importCamera({ username: 'admin', password: 'secret' }, 'rtsp://nvr1/live'));
    expect((await address())?.password).toBe('secret');
  });

  test.each([
    ['another host', 'rtsp://127.0.0.1:7698/live'],
    ['another port', 'rtsp://nvr1:7698/live'],
    ['the old host as its user', 'rtsp://nvr1@127.0.0.1:7698/live'],
    ['a host that the old one stands before', 'rtsp://nvr1.example/live'],
  ])('is asked for again when the camera comes with %s', async (_what, url) => {
    const report = await reportOf(await importCamera({ username: 'admin' }, url));
    expect(report.forgottenPasswords).toEqual(['C1']);
    expect((await address())?.password).toBeUndefined();
  });

  test.each(['/', '?', '#'])('goes to its own host when another one stands behind %s', async (character) => {
    for (const scheme of ['rtsp', 'RTSP']) {
      const url = `${scheme}://nvr1${character}x:y@127.0.0.1:7698/live`;
      await reportOf(await importCamera({ username: 'admin' }, url));
      const asked = await address();
      expect(asked?.password).toBe('secret');
      expect(new URL(asked?.url ?? '').hostname).toBe('nvr1');
    }
  });

  test('is not taken along by an address that can be read in two ways: that is refused, and nothing changes', async () => {
    const answer = await importCamera({ username: 'admin' }, 'rtsp://nvr1:554/x:y@127.0.0.1:7698/live');
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('can be read in two ways');
    expect((await address())?.url).toBe('rtsp://nvr1/live');
  });

  test('stays for another path and for the port that is meant anyway', async () => {
    const report = await reportOf(await importCamera({ username: 'admin' }, 'rtsp://NVR1:554/other'));
    expect(report.forgottenPasswords).toEqual([]);
    expect((await address())?.password).toBe('secret');
  });

  test('is of no use beside another address or at another camera, whoever put it there', async () => {
    const sqlite = new SqliteDatabase(join(hub.dataDir, 'mingchu.sqlite'));
    sqlite.exec("update cameras set main_url = 'rtsp://127.0.0.1:7698/live'");
    sqlite.close();
    expect(await address()).toMatchObject({ isPasswordUnusable: true });
    expect((await address())?.password).toBeUndefined();
  });
});

describe('the database of an older hub', () => {
  async function storeAsBefore(row: { main_url: string; username: string | null; password: string | null }) {
    await reportOf(await importCamera({}, 'rtsp://10.0.0.1/live'));
    const { main_url, username, password } = row;
    const sealed = password === null ? null : openSecretBox(hub.dataDir).seal(password);
    await hub.store.updateTable('cameras').set({ main_url, username, password_sealed: sealed }).execute();
    await bindStoredPasswords(hub.store, openSecretBox(hub.dataDir), pino({ level: 'silent' }));
  }

  test('keeps its passwords, now bound to their host', async () => {
    await storeAsBefore({ main_url: 'RTSP://10.0.0.1/live', username: 'admin', password: 'secret' });
    expect(await address()).toMatchObject({
      url: 'rtsp://10.0.0.1/live',
      username: 'admin',
      password: 'secret',
    });
    const [row] = await hub.store.selectFrom('cameras').selectAll().execute();
    await bindStoredPasswords(hub.store, openSecretBox(hub.dataDir), pino({ level: 'silent' }));
    expect(await hub.store.selectFrom('cameras').selectAll().execute()).toEqual([row]);
  });

  test('reports a user and a password that were left in an address', async () => {
    await storeAsBefore({ main_url: 'rtsp://admin:12/34@cam.lan/x', username: null, password: null });
    expect(await address()).toMatchObject({ url: 'rtsp://cam.lan/x', username: 'admin', password: '12/34' });
  });

  test('sends no password that was taken to another host by its address', async () => {
    await storeAsBefore({
      main_url: 'rtsp://nvr1:554/x:y@127.0.0.1/',
      username: 'admin',
      password: 'secret',
    });
    expect((await address())?.password).toBeUndefined();
    await storeAsBefore({ main_url: 'rtsp://nvr1/x:y@127.0.0.1/', username: 'admin', password: 'secret' });
    expect(await address()).toMatchObject({ url: 'rtsp://nvr1/x:y@127.0.0.1/', password: 'secret' });
  });
});

describe('a camera that took its password encrypted', () => {
  beforeEach(async () => {
    await reportOf(await importCamera({ username: 'admin', password: 'secret' }, 'rtsp://nvr1/live'));
    await hub.cameras.rememberDigest(await cameraId(), 'rtsp://nvr1/live', 1);
  });

  test('is remembered, also after it was imported again', async () => {
    await reportOf(await importCamera({ username: 'admin', password: 'secret' }, 'rtsp://nvr1/live'));
    expect(await address()).toMatchObject({ digestOnly: true });
  });

  test('gets it in clear once a person says so, until it takes it encrypted again', async () => {
    const report = await reportOf(
      await importCamera({ username: 'admin', allowBasic: true }, 'rtsp://nvr1/live'),
    );
    expect(report.changedCameraIds).toEqual([await cameraId()]);
    expect(await address()).toMatchObject({ digestOnly: false, password: 'secret' });
    await hub.cameras.rememberDigest(await cameraId(), 'rtsp://nvr1/live', 2);
    expect(await address()).toMatchObject({ digestOnly: true });
  });

  test('gets it in clear once a person says so at the desk, which is in the audit log', async () => {
    const id = await cameraId();
    expect(await hub.cameras.allowClearPassword(id, '张三', 5)).toBe(true);
    expect(await address()).toMatchObject({ digestOnly: false, password: 'secret' });
    const entries = await hub.store.selectFrom('audit_log').selectAll().execute();
    expect(entries.filter(({ action }) => action === 'cameras:allowClearPassword')).toMatchObject([
      { actor: '张三', subject: id },
    ]);
    // Nothing is kept back any more.
    expect(await hub.cameras.allowClearPassword(id, '张三', 6)).toBe(false);
    await hub.cameras.rememberDigest(id, 'rtsp://nvr1/live', 7);
    expect(await address()).toMatchObject({ digestOnly: true });
  });

  test('gets no word for another address, nor does another camera', async () => {
    await reportOf(await importCamera({ username: 'admin', password: 'secret' }, 'rtsp://nvr2/live'));
    expect(await hub.cameras.allowClearPassword(await cameraId(), '张三', 5)).toBe(false);
    expect(await hub.cameras.allowClearPassword('nobody', '张三', 5)).toBe(false);
    await reportOf(await importCamera({ username: 'admin', password: 'secret' }, 'rtsp://nvr1/live'));
    expect(await address()).toMatchObject({ digestOnly: true });
  });

  test('is another one at another address', async () => {
    await reportOf(await importCamera({ username: 'admin', password: 'secret' }, 'rtsp://nvr2/live'));
    expect(await address()).toMatchObject({ digestOnly: false });
  });
});
