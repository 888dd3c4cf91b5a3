import { createStore, type StoreApi } from 'zustand/vanilla';
import { isClosed } from '../../../src-shared/alerts/alert.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import { arrangeQueue, compareAlerts, type QueueRow } from '../../../src-shared/alerts/alertQueue.ts';
import type { AlertCounts, AlertsSnapshot } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { Silence } from './alertSound.ts';

/** The number of closed alerts that are remembered, so that a late notice about one does not show it again. */
const maxClosed = 500;
/** The most alerts that are offered as the original of a duplicate. */
const mostOriginals = 40;

/** A question before an action, with the note that belongs to it; for `note` the note is the whole action. */
export interface AlertAsk {
  type: 'resolve' | 'false' | 'duplicate' | 'note';
  note: string;
}

/** The open alerts as the hub sent them, and which of them this desk has chosen. */
export interface AlertsState {
  kinds: ReadonlyMap<string, AlertKind>;
  open: ReadonlyMap<string, Alert>;
  /** The revision with which an alert was closed. */
  closed: ReadonlyMap<string, number>;
  counts: AlertCounts | undefined;
  chosenId: string | undefined;
  /** What the officer is being asked about the chosen alert. */
  ask: AlertAsk | undefined;
  /** Groups of a flood whose alerts are listed. */
  unfolded: ReadonlySet<string>;
  /** Until when this desk is silent, by the hub's clock. */
  silence: Silence | undefined;
  /** Whether the browser has let this page make sound. */
  soundAllowed: boolean;
}

export type AlertsStore = StoreApi<AlertsState>;

/** The store of a desk that knows of no alert yet. */
export function createAlertsStore(): AlertsStore {
  return createStore<AlertsState>(() => ({
    kinds: new Map(),
    open: new Map(),
    closed: new Map(),
    counts: undefined,
    chosenId: undefined,
    ask: undefined,
    unfolded: new Set(),
    silence: undefined,
    soundAllowed: false,
  }));
}

/** Replaces all alerts, for example after a reconnect. */
export function resetAlerts(store: AlertsStore, snapshot: AlertsSnapshot | undefined): void {
  const open = new Map((snapshot?.open ?? []).map((alert) => [alert.alertId, alert]));
  store.setState({
    kinds: kindsById(snapshot?.kinds ?? []),
    open,
    closed: new Map(),
    counts: snapshot?.counts,
  });
}

/** Adds new and changed alerts. An older revision never replaces a newer one, and closed alerts leave the queue. */
export function takeAlerts(store: AlertsStore, alerts: readonly Alert[]): void {
  const open = new Map(store.getState().open);
  const closed = new Map(store.getState().closed);
  for (const alert of alerts) {
    const { alertId, revision } = alert;
    const known = open.get(alertId)?.revision ?? closed.get(alertId) ?? -1;
    if (known > revision) continue;
    open.delete(alertId);
    if (isClosed(alert)) closed.set(alertId, revision);
    else open.set(alertId, alert);
  }
  for (const oldest of closed.keys()) {
    if (closed.size <= maxClosed) break;
    closed.delete(oldest);
  }
  // A chosen alert stays chosen when it is closed: its details say who closed it.
  store.setState({ open, closed });
}

/** The kinds by their ids. */
export function kindsById(kinds: readonly AlertKind[]): ReadonlyMap<string, AlertKind> {
  return new Map(kinds.map((kind) => [kind.kindId, kind]));
}

/** The rows of the queue, grouped while there is a flood. */
export function queueOf({ open, counts }: Pick<AlertsState, 'open' | 'counts'>): QueueRow<Alert>[] {
  return arrangeQueue([...open.values()], { isFlood: counts?.flood !== undefined });
}

/** The alert before or after the chosen one in the queue, members of groups included, and the group it is in. */
export function neighbourAlert(
  state: Pick<AlertsState, 'open' | 'counts' | 'chosenId'>,
  step: 1 | -1,
): { alert: Alert; groupId: string | undefined } | undefined {
  const line: { alert: Alert; groupId: string | undefined }[] = [];
  for (const row of queueOf(state)) {
    if (row.type === 'alert') line.push({ alert: row.alert, groupId: undefined });
    else line.push(...row.alerts.map((alert) => ({ alert, groupId: row.groupId })));
  }
  const index = line.findIndex(({ alert }) => alert.alertId === state.chosenId);
  if (index === -1) return step === 1 ? line[0] : line.at(-1);
  return line[index + step];
}

/** Other open alerts that this one may be the same as: of the same camera first, then site, then kind. */
export function originalsOf(alert: Alert, open: ReadonlyMap<string, Alert>): Alert[] {
  const distance = ({ place, kindId }: Alert): number => {
    if (place !== undefined && place.cameraId === alert.place?.cameraId) return 0;
    if (place !== undefined && place.siteId === alert.place?.siteId) return 1;
    return kindId === alert.kindId ? 2 : 3;
  };
  return [...open.values()]
    .filter(({ alertId }) => alertId !== alert.alertId)
    .sort((left, right) => distance(left) - distance(right) || compareAlerts(left, right))
    .slice(0, mostOriginals);
}

/** The alert to handle next: the most urgent one that nobody has acknowledged, otherwise the most urgent open one. */
export function worstAlert({ open }: Pick<AlertsState, 'open'>): Alert | undefined {
  const alerts = [...open.values()].sort(compareAlerts);
  return alerts.find(({ state }) => state === 'new') ?? alerts[0];
}
