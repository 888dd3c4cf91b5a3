import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AccountRecord } from '../../../../src-sfu/features/accounts/accounts.repository.ts';
import { createAccountsRepository } from '../../../../src-sfu/storage/accounts.sql.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createSecretBox } from '../../../../src-sfu/storage/secretBox.ts';

const atMs = 1_790_000_000_000;
const account: AccountRecord = {
  accountId: 'a1',
  signInName: 'Wang.Fang',
  name: '王芳',
  role: 'administrator',
  scope: { districts: ['温泉'], squads: 'all' },
  passwordHash: 'hash',
  mustChangePassword: true,
  timeCodeSecret: 'GEZDGNBVGY3TQOJQ',
  timeCodeUsedStep: 7,
  recoveryCodeHashes: ['one', 'two'],
  areRecoveryCodesUnkept: true,
  isDemo: false,
  isDisabled: false,
  createdAtMs: atMs,
};
const session = {
  sessionId: 's1',
  tokenHash: 'token hash',
  accountId: 'a1',
  createdAtMs: atMs,
  lastUsedAtMs: atMs,
  expiresAtMs: atMs + 1,
  address: '192.0.2.1',
  device: 'Chromium',
  isLocked: true,
};

let store: Store;
beforeEach(async () => {
  store = await openStore(':memory:');
});
afterEach(() => store.destroy());

it('gives back what was saved, without what has ended, and writes the entry with it', async () => {
  const accounts = createAccountsRepository(store, createSecretBox(Buffer.alloc(32, 1)));
  const code = { codeHash: 'c1', accountId: 'a1', expiresAtMs: atMs, usedAtMs: undefined };
  const entry = { atMs, actor: '王芳', action: 'accounts:add', subject: 'a1' };
  await accounts.save({ accounts: [account], sessions: [session], codes: [code] }, entry);
  expect(await accounts.load()).toEqual({
    accounts: [account],
    sessions: [{ ...session, confirmedAtMs: undefined }],
    screens: [],
    codes: [code],
  });
  expect(await store.selectFrom('audit_log').select('action').execute()).toEqual([
    { action: 'accounts:add' },
  ]);
  await accounts.save({ sessions: [{ ...session, endedAtMs: atMs }] });
  expect((await accounts.load()).sessions).toEqual([]);
});

it('keeps the secret of an authenticator sealed, and opens it with the right key only', async () => {
  await createAccountsRepository(store, createSecretBox(Buffer.alloc(32, 1))).save({ accounts: [account] });
  const wrongKey = createAccountsRepository(store, createSecretBox(Buffer.alloc(32, 2)));
  const [read] = (await wrongKey.load()).accounts;
  expect(read?.timeCodeSecret).toBeUndefined();
  expect(read?.unreadableTimeCodeSecret).toBeDefined();
});

it('keeps a secret that it cannot read, so that the right key opens it again', async () => {
  const right = createAccountsRepository(store, createSecretBox(Buffer.alloc(32, 1)));
  const wrongKey = createAccountsRepository(store, createSecretBox(Buffer.alloc(32, 2)));
  await right.save({ accounts: [account] });
  const { accounts } = await wrongKey.load();
  await wrongKey.save({ accounts: accounts.map((one) => ({ ...one, name: '王小芳' })) });
  expect((await right.load()).accounts).toEqual([{ ...account, name: '王小芳' }]);
});

it('refuses a second account with the same sign-in name in another script form', async () => {
  const accounts = createAccountsRepository(store, createSecretBox(Buffer.alloc(32, 1)));
  await accounts.save({ accounts: [account] });
  const other = { ...account, accountId: 'a2', signInName: 'ｗａｎｇ．ｆａｎｇ' };
  await expect(accounts.save({ accounts: [other] })).rejects.toThrow(/UNIQUE/);
});
