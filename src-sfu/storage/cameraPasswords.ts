import { passwordPlaces, splitCredentials } from '../features/cameras/urlSecrets.ts';
import type { Logger } from '../logger.ts';
import type { Store } from './database.ts';
import type { SecretBox } from './secretBox.ts';

/** What a camera's password is bound to. */
export interface PasswordOwner {
  id: string;
  main_url: string;
  sub_url: string | null;
}

/**
 * The words a camera's password is sealed with: the camera, and each host and port that its addresses name. Undefined
 * while an address cannot be read.
 */
export function passwordBinding({ id, main_url, sub_url }: PasswordOwner): string | undefined {
  const places = passwordPlaces(sub_url === null ? [main_url] : [main_url, sub_url]);
  return places === undefined ? undefined : ['camera', id, ...places].join(' ');
}

/** The stored password; undefined when there is none, or when it was not sealed for these addresses. */
export function openCameraPassword(
  row: PasswordOwner & { password_sealed: string | null },
  secrets: SecretBox,
): string | undefined {
  const binding = passwordBinding(row);
  if (row.password_sealed === null || binding === undefined) return undefined;
  try {
    return secrets.open(row.password_sealed, binding);
  } catch {
    return undefined;
  }
}

/**
 * Binds passwords that an older hub stored to their camera, host and port, and takes users and passwords out of addresses
 * that it left in them. Where an address names another host than the older hub took it for, its password is not bound
 * and so no longer used. Done once: what is bound already is left alone.
 */
export async function bindStoredPasswords(store: Store, secrets: SecretBox, logger: Logger): Promise<void> {
  const rows = await store
    .selectFrom('cameras')
    .select(['id', 'main_url', 'sub_url', 'username', 'password_sealed'])
    .execute();
  let bound = 0;
  await store.transaction().execute(async (transaction) => {
    for (const row of rows) {
      const after = boundRow(row, secrets);
      if (after === undefined) continue;
      await transaction.updateTable('cameras').set(after).where('id', '=', row.id).execute();
      bound += 1;
    }
  });
  if (bound > 0) logger.info({ cameras: bound }, 'stored camera passwords were bound to their host and port');
}

interface StoredRow extends PasswordOwner {
  username: string | null;
  password_sealed: string | null;
}

/** The row as it must become; undefined when nothing needs to change, or nothing can. */
function boundRow(row: StoredRow, secrets: SecretBox): Partial<StoredRow> | undefined {
  try {
    const main = splitCredentials(row.main_url);
    const sub = row.sub_url === null ? undefined : splitCredentials(row.sub_url);
    const inUrl = { ...sub?.credentials, ...main.credentials };
    const isUnbound = row.password_sealed?.startsWith('v1.') ?? false;
    if (!isUnbound && inUrl.username === undefined) return undefined;
    const plain = { main_url: main.url, sub_url: sub?.url ?? null };
    const binding = passwordBinding({ id: row.id, ...plain });
    if (inUrl.username !== undefined) {
      // The older hub saw no user here: a password that stands beside was stored for another host.
      const { username, password } = inUrl;
      const password_sealed = password === undefined ? null : secrets.seal(password, binding);
      return { ...plain, username, password_sealed };
    }
    const password = secrets.open(row.password_sealed ?? '');
    return { ...plain, password_sealed: secrets.seal(password, binding) };
  } catch {
    // An address that can be read in two ways, or a key that is gone: a person must type the password again.
    return undefined;
  }
}
