import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';

/** A command of a desk or a report of a phone that was answered. */
export interface AnsweredCommand {
  /** Who sent it and the id that the sender made: `member:li-wei 8f0…`. */
  commandId: string;
  orderId: string;
  atMs: number;
  /** Why it was not carried out. */
  refusal?: string;
}

/** One change of an order, written as a whole or not at all. */
export interface OrderChange {
  order: Order;
  steps: readonly OrderStep[];
  /** The day and the count of the order's number; only for a new order. */
  numbered?: { day: string; countOfDay: number };
  command?: AnsweredCommand;
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
  search(filter: {
    fromMs?: number | undefined;
    toMs?: number | undefined;
    states?: readonly string[] | undefined;
    limit: number;
  }): Promise<Order[]>;
}

/** Orders in memory, for tests. */
export function createOrdersInMemory(): OrdersRepository & { changes: OrderChange[] } {
  const orders = new Map<string, Order>();
  const steps = new Map<string, OrderStep[]>();
  const counts = new Map<string, number>();
  const commands = new Map<string, AnsweredCommand>();
  const changes: OrderChange[] = [];
  return {
    changes,
    loadOpen: () =>
      Promise.resolve(
        [...orders.values()].filter(({ state }) => state !== 'closed' && state !== 'cancelled'),
      ),
    lastCountOf: (day) => Promise.resolve(counts.get(day) ?? 0),
    save(change) {
      const { order, numbered, command } = change;
      changes.push(change);
      orders.set(order.orderId, order);
      steps.set(order.orderId, [...(steps.get(order.orderId) ?? []), ...change.steps]);
      if (numbered !== undefined) counts.set(numbered.day, numbered.countOfDay);
      if (command !== undefined) commands.set(command.commandId, command);
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
    search: ({ limit }) => Promise.resolve([...orders.values()].toReversed().slice(0, limit)),
  };
}
