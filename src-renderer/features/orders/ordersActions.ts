import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import type {
  Order,
  OrderContent,
  OrderDeed,
  OrderPlace,
} from '../../../src-shared/orders/orders.protocol.ts';
import { takeOrders, type OrdersStore, type RankedMember } from './ordersStore.ts';

/** What a desk does with orders. */
export type OrderCommand = 'create' | OrderDeed['type'];
export type OrderOutcome = { command: OrderCommand; ok: true } | ({ command: OrderCommand } & Refused);

export interface OrdersActionsOptions {
  store: OrdersStore;
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  newId(): string;
  notify(outcome: OrderOutcome): void;
  /** An order was given to a squad: the desk talks to those who go next. */
  onDispatched(order: Order): void;
}

export interface OrdersActions {
  choose(orderId: string | undefined): void;
  /** Reads the chosen order's history again. */
  refresh(): void;
  write(isWriting: boolean): void;
  /** Asks who should go; the answer is in the store under `forId`. */
  rank(forId: string, place: OrderPlace | undefined): Promise<void>;
  /** Writes an order, and with somebody to go sends it. A press that comes again while the hub has not answered does nothing. */
  create(content: OrderContent, going?: RankedMember): Promise<boolean>;
  direct(orderId: string, revision: number, deed: OrderDeed): Promise<boolean>;
}

/** Makes the actions; each notifies the officer of its result. */
export function createOrdersActions(options: OrdersActionsOptions): OrdersActions {
  const { store, request, newId, notify } = options;
  let isCreating = false;
  const report = <T>(command: OrderCommand, answer: Ack<T>): boolean => {
    notify(answer.ok ? { command, ok: true } : { command, ...answer });
    return answer.ok;
  };
  const readChosen = async (): Promise<void> => {
    const { chosenId } = store.getState();
    if (chosenId === undefined) return;
    const answer = await request('orders:read', { orderId: chosenId });
    if (answer.ok && store.getState().chosenId === chosenId) store.setState({ read: answer.data });
  };
  return {
    choose(orderId) {
      store.setState({ chosenId: orderId, read: undefined, isWriting: false });
      void readChosen();
    },
    refresh: () => void readChosen(),
    write: (isWriting) => store.setState({ isWriting, chosenId: undefined, read: undefined }),
    async rank(forId, place) {
      store.setState({ ranked: undefined });
      const answer = await request('orders:rank', place === undefined ? {} : { place });
      if (answer.ok) store.setState({ ranked: { forId, candidates: answer.data.candidates } });
    },
    async create(content, going) {
      if (isCreating) return false;
      isCreating = true;
      try {
        const orderId = newId();
        const crew =
          going === undefined ? {} : { crew: { memberIds: [going.memberId], inChargeId: going.memberId } };
        const answer = await request('orders:create', { orderId, content, ...crew });
        if (!report('create', answer) || !answer.ok) return false;
        store.setState({ isWriting: false, chosenId: orderId, read: undefined });
        void readChosen();
        if (going !== undefined) {
          takeOrders(store, [answer.data.order]);
          options.onDispatched(answer.data.order);
        }
        return true;
      } finally {
        isCreating = false;
      }
    },
    async direct(orderId, revision, deed) {
      const answer = await request('orders:direct', { commandId: newId(), orderId, revision, deed });
      const isDone = report(deed.type, answer);
      void readChosen();
      if (isDone && answer.ok && (deed.type === 'dispatch' || deed.type === 'reassign')) {
        takeOrders(store, [answer.data.order]);
        options.onDispatched(answer.data.order);
      }
      return isDone;
    },
  };
}
