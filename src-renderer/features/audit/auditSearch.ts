import { createStore, type StoreApi } from 'zustand/vanilla';
import zhCN from '../../../assets/locales/zh-CN.json';
import type { AuditArchives, AuditFilter } from '../../../src-shared/audit/audit.protocol.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import { fetchFile } from '../../ui/httpFile.ts';

/** Spans that end now. */
export const auditSpans = ['today', 'day', 'week', 'month', 'all'] as const;
export type AuditSpan = (typeof auditSpans)[number];

/** The kinds of lines that one may search for: the part of an action before the colon. There is one for each word in `audit.kind`. */
export const auditKinds = Object.keys(zhCN.audit.kind) as (keyof typeof zhCN.audit.kind)[];
export type AuditKind = (typeof auditKinds)[number];

/** What is searched for, as the form has it. */
export interface AuditForm {
  span: AuditSpan;
  who: string;
  what: string;
  kinds: readonly AuditKind[];
}

export interface AuditSearchState {
  form: AuditForm;
  /** What was found, the newest first; undefined before the first answer. */
  result: (OutputOf<'audit:search'> & { filter: AuditFilter }) | undefined;
  isSearching: boolean;
  problem: RefusalWords | undefined;
  /** The code of an export that failed; empty where none did. */
  exportProblem: string;
}

export interface AuditSearch {
  store: StoreApi<AuditSearchState>;
  type(form: Partial<AuditForm>): void;
  search(form?: Partial<AuditForm>): Promise<void>;
  readOlder(): Promise<void>;
  exportCsv(): Promise<void>;
}

const pageSize = 100;
const dayMs = 86_400_000;
const spanMs = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs };

/** The filter of a form. */
export function auditFilterOf({ span, who, what, kinds }: AuditForm, nowMs: number): AuditFilter {
  const fromMs =
    span === 'all'
      ? undefined
      : span === 'today'
        ? new Date(nowMs).setHours(0, 0, 0, 0)
        : Math.floor(nowMs) - spanMs[span];
  return {
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(who.trim() === '' ? {} : { who: who.trim() }),
    ...(what.trim() === '' ? {} : { what: what.trim() }),
    ...(kinds.length === 0 ? {} : { kinds: [...kinds] }),
  };
}

/** The address of the table of what a filter finds. */
export function auditCsvAddress(filter: AuditFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
  return `/api/v1/audit.csv?${query}`;
}

/** What is known of the archives after another page: how far the search is now, and what was wrong in all pages. */
function joined(
  before: AuditArchives | undefined,
  page: AuditArchives | undefined,
): AuditArchives | undefined {
  if (before === undefined || page === undefined) return page ?? before;
  const faults = new Map([...before.faults, ...page.faults].map((fault) => [fault.file, fault]));
  return { ...page, faults: [...faults.values()] };
}

export function createAuditSearch(parts: {
  search(input: InputOf<'audit:search'>): Promise<Ack<OutputOf<'audit:search'>>>;
  fetch: typeof fetch;
  saveFile(blob: Blob, fileName: string): void;
  nowMs(): number;
}): AuditSearch {
  const store = createStore<AuditSearchState>(() => ({
    form: { span: 'day', who: '', what: '', kinds: [] },
    result: undefined,
    isSearching: false,
    problem: undefined,
    exportProblem: '',
  }));
  /** Counts the searches, so that the answer to an earlier one does not replace that to a later one. */
  let searches = 0;
  const type = (form: Partial<AuditForm>): void =>
    store.setState((state) => ({ form: { ...state.form, ...form } }));

  async function read(filter: AuditFilter, beforeId: number | undefined): Promise<void> {
    searches += 1;
    const mine = searches;
    store.setState({ isSearching: true, exportProblem: '' });
    const answer = await parts.search({
      filter,
      limit: pageSize,
      ...(beforeId === undefined ? {} : { beforeId }),
    });
    if (mine !== searches) return;
    if (!answer.ok) return store.setState({ isSearching: false, problem: answer });
    const { result } = store.getState();
    const earlier = beforeId === undefined ? [] : (result?.lines ?? []);
    const lines = [...earlier, ...answer.data.lines];
    const archives = joined(beforeId === undefined ? undefined : result?.archives, answer.data.archives);
    const { archives: _ofPage, ...page } = answer.data;
    store.setState({
      isSearching: false,
      problem: undefined,
      result: { ...page, lines, filter, ...(archives === undefined ? {} : { archives }) },
    });
  }

  return {
    store,
    type,
    async search(form = {}) {
      type(form);
      await read(auditFilterOf(store.getState().form, parts.nowMs()), undefined);
    },
    async readOlder() {
      const { result } = store.getState();
      if (result?.nextBeforeId !== undefined) await read(result.filter, result.nextBeforeId);
    },
    async exportCsv() {
      const { result } = store.getState();
      if (result === undefined) return;
      const answer = await fetchFile(parts.fetch, auditCsvAddress(result.filter));
      if (answer.ok) parts.saveFile(answer.file, 'audit.csv');
      store.setState({ exportProblem: answer.ok ? '' : answer.problem });
    },
  };
}
