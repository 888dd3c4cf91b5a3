import { isOrderEnded, orderStates } from '../../../src-shared/orders/order.ts';
import type { OrderSettings } from '../../../src-shared/orders/orderSettings.ts';
import type {
  Order,
  OrderContent,
  OrderDeed,
  OrderFilter,
  OrderPlace,
} from '../../../src-shared/orders/orders.protocol.ts';
import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import {
  takeOrders,
  type PlaceDistrict,
  type OrdersPage,
  type OrdersStore,
  type OrderWish,
} from './ordersStore.ts';

/** Who goes: of one squad, and one of them is in charge. */
export interface Crew {
  squadId: string;
  memberIds: string[];
  inChargeId: string;
}

/** One alone goes, and is in charge. */
export function crewOfOne({ squadId, memberId }: { squadId: string; memberId: string }): Crew {
  return { squadId, memberIds: [memberId], inChargeId: memberId };
}

/** What a desk does with orders. */
export type OrderCommand = 'create' | OrderDeed['type'] | 'override' | 'saveSettings';
export type OrderOutcome = { command: OrderCommand; ok: true } | ({ command: OrderCommand } & Refused);

/** Ended orders that are read at once. */
const pageSize = 50;
const endedStates = orderStates.filter((state) => isOrderEnded({ state }));

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
  /** Shows a page in place of the chosen order; with a place, an order for that place is written. */
  show(page: OrdersPage | undefined, place?: OrderPlace, district?: PlaceDistrict): void;
  /** Asks who should go; the answer is in the store under `forId`. What is given back is the hub's refusal. */
  rank(
    forId: string,
    wanted: { place?: OrderPlace | undefined; skill?: string | undefined },
  ): Promise<Refused | undefined>;
  /** Writes an order, and with somebody to go sends it. A press that comes again while the hub has not answered does nothing. */
  create(content: OrderContent, crew?: Crew): Promise<boolean>;
  /** Where the order changed meanwhile, what was wanted is kept in the store, so that it can be done again on the new state. */
  direct(orderId: string, revision: number, deed: OrderDeed): Promise<boolean>;
  override(
    orderId: string,
    revision: number,
    wish: Extract<OrderWish, { type: 'override' }>,
  ): Promise<boolean>;
  /** Does again, on the order as it is now, what was refused. */
  again(revision: number): Promise<boolean>;
  leaveConflict(): void;
  saveSettings(settings: OrderSettings): Promise<boolean>;
  /** Searches ended orders; undefined shows the open ones again. */
  searchEnded(filter: OrderFilter | undefined): Promise<void>;
  /** Reads the next page of them. */
  moreEnded(): Promise<void>;
}

/** Makes the actions; each notifies the officer of its result. */
export function createOrdersActions(options: OrdersActionsOptions): OrdersActions {
  const { store, request, newId, notify } = options;
  let isCreating = false;
  let searches = 0;
  let rankings = 0;
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
  const carryOut = async (orderId: string, revision: number, wish: OrderWish): Promise<boolean> => {
    const command = { commandId: newId(), orderId, revision };
    const answer =
      wish.type === 'direct'
        ? await request('orders:direct', { ...command, deed: wish.deed })
        : await request('orders:override', { ...command, ...wishedStep(wish) });
    const isChanged = !answer.ok && answer.reason === 'orders.changed_meanwhile';
    store.setState({ conflict: isChanged ? { orderId, revision, wish } : undefined });
    const isDone = report(wish.type === 'direct' ? wish.deed.type : 'override', answer);
    if (answer.ok) takeOrders(store, [answer.data.order]);
    await readChosen();
    if (answer.ok && wish.type === 'direct' && 'crew' in wish.deed) options.onDispatched(answer.data.order);
    return isDone;
  };
  const search = async (filter: OrderFilter, isMore: boolean): Promise<void> => {
    searches += 1;
    const mine = searches;
    const before = store.getState().ended;
    const found = isMore ? (before?.found ?? []) : [];
    const cursor = isMore ? before?.next : undefined;
    store.setState({ ended: { filter, found, next: undefined, standing: 'searching' } });
    const answer = await request('orders:search', {
      ...filter,
      states: filter.states ?? endedStates,
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    // Only the last search is shown, and nothing where the officer left the list meanwhile.
    if (mine !== searches || store.getState().ended === undefined) return;
    store.setState({
      ended: answer.ok
        ? { filter, found: [...found, ...answer.data.orders], next: answer.data.next, standing: 'found' }
        : { filter, found, next: cursor, standing: 'failed' },
    });
  };
  return {
    choose(orderId) {
      store.setState({ chosenId: orderId, read: undefined, page: undefined });
      void readChosen();
    },
    refresh: () => void readChosen(),
    show: (page, place, wantedDistrict) =>
      store.setState({ page, wantedPlace: place, wantedDistrict, chosenId: undefined, read: undefined }),
    async rank(forId, { place, skill }) {
      rankings += 1;
      const mine = rankings;
      store.setState({ ranked: undefined });
      const answer = await request('orders:rank', {
        ...(place === undefined ? {} : { place }),
        ...(skill === undefined ? {} : { skill }),
      });
      // Only what was asked last is shown.
      if (answer.ok && mine === rankings)
        store.setState({ ranked: { forId, candidates: answer.data.candidates } });
      return answer.ok ? undefined : answer;
    },
    async create(content, crew) {
      if (isCreating) return false;
      isCreating = true;
      try {
        const orderId = newId();
        const going =
          crew === undefined ? {} : { crew: { memberIds: crew.memberIds, inChargeId: crew.inChargeId } };
        const answer = await request('orders:create', { orderId, content, ...going });
        if (!report('create', answer) || !answer.ok) return false;
        store.setState({ page: undefined, chosenId: orderId, read: undefined });
        void readChosen();
        if (crew !== undefined) {
          takeOrders(store, [answer.data.order]);
          options.onDispatched(answer.data.order);
        }
        return true;
      } finally {
        isCreating = false;
      }
    },
    direct: (orderId, revision, deed) => carryOut(orderId, revision, { type: 'direct', deed }),
    override: carryOut,
    async again(revision) {
      const { conflict } = store.getState();
      return conflict === undefined ? false : carryOut(conflict.orderId, revision, conflict.wish);
    },
    leaveConflict: () => store.setState({ conflict: undefined }),
    async saveSettings(settings) {
      const { revision } = store.getState().settings;
      const answer = await request('orders:saveSettings', { revision, settings });
      if (answer.ok) store.setState({ settings: answer.data });
      return report('saveSettings', answer);
    },
    async searchEnded(filter) {
      if (filter === undefined) store.setState({ ended: undefined });
      else await search(filter, false);
    },
    async moreEnded() {
      const { ended } = store.getState();
      if (ended?.next !== undefined) await search(ended.filter, true);
    },
  };
}

function wishedStep({
  type: _type,
  ...step
}: Extract<OrderWish, { type: 'override' }>): Omit<Extract<OrderWish, { type: 'override' }>, 'type'> {
  return step;
}
