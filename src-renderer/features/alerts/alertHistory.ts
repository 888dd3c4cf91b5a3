import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AlertFilter } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { csvAddress, emptyForm, filterOf, type FormProblem, type HistoryForm } from './historyQuery.ts';
import { fetchFile } from '../../ui/httpFile.ts';

type Page = OutputOf<'alerts:search'>;
type Statistics = OutputOf<'alerts:readStatistics'>;

/** What was found. */
export interface HistoryResult {
  filter: AlertFilter;
  /** When it was asked, by the hub's clock. */
  atMs: number;
  page: Page;
  /** The cursors of the pages up to this one; the first page has none. */
  cursors: readonly (string | undefined)[];
  statistics: Statistics | undefined;
}

/** The search of history: its form, and what was found last. */
/** Why the hub did not answer a search; the message is its sentence in English. */
type HistoryRefusal = Pick<Refused, 'message' | 'reason' | 'parameters'>;

export interface AlertHistoryState {
  form: HistoryForm;
  searching: boolean;
  /** What is wrong with the form, or the hub's sentence. */
  problem: FormProblem | HistoryRefusal | undefined;
  result: HistoryResult | undefined;
  exportProblem: string;
}

export interface AlertHistory {
  store: StoreApi<AlertHistoryState>;
  /** Changes the form without searching. */
  type(change: Partial<HistoryForm>): void;
  /** Searches for the form, with a change of it. */
  search(change?: Partial<HistoryForm>): Promise<void>;
  turnPage(step: 1 | -1): Promise<void>;
  exportCsv(language: string, encoding: 'utf-8' | 'gb18030'): Promise<void>;
}

/** Alerts on a page. */
export const pageSize = 50;

/** Makes the history over what the hub and the desk offer. */
export function createAlertHistory(parts: {
  search(input: InputOf<'alerts:search'>): Promise<Ack<Page>>;
  readStatistics(filter: AlertFilter): Promise<Ack<Statistics>>;
  findCameras(words: string, limit: number): { cameraIds: string[]; total: number };
  fetch: typeof fetch;
  saveFile(blob: Blob, fileName: string): void;
  /** The hub's clock. */
  nowMs(): number;
}): AlertHistory {
  const store = createStore<AlertHistoryState>(() => ({
    form: emptyForm,
    searching: false,
    problem: undefined,
    result: undefined,
    exportProblem: '',
  }));
  /** Counts searches, so that a late answer is not taken for the newest. */
  let round = 0;

  const readPage = async (
    filter: AlertFilter,
    cursors: HistoryResult['cursors'],
    isNew: boolean,
  ): Promise<void> => {
    const mine = ++round;
    const atMs = Math.floor(parts.nowMs());
    store.setState({ searching: true, problem: undefined });
    const cursor = cursors.at(-1);
    const [page, statistics] = await Promise.all([
      parts.search({ filter, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }),
      isNew ? parts.readStatistics(filter) : undefined,
    ]);
    if (mine !== round) return;
    if (!page.ok) return store.setState({ searching: false, problem: refusalOf(page) });
    const { result } = store.getState();
    store.setState({
      searching: false,
      problem: statistics?.ok === false ? refusalOf(statistics) : undefined,
      result: {
        filter,
        atMs: isNew ? atMs : (result?.atMs ?? atMs),
        page: page.data,
        cursors,
        statistics: isNew ? (statistics?.ok === true ? statistics.data : undefined) : result?.statistics,
      },
    });
  };
  const type: AlertHistory['type'] = (change) =>
    store.setState({ form: { ...store.getState().form, ...change } });

  return {
    store,
    type,
    async search(change = {}) {
      type(change);
      const wanted = filterOf(store.getState().form, parts.nowMs(), parts.findCameras);
      if (wanted.ok) return readPage(wanted.filter, [undefined], true);
      // The answer that is under way does not fit the form any more.
      round += 1;
      store.setState({ searching: false, problem: wanted.problem, result: undefined });
    },
    async turnPage(step) {
      const { result } = store.getState();
      if (result === undefined) return;
      const { filter, cursors, page } = result;
      if (step === -1 && cursors.length > 1) return readPage(filter, cursors.slice(0, -1), false);
      if (step === 1 && page.next !== undefined) return readPage(filter, [...cursors, page.next], false);
    },
    async exportCsv(language, encoding) {
      const { result } = store.getState();
      if (result === undefined) return;
      store.setState({ exportProblem: '' });
      const answer = await fetchFile(parts.fetch, csvAddress(result.filter, language, encoding));
      if (answer.ok) parts.saveFile(answer.file, 'alerts.csv');
      else store.setState({ exportProblem: answer.problem });
    },
  };
}

function refusalOf({ message, reason, parameters }: Refused): HistoryRefusal {
  return parameters === undefined ? { message, reason } : { message, reason, parameters };
}
