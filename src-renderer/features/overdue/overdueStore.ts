/** Work that is late, as long as the supervisor has not seen that it is. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';

/** One piece of late work. `key` names what is late about it: a further step that is late is another one. */
export type LateWork = { key: string; sinceMs: number } & (
  { type: 'order'; order: Order; why: 'step' | 'due' } | { type: 'finding'; finding: Finding }
);

export interface OverdueState {
  /** What is late and was not seen: what was announced last comes first; of one time orders, then the worst cards. */
  unseen: readonly LateWork[];
}

/** Late work at one desk. */
export interface DeskOverdue {
  store: StoreApi<OverdueState>;
  /** What is open now, of which some may be late. */
  changed(orders: Iterable<Order>, findings: Iterable<Finding>): void;
  /** Somebody else sits here, or nobody: who has seen what is kept for each person. */
  sitting(accountId: string | undefined): void;
  seen(keys: readonly string[]): void;
  /** Calls the listener once for each piece of work that becomes late. */
  onLate(listener: () => void): void;
}

/** How many keys are kept for a person; the oldest are dropped. */
const keptKeys = 2_000;
const storageName = (accountId: string): string => `mingchu.overdueSeen.${accountId}`;

/** Whether something of an order is late: its present step, or its due date. */
export function isOrderLate({ isOverdue, dueMissedAtMs }: Order): boolean {
  return isOverdue || dueMissedAtMs !== undefined;
}

/** Whether a finding is overdue, or has a card. */
export function isFindingLate({ escalation }: Pick<Finding, 'escalation'>): boolean {
  return escalation >= 2;
}

export function createDeskOverdue(storage: Pick<Storage, 'getItem' | 'setItem'>): DeskOverdue {
  const store = createStore<OverdueState>(() => ({ unseen: [] }));
  const becameLate = createListeners<[]>();
  let late: LateWork[] = [];
  let accountId: string | undefined;
  let seenKeys = new Set<string>();
  /** What was announced on this page, and with which change of the list. */
  const announced = new Map<string, number>();
  let changes = 0;

  const show = (): void => {
    const unseen = accountId === undefined ? [] : late.filter(({ key }) => !seenKeys.has(key));
    const fresh = unseen.filter(({ key }) => !announced.has(key));
    if (fresh.length > 0) changes += 1;
    for (const { key } of fresh) announced.set(key, changes);
    const newestFirst = unseen.toSorted(
      (left, right) => (announced.get(right.key) ?? 0) - (announced.get(left.key) ?? 0),
    );
    store.setState({ unseen: newestFirst });
    if (fresh.length > 0) becameLate.notify();
  };

  return {
    store,
    changed(orders, findings) {
      late = [...lateOrders(orders), ...lateFindings(findings)].toSorted(
        (left, right) => weightOf(right) - weightOf(left) || right.sinceMs - left.sinceMs,
      );
      show();
    },
    sitting(id) {
      if (id === accountId) return;
      accountId = id;
      seenKeys = id === undefined ? new Set() : readKeys(storage.getItem(storageName(id)));
      show();
    },
    seen(keys) {
      if (accountId === undefined) return;
      seenKeys = new Set([...seenKeys, ...keys].slice(-keptKeys));
      storage.setItem(storageName(accountId), JSON.stringify([...seenKeys]));
      show();
    },
    onLate: (listener) => void becameLate.add(listener),
  };
}

/** Orders come before findings, as somebody is on the way; red cards before yellow ones. */
function weightOf(work: LateWork): number {
  return work.type === 'order' ? 10 : work.finding.escalation;
}

function* lateOrders(orders: Iterable<Order>): Generator<LateWork> {
  for (const order of orders) {
    const { orderId, state, sinceMs, accepted, isOverdue, dueMissedAtMs } = order;
    if (isOverdue) {
      // On the way it is the same arrival that is late.
      const isArrival = state === 'accepted' || state === 'en_route';
      const fromMs = isArrival ? (accepted?.atMs ?? sinceMs) : sinceMs;
      const key = `${orderId} ${isArrival ? 'arrive' : state} ${fromMs}`;
      yield { type: 'order', order, why: 'step', key, sinceMs: fromMs };
    }
    if (dueMissedAtMs !== undefined) {
      const key = `${orderId} due ${dueMissedAtMs}`;
      yield { type: 'order', order, why: 'due', key, sinceMs: dueMissedAtMs };
    }
  }
}

function* lateFindings(findings: Iterable<Finding>): Generator<LateWork> {
  for (const finding of findings) {
    if (!isFindingLate(finding)) continue;
    const { findingId, escalation, dueAtMs } = finding;
    yield { type: 'finding', finding, key: `${findingId} ${escalation}`, sinceMs: dueAtMs };
  }
}

/** What was kept; nothing where somebody wrote something else there. */
function readKeys(text: string | null): Set<string> {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return new Set(Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []);
  } catch {
    return new Set();
  }
}
