import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { databaseFileName } from '../database.ts';

/** A backup could not be made or restored. The message says what is wrong and what to do. */
export class BackupError extends Error {
  override name = 'BackupError';
}

export const manifestName = 'manifest.json';
const manifestVersion = 1;
/** A manifest of a hub with some 100,000 pictures has 20 MiB. */
const maxManifestBytes = 256 * 1024 * 1024;

/** The paths that a backup may have: the database, published heads, archived lines of the audit log, pictures of alerts by their hash, attachments by theirs, files of an operator's map. */
const knownPath =
  /^(?:mingchu\.sqlite|audit-heads\.jsonl|audit-archive\/[\w.-]{1,100}|snapshots\/[0-9a-f]{2}\/[0-9a-f]{64}\.(?:sent|jpg)|attachments\/[0-9a-f]{2}\/[0-9a-f]{64}\.(?:jpg|small\.jpg|webm|m4a|pdf)|map\/(?!\.\.?(?:\/|$))[^/\\\0]{1,200}(?:\/(?!\.\.?(?:\/|$))[^/\\\0]{1,200}){0,4})$/;

const fileSchema = z.strictObject({
  path: z.string().regex(knownPath, 'is not a path that a backup has'),
  bytes: z.number().int().min(0),
  /** SHA-256 in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BackupFile = z.output<typeof fileSchema>;

const headSchema = z.object({ id: z.number().int().min(0), hash: z.string() });

const manifestSchema = z.object({
  format: z.literal('mingchu-backup'),
  version: z.literal(manifestVersion),
  /** Unix milliseconds. */
  madeAtMs: z.number().int(),
  /** The last step of the tables, such as `0011_audit_views`. */
  lastMigration: z.string(),
  /** By which the key is known with which passwords in the database were sealed; null where there was none. */
  sealingKey: z.string().nullable(),
  /** The last line of the audit log in the backup. */
  auditHead: headSchema,
  files: z.array(fileSchema),
});
export type BackupManifest = z.output<typeof manifestSchema>;

export function createManifest(parts: Omit<BackupManifest, 'format' | 'version'>): BackupManifest {
  return { format: 'mingchu-backup', version: manifestVersion, ...parts };
}

/** Reads the manifest of a backup. Throws BackupError. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const path = join(folder, manifestName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? new BackupError(
          `${folder} is not a backup, or one that was not completed: it has no ${manifestName}.`,
        )
      : new BackupError(`${path} cannot be read: ${(error as Error).message}.`);
  }
  if (text.length > maxManifestBytes)
    throw new BackupError(`${path} is too large for the manifest of a backup.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BackupError(`${path} is damaged: it is not complete JSON. Take another backup.`);
  }
  const { format, version } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (format !== 'mingchu-backup')
    throw new BackupError(`${path} is not the manifest of a backup of Mingchu.`);
  if (version !== manifestVersion) {
    throw new BackupError(
      `The backup has version ${String(version)} of the format; this program reads version ${manifestVersion}. Restore it with the program that made it.`,
    );
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BackupError(
      `${path} is damaged at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? ''}. Take another backup.`,
    );
  }
  const paths = parsed.data.files.map((file) => file.path);
  if (new Set(paths).size !== paths.length)
    throw new BackupError(`${path} is damaged: it names a file twice.`);
  if (!paths.includes(databaseFileName)) throw new BackupError(`${path} is damaged: it names no database.`);
  return parsed.data;
}
