/** The thread that searches archives of the audit log: reading and parsing some megabytes would hold up the hub. */
import { parentPort, workerData } from 'node:worker_threads';
import { readArchiveFile, type AuditArchive } from './auditArchiveFile.ts';
import type { ArchiveAnswer, ArchiveOrder, ArchiveTask } from './auditArchiveSearch.ts';
import { auditMatcher } from './auditMatching.ts';
import { thrownOf } from './databaseMessages.ts';

const { folder } = workerData as ArchiveTask;

type Read = ReturnType<typeof readArchiveFile>;

/** The last file that was read, as the next page is likely to be in it. */
let last: { archive: AuditArchive; read: Read } | undefined;

function read(archive: AuditArchive): Read {
  if (last?.archive.file === archive.file && last.archive.sha256 === archive.sha256) return last.read;
  const found = readArchiveFile(folder, archive);
  // What was wrong may be mended before the next search.
  last = found.problem === undefined ? { archive, read: found } : undefined;
  return found;
}

function search({
  archives,
  filter,
  exactly,
  isOldestFirst = false,
  beforeId,
  limit,
}: ArchiveOrder): ArchiveAnswer {
  const matches = auditMatcher(filter);
  const subjects = new Set(exactly?.subjects);
  const actions = new Set(exactly?.actions);
  const isSought = (line: Read['lines'][number]): boolean =>
    matches(line) && (exactly === undefined || (subjects.has(line.subject) && actions.has(line.action)));
  const lines: Read['lines'] = [];
  const faults: { archive: AuditArchive; kind: NonNullable<Read['problem']>['kind'] }[] = [];
  let searched = 0;
  for (const archive of archives) {
    if (lines.length >= limit) break;
    const found = read(archive);
    searched += 1;
    if (found.problem !== undefined) faults.push({ archive, kind: found.problem.kind });
    for (const line of [...found.lines].sort((one, other) =>
      isOldestFirst ? one.id - other.id : other.id - one.id,
    )) {
      if (lines.length >= limit) break;
      if ((beforeId === undefined || line.id < beforeId) && isSought(line)) lines.push(line);
    }
  }
  return { ok: true, lines, searched, faults };
}

parentPort?.on('message', (order: ArchiveOrder) => {
  let answer: ArchiveAnswer;
  try {
    answer = search(order);
  } catch (error) {
    answer = { ok: false, error: thrownOf(error) };
  }
  parentPort?.postMessage(answer);
});
