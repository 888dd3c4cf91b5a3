import { createStore, type StoreApi } from 'zustand/vanilla';
import { isClosed } from '../../../src-shared/alerts/alert.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import { arrangeQueue, compareAlerts, type QueueRow } from '../../../src-shared/alerts/alertQueue.ts';
import type { AlertCounts, AlertsSnapshot } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { Silence } from './alertSound.ts';

/** Closed alerts remembered, so that a late word about one does not bring it back. */
const maxClosed = 500;

/** The open alerts as the hub told them, and which of them this desk has chosen. */
export interface AlertsState {
  kinds: ReadonlyMap<string, AlertKind>;
  open: ReadonlyMap<string, Alert>;
  /** The revision with which an alert was closed. */
  closed: ReadonlyMap<string, number>;
  counts: AlertCounts | undefined;
  chosenId: string | undefined;
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
    silence: undefined,
    soundAllowed: false,
  }));
}

/** Takes everything anew, also after a reconnect. */
export function resetAlerts(store: AlertsStore, snapshot: AlertsSnapshot | undefined): void {
  const open = new Map((snapshot?.open ?? []).map((alert) => [alert.alertId, alert]));
  const { chosenId } = store.getState();
  store.setState({
    kinds: kindsById(snapshot?.kinds ?? []),
    open,
    closed: new Map(),
    counts: snapshot?.counts,
    chosenId: chosenId !== undefined && open.has(chosenId) ? chosenId : undefined,
  });
}

/** Takes new and changed alerts; an older revision never replaces a newer one, and closed ones leave the queue. */
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
  const { chosenId } = store.getState();
  const isOpen = chosenId !== undefined && open.has(chosenId);
  store.setState({ open, closed, chosenId: isOpen ? chosenId : undefined });
}

/** The kinds by their ids. */
export function kindsById(kinds: readonly AlertKind[]): ReadonlyMap<string, AlertKind> {
  return new Map(kinds.map((kind) => [kind.kindId, kind]));
}

/** The rows of the queue, grouped while there is a flood. */
export function queueOf({ open, counts }: Pick<AlertsState, 'open' | 'counts'>): QueueRow<Alert>[] {
  return arrangeQueue([...open.values()], { isFlood: counts?.flood !== undefined });
}

/** The alert to work next: the worst that nobody took, else the worst open one. */
export function worstAlert({ open }: Pick<AlertsState, 'open'>): Alert | undefined {
  const alerts = [...open.values()].sort(compareAlerts);
  return alerts.find(({ state }) => state === 'new') ?? alerts[0];
}
