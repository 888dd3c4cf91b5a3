import { expect, test } from 'vitest';
import { createApiKeysRepository } from '../../../../src-sfu/storage/apiKeys.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { openSecretBox } from '../../../../src-sfu/storage/secretBox.ts';

test('a key that another sealing key sealed is listed and opens nothing, as after a restore without that key', async () => {
  const store = await openStore(':memory:');
  const key = { keyId: 'k', name: 'platform', alertsPerSecond: 1, createdAtMs: 1 };
  const before = createApiKeysRepository(store, openSecretBox(':memory:'));
  await before.add(key, 'the secret', 'test');
  expect(await before.list()).toEqual([{ ...key, secret: 'the secret' }]);
  const [after] = await createApiKeysRepository(store, openSecretBox(':memory:')).list();
  expect(after).toMatchObject(key);
  expect(after?.secret).not.toBe('the secret');
  expect(after?.secret.length).toBeGreaterThan(40);
  await store.destroy();
});
