import { chmodSync, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { attachmentPaths } from '../attachmentPaths.ts';
import { databaseFileName } from '../database.ts';
import { auditArchiveFolder } from '../auditReading.ts';
import { sealingKeyFingerprint } from '../secretBox.ts';
import { appendAuditLine } from './auditLine.ts';
import {
  BackupError,
  createManifest,
  manifestName,
  type BackupFile,
  type BackupManifest,
} from './backupManifest.ts';
import { copyDurably, digestFile, fileProblem, listFiles, syncPath, writeDurably } from './durableFiles.ts';

const busyTimeoutMs = 30_000;

export interface BackupResult {
  manifest: BackupManifest;
  /** Pictures that the database names and that were not in the folder. */
  missingPictures: number;
}

/**
 * Copies a hub's data folder into a new folder, while the hub runs: the database as it is at one moment, then the files that it
 * names. The keys of the hub (`hub.key`, `tls`) are left out, and so is what it makes again by itself (last pictures of cameras,
 * the past of its clock). A backup that was not completed has another name and no manifest. Throws BackupError.
 */
export async function makeBackup(dataDir: string, target: string, nowMs: number): Promise<BackupResult> {
  const database = join(dataDir, databaseFileName);
  if (!existsSync(database)) {
    throw new BackupError(`${dataDir} has no ${databaseFileName}. Name the hub's data folder with --data.`);
  }
  const final = resolve(target);
  if (isWithin(resolve(dataDir), final)) {
    throw new BackupError('A backup belongs outside of the data folder, best on another disk.');
  }
  const partial = `${final}.incomplete`;
  try {
    await refuseFullFolder(final, target);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const result = await fill(dataDir, partial, nowMs);
    await rmdir(final).catch(() => undefined);
    await rename(partial, final);
    await syncPath(dirname(final));
    await appendAuditLine(database, {
      atMs: nowMs,
      action: 'backup:make',
      subject: final,
      detail: { files: result.manifest.files.length, lines: result.manifest.auditHead.id },
    });
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw fileProblem(error);
  }
}

async function fill(dataDir: string, folder: string, nowMs: number): Promise<BackupResult> {
  const copy = join(folder, databaseFileName);
  const { lastMigration, auditHead, hashes, attachments } = copyDatabase(
    join(dataDir, databaseFileName),
    copy,
  );
  await syncPath(copy);
  const files: BackupFile[] = [{ path: databaseFileName, ...(await digestFile(copy)) }];
  const take = async (path: string): Promise<boolean> => {
    try {
      files.push({ path, ...(await copyDurably(join(dataDir, path), join(folder, path))) });
      return true;
    } catch (error) {
      // A picture may be removed with its alert while the copy is made.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  };
  let missingPictures = 0;
  for (const hash of hashes) {
    if (!/^[0-9a-f]{64}$/.test(hash)) continue;
    const path = `snapshots/${hash.slice(0, 2)}/${hash}`;
    if (!(await take(`${path}.sent`))) missingPictures += 1;
    await take(`${path}.jpg`);
  }
  for (const { sha256, mediaType } of attachments) {
    const [path, ...others] = attachmentPaths(sha256, mediaType);
    if (path === undefined) continue;
    if (!(await take(path))) missingPictures += 1;
    for (const other of others) await take(other);
  }
  for (const folder of ['map', auditArchiveFolder]) {
    for (const name of await listFiles(join(dataDir, folder))) {
      if (!name.endsWith('.new')) await take(`${folder}/${name}`);
    }
  }
  await take('audit-heads.jsonl');
  const manifest = createManifest({
    madeAtMs: nowMs,
    lastMigration,
    sealingKey: sealingKeyFingerprint(dataDir) ?? null,
    auditHead,
    files,
  });
  await writeDurably(join(folder, manifestName), `${JSON.stringify(manifest, null, 1)}\n`);
  await syncPath(folder);
  return { manifest, missingPictures };
}

/** Copies the database as it is at one moment; the hub goes on writing meanwhile. */
function copyDatabase(from: string, to: string) {
  const source = new SqliteDatabase(from, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    source.prepare('vacuum into ?').run(to);
    chmodSync(to, 0o600);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') {
      throw new BackupError(`The database ${from} is damaged: ${message}. Restore the last good backup.`);
    }
    throw error;
  } finally {
    source.close();
  }
  const copy = new SqliteDatabase(to, { readonly: true });
  try {
    const lastMigration =
      copy.prepare<[], string>('select max(name) from kysely_migration').pluck().get() ?? '';
    const head = copy
      .prepare<[], { id: number; hash: string | null }>(
        'select id, hash from audit_log order by id desc limit 1',
      )
      .get();
    const hashes = copy.prepare<[], string>('select hash from alert_snapshots').pluck().all();
    const attachments = copy
      .prepare<[], { sha256: string; mediaType: string }>(
        "select distinct sha256, json_extract(document, '$.mediaType') as mediaType from attachments",
      )
      .all();
    const auditHead = { id: head?.id ?? 0, hash: head?.hash ?? '' };
    return { lastMigration, auditHead, hashes, attachments };
  } finally {
    copy.close();
  }
}

async function refuseFullFolder(final: string, named: string): Promise<void> {
  const names = await readdir(final).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') throw new BackupError(`${named} is a file. Name a new folder.`);
    throw error;
  });
  if (names.length > 0)
    throw new BackupError(`The folder ${named} is not empty. Name a new folder for each backup.`);
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
