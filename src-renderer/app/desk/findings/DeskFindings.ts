import { createClauseFiles, type ClauseFiles } from '../../../features/findings/clauseFiles.ts';
import { createFindingsStore, type FindingsStore } from '../../../features/findings/findingsStore.ts';
import {
  createFindingsActions,
  type FindingOutcome,
  type FindingsActions,
} from '../../../features/findings/findingsActions.ts';
import type { HubLink } from '../../../server/hubLink.ts';

/** Findings at the desk. */
export interface DeskFindings {
  store: FindingsStore;
  actions: FindingsActions;
  clauseFiles: ClauseFiles;
}

export function createDeskFindings(parts: {
  link: Pick<HubLink, 'request'>;
  fetch: typeof window.fetch;
  newId(): string;
  notify(outcome: FindingOutcome): void;
}): DeskFindings {
  const store = createFindingsStore();
  const actions = createFindingsActions({
    store,
    request: parts.link.request,
    newId: parts.newId,
    notify: parts.notify,
    makeUrl: (jpeg) => URL.createObjectURL(new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' })),
    dropUrl: (url) => URL.revokeObjectURL(url),
  });
  const clauseFiles = createClauseFiles({ fetch: parts.fetch, onImported: () => actions.show('clauses') });
  return { store, actions, clauseFiles };
}
