import fastify, { type FastifyInstance } from 'fastify';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';
import type { Alert } from '../../../../src-shared/alerts/alertView.ts';
import type { ApiKeysService } from '../../../../src-sfu/features/alerts/apiKeys.service.ts';
import {
  createAlertAdminRoutes,
  type AlertAdminRoutesOptions,
} from '../../../../src-sfu/http/alerts/alertAdminRoutes.ts';
import { alertSlice } from '../../../../src-sfu/storage/alertsSearch.sql.ts';
import type { Store } from '../../../../src-sfu/storage/database.ts';
import { createPosterRoutes } from '../../../../src-sfu/http/cameras/posterRoutes.ts';

const day = 24 * 3_600_000;
const servers: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

function alertOf(number: number): Alert {
  return {
    alertId: `alert-${number}`,
    kindId: 'rat',
    class: 1,
    state: 'new',
    count: 1,
    raisedAtMs: 1_700_000_000_000,
    lastAtMs: 1_700_000_000_000,
    reportedCamera: 'c',
    source: { type: 'hub' },
  } as unknown as Alert;
}

function serve(
  repository: Pick<AlertAdminRoutesOptions['repository'], 'slice'>,
  principal: Principal = auditor,
  others: Partial<AlertAdminRoutesOptions> = {},
): FastifyInstance {
  const server = fastify();
  servers.push(server);
  server.register(
    createAlertAdminRoutes({
      recordExport: () => Promise.resolve(),
      onSnapshotOpened: () => undefined,
      keys: {} as ApiKeysService,
      kinds: () => [],
      saveKind: () => Promise.resolve([]),
      alert: () => Promise.resolve(undefined),
      repository: { history: () => Promise.reject(new Error('not asked here')), ...repository },
      files: { read: () => Promise.resolve(undefined) },
      dates: { shown: (message) => message, own: (message) => message },
      admit: () => (request) => {
        request.principal = principal;
        return Promise.resolve();
      },
      ...others,
    }),
  );
  return server;
}

const auditor: Principal = {
  kind: 'person',
  accountId: 'wang',
  name: '王芳',
  role: 'auditor',
  scope: wholeCity,
  sessionId: 's',
  device: '',
  address: '',
};

describe('the export of alerts', () => {
  it.each([
    ['', ['咸安区', '嘉鱼县']],
    ['?districts=咸安区', ['咸安区']],
    ['?districts=赤壁市', undefined],
    ['?unknownCamera=true', ['咸安区', '嘉鱼县']],
  ])('of %j asks for nothing outside of the officer’s districts', async (query, districts) => {
    const asked: unknown[] = [];
    const county = { ...auditor, scope: { districts: ['咸安区', '嘉鱼县'], squads: [] } };
    const slice: AlertAdminRoutesOptions['repository']['slice'] = (filter) => {
      asked.push(filter.districts);
      return Promise.resolve({ alerts: [] });
    };
    const server = serve({ slice }, county);
    const { body, statusCode } = await server.inject(encodeURI(`/api/v1/alerts.csv${query}`));
    expect(statusCode).toBe(200);
    expect(body.match(/\r\n/g)).toHaveLength(1);
    expect(asked).toEqual(districts === undefined ? [] : [districts]);
  });

  it('goes on to the end of history, however many rows it has', async () => {
    const slices = 403;
    const alerts = Array.from({ length: 500 }, (_unused, index) => alertOf(index));
    const server = serve({
      slice: (_filter, cursor) => {
        const number = Number(cursor ?? 1);
        return Promise.resolve({ alerts, ...(number < slices ? { next: String(number + 1) } : {}) });
      },
    });
    const { body } = await server.inject('/api/v1/alerts.csv');
    expect(body.match(/\r\n/g)).toHaveLength(1 + slices * 500);
  });

  it('asks the store for rows alone: nothing is counted, for no page', async () => {
    const statements: string[] = [];
    const sqlite = new SqliteDatabase(':memory:');
    sqlite.exec(
      'create table alerts (id, raised_at_ms, document, class, kind_id, state, district, site_type, site_id, camera_id)',
    );
    const insert = sqlite.prepare('insert into alerts (id, raised_at_ms, document) values (?, ?, ?)');
    for (let count = 0; count < 1_800; count += 1) insert.run(String(count), count, '{}');
    const store = new Kysely({
      dialect: new SqliteDialect({ database: sqlite }),
      log: ({ query }) => void statements.push(query.sql),
    }) as unknown as Store;
    const server = serve({ slice: (filter, cursor) => alertSlice(store, filter, cursor) });
    expect((await server.inject('/api/v1/alerts.csv?classes=1')).statusCode).toBe(200);
    // Where the next 500 are, and then those of them that match: four times.
    expect(statements).toHaveLength(8);
    expect(statements.filter((statement) => /count|sum|group by/i.test(statement))).toEqual([]);
    await store.destroy();
  });
});

it('a poster’s header has the date of its picture, however the date was set; who is sent it is noted, but for screens', async () => {
  const capturedAtMs = Date.UTC(2026, 10, 20, 8);
  const opened: string[] = [];
  let asker: typeof auditor = auditor;
  const server = fastify();
  servers.push(server);
  server.register(
    createPosterRoutes({
      mayView: () => true,
      hasCamera: () => true,
      poster: () =>
        Promise.resolve({
          annexB: new Uint8Array(1),
          capturedAtMs,
          width: 640,
          height: 360,
          codecString: 'avc1.42c01e',
        } as never),
      toShownMs: (ms) => ms + 3 * day,
      toJpeg: () => Promise.resolve(Buffer.from('jpeg')),
      onOpened: ({ name }, cameraId) => void opened.push(`${name} ${cameraId}`),
      admit(request) {
        request.principal = asker;
        return Promise.resolve();
      },
    }),
  );
  const { headers } = await server.inject('/api/v1/cameras/c/poster.jpg');
  expect(headers['last-modified']).toBe(new Date(capturedAtMs + 3 * day).toUTCString());
  asker = { ...auditor, kind: 'screen' };
  expect((await server.inject('/api/v1/cameras/c/poster.jpg')).statusCode).toBe(200);
  expect(opened).toEqual([`${auditor.name} c`]);
});

it('a snapshot that is sent is noted with who asked and its alert, and one that is not there is not', async () => {
  const opened: string[] = [];
  const alertOf = (alertId: string, state: 'ready' | 'checking') =>
    ({ alertId, place: { district: '咸安区' }, snapshot: { hash: 'h', state, takenAtMs: 1 } }) as Alert;
  const alerts = new Map([
    ['a1', alertOf('a1', 'ready')],
    ['a2', alertOf('a2', 'checking')],
  ]);
  const options: Partial<AlertAdminRoutesOptions> = {
    alert: (alertId) => Promise.resolve(alerts.get(alertId)),
    files: { read: () => Promise.resolve(new Uint8Array([1])) },
    onSnapshotOpened: ({ name }, alertId) => void opened.push(`${name} ${alertId}`),
  };
  const repository = { slice: () => Promise.reject(new Error('not asked here')) };
  const county = { ...auditor, scope: { districts: ['通城县' as const], squads: [] } };
  const statuses: number[] = [];
  for (const [principal, alertId] of [
    [auditor, 'a1'],
    [auditor, 'a2'],
    [auditor, 'unknown'],
    [county, 'a1'],
  ] as const) {
    const url = `/api/v1/alerts/${alertId}/snapshot.jpg`;
    statuses.push((await serve(repository, principal, options).inject({ url })).statusCode);
  }
  expect([statuses, opened]).toEqual([[200, 404, 404, 404], ['王芳 a1']]);
});
