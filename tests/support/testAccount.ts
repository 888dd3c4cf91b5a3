import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright';
import { hashOf } from '../../src-sfu/base/secrets.ts';
import { longestLifeMs } from '../../src-sfu/features/accounts/sessions.ts';
import { timeCodeAt } from '../../src-sfu/features/accounts/timeCodes.ts';
import { createAccountsRepository } from '../../src-sfu/storage/accounts.sql.ts';
import { openStore } from '../../src-sfu/storage/database.ts';
import { openSecretBox } from '../../src-sfu/storage/secretBox.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** The sign-in that tests come in with: an administrator's. It lies in the data folder of every hub that tests start. */
const administratorToken = 'sign-in-of-the-administrator-of-tests';
const cookieName = '__Host-mingchu-person-1';

/** What a browser of the administrator sends. A hub takes the cookie under the name of any port, over HTTPS with `__Host-` only. */
export const administratorCookie = `${cookieName}=${administratorToken}`;

/** Files of a data folder that is copied rather than made again: making one costs a hub's start. */
const copiedFiles = ['mingchu.sqlite', 'hub.key'];
let template: Promise<string> | undefined;
const timeCodeSecret = 'JBSWY3DPEHPK3PXP';

/**
 * Puts a database with an administrator, who is signed in, into a data folder that has none. No password is hashed for it. The account
 * has no name, so that records name the officer that a desk gives.
 */
export async function addAdministrator(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, 'mingchu.sqlite'))) return;
  template ??= makeTemplate();
  const from = await template;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  for (const file of copiedFiles) copyFileSync(join(from, file), join(dataDir, file));
}

async function makeTemplate(): Promise<string> {
  const folder = temporaryFolder('mingchu-account-');
  const store = await openStore(folder);
  const nowMs = Date.now();
  await createAccountsRepository(store, openSecretBox(folder)).save({
    accounts: [
      {
        accountId: 'administrator-of-tests',
        signInName: 'administrator-of-tests',
        name: '',
        role: 'administrator',
        scope: { districts: 'all', squads: 'all' },
        passwordHash: 'none',
        mustChangePassword: false,
        // Administrators must have an authenticator before they may do anything.
        timeCodeSecret,
        recoveryCodeHashes: [],
        isDemo: false,
        isDisabled: false,
        createdAtMs: nowMs,
      },
    ],
    sessions: [
      {
        sessionId: 'sign-in-of-tests',
        tokenHash: hashOf(administratorToken),
        accountId: 'administrator-of-tests',
        createdAtMs: nowMs,
        lastUsedAtMs: nowMs,
        expiresAtMs: nowMs + longestLifeMs,
        address: '',
        device: '',
        confirmedAtMs: nowMs,
        isLocked: false,
      },
    ],
  });
  await store.destroy();
  return folder;
}

/** As `fetch`, signed in as the administrator. */
export function hubFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('cookie')) headers.set('cookie', administratorCookie);
  return fetch(url, { ...init, headers });
}

/** Confirms the sign-in of the administrator for five minutes more. A code is good once, so that it can be late by half a minute. */
export async function confirmAdministrator(hubUrl: string): Promise<void> {
  for (;;) {
    const proof = timeCodeAt(timeCodeSecret, Date.now());
    const answer = await hubFetch(`${hubUrl}/api/v1/session/confirm`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ proof }),
    });
    if (answer.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}

/** Asks for something that wants a confirmation, and confirms the administrator's sign-in where the last one is too old. */
export async function withConfirmation<T extends { ok: boolean; reason?: string }>(
  hubUrl: string,
  ask: () => Promise<T>,
): Promise<T> {
  const answer = await ask();
  if (answer.ok || answer.reason !== 'accounts.confirm_first') return answer;
  await confirmAdministrator(hubUrl);
  return ask();
}

/** Signs a browser in at a hub as the administrator. */
export async function signInBrowser(context: BrowserContext, hubUrl: string): Promise<void> {
  const isHttps = new URL(hubUrl).protocol === 'https:';
  const name = isHttps ? cookieName : cookieName.replace('__Host-', '');
  await context.addCookies([
    {
      name,
      value: administratorToken,
      url: hubUrl,
      httpOnly: true,
      secure: isHttps,
      sameSite: 'Strict',
    },
  ]);
}
