import { createStore, type StoreApi } from 'zustand/vanilla';
import { isFindingEnded } from '../../../src-shared/findings/finding.ts';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';

export interface FindingsState {
  /** Those not ended. */
  findings: ReadonlyMap<string, Finding>;
}
export type FindingsStore = StoreApi<FindingsState>;

export function createFindingsStore(): FindingsStore {
  return createStore(() => ({ findings: new Map() }));
}

/** Takes findings as they are now. An older state of one that is known changes nothing. */
export function takeFindings(store: FindingsStore, changed: readonly Finding[]): void {
  const findings = new Map(store.getState().findings);
  for (const finding of changed) {
    const known = findings.get(finding.findingId);
    if (known !== undefined && known.revision > finding.revision) continue;
    if (isFindingEnded(finding)) findings.delete(finding.findingId);
    else findings.set(finding.findingId, finding);
  }
  store.setState({ findings });
}
