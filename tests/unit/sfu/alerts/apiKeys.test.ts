import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createApiKeysService,
  type ApiKeysService,
} from '../../../../src-sfu/features/alerts/apiKeys.service.ts';
import { createAlertAdminRoutes } from '../../../../src-sfu/http/alerts/alertAdminRoutes.ts';
import { createApiKeyDoor } from '../../../../src-sfu/http/alerts/apiKeyDoor.ts';
import { createApiKeysRepository } from '../../../../src-sfu/storage/apiKeys.sql.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createSecretBox } from '../../../../src-sfu/storage/secretBox.ts';
import { wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';
import type { Role } from '../../../../src-shared/session/roles.ts';

const dayMs = 86_400_000;
const secrets = createSecretBox(Buffer.alloc(32, 7));
let store: Store;
let nowMs: number;
let keys: ApiKeysService;

async function restart(): Promise<ApiKeysService> {
  keys = createApiKeysService({ repository: createApiKeysRepository(store, secrets), nowMs: () => nowMs });
  await keys.load();
  return keys;
}

beforeEach(async () => {
  nowMs = 1_800_000_000_000;
  store = await openStore(':memory:');
  await restart();
});
afterEach(() => store.destroy());

const records = {
  name: '监管平台',
  purpose: 'records',
  districts: ['咸安区'],
  alertsPerSecond: 1,
  lifeDays: 30,
} as const;

/** Who a token stands for, at the door. */
function visitor(token: string, headers: Record<string, string> = {}): Principal | undefined {
  return createApiKeyDoor(keys).principalOf({
    headers,
    address: '10.0.0.7',
    credentials: { key: token },
  });
}

/** What the purpose of a key needs to be signed for its owner. */
const signed = (keyId: string) => ({
  keyId,
  time: String(nowMs),
  nonce: 'a-nonce-of-16-characters',
  signature: 'f'.repeat(64),
});

describe('a key that is made again after an answer was lost with a killed hub', () => {
  const { lifeDays, ...chosen } = records;
  it.each([records, { ...records, purpose: 'alerts' as const }])(
    'is the same key with a new secret, as long as nobody used it: $purpose',
    async (wanted) => {
      const command = 'wang k1';
      const first = await keys.makeOnce(wanted, '王芳', command);
      await restart();
      const second = await keys.makeOnce(wanted, '王芳', command);
      expect(second?.keyId).toBe(first?.keyId);
      expect(second?.secret).not.toBe(first?.secret);
      await restart();
      expect(keys.list()).toMatchObject([{ keyId: first?.keyId, name: '监管平台' }]);
      if (wanted.purpose === 'records') {
        expect([first, second].map((one) => visitor(one?.secret ?? '')?.accountId)).toEqual([
          undefined,
          first?.keyId,
        ]);
        expect(await keys.makeOnce(wanted, '王芳', command)).toBeUndefined();
      }
      expect(await keys.makeOnce({ ...wanted, name: '另一平台' }, '王芳', command)).toBeUndefined();
      const other = await keys.makeOnce(wanted, '李强', 'li k1');
      expect(other?.keyId).not.toBe(first?.keyId);
    },
  );

  it('is not made again once it was revoked', async () => {
    const command = 'wang k1';
    const made = await keys.makeOnce({ ...chosen, lifeDays }, '王芳', command);
    await keys.revoke(made?.keyId ?? '', '王芳');
    await restart();
    expect(await keys.makeOnce({ ...chosen, lifeDays }, '王芳', command)).toBeUndefined();
  });

  it('stays revoked when it is revoked while it is made again', async () => {
    const command = 'wang k1';
    const made = await keys.makeOnce({ ...chosen, lifeDays }, '王芳', command);
    const again = keys.makeOnce({ ...chosen, lifeDays }, '王芳', command);
    const revoking = keys.revoke(made?.keyId ?? '', '李强');
    expect([await again, await revoking]).toEqual([undefined, true]);
    for (const _start of ['this one', 'the next']) {
      expect(keys.list()).toMatchObject([{ keyId: made?.keyId, revokedAtMs: nowMs }]);
      await restart();
    }
  });
});

describe('a key of another system', () => {
  it('that is a token stands for its purpose and its districts alone, also after a restart', async () => {
    const { secret, keyId } = await keys.make(records, 'test');
    for (const _start of ['the first', 'the next']) {
      expect(visitor(secret)).toMatchObject({
        kind: 'platform',
        role: 'platform',
        name: '监管平台',
        accountId: keyId,
        grants: ['alerts:viewDetails'],
        scope: { districts: ['咸安区'], squads: [] },
      });
      await restart();
    }
  });

  it('opens no WebSocket', async () => {
    const { secret } = await keys.make(records, 'test');
    expect(visitor(secret, { upgrade: 'websocket' })).toBeUndefined();
  });

  it('is not stored as it is, and its secret is never listed', async () => {
    const token = await keys.make(records, 'test');
    const signing = await keys.make({ ...records, purpose: 'alerts' }, 'test');
    const stored = JSON.stringify(await store.selectFrom('api_keys').selectAll().execute());
    for (const { secret } of [token, signing]) {
      expect(stored).not.toContain(secret);
      expect(JSON.stringify(keys.list())).not.toContain(secret);
    }
    expect(JSON.stringify(keys.list())).not.toContain('ash"');
  });

  it('opens nothing from the moment at which it expires', async () => {
    const token = await keys.make(records, 'test');
    const signing = await keys.make({ ...records, purpose: 'alerts' }, 'test');
    nowMs += 30 * dayMs - 1;
    expect(visitor(token.secret)).toBeDefined();
    const claimed = keys.claim(signed(signing.keyId));
    expect(claimed.ok).toBe(true);
    nowMs += 1;
    expect(visitor(token.secret)).toBeUndefined();
    expect(keys.claim(signed(signing.keyId))).toMatchObject({ ok: false, code: 'bad_signature' });
    // Nor when the body took so long.
    expect(claimed.ok && keys.verify(claimed.claim, Buffer.from(''))).toBe(false);
  });

  it('opens nothing from the moment at which it is revoked, and everybody who listens hears it', async () => {
    const { secret, keyId } = await keys.make(records, 'test');
    const ended: string[] = [];
    createApiKeyDoor(keys).onRevoked?.((sessionId) => ended.push(sessionId));
    expect(visitor(secret)?.sessionId).toBe(keyId);
    const revoked = keys.revoke(keyId, 'test');
    expect(visitor(secret)).toBeUndefined();
    expect(ended).toEqual([keyId]);
    await revoked;
    await restart();
    expect(visitor(secret)).toBeUndefined();
  });

  it('of one purpose is no key of the other kind', async () => {
    const token = await keys.make(records, 'test');
    const signing = await keys.make({ ...records, purpose: 'alerts' }, 'test');
    expect(keys.claim(signed(token.keyId))).toMatchObject({ ok: false, code: 'bad_signature' });
    expect(visitor(signing.secret)).toBeUndefined();
    expect(visitor(token.keyId)).toBeUndefined();
  });

  it('is listed with its last use and the address, also after a restart', async () => {
    const { secret } = await keys.make(records, 'test');
    expect(keys.list()[0]).not.toHaveProperty('lastUsedAtMs');
    nowMs += 5;
    visitor(secret);
    await vi.waitFor(async () => {
      await restart();
      expect(keys.list()[0]).toMatchObject({ lastUsedAtMs: nowMs, lastAddress: '10.0.0.7' });
    });
  });

  it('keeps working while its last use cannot be written', async () => {
    const faults: unknown[] = [];
    const repository = createApiKeysRepository(store, secrets);
    keys = createApiKeysService({
      repository: { ...repository, used: () => Promise.reject(new Error('disk full')) },
      nowMs: () => nowMs,
      onFault: (error) => faults.push(error),
    });
    const { secret } = await keys.make(records, 'test');
    expect(visitor(secret)).toBeDefined();
    await Promise.resolve();
    expect(faults).toHaveLength(1);
  });
});

describe('making a key', () => {
  async function make(body: object, role: Role = 'administrator', grants?: Principal['grants']) {
    const http = Fastify();
    const principal: Principal = {
      kind: 'person',
      accountId: 'one',
      name: '王芳',
      role,
      scope: wholeCity,
      sessionId: 's',
      device: '',
      address: '',
      ...(grants === undefined ? {} : { grants }),
    };
    await http.register(
      createAlertAdminRoutes({
        recordExport: () => Promise.resolve(),
        onSnapshotOpened: () => undefined,
        keys,
        kinds: () => [],
        saveKind: () => Promise.resolve([]),
        alert: () => Promise.resolve(undefined),
        repository: {
          slice: () => Promise.reject(new Error('not asked here')),
          history: () => Promise.reject(new Error('not asked here')),
        },
        files: { read: () => Promise.resolve(undefined) },
        dates: { shown: (message) => message, own: (message) => message },
        admit: () => (request) => {
          request.principal = principal;
          return Promise.resolve();
        },
      }),
    );
    const answer = await http.inject({ method: 'POST', url: '/api/v1/alert-keys', payload: body });
    await http.close();
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  }

  it('without more words makes one of alerts for a year', async () => {
    expect(await make({ name: 'AI' })).toMatchObject({
      status: 201,
      body: { purpose: 'alerts', districts: 'all', expiresAtMs: nowMs + 366 * dayMs },
    });
  });

  it.each(['registry', 'records'])('of %s gives a token', async (purpose) => {
    const { status, body } = await make({ name: 'ERP', purpose, lifeDays: 1 });
    expect(status).toBe(201);
    expect(visitor(String(body.secret))?.accountId).toBe(body.keyId);
  });

  it('of the registry is not for a supervisor, who may not manage cameras either', async () => {
    const { status, body } = await make({ name: 'ERP', purpose: 'registry' }, 'supervisor');
    expect({ status, body }).toMatchObject({ status: 403, body: { error: { code: 'beyond_own_rights' } } });
    expect(keys.list()).toEqual([]);
    expect((await make({ name: 'ERP', purpose: 'records' }, 'supervisor')).status).toBe(201);
  });

  it('of the records is not for who is narrowed to keys of alerts', async () => {
    const narrowed = await make({ name: 'x', purpose: 'records' }, 'administrator', ['alerts:manage']);
    expect(narrowed.status).toBe(403);
  });

  it.each([
    { name: '' },
    { name: 'x', purpose: 'everything' },
    { name: 'x', purpose: ['alerts', 'records'] },
    { name: 'x', purpose: 'registry', districts: ['咸安区'] },
    { name: 'x', districts: [] },
    { name: 'x', districts: [''] },
    { name: 'x', lifeDays: 0 },
    { name: 'x', lifeDays: 1_097 },
    { name: 'x', lifeDays: null },
    { name: 'x', role: 'administrator' },
  ])('refuses %j', async (body) => {
    expect((await make(body)).status).toBe(400);
    expect(keys.list()).toEqual([]);
  });
});
