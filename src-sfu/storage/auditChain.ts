import { createHash } from 'node:crypto';
import type { AuditHead, PublishedHead } from '../features/audit/audit.repository.ts';

/** One line of the audit log, as it is stored. */
export interface AuditLine {
  id: number;
  /** The date of the record, Unix milliseconds. */
  atMs: number;
  actor: string;
  action: string;
  subject: string;
  /** JSON. */
  detail: string;
  /** Who it was, as JSON; null where only a name was known. */
  principal: string | null;
}

/** What stands before the first line. */
export const chainStart: AuditHead = { id: 0, hash: '0'.repeat(64) };

/** The hash of a line that follows a line with `previousHash`. */
export function hashAuditLine(previousHash: string, line: AuditLine): string {
  const { id, atMs, actor, action, subject, detail, principal } = line;
  const content = JSON.stringify([previousHash, id, atMs, actor, action, subject, detail, principal]);
  return createHash('sha256').update(content, 'utf8').digest('hex');
}

/** The part of a database connection that a function of the chain needs. */
interface FunctionHost {
  function(name: string, options: { varargs: true }, run: (...values: unknown[]) => unknown): unknown;
}

/** The name of the function in SQL: `audit_hash(head id, head hash, id, at_ms, actor, action, subject, detail, principal)`. */
export const auditHashFunction = 'audit_hash';

/**
 * Gives a connection the function that hashes lines while they are inserted: what is hashed is what is stored, also where dates
 * of records are mapped on their way in. Lines of one statement follow one another; the first follows the head.
 */
export function addAuditHash(connection: FunctionHost): void {
  let last: AuditHead = chainStart;
  connection.function(auditHashFunction, { varargs: true }, (headId, headHash, id, atMs, ...texts) => {
    const [actor, action, subject, detail, principal] = texts as [
      string,
      string,
      string,
      string,
      string | null,
    ];
    const line = { id: Number(id), atMs: Number(atMs), actor, action, subject, detail, principal };
    const previous = Number(headId) === line.id - 1 ? String(headHash) : last.hash;
    if (Number(headId) !== line.id - 1 && last.id !== line.id - 1) {
      throw new Error(`Line ${line.id} of the audit log does not follow line ${last.id}.`);
    }
    last = { id: line.id, hash: hashAuditLine(previous, line) };
    return last.hash;
  });
}

/** What is wrong with the log, by lines. */
export type AuditFault =
  /** The line's hash is not that of its content and of the line before it. */
  | { kind: 'changed'; id: number }
  /** Lines that were there are not there: deleted in the middle, or cut off at the end (`published` says who knows them). */
  | { kind: 'missing'; fromId: number; toId: number }
  /** The log goes on from another line than the one whose head was published: it was written again, or is another log. */
  | { kind: 'rewritten'; id: number; publishedAtMs: number };

export interface AuditVerdict {
  lines: number;
  head: AuditHead;
  /** In the order of the lines; at most `maxFaults`. */
  faults: AuditFault[];
}

const maxFaults = 100;

/**
 * Reads a log from its first line and says every edit, deletion and swap; with the heads that were published, also what was
 * cut off at its end, and a log that was written again or replaced by an older copy.
 */
export function verifyAuditChain(
  lines: Iterable<AuditLine & { hash: string | null }>,
  published: readonly PublishedHead[] = [],
): AuditVerdict {
  const faults: AuditFault[] = [];
  const expected = new Map(published.map((head) => [head.id, head]));
  let head = chainStart;
  let count = 0;
  for (const line of lines) {
    count += 1;
    if (line.id > head.id + 1) faults.push({ kind: 'missing', fromId: head.id + 1, toId: line.id - 1 });
    const isMissingBefore = line.id !== head.id + 1;
    if (!isMissingBefore && hashAuditLine(head.hash, line) !== line.hash) {
      faults.push({ kind: 'changed', id: line.id });
    }
    const known = expected.get(line.id);
    if (known !== undefined && known.hash !== line.hash) {
      faults.push({ kind: 'rewritten', id: line.id, publishedAtMs: known.atMs });
    }
    head = { id: line.id, hash: line.hash ?? '' };
    if (faults.length >= maxFaults) return { lines: count, head, faults: faults.slice(0, maxFaults) };
  }
  const lastPublished = published.reduce((last, one) => Math.max(last, one.id), 0);
  if (lastPublished > head.id) faults.push({ kind: 'missing', fromId: head.id + 1, toId: lastPublished });
  return { lines: count, head, faults };
}
