import type { AuditFilter } from '../../src-shared/audit/audit.protocol.ts';
import type { AuditLine } from './auditChain.ts';

/**
 * Whether a stored line is searched for: the same as the search in the database (`auditSearch.sql.ts`), for lines that have left it.
 * Dates of the filter are those of records. As in SQLite, A to Z are equal to a to z, and no other characters are.
 */
export function auditMatcher({ fromMs, toMs, who, what, kinds }: AuditFilter): (line: AuditLine) => boolean {
  const [person, thing] = [lowered(who ?? ''), lowered(what ?? '')];
  const prefixes = (kinds ?? []).map((kind) => `${kind}:`);
  return ({ atMs, actor, action, subject, detail, principal }) =>
    (fromMs === undefined || atMs >= fromMs) &&
    (toMs === undefined || atMs <= toMs) &&
    (person === '' || lowered(actor).includes(person) || lowered(principal ?? '').includes(person)) &&
    (thing === '' || lowered(subject).includes(thing) || lowered(detail).includes(thing)) &&
    (prefixes.length === 0 || prefixes.some((prefix) => lowered(action).startsWith(prefix)));
}

const lowered = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
