/**
 * Open alerts in the order in which they are worked, the worst and oldest first; in a flood what is alike stands in one
 * row, but never an alert of class 1.
 */
import { isClosed } from './alert.ts';
import type { AlertMark } from './alertView.ts';

/** Alerts of one kind at one site, or of one kind in the whole city. */
export interface AlertGroup<Item extends AlertMark = AlertMark> {
  type: 'group';
  /** The same for the same kind and site, so that a list keeps its place. */
  groupId: string;
  kindId: string;
  class: AlertMark['class'];
  /** Absent for a group of the whole city. */
  siteId?: string;
  /** The oldest first. */
  alerts: Item[];
  raisedAtMs: number;
  lastAtMs: number;
}

export type QueueRow<Item extends AlertMark = AlertMark> = { type: 'alert'; alert: Item } | AlertGroup<Item>;

/** This many alerts of one kind at one site, or in the city, are shown as one row. */
const smallestSiteGroup = 2;
const smallestCityGroup = 3;

/** Worst class first; within a class unacknowledged alerts first; among those the oldest first. */
export function compareAlerts(left: AlertMark, right: AlertMark): number {
  return (
    left.class - right.class ||
    Number(left.state !== 'new') - Number(right.state !== 'new') ||
    left.raisedAtMs - right.raisedAtMs ||
    (left.alertId < right.alertId ? -1 : left.alertId > right.alertId ? 1 : 0)
  );
}

/** The queue of the open alerts in this list. Only unacknowledged alerts of class 2 and 3 are grouped. */
export function arrangeQueue<Item extends AlertMark>(
  alerts: readonly Item[],
  { isFlood }: { isFlood: boolean },
): QueueRow<Item>[] {
  const open = alerts.filter((alert) => !isClosed(alert));
  const single = (alert: Item): QueueRow<Item> => ({ type: 'alert', alert });
  if (!isFlood) return open.sort(compareAlerts).map(single);
  const rows: QueueRow<Item>[] = [];
  const ungrouped: Item[] = [];
  const groupable = open.filter((alert) => {
    if (alert.class !== 1 && alert.state === 'new') return true;
    rows.push(single(alert));
    return false;
  });
  const bySite = Map.groupBy(groupable, ({ kindId, place }) => `${kindId} ${place?.siteId ?? ''}`);
  for (const [key, members] of bySite) {
    const siteId = members[0]?.place?.siteId;
    if (siteId === undefined || members.length < smallestSiteGroup) ungrouped.push(...members);
    else rows.push(groupOf(`site:${key}`, members, siteId));
  }
  for (const [kindId, members] of Map.groupBy(ungrouped, (alert) => alert.kindId)) {
    if (members.length < smallestCityGroup) rows.push(...members.map(single));
    else rows.push(groupOf(`kind:${kindId}`, members));
  }
  return rows.sort(compareRows);
}

/** The worst open alert of each camera, for the mark on its tile. */
export function worstByCamera<Item extends AlertMark>(alerts: Iterable<Item>): Map<string, Item> {
  const worst = new Map<string, Item>();
  for (const alert of alerts) {
    const cameraId = alert.place?.cameraId;
    if (cameraId === undefined || isClosed(alert)) continue;
    const known = worst.get(cameraId);
    if (known === undefined || compareAlerts(alert, known) < 0) worst.set(cameraId, alert);
  }
  return worst;
}

function groupOf<Item extends AlertMark>(
  groupId: string,
  members: Item[],
  siteId?: string,
): AlertGroup<Item> {
  const alerts = members.sort((left, right) => left.raisedAtMs - right.raisedAtMs);
  const [oldest] = alerts as [Item, ...Item[]];
  return {
    type: 'group',
    groupId,
    kindId: oldest.kindId,
    // A kind's class can be changed while alerts of it are open: the worst counts.
    class: alerts.reduce<AlertMark['class']>(
      (worst, alert) => (alert.class < worst ? alert.class : worst),
      3,
    ),
    ...(siteId === undefined ? {} : { siteId }),
    alerts,
    raisedAtMs: oldest.raisedAtMs,
    lastAtMs: Math.max(...alerts.map(({ lastAtMs }) => lastAtMs)),
  };
}

function compareRows<Item extends AlertMark>(left: QueueRow<Item>, right: QueueRow<Item>): number {
  return compareAlerts(headOf(left), headOf(right));
}

function headOf<Item extends AlertMark>(row: QueueRow<Item>): AlertMark {
  if (row.type === 'alert') return row.alert;
  const [oldest] = row.alerts as [Item, ...Item[]];
  return { ...oldest, class: row.class };
}
