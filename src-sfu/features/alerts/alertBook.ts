import { isClosed } from '../../../src-shared/alerts/alert.ts';
import { arrivalsOf, calm, noteArrivals, type AlertFlood } from '../../../src-shared/alerts/alertFlood.ts';
import { citizenKindId } from '../../../src-shared/alerts/alertKinds.ts';
import { compareAlerts } from '../../../src-shared/alerts/alertQueue.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import { maxOpenInSnapshot, type AlertCounts } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import { joinKeyOf, type AlertDraft } from './alertDraft.ts';

/** The alerts in memory: the open ones, and those judged false that a repeated report may still join. */
export interface AlertBook {
  alert(alertId: string): Alert | undefined;
  latest(key: string): Alert | undefined;
  open(): Iterable<Alert>;
  /** The most urgent open alerts, and of those the oldest. */
  worst(): Alert[];
  counts(): AlertCounts;
  /** Loads the alerts that were stored before the hub started. */
  load(alerts: readonly Alert[], today: Partial<Record<District, number>>, recentArrivals: number): void;
  apply(draft: AlertDraft): void;
  /** Removes alerts that no repeat can join any more, and updates floods and daily counts; true when the counts changed. */
  tidy(): boolean;
}

export interface AlertBookOptions {
  joinWindowMs(kindId: string): number;
  /** The hub's local midnight before a moment. */
  midnightMs(nowMs: number): number;
  nowMs(): number;
}

type ByClass = Record<'1' | '2' | '3', number>;

export function createAlertBook(options: AlertBookOptions): AlertBook {
  const { nowMs } = options;
  const alerts = new Map<string, Alert>();
  const latest = new Map<string, string>();
  const openByClass: ByClass = { 1: 0, 2: 0, 3: 0 };
  const unacknowledged: ByClass = { 1: 0, 2: 0, 3: 0 };
  let unknownCamera = 0;
  let today: Partial<Record<District, number>> = {};
  let midnight = options.midnightMs(nowMs());
  let flood: AlertFlood = calm;

  const count = (alert: Alert | undefined, by: 1 | -1): void => {
    if (alert === undefined || isClosed(alert)) return;
    openByClass[alert.class] += by;
    if (alert.state === 'new') unacknowledged[alert.class] += by;
    if (alert.place === undefined) unknownCamera += by;
  };

  const forget = (alert: Alert): void => {
    alerts.delete(alert.alertId);
    const key = joinKeyOf(alert);
    if (latest.get(key) === alert.alertId) latest.delete(key);
  };

  const keep = (alert: Alert): void => {
    count(alerts.get(alert.alertId), -1);
    alerts.set(alert.alertId, alert);
    count(alert, 1);
    if (isClosed(alert) && !isJoinable(alert)) forget(alert);
  };

  const isJoinable = (alert: Alert): boolean =>
    alert.state === 'false_alarm' &&
    alert.class !== 1 &&
    alert.closed !== undefined &&
    nowMs() <= alert.closed.atMs + options.joinWindowMs(alert.kindId);

  const startDay = (): boolean => {
    const now = options.midnightMs(nowMs());
    if (now === midnight) return false;
    midnight = now;
    today = {};
    return true;
  };

  return {
    alert: (alertId) => alerts.get(alertId),
    latest(key) {
      const alertId = latest.get(key);
      return alertId === undefined ? undefined : alerts.get(alertId);
    },
    *open() {
      for (const alert of alerts.values()) if (!isClosed(alert)) yield alert;
    },
    worst() {
      const open = [...alerts.values()].filter((alert) => !isClosed(alert));
      return open.sort(compareAlerts).slice(0, maxOpenInSnapshot);
    },
    counts: () => ({
      open: { ...openByClass },
      unacknowledged: { ...unacknowledged },
      unknownCamera,
      today: { ...today },
      ...(flood.sinceMs === undefined
        ? {}
        : { flood: { sinceMs: flood.sinceMs, arrivals: arrivalsOf(flood) } }),
    }),
    load(stored, storedToday, recentArrivals) {
      for (const alert of [...stored].sort((left, right) => left.raisedAtMs - right.raisedAtMs)) {
        latest.set(joinKeyOf(alert), alert.alertId);
        keep(alert);
      }
      today = { ...storedToday };
      flood = noteArrivals(flood, recentArrivals, nowMs());
    },
    apply(draft) {
      startDay();
      let raised = 0;
      for (const alert of draft.changes().alerts) {
        if (draft.isRaised(alert.alertId)) {
          // Reports of citizens make no flood: nobody outside decides how the desk shows the alerts of the cameras.
          if (alert.kindId !== citizenKindId) raised += 1;
          latest.set(joinKeyOf(alert), alert.alertId);
          const district = alert.place?.district;
          if (district !== undefined) today[district] = (today[district] ?? 0) + 1;
        }
        // A closed alert that was only read to be changed in the store, for example by a note, is not added.
        if (alerts.has(alert.alertId) || !isClosed(alert)) keep(alert);
      }
      flood = noteArrivals(flood, raised, nowMs());
    },
    tidy() {
      for (const alert of [...alerts.values()]) if (isClosed(alert) && !isJoinable(alert)) forget(alert);
      const before = flood;
      flood = noteArrivals(flood, 0, nowMs());
      return startDay() || before.sinceMs !== flood.sinceMs;
    },
  };
}
