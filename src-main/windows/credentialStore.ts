import { readFileSync, rmSync } from 'node:fs';
import type { Cookie, Cookies, SafeStorage } from 'electron';
import type { Logger } from 'pino';
import { z } from 'zod';
import { writeFileAtomically } from '../settings/atomicFile.ts';
import type { CredentialPlace } from '../settings/settingsWords.ts';

/** Cookies of a hub that let a screen or a person in (src-sfu/http/accounts/cookies.ts). */
const credentialName = /^(?:__Host-)?mingchu-(?:person|screen|site|device)-\d{1,5}$/;
const maxCredentials = 32;

const storedSchema = z
  .array(
    z.object({
      url: z.url({ protocol: /^https?$/ }).max(300),
      name: z.string().regex(credentialName),
      value: z.string().min(1).max(4_096),
      secure: z.boolean(),
      expiresAtS: z.number(),
    }),
  )
  .max(maxCredentials);
type StoredCredential = z.output<typeof storedSchema>[number];

/** The credentials of this machine on the disk. */
export interface CredentialStore {
  place: CredentialPlace;
  /** Gives the browser what was stored. Must be awaited before the first page is opened. */
  restore(): Promise<void>;
}

/** Whether the system has a key store. On a Linux desktop without one, Electron writes plain text, which does not count. */
export function hasKeyStore(safeStorage: SafeStorage, platform: NodeJS.Platform): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}

/**
 * Keeps credentials out of the browser's own files: there they last as long as the program, and what is on the disk is encrypted with
 * the system's key store. Without one they stay where Chromium puts them. A file that cannot be decrypted, as one of another machine,
 * is removed: then the screen shows a code again. Only after the application is ready.
 */
export function createCredentialStore(options: {
  cookies: Cookies;
  safeStorage: SafeStorage;
  path: string;
  logger: Pick<Logger, 'warn'>;
  platform?: NodeJS.Platform;
  nowMs?: () => number;
}): CredentialStore {
  const { cookies, safeStorage, path, logger, platform = process.platform, nowMs = Date.now } = options;
  if (!hasKeyStore(safeStorage, platform)) {
    logger.warn(
      'this system has no key store: the credentials of this machine are protected by file rights only',
    );
    return { place: 'browser', restore: () => Promise.resolve() };
  }
  const stored = new Map<string, StoredCredential>();

  const save = (): void => {
    try {
      const text = JSON.stringify([...stored.values()].slice(-maxCredentials));
      writeFileAtomically(path, safeStorage.encryptString(text).toString('base64'));
    } catch (error) {
      logger.warn(
        { err: error },
        'a credential could not be stored; the screen shows a code after the next start',
      );
    }
  };
  const put = ({ url, name, value, secure }: StoredCredential): Promise<void> =>
    // Without a date it lasts as long as the program and reaches no file of Chromium.
    cookies.set({ url, name, value, secure, path: '/', httpOnly: true, sameSite: 'strict' });
  const changed = (cookie: Cookie, cause: string, removed: boolean): void => {
    const { name, value, domain = '', secure = false, expirationDate } = cookie;
    if (!credentialName.test(name) || domain === '') return;
    const url = `${secure ? 'https' : 'http'}://${domain.includes(':') ? `[${domain}]` : domain}/`;
    const key = `${url} ${name}`;
    // What is set in the place of another one is removed for it first.
    if (removed && cause !== 'overwrite') {
      if (stored.delete(key)) save();
    } else if (!removed && expirationDate !== undefined) {
      const credential = { url, name, value, secure, expiresAtS: expirationDate };
      stored.delete(key);
      stored.set(key, credential);
      save();
      void put(credential).catch(() => undefined);
    }
  };
  const read = (): StoredCredential[] => {
    let bytes: string;
    try {
      bytes = readFileSync(path, 'utf8');
    } catch {
      return [];
    }
    try {
      return storedSchema.parse(JSON.parse(safeStorage.decryptString(Buffer.from(bytes, 'base64'))));
    } catch {
      logger.warn('the stored credentials cannot be decrypted on this machine; they are removed');
      rmSync(path, { force: true });
      return [];
    }
  };

  return {
    place: 'keyStore',
    async restore() {
      for (const credential of read()) {
        if (credential.expiresAtS * 1_000 <= nowMs()) continue;
        stored.set(`${credential.url} ${credential.name}`, credential);
        await put(credential).catch(() => undefined);
      }
      cookies.on('changed', (_event, cookie, cause, removed) => changed(cookie, cause, removed));
    },
  };
}
