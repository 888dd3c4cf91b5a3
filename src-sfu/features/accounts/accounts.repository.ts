import type { AccountRole, PairedSurface } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { Scope } from '../../../src-shared/session/principal.ts';

/** An account as it is kept. Of its password only the hash is known. */
export interface AccountRecord {
  accountId: string;
  signInName: string;
  name: string;
  role: AccountRole;
  scope: Scope;
  passwordHash?: string | undefined;
  mustChangePassword: boolean;
  /** Of its authenticator, base32; sealed where it is stored. */
  timeCodeSecret?: string | undefined;
  /**
   * Set instead of the secret when the hub's key does not open it (`hub.key` is another one): what is stored stays as it is, so
   * that the right key opens it again. Such an account is entered with a recovery code only, or is reset.
   */
  unreadableTimeCodeSecret?: string | undefined;
  /** The time step of the last code that was taken: it is not taken again. */
  timeCodeUsedStep?: number | undefined;
  /** SHA-256 of the recovery codes that are left. */
  recoveryCodeHashes: readonly string[];
  /** The owner never said that these recovery codes are kept: perhaps the hub or the page ended before they were shown. */
  areRecoveryCodesUnkept?: boolean | undefined;
  isDemo: boolean;
  isDisabled: boolean;
  createdAtMs: number;
}

/** A sign-in. Of its token only the hash is known. */
export interface SessionRecord {
  sessionId: string;
  tokenHash: string;
  accountId: string;
  createdAtMs: number;
  lastUsedAtMs: number;
  /** It ends then, however busy it is. */
  expiresAtMs: number;
  address: string;
  device: string;
  confirmedAtMs?: number | undefined;
  isLocked: boolean;
  endedAtMs?: number | undefined;
}

/** A paired screen. Of its credential only the hash is known. */
export interface ScreenRecord {
  pairingId: string;
  credentialHash: string;
  surface: PairedSurface;
  screenId: string;
  name: string;
  pairedAtMs: number;
  pairedBy: string;
  lastUsedAtMs: number;
  address: string;
  endedAtMs?: number | undefined;
}

/** A code of one use that sets the password of an account. */
export interface OneTimeCodeRecord {
  codeHash: string;
  accountId: string;
  expiresAtMs: number;
  usedAtMs?: number | undefined;
}

/** What is written together. Rows are written whole. */
export interface AccountsChange {
  accounts?: readonly AccountRecord[];
  sessions?: readonly SessionRecord[];
  screens?: readonly ScreenRecord[];
  codes?: readonly OneTimeCodeRecord[];
}

/** One line of the audit log; it is written in the same transaction as the change. Never holds a secret. */
export interface AccountsEntry {
  atMs: number;
  /** Who did it, by name. */
  actor: string;
  /** Such as `accounts:add`. */
  action: string;
  subject: string;
  detail?: object;
}

/** Everything that a hub needs when it starts: what has not ended. */
export interface AccountsContent {
  accounts: AccountRecord[];
  sessions: SessionRecord[];
  screens: ScreenRecord[];
  codes: OneTimeCodeRecord[];
}

/** Where accounts are kept. What resolved is durable. */
export interface AccountsRepository {
  load(): Promise<AccountsContent>;
  /** Without an entry for what is no decision of anybody, such as the time of the last use. */
  save(change: AccountsChange, entry?: AccountsEntry): Promise<void>;
}

/** The same in memory, for tests. */
export function createMemoryAccounts(): AccountsRepository & { entries: AccountsEntry[] } {
  const accounts = new Map<string, AccountRecord>();
  const sessions = new Map<string, SessionRecord>();
  const screens = new Map<string, ScreenRecord>();
  const codes = new Map<string, OneTimeCodeRecord>();
  const entries: AccountsEntry[] = [];
  return {
    entries,
    load: () =>
      Promise.resolve({
        accounts: [...accounts.values()],
        sessions: [...sessions.values()].filter(({ endedAtMs }) => endedAtMs === undefined),
        screens: [...screens.values()].filter(({ endedAtMs }) => endedAtMs === undefined),
        codes: [...codes.values()],
      }),
    save(change, entry) {
      // What is kept is that of now, as in a store.
      for (const one of change.accounts ?? []) accounts.set(one.accountId, { ...one });
      for (const one of change.sessions ?? []) sessions.set(one.sessionId, { ...one });
      for (const one of change.screens ?? []) screens.set(one.pairingId, { ...one });
      for (const one of change.codes ?? []) codes.set(one.codeHash, { ...one });
      if (entry !== undefined) entries.push(entry);
      return Promise.resolve();
    },
  };
}
