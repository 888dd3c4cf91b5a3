import { readdirSync, statfsSync, statSync } from 'node:fs';
import { chmod, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sql, type Kysely } from 'kysely';

/** What becomes of the copy: that it is begun, where it is, that the disk has no room for it, or why there is none. */
export type CopyBefore =
  { begunPath: string } | { path: string } | { missingBytes: number } | { failure: unknown };

/** Beside the copy the hub still needs room to work. Bytes. */
const keptFreeBytes = 256 * 1024 * 1024;

const draftEnd = '.new';

/** Where the copy lies that was made before a step: `0042_name` is in `mingchu.sqlite.before-0042`. */
function pathOf(databasePath: string, step: string): string {
  return `${databasePath}.before-${step.slice(0, 4)}`;
}

/**
 * Copies a database before the first step that changes its tables, so that the version before can be installed again. One copy is kept:
 * an earlier one goes when the new one is whole. Without room there is none, and the earlier one stays. A copy that fails hinders no
 * start: what became of it goes to `onCopy`, and nothing is thrown.
 */
export async function copyBefore(
  // The schema is not known before the steps have run.
  store: Pick<Kysely<never>, 'executeQuery' | 'getExecutor'>,
  databasePath: string,
  step: string,
  onCopy: (copy: CopyBefore) => void,
): Promise<void> {
  const path = pathOf(databasePath, step);
  const draft = `${path}${draftEnd}`;
  try {
    // Also those of other steps: nobody else would ever remove what a killed start left.
    for (const left of draftsOf(databasePath)) await rm(left, { force: true });
    const { bavail, bsize } = statfsSync(dirname(databasePath));
    const missingBytes = statSync(databasePath).size + keptFreeBytes - bavail * bsize;
    if (missingBytes > 0) return onCopy({ missingBytes });
    onCopy({ begunPath: path });
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
    onCopy({ path });
  } catch (failure) {
    await rm(draft, { force: true }).catch(() => undefined);
    onCopy({ failure });
  }
}

/** The copy from before a step, for a version that lacks it: made before that very step, or an earlier one. */
export function copyFrom(databasePath: string, missingStep: string): string | undefined {
  const newest = pathOf(databasePath, missingStep);
  return copiesOf(databasePath).findLast((path) => path <= newest);
}

function copiesOf(databasePath: string): string[] {
  return besides(databasePath, /^\d{4}$/);
}

function draftsOf(databasePath: string): string[] {
  return besides(databasePath, /^\d{4}\.new$/);
}

/** The files beside a database whose names end so after `.before-`, sorted. */
function besides(databasePath: string, end: RegExp): string[] {
  const start = `${basename(databasePath)}.before-`;
  return readdirSync(dirname(databasePath))
    .filter((name) => name.startsWith(start) && end.test(name.slice(start.length)))
    .toSorted()
    .map((name) => join(dirname(databasePath), name));
}
