import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CitizenReport } from '../../../src-shared/citizens/citizens.protocol.ts';
import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';

export interface CitizensState {
  /** Those without an answer. */
  waiting: ReadonlyMap<string, CitizenReport>;
  /** Those of the alert that is shown, answered ones too. */
  ofAlert: { alertId: string; reports: readonly CitizenReport[] } | undefined;
}

/** Reports of citizens at the desk. */
export interface DeskCitizens {
  store: StoreApi<CitizensState>;
  /** What the hub has at the start. */
  reset(reports: readonly CitizenReport[]): void;
  changed(reports: readonly CitizenReport[]): void;
  /** Reads the reports of an alert. */
  read(alertId: string): Promise<void>;
  /** Whether it was answered. */
  answer(reportIds: readonly string[], text: string): Promise<boolean>;
}

export type AnswerOutcome = { ok: true } | Refused;

export function createDeskCitizens(parts: {
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  notify(outcome: AnswerOutcome): void;
}): DeskCitizens {
  const store = createStore<CitizensState>(() => ({ waiting: new Map(), ofAlert: undefined }));
  const read = async (alertId: string): Promise<void> => {
    const answer = await parts.request('citizens:readReports', { alertId });
    if (answer.ok) store.setState({ ofAlert: { alertId, reports: answer.data.reports } });
  };
  const take = (reports: readonly CitizenReport[]): void => {
    const waiting = new Map(store.getState().waiting);
    for (const report of reports) {
      const known = waiting.get(report.reportId);
      if (known !== undefined && known.revision > report.revision) continue;
      if (report.answered === undefined) waiting.set(report.reportId, report);
      else waiting.delete(report.reportId);
    }
    store.setState({ waiting });
    const shownId = store.getState().ofAlert?.alertId;
    if (shownId !== undefined && reports.some(({ alertId }) => alertId === shownId)) void read(shownId);
  };
  return {
    store,
    reset(reports) {
      store.setState({ waiting: new Map(reports.map((report) => [report.reportId, report])) });
      const shownId = store.getState().ofAlert?.alertId;
      if (shownId !== undefined) void read(shownId);
    },
    changed: take,
    read,
    async answer(reportIds, text) {
      const answer = await parts.request('citizens:answer', { reportIds: [...reportIds], text });
      parts.notify(answer.ok ? { ok: true } : answer);
      if (answer.ok) take(answer.data.reports);
      return answer.ok;
    },
  };
}

/** Reports without an answer, those that are due first. */
export function byDueTime(waiting: ReadonlyMap<string, CitizenReport>): CitizenReport[] {
  return [...waiting.values()].toSorted((left, right) => left.dueAtMs - right.dueAtMs);
}
