import { createStore, type StoreApi } from 'zustand/vanilla';
import { httpProblemOf } from '../../ui/httpRefusal.ts';
import type { RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import type { ClauseImportReport } from '../../../src-shared/findings/clauseImport.ts';

export interface ClauseFilesState {
  /** The chosen file: it stays chosen when it is refused. */
  file: File | undefined;
  isBusy: boolean;
  /** What the import would do, or did. */
  report: ClauseImportReport | undefined;
  refused:
    { code: string | undefined; problems: readonly RegistryProblem[]; problemCount: number } | undefined;
}

/** Clauses from a table and back, over HTTP. A table is tried first. */
export interface ClauseFiles {
  store: StoreApi<ClauseFilesState>;
  check(file: File | undefined): Promise<void>;
  importChecked(): Promise<void>;
  /** All clauses as a file, or the code of why not. */
  download(format: 'csv' | 'xlsx'): Promise<Blob | string>;
}

export function createClauseFiles({
  fetch,
  onImported,
}: {
  fetch: typeof window.fetch;
  onImported(): void;
}): ClauseFiles {
  const store = createStore<ClauseFilesState>(() => ({
    file: undefined,
    isBusy: false,
    report: undefined,
    refused: undefined,
  }));
  const send = async (file: File, dryRun: boolean): Promise<void> => {
    store.setState({ file, isBusy: true, report: undefined, refused: undefined });
    const done = (result: Partial<ClauseFilesState>): void => {
      // Another file may have been chosen meanwhile.
      if (store.getState().file === file) store.setState({ isBusy: false, ...result });
    };
    try {
      const form = new FormData();
      form.append('file', file, file.name);
      const answer = await fetch(`/api/v1/clauses/import?dryRun=${dryRun}`, { method: 'POST', body: form });
      const body = (await answer.json()) as ClauseImportReport & {
        error?: { code?: string; reason?: string; problems?: RegistryProblem[]; problemCount?: number };
      };
      if (answer.ok) {
        done({ report: body });
        if (!dryRun) onImported();
        return;
      }
      const { problems = [], problemCount = 0 } = body.error ?? {};
      done({ refused: { code: httpProblemOf(body.error), problems, problemCount } });
    } catch {
      done({ refused: { code: 'no_answer', problems: [], problemCount: 0 } });
    }
  };
  return {
    store,
    async check(file) {
      if (file === undefined) store.setState({ file, isBusy: false, report: undefined, refused: undefined });
      else await send(file, true);
    },
    async importChecked() {
      const { file, report, isBusy } = store.getState();
      if (file !== undefined && report?.dryRun === true && !isBusy) await send(file, false);
    },
    async download(format) {
      try {
        const answer = await fetch(`/api/v1/clauses/export?format=${format}`);
        if (answer.ok) return await answer.blob();
        const { error } = (await answer.json()) as { error?: { code?: string; reason?: string } };
        return httpProblemOf(error) ?? `HTTP ${answer.status}`;
      } catch {
        return 'no_answer';
      }
    },
  };
}
