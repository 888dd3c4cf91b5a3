import { expect, test } from 'vitest';
import { createApiKeysRepository } from '../../../../src-sfu/storage/apiKeys.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { openSecretBox } from '../../../../src-sfu/storage/secretBox.ts';

test('a key that another sealing key sealed is listed and opens nothing, as after a restore without that key', async () => {
  const store = await openStore(':memory:');
  const key = {
    keyId: 'k',
    name: 'platform',
    purpose: 'alerts',
    districts: 'all',
    alertsPerSecond: 1,
    createdAtMs: 1,
    expiresAtMs: 2,
  } as const;
  const before = createApiKeysRepository(store, openSecretBox(':memory:'));
  await before.add(key, { secret: 'the secret' }, 'test');
  expect(await before.list()).toEqual([{ ...key, secret: 'the secret' }]);
  const [after] = await createApiKeysRepository(store, openSecretBox(':memory:')).list();
  expect(after).toMatchObject(key);
  const secret = after !== undefined && 'secret' in after ? after.secret : '';
  expect(secret).not.toBe('the secret');
  expect(secret.length).toBeGreaterThan(40);
  await store.destroy();
});
