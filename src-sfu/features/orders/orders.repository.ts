import { isOrderEnded } from '../../../src-shared/orders/order.ts';
import type { AlertDeed } from '../../../src-shared/alerts/alerts.protocol.ts';
import type {
  Order,
  OrderCursor,
  OrderFilter,
  OrderStep,
} from '../../../src-shared/orders/orders.protocol.ts';
import type { Scope } from '../../../src-shared/session/principal.ts';

/** A command of a desk or a report of a phone that was answered. */
export interface AnsweredCommand {
  /** Who sent it and the id that the sender made: `member:li-wei 8f0…`. */
  commandId: string;
  orderId: string;
  atMs: number;
  /** Why it was not carried out. */
  refusal?: string;
}

/** What is to be done with an order's alert; stored with the order's change, so that it is done also after a fault between the two. */
export interface PendingAlertDeed {
  alertId: string;
  deed: AlertDeed;
  officer: { id: string; name: string };
}

/** One page of a search: what matches, and of whom. */
export interface OrderQuestion {
  filter: OrderFilter;
  /** For whom it is: only what this scope may see. */
  scope: Scope;
  limit: number;
  cursor?: OrderCursor | undefined;
}

/** One change of an order, written as a whole or not at all. */
export interface OrderChange {
  order: Order;
  steps: readonly OrderStep[];
  /** The day and the count of the order's number; only for a new order. */
  numbered?: { day: string; countOfDay: number };
  command?: AnsweredCommand | undefined;
  alertDeed?: PendingAlertDeed | undefined;
  /** The line of the audit log. */
  audit: { action: string; actor: string; detail: object };
}

/** Where orders are kept. What resolved is durable, with its line in the audit log. */
export interface OrdersRepository {
  /** Those not ended. */
  loadOpen(): Promise<Order[]>;
  /** The highest count of a day; 0 when there is none. */
  lastCountOf(day: string): Promise<number>;
  save(change: OrderChange): Promise<void>;
  /** Only that a command was refused. */
  saveRefused(command: AnsweredCommand): Promise<void>;
  findCommands(commandIds: readonly string[]): Promise<AnsweredCommand[]>;
  find(orderId: string): Promise<Order | undefined>;
  steps(orderId: string): Promise<OrderStep[]>;
  /** The newest first. */
  search(question: OrderQuestion): Promise<{ orders: Order[]; next?: OrderCursor }>;
  /** What is still to be done with alerts. */
  alertsToChange(): Promise<{ orderId: string; alertDeed: PendingAlertDeed }[]>;
  /** It was done. */
  alertChanged(orderId: string, alertDeed: PendingAlertDeed): Promise<void>;
}

/** Orders in memory, for tests. */
export function createOrdersInMemory(): OrdersRepository & { changes: OrderChange[] } {
  const orders = new Map<string, Order>();
  const steps = new Map<string, OrderStep[]>();
  const counts = new Map<string, number>();
  const commands = new Map<string, AnsweredCommand>();
  const changes: OrderChange[] = [];
  const alertDeeds = new Map<string, PendingAlertDeed>();
  return {
    changes,
    loadOpen: () => Promise.resolve([...orders.values()].filter((order) => !isOrderEnded(order))),
    lastCountOf: (day) => Promise.resolve(counts.get(day) ?? 0),
    save(change) {
      const { order, numbered, command } = change;
      changes.push(change);
      orders.set(order.orderId, order);
      steps.set(order.orderId, [...(steps.get(order.orderId) ?? []), ...change.steps]);
      if (numbered !== undefined) counts.set(numbered.day, numbered.countOfDay);
      if (command !== undefined) commands.set(command.commandId, command);
      if (change.alertDeed !== undefined) alertDeeds.set(order.orderId, change.alertDeed);
      return Promise.resolve();
    },
    saveRefused(command) {
      commands.set(command.commandId, command);
      return Promise.resolve();
    },
    findCommands: (ids) =>
      Promise.resolve(ids.map((id) => commands.get(id)).filter((one) => one !== undefined)),
    find: (orderId) => Promise.resolve(orders.get(orderId)),
    steps: (orderId) => Promise.resolve(steps.get(orderId) ?? []),
    search: ({ limit }) => Promise.resolve({ orders: [...orders.values()].toReversed().slice(0, limit) }),
    alertsToChange: () =>
      Promise.resolve([...alertDeeds].map(([orderId, alertDeed]) => ({ orderId, alertDeed }))),
    alertChanged(orderId) {
      alertDeeds.delete(orderId);
      return Promise.resolve();
    },
  };
}
