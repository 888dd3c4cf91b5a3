import { createStore, type StoreApi } from 'zustand/vanilla';
import { httpProblemOf } from '../../ui/httpRefusal.ts';
import type { RegistryImportReport, RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';

/** The state of an import. The report of a dry run says what the import would do. */
export type RegistryImportState =
  | { stage: 'empty' }
  | { stage: 'checking' | 'importing'; files: readonly File[] }
  | { stage: 'checked'; files: readonly File[]; report: RegistryImportReport; removesMissing: boolean }
  | { stage: 'imported'; files: readonly File[]; report: RegistryImportReport }
  | {
      stage: 'refused';
      files: readonly File[];
      message: string;
      /** The hub's reason or code, or `no_answer`. */
      code?: string | undefined;
      problems: readonly RegistryProblem[];
      /** How many there are, also when not all are listed. */
      problemCount: number;
    };

export type RegistryImportStore = StoreApi<RegistryImportState>;

/** The largest request that the hub accepts (registryRoutes.ts). Bytes. */
export const largestImport = 32 * 1024 * 1024;

/** What an export is asked for. */
export interface ExportWish {
  format: 'csv' | 'json' | 'xlsx';
  encoding: 'utf-8' | 'gb18030';
}

/** A file to be saved. */
interface SavedFile {
  blob: Blob;
  fileName: string;
}

/** Import and export of the registry over the hub's HTTP interface. */
export interface RegistryActions {
  store: RegistryImportStore;
  /** Tries the files without changing anything; `removesMissing` takes out what they do not name. No files: begins again. */
  check(files: readonly File[], removesMissing?: boolean): Promise<void>;
  /** Imports the files that were checked. */
  importChecked(): Promise<void>;
  /** The registry as a file; a problem is the code of why not. */
  exportRegistry(wish: ExportWish): Promise<SavedFile | { problem: string }>;
  /** A workbook to fill in, in the language of its headers and lists. */
  downloadTemplate(language: string): Promise<SavedFile | { problem: string }>;
}

export function createRegistryActions(options: { fetch: typeof fetch }): RegistryActions {
  const store = createStore<RegistryImportState>(() => ({ stage: 'empty' }));

  const send = async (
    files: readonly File[],
    dryRun: boolean,
    removesMissing: boolean,
  ): Promise<RegistryImportState> => {
    const refused = (
      message: string,
      code: string | undefined,
      problems: readonly RegistryProblem[] = [],
      problemCount = 0,
    ) => ({ stage: 'refused', files, message, code, problems, problemCount }) as const;
    try {
      const missing = removesMissing ? '&missing=remove' : '';
      const answer = await options.fetch(`/api/v1/registry/import?dryRun=${dryRun}${missing}`, {
        method: 'POST',
        headers: contentTypeOf(files),
        body: bodyOf(files),
      });
      const body: unknown = await answer.json();
      if (answer.ok) {
        const report = body as RegistryImportReport;
        return dryRun
          ? { stage: 'checked', files, report, removesMissing }
          : { stage: 'imported', files, report };
      }
      const { error } = body as {
        error?: {
          code?: string;
          reason?: string;
          message?: string;
          problems?: RegistryProblem[];
          problemCount?: number;
        };
      };
      const message = error?.message ?? `HTTP ${answer.status}`;
      return refused(message, httpProblemOf(error), error?.problems, error?.problemCount);
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error), 'no_answer');
    }
  };

  const download = async (path: string, fileName: string): Promise<SavedFile | { problem: string }> => {
    try {
      const answer = await options.fetch(path);
      if (answer.ok) return { blob: await answer.blob(), fileName };
      const { error } = (await answer.json().catch(() => ({}))) as {
        error?: { code?: string; reason?: string };
      };
      return { problem: httpProblemOf(error) ?? `HTTP ${answer.status}` };
    } catch {
      return { problem: 'no_answer' };
    }
  };

  return {
    store,
    async check(files, removesMissing = false) {
      if (files.length === 0) return store.setState({ stage: 'empty' }, true);
      const size = files.reduce((sum, file) => sum + file.size, 0);
      if (size > largestImport) {
        const message = 'too_large';
        return store.setState({ stage: 'refused', files, message, problems: [], problemCount: 0 }, true);
      }
      store.setState({ stage: 'checking', files }, true);
      const result = await send(files, true, removesMissing);
      // Other files may have been chosen meanwhile.
      const present = store.getState();
      if (present.stage === 'checking' && present.files === files) store.setState(result, true);
    },
    async importChecked() {
      const checked = store.getState();
      if (checked.stage !== 'checked') return;
      const { files, removesMissing } = checked;
      store.setState({ stage: 'importing', files }, true);
      store.setState(await send(files, false, removesMissing), true);
    },
    exportRegistry({ format, encoding }) {
      const query = format === 'csv' ? `format=csv&encoding=${encoding}` : `format=${format}`;
      return download(`/api/v1/registry/export?${query}`, `registry.${format}`);
    },
    downloadTemplate(language) {
      const lang = language === 'en' ? 'en' : 'zh-CN';
      const fileName = lang === 'en' ? 'registry-template.xlsx' : '设备台账模板.xlsx';
      return download(`/api/v1/registry/template?lang=${lang}`, fileName);
    },
  };
}

function isJson(files: readonly File[]): boolean {
  return files.length === 1 && /\.json$/i.test(files[0]?.name ?? '');
}

/** For tables the browser writes the type itself, with the boundary of its parts. */
function contentTypeOf(files: readonly File[]): Record<string, string> {
  return isJson(files) ? { 'content-type': 'application/json' } : {};
}

function bodyOf(files: readonly File[]): BodyInit {
  const [first] = files;
  if (first !== undefined && isJson(files)) return first;
  const form = new FormData();
  for (const file of files) form.append('file', file, file.name);
  return form;
}
