import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { AuditLine } from './auditChain.ts';

/** A file with lines of the audit log that have left the database, as the database lists it. */
export interface AuditArchive {
  firstId: number;
  lastId: number;
  file: string;
  sha256: string;
}

export type StoredAuditLine = AuditLine & { hash: string | null };

/** What is wrong with an archive. Of one that was changed, the lines that can be read are given. */
export interface ArchiveProblem {
  kind: 'missing' | 'unreadable' | 'changed';
  /** One sentence. */
  sentence: string;
}

/** The hub writes some megabytes into one file; more than this was not written by it. Bytes. */
const maxBytes = 256 * 1024 * 1024;

const lineSchema = z.object({
  id: z.number().int(),
  atMs: z.number(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  principal: z.string().nullable(),
  hash: z.string().nullable(),
});

/** Reads a whole archive. A name that leads out of the folder, and what is no file, is not opened. */
export function readArchiveFile(
  folder: string,
  { file, sha256, firstId, lastId }: AuditArchive,
): { lines: StoredAuditLine[]; problem?: ArchiveProblem } {
  const unreadable = (sentence: string): ReturnType<typeof readArchiveFile> => ({
    lines: [],
    problem: { kind: 'unreadable', sentence },
  });
  if (!/^[\w.-]+$/.test(file)) {
    return unreadable(`The archive ${JSON.stringify(file)} has a name that the hub does not give.`);
  }
  let bytes: Buffer;
  try {
    const path = join(folder, file);
    const found = statSync(path);
    if (!found.isFile() || found.size > maxBytes) {
      return unreadable(`The archive ${file} cannot be read: it is not what the hub wrote.`);
    }
    bytes = readFileSync(path);
  } catch (error) {
    const isMissing = (error as { code?: unknown }).code === 'ENOENT';
    const sentence = `The archive ${file} cannot be read: ${(error as Error).message}.`;
    return { lines: [], problem: { kind: isMissing ? 'missing' : 'unreadable', sentence } };
  }
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .flatMap((text) => lineOf(text) ?? [])
    .filter(({ id }) => id >= firstId && id <= lastId);
  return createHash('sha256').update(bytes).digest('hex') === sha256
    ? { lines }
    : { lines, problem: { kind: 'changed', sentence: `The archive ${file} was changed.` } };
}

function lineOf(text: string): StoredAuditLine | undefined {
  if (text === '') return undefined;
  try {
    const parsed = lineSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
