import type { Transaction } from 'kysely';
import { signInKey } from '../../src-shared/accounts/accountNames.ts';
import type { AccountRole, PairedSurface } from '../../src-shared/accounts/accounts.protocol.ts';
import type { Scope } from '../../src-shared/session/principal.ts';
import type {
  AccountRecord,
  AccountsRepository,
  OneTimeCodeRecord,
  ScreenRecord,
  SessionRecord,
} from '../features/accounts/accounts.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { SecretBox } from './secretBox.ts';
import type { StoreSchema } from './schema.ts';

interface AccountRow {
  id: string;
  sign_in_name: string;
  sign_in_key: string;
  name: string;
  role: string;
  scope: string;
  password_hash: string | null;
  must_change_password: number;
  time_code_secret_sealed: string | null;
  time_code_used_step: number | null;
  recovery_code_hashes: string;
  recovery_codes_unkept: number;
  is_demo: number;
  is_disabled: number;
  created_at_ms: number;
}

interface SessionRow {
  id: string;
  token_hash: string;
  account_id: string;
  created_at_ms: number;
  last_used_at_ms: number;
  expires_at_ms: number;
  address: string;
  device: string;
  confirmed_at_ms: number | null;
  is_locked: number;
  ended_at_ms: number | null;
}

interface ScreenRow {
  id: string;
  credential_hash: string;
  surface: string;
  screen_id: string;
  name: string;
  paired_at_ms: number;
  paired_by: string;
  last_used_at_ms: number;
  address: string;
  ended_at_ms: number | null;
}

interface CodeRow {
  code_hash: string;
  account_id: string;
  expires_at_ms: number;
  used_at_ms: number | null;
}

type AccountsTables = {
  accounts: AccountRow;
  account_sessions: SessionRow;
  paired_screens: ScreenRow;
  account_codes: CodeRow;
};

/** Accounts in the store. The secret of an authenticator is sealed for its account with the hub's own key. */
export function createAccountsRepository(store: Store, secrets: SecretBox): AccountsRepository {
  const tables = store.withTables<AccountsTables>();
  const placeOf = (accountId: string): string => `time codes of account ${accountId}`;

  const openedSecret = (
    row: AccountRow,
  ): Pick<AccountRecord, 'timeCodeSecret' | 'unreadableTimeCodeSecret'> => {
    const sealed = row.time_code_secret_sealed;
    if (sealed === null) return {};
    try {
      return { timeCodeSecret: secrets.open(sealed, placeOf(row.id)) };
    } catch {
      return { unreadableTimeCodeSecret: sealed };
    }
  };
  const rowOf = (one: AccountRecord): AccountRow => ({
    id: one.accountId,
    sign_in_name: one.signInName,
    sign_in_key: signInKey(one.signInName),
    name: one.name,
    role: one.role,
    scope: JSON.stringify(one.scope),
    password_hash: one.passwordHash ?? null,
    must_change_password: Number(one.mustChangePassword),
    time_code_secret_sealed:
      one.timeCodeSecret === undefined
        ? (one.unreadableTimeCodeSecret ?? null)
        : secrets.seal(one.timeCodeSecret, placeOf(one.accountId)),
    time_code_used_step: one.timeCodeUsedStep ?? null,
    recovery_code_hashes: JSON.stringify(one.recoveryCodeHashes),
    recovery_codes_unkept: Number(one.areRecoveryCodesUnkept === true),
    is_demo: Number(one.isDemo),
    is_disabled: Number(one.isDisabled),
    created_at_ms: one.createdAtMs,
  });
  const accountOf = (row: AccountRow): AccountRecord => ({
    accountId: row.id,
    signInName: row.sign_in_name,
    name: row.name,
    role: row.role as AccountRole,
    scope: JSON.parse(row.scope) as Scope,
    passwordHash: row.password_hash ?? undefined,
    mustChangePassword: row.must_change_password === 1,
    ...openedSecret(row),
    timeCodeUsedStep: numberOf(row.time_code_used_step),
    recoveryCodeHashes: JSON.parse(row.recovery_code_hashes) as string[],
    ...(row.recovery_codes_unkept === 1 ? { areRecoveryCodesUnkept: true } : {}),
    isDemo: row.is_demo === 1,
    isDisabled: row.is_disabled === 1,
    createdAtMs: Number(row.created_at_ms),
  });

  return {
    async load() {
      const accounts = await tables.selectFrom('accounts').selectAll().orderBy('created_at_ms').execute();
      const sessions = await tables
        .selectFrom('account_sessions')
        .selectAll()
        .where('ended_at_ms', 'is', null)
        .execute();
      const screens = await tables
        .selectFrom('paired_screens')
        .selectAll()
        .where('ended_at_ms', 'is', null)
        .orderBy('paired_at_ms')
        .execute();
      const codes = await tables.selectFrom('account_codes').selectAll().execute();
      return {
        accounts: accounts.map(accountOf),
        sessions: sessions.map(sessionOf),
        screens: screens.map(screenOf),
        codes: codes.map(codeOf),
      };
    },
    async save(change, entry) {
      // Each record is written as it is now, because it may change again before its write begins.
      const accounts = (change.accounts ?? []).map(rowOf);
      const sessions = (change.sessions ?? []).map(sessionRow);
      const screens = (change.screens ?? []).map(screenRow);
      const codes = (change.codes ?? []).map(codeRow);
      await store.transaction().execute(async (transaction: Transaction<StoreSchema>) => {
        const within = transaction.withTables<AccountsTables>();
        for (const row of accounts) {
          const insert = within.insertInto('accounts').values(row);
          await insert.onConflict((conflict) => conflict.column('id').doUpdateSet(row)).execute();
        }
        for (const row of sessions) {
          const insert = within.insertInto('account_sessions').values(row);
          await insert.onConflict((conflict) => conflict.column('id').doUpdateSet(row)).execute();
        }
        for (const row of screens) {
          const insert = within.insertInto('paired_screens').values(row);
          await insert.onConflict((conflict) => conflict.column('id').doUpdateSet(row)).execute();
        }
        for (const row of codes) {
          const insert = within.insertInto('account_codes').values(row);
          await insert.onConflict((conflict) => conflict.column('code_hash').doUpdateSet(row)).execute();
        }
        if (entry !== undefined) await appendAudit(transaction, { detail: {}, ...entry });
      });
    },
  };
}

function numberOf(value: number | null): number | undefined {
  return value === null ? undefined : Number(value);
}

function sessionRow(one: SessionRecord): SessionRow {
  return {
    id: one.sessionId,
    token_hash: one.tokenHash,
    account_id: one.accountId,
    created_at_ms: one.createdAtMs,
    last_used_at_ms: one.lastUsedAtMs,
    expires_at_ms: one.expiresAtMs,
    address: one.address,
    device: one.device,
    confirmed_at_ms: one.confirmedAtMs ?? null,
    is_locked: Number(one.isLocked),
    ended_at_ms: one.endedAtMs ?? null,
  };
}

function sessionOf(row: SessionRow): SessionRecord {
  return {
    sessionId: row.id,
    tokenHash: row.token_hash,
    accountId: row.account_id,
    createdAtMs: Number(row.created_at_ms),
    lastUsedAtMs: Number(row.last_used_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    address: row.address,
    device: row.device,
    confirmedAtMs: numberOf(row.confirmed_at_ms),
    isLocked: row.is_locked === 1,
  };
}

function screenRow(one: ScreenRecord): ScreenRow {
  return {
    id: one.pairingId,
    credential_hash: one.credentialHash,
    surface: one.surface,
    screen_id: one.screenId,
    name: one.name,
    paired_at_ms: one.pairedAtMs,
    paired_by: one.pairedBy,
    last_used_at_ms: one.lastUsedAtMs,
    address: one.address,
    ended_at_ms: one.endedAtMs ?? null,
  };
}

function screenOf(row: ScreenRow): ScreenRecord {
  return {
    pairingId: row.id,
    credentialHash: row.credential_hash,
    surface: row.surface as PairedSurface,
    screenId: row.screen_id,
    name: row.name,
    pairedAtMs: Number(row.paired_at_ms),
    pairedBy: row.paired_by,
    lastUsedAtMs: Number(row.last_used_at_ms),
    address: row.address,
  };
}

function codeRow(one: OneTimeCodeRecord): CodeRow {
  return {
    code_hash: one.codeHash,
    account_id: one.accountId,
    expires_at_ms: one.expiresAtMs,
    used_at_ms: one.usedAtMs ?? null,
  };
}

function codeOf(row: CodeRow): OneTimeCodeRecord {
  return {
    codeHash: row.code_hash,
    accountId: row.account_id,
    expiresAtMs: Number(row.expires_at_ms),
    usedAtMs: numberOf(row.used_at_ms),
  };
}
