import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Clause } from '../../../../src-shared/findings/clauses.ts';
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

export function createFieldFindingsStore(): FieldFindingsStore {
  return createStore<FieldFindingsState>(() => ({ waiting: [], sent: [], clauses: [] }));
}
