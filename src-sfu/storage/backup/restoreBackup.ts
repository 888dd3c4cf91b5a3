import { existsSync } from 'node:fs';
import { link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { attachmentsFolder } from '../attachmentPaths.ts';
import { chainStart } from '../auditChain.ts';
import { auditArchiveFolder } from '../auditReading.ts';
import { openAuditHeadsFile } from '../auditHeadsFile.ts';
import { databaseFileName, openStore, StoreError } from '../database.ts';
import { readMigrations } from '../migrations.ts';
import { sealingKeyFingerprint } from '../secretBox.ts';
import { appendAuditLine } from './auditLine.ts';
import { checkFile, digestOf, orMissing } from './backupFiles.ts';
import { BackupError, readManifest, type BackupManifest } from './backupManifest.ts';
import { closeLog, copyOf, isReadableDatabase, removeLog } from './databaseFiles.ts';
import { copyDurably, fileProblem, listFiles, syncPath } from './durableFiles.ts';
import {
  countCredentials,
  endAllCredentials,
  keepPresentCredentials,
  type CredentialsKept,
} from './presentCredentials.ts';
import { refuseRunningHub } from './runningHub.ts';

/** What becomes of credentials where the database that is replaced cannot be read, so that nobody knows which were revoked since the backup. */
export type UnknownCredentials = 'end' | 'keep';

export interface RestoreOptions {
  dataDir: string;
  /** The folder of the backup. */
  source: string;
  nowMs: number;
  /** The file with the published heads of the audit log. */
  headsPath: string;
  /** Needed only where there is no database in the data folder, or one that cannot be read. */
  credentials?: UnknownCredentials | undefined;
  /** Only checks everything. */
  isDryRun?: boolean;
}

export interface RestoreResult {
  manifest: BackupManifest;
  /** Where the database is kept that was replaced; undefined where there was none, and at a dry run. */
  keptIn: string | undefined;
  /** From where the credentials came. */
  credentials: 'present' | 'backup' | 'ended';
  access: CredentialsKept | undefined;
  /** Whether the passwords in the backup can be opened with the key in the data folder. */
  sealingKey: 'same' | 'missing' | 'other' | 'unknown';
}

/** In the data folder. What is found in it was left by a restore that was interrupted. */
const stagingName = 'restore.incomplete';

/**
 * Replaces a data folder's database by a backup. First everything is checked, copied and brought up to date in a folder beside the
 * database. Then one rename replaces the database, so that a restore that is interrupted at any moment leaves either the old database
 * or the new one, whole. The old one is kept in a folder of its own. Throws BackupError.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreResult> {
  const { dataDir, source, isDryRun = false } = options;
  const manifest = await readManifest(source);
  await refuseNewer(manifest);
  const staging = join(dataDir, stagingName);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await refuseRunningHub(dataDir);
    await rm(staging, { recursive: true, force: true });
    if (isDryRun) {
      for (const file of manifest.files) checkFile(file, await digestOf(source, file));
    } else {
      await mkdir(staging, { mode: 0o700 });
      for (const file of manifest.files) {
        const digest = await copyDurably(join(source, file.path), join(staging, file.path)).catch(
          orMissing(file),
        );
        checkFile(file, digest);
      }
    }
    const sealingKey = compareKeys(manifest, dataDir);
    const isReadable = isReadableDatabase(join(dataDir, databaseFileName));
    if (!isReadable && options.credentials === undefined) {
      throw new BackupError(
        `${existsSync(join(dataDir, databaseFileName)) ? 'The database that would be replaced cannot be read' : 'There is no database to replace'}, so nobody knows what was revoked since the backup. ` +
          'Choose --credentials end (people get a new code from an administrator; screens, phones, body-worn cameras and keys are set up again) or --credentials keep (everything that had access at the time of the backup has it again).',
      );
    }
    if (isDryRun) {
      const credentials = isReadable ? 'present' : options.credentials === 'keep' ? 'backup' : 'ended';
      return { manifest, keptIn: undefined, credentials, access: undefined, sealingKey };
    }
    return { ...(await replace(options, manifest, staging, isReadable)), manifest, sealingKey };
  } catch (error) {
    throw fileProblem(error);
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function replace(
  { dataDir, source, headsPath, nowMs, credentials: wanted }: RestoreOptions,
  manifest: BackupManifest,
  staging: string,
  isReadable: boolean,
): Promise<Pick<RestoreResult, 'keptIn' | 'credentials' | 'access'>> {
  const present = join(dataDir, databaseFileName);
  const staged = join(staging, databaseFileName);
  await bringUpToDate(staging, 'The backup');
  const keptIn = existsSync(present)
    ? join(dataDir, `before-restore-${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}`)
    : undefined;
  let credentials: RestoreResult['credentials'] = wanted === 'keep' ? 'backup' : 'ended';
  let access: CredentialsKept;
  let replacedHead = chainStart;
  if (keptIn !== undefined) await mkdir(keptIn, { mode: 0o700 });
  try {
    if (keptIn !== undefined && isReadable) {
      const kept = join(keptIn, databaseFileName);
      replacedHead = copyOf(present, kept);
      await syncPath(kept);
      // The copy that is kept stays as it is; another one is brought up to date.
      const current = join(staging, 'present');
      await copyDurably(kept, join(current, databaseFileName));
      await bringUpToDate(current, 'The present database');
      access = keepPresentCredentials(staged, join(current, databaseFileName), nowMs);
      credentials = 'present';
    } else if (credentials === 'ended') {
      access = endAllCredentials(staged, nowMs);
    } else {
      access = countCredentials(staged);
    }
    appendAuditLine(staged, {
      atMs: nowMs,
      action: 'backup:restore',
      subject: source,
      detail: {
        madeAtMs: manifest.madeAtMs,
        lines: manifest.auditHead.id,
        replacedLines: replacedHead.id,
        credentials,
      },
    });
    closeLog(staged);
    await syncPath(staged);
  } catch (error) {
    // Nothing of the present data was touched yet.
    if (keptIn !== undefined) await rm(keptIn, { recursive: true, force: true });
    throw error;
  }
  await takeFiles(dataDir, staging, keptIn, manifest);
  await removeLog(present, isReadable ? undefined : keptIn);
  if (keptIn !== undefined && !isReadable)
    await link(present, join(keptIn, databaseFileName)).catch(() => undefined);
  await openAuditHeadsFile(headsPath).appendRestored(nowMs, manifest.auditHead.id);
  await rename(staged, present);
  await syncPath(dataDir);
  return { keptIn, credentials, access };
}

/** Pictures are added (each has its content as its name); a map and published heads are taken where they are part of the backup. */
async function takeFiles(
  dataDir: string,
  staging: string,
  keptIn: string | undefined,
  { files }: BackupManifest,
): Promise<void> {
  const pictures = new Set(
    files.filter(({ path }) => /^(?:snapshots|attachments)\//.test(path)).map(({ path }) => path),
  );
  if (keptIn !== undefined) {
    // The hub removes files that no alert and no attachment names; those of the replaced database stay with it.
    for (const folder of ['snapshots', attachmentsFolder]) {
      for (const name of await listFiles(join(dataDir, folder))) {
        const path = `${folder}/${name}`;
        if (pictures.has(path)) continue;
        await mkdir(dirname(join(keptIn, path)), { recursive: true, mode: 0o700 });
        await link(join(dataDir, path), join(keptIn, path)).catch(() => undefined);
      }
    }
  }
  for (const path of pictures) {
    await mkdir(dirname(join(dataDir, path)), { recursive: true, mode: 0o700 });
    await rename(join(staging, path), join(dataDir, path));
  }
  for (const folder of ['map', auditArchiveFolder]) {
    const isInBackup = files.some(({ path }) => path.startsWith(`${folder}/`));
    // An operator's map that the backup does not have stays; lines that were archived since belong to the log that is replaced.
    if (!isInBackup && folder === 'map') continue;
    const present = join(dataDir, folder);
    if (existsSync(present)) {
      if (keptIn === undefined) await rm(present, { recursive: true });
      else await rename(present, join(keptIn, folder));
    }
    if (isInBackup) await rename(join(staging, folder), present);
  }
  const heads = 'audit-heads.jsonl';
  // Heads that were published since say more than those of the backup.
  if (existsSync(join(staging, heads)) && !existsSync(join(dataDir, heads))) {
    await rename(join(staging, heads), join(dataDir, heads));
  }
}

async function bringUpToDate(folder: string, what: string): Promise<void> {
  try {
    await (await openStore(folder)).destroy();
  } catch (error) {
    if (error instanceof StoreError)
      throw new BackupError(`${what} cannot be brought up to date: ${error.message}`);
    throw error;
  }
}

async function refuseNewer({ lastMigration }: BackupManifest): Promise<void> {
  const known = Object.keys(await readMigrations()).sort();
  if (lastMigration !== '' && !known.includes(lastMigration)) {
    throw new BackupError(
      `The backup was made by a newer program (its tables are at ${lastMigration}). Install that version, then restore.`,
    );
  }
}

function compareKeys({ sealingKey }: BackupManifest, dataDir: string): RestoreResult['sealingKey'] {
  if (sealingKey === null) return 'unknown';
  const here = sealingKeyFingerprint(dataDir);
  if (here === undefined) return 'missing';
  return here === sealingKey ? 'same' : 'other';
}
