import {
  exampleClauses,
  findClauses,
  maxClauses,
  type Clause,
} from '../../../src-shared/findings/clauses.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { ClausesRepository } from './findings.repository.ts';

/** The rules that findings name. None is ever deleted: a finding that names it stays readable. */
export interface ClausesService {
  load(): Promise<void>;
  /** Whether a clause is known and offered. */
  has(number: string): boolean;
  list(options: { words?: string | undefined; all?: boolean | undefined }): Clause[];
  /** All of them or none. `action`: the name in the audit log. */
  save(clauses: readonly Clause[], actor: string, action?: string): Promise<Ack<{ clauses: Clause[] }>>;
}

/** Clauses that a form shows at one time. */
const offered = 200;

export function createClausesService({
  repository,
  nowMs,
}: {
  repository: ClausesRepository;
  nowMs(): number;
}): ClausesService {
  let clauses: Clause[] = [];
  /** The examples with what was written over them. */
  const join = (written: readonly Clause[]): Clause[] => {
    const byNumber = new Map([...exampleClauses, ...written].map((clause) => [clause.number, clause]));
    return [...byNumber.values()].toSorted((left, right) => left.number.localeCompare(right.number, 'zh'));
  };
  return {
    async load() {
      clauses = join(await repository.load());
    },
    has: (number) => clauses.some((clause) => clause.number === number && clause.isRetired !== true),
    list: ({ words = '', all = false }) => (all ? clauses : findClauses(clauses, words, offered)),
    async save(changed, actor, action = 'findings:saveClause') {
      const joined = join([...clauses, ...changed]);
      if (joined.length > maxClauses) {
        return refuse('too_many', `There can be ${maxClauses} clauses.`, {
          reason: 'findings.too_many_clauses',
          limit: maxClauses,
        });
      }
      await repository.save(changed, { atMs: nowMs(), actor, action });
      clauses = join([...clauses, ...changed]);
      return ok({ clauses: [...changed] });
    },
  };
}
