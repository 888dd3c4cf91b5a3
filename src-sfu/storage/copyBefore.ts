import { readdirSync, statfsSync, statSync } from 'node:fs';
import { chmod, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sql, type Kysely } from 'kysely';

/** What became of the copy: where it is, or that the disk has no room for it. */
export type CopyBefore = { path: string } | { missingBytes: number };

/** Beside the copy the hub still needs room to work. Bytes. */
const keptFreeBytes = 256 * 1024 * 1024;

/** Where the copy lies that was made before a step: `0042_name` is in `mingchu.sqlite.before-0042`. */
function pathOf(databasePath: string, step: string): string {
  return `${databasePath}.before-${step.slice(0, 4)}`;
}

/**
 * Copies a database before the first step that changes its tables, so that the version before can be installed again. One copy is kept:
 * an earlier one goes when the new one is whole. Without room there is none, and the earlier one stays. Rejects as the store does.
 */
export async function copyBefore(
  // The schema is not known before the steps have run.
  store: Pick<Kysely<never>, 'executeQuery' | 'getExecutor'>,
  databasePath: string,
  step: string,
): Promise<CopyBefore> {
  const { bavail, bsize } = statfsSync(dirname(databasePath));
  const missingBytes = statSync(databasePath).size + keptFreeBytes - bavail * bsize;
  if (missingBytes > 0) return { missingBytes };
  const path = pathOf(databasePath, step);
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  await sql`vacuum into ${draft}`.execute(store as never);
  await chmod(draft, 0o600);
  const file = await open(draft, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  for (const other of copiesOf(databasePath)) if (other !== path) await rm(other, { force: true });
  return { path };
}

/** The copy from before a step, for a version that lacks it: made before that very step, or an earlier one. */
export function copyFrom(databasePath: string, missingStep: string): string | undefined {
  const newest = pathOf(databasePath, missingStep);
  return copiesOf(databasePath).findLast((path) => path <= newest);
}

function copiesOf(databasePath: string): string[] {
  const start = `${basename(databasePath)}.before-`;
  return readdirSync(dirname(databasePath))
    .filter((name) => name.startsWith(start) && /^\d{4}$/.test(name.slice(start.length)))
    .toSorted()
    .map((name) => join(dirname(databasePath), name));
}
