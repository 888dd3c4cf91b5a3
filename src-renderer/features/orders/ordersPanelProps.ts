import type { ReactNode } from 'react';
import type { Order, OrderPlace } from '../../../src-shared/orders/orders.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { OrdersActions } from './ordersActions.ts';
import type { OrdersStore } from './ordersStore.ts';
import type { OrderPeople } from './orderWords.ts';

/** What the view of orders and its parts are drawn with. */
export interface OrdersPanelProps {
  store: OrdersStore;
  actions: OrdersActions;
  people: OrderPeople;
  times: TimeFormat;
  nowMs: number;
  enabled: boolean;
  /** Sites of the registry whose name or address has all the words. */
  findPlaces(words: string, limit: number): OrderPlace[];
  /** The kinds of alerts, by their names in the language shown. */
  alertKinds: readonly { kindId: string; name: string }[];
  /** What other features draw of an order, below its head: the talk group and the body cams of those who go. */
  live?(order: Order): ReactNode;
  /** What other features have of an order, such as its photographs. */
  besides?(orderId: string): ReactNode;
}
