import { createStore, type StoreApi } from 'zustand/vanilla';
import { clauseSchema, type Clause } from '../../../../src-shared/findings/clauses.ts';
import type { FindingRefusal, WaitingFinding } from './findingOutbox.ts';

export interface FieldFindingsState {
  /** Not answered by the hub yet. */
  waiting: readonly WaitingFinding[];
  /** What became of those that were sent since the page began. */
  sent: readonly {
    findingId: string;
    orderId: string;
    words: string;
    number?: string;
    refusal?: FindingRefusal;
  }[];
  clauses: readonly Clause[];
}
export type FieldFindingsStore = StoreApi<FieldFindingsState>;

export function createFieldFindingsStore(clauses: readonly Clause[] = []): FieldFindingsStore {
  return createStore<FieldFindingsState>(() => ({ waiting: [], sent: [], clauses }));
}

const clausesKey = 'mingchu.fieldClauses';

/** Keeps the clauses on the phone, so that they can be chosen without a network. */
export function keepClauses(storage: Pick<Storage, 'setItem'>, clauses: readonly Clause[]): void {
  try {
    storage.setItem(clausesKey, JSON.stringify(clauses));
  } catch {
    // A full or forbidden storage: they are there as long as this page is.
  }
}

/** What was kept; a damaged clause is left out. */
export function readKeptClauses(storage: Pick<Storage, 'getItem'>): Clause[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(clausesKey) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((one) => {
      const read = clauseSchema.safeParse(one);
      return read.success ? [read.data] : [];
    });
  } catch {
    return [];
  }
}
