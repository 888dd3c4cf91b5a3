import { createStore, type StoreApi } from 'zustand/vanilla';
import { isClosed } from '../../../src-shared/alerts/alert.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import { worstByCamera } from '../../../src-shared/alerts/alertQueue.ts';
import type { AlertMarksSnapshot } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { AlertMark } from '../../../src-shared/alerts/alertView.ts';

/** The open alerts as a screen of the wall may know them: no names, no notes. */
export interface AlertMarksState {
  kinds: ReadonlyMap<string, AlertKind>;
  open: ReadonlyMap<string, AlertMark>;
  /** The most urgent alert of each camera, for its tile. */
  byCamera: ReadonlyMap<string, AlertMark>;
}

export type AlertMarksStore = StoreApi<AlertMarksState>;

/** The store of a screen that knows of no alert yet. */
export function createAlertMarksStore(): AlertMarksStore {
  return createStore<AlertMarksState>(() => ({ kinds: new Map(), open: new Map(), byCamera: new Map() }));
}

/** Replaces all alerts, for example after a reconnect. */
export function resetAlertMarks(store: AlertMarksStore, snapshot: AlertMarksSnapshot | undefined): void {
  const open = new Map((snapshot?.open ?? []).map((mark) => [mark.alertId, mark]));
  store.setState({ kinds: kindsOf(snapshot?.kinds ?? []), open, byCamera: worstByCamera(open.values()) });
}

/** Adds new and changed marks and removes closed ones. Messages of one connection arrive in order. */
export function takeAlertMarks(store: AlertMarksStore, marks: readonly AlertMark[]): void {
  const open = new Map(store.getState().open);
  for (const mark of marks) {
    if (isClosed(mark)) open.delete(mark.alertId);
    else open.set(mark.alertId, mark);
  }
  store.setState({ open, byCamera: worstByCamera(open.values()) });
}

/** Replaces the alert types. */
export function takeMarkKinds(store: AlertMarksStore, kinds: readonly AlertKind[]): void {
  store.setState({ kinds: kindsOf(kinds) });
}

function kindsOf(kinds: readonly AlertKind[]): ReadonlyMap<string, AlertKind> {
  return new Map(kinds.map((kind) => [kind.kindId, kind]));
}
