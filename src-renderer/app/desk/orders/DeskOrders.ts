import type { SiteEntry } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { Alert } from '../../../../src-shared/alerts/alertView.ts';
import { filledIn, templateFor } from '../../../../src-shared/orders/orderSettings.ts';
import type { Order, OrderContent } from '../../../../src-shared/orders/orders.protocol.ts';
import { createListeners } from '../../../../src-shared/listeners.ts';
import { createNeedWatch, othersFor } from '../../../features/orders/needyOrders.ts';
import {
  createOrdersActions,
  crewOfOne,
  type Crew,
  type OrderOutcome,
  type OrdersActions,
} from '../../../features/orders/ordersActions.ts';
import { createOrdersStore, orderForAlert, type OrdersStore } from '../../../features/orders/ordersStore.ts';
import { placeOfAlert } from './orderPlaces.ts';
import type { HubLink } from '../../../server/hubLink.ts';

/** Orders at the desk. */
export interface DeskOrders {
  store: OrdersStore;
  actions: OrdersActions;
  rankForAlert(alertId: string): void;
  /** Sends the order for an alert to those who are chosen; without them, to whom the hub puts first, once that is known. */
  sendForAlert(alertId: string, crew?: Crew): Promise<void>;
  /**
   * Sends an order that nobody has yet, as it is at the press, to whom the hub puts first: where somebody else changes it meanwhile, the
   * hub refuses. A press that comes again meanwhile does nothing.
   */
  sendToFirst(orderId: string): Promise<void>;
  /** Gives an order to these: dispatched where nobody has it, otherwise reassigned for the reason. */
  giveTo(orderId: string, crew: Crew, reason: string): Promise<void>;
  /** Calls the listener when an order begins to need somebody else. */
  onNeedsSomebody(listener: () => void): void;
}

export function createDeskOrders(parts: {
  link: Pick<HubLink, 'request'>;
  newId(): string;
  notify(outcome: OrderOutcome): void;
  /** Says that there is nobody who could go. */
  nobodyToSend(): void;
  alert(alertId: string): Alert | undefined;
  /** A site of the registry. */
  site(siteId: string): SiteEntry | undefined;
  /** What the alert is about, in the language shown. */
  titleOf(alert: Alert): string;
  talkTo(order: Order): void;
  /** The language shown. */
  language(): string;
  nowMs(): number;
}): DeskOrders {
  const store = createOrdersStore();
  const actions = createOrdersActions({
    store,
    request: parts.link.request,
    newId: parts.newId,
    notify: parts.notify,
    onDispatched: parts.talkTo,
  });
  const contentOf = (alert: Alert): OrderContent => {
    const { kindId: alertKindId, class: alertClass } = alert;
    const { settings } = store.getState().settings;
    return {
      kind: 'alert',
      alertId: alert.alertId,
      place: placeOfAlert(alert, parts.site),
      ...filledIn(templateFor(settings, { kind: 'alert', alertKindId, alertClass }), {
        language: parts.language(),
        nowMs: parts.nowMs(),
        alertClass,
        title: parts.titleOf(alert),
      }),
    };
  };
  const rank = async (alertId: string): Promise<void> => {
    const alert = parts.alert(alertId);
    if (alert !== undefined) await actions.rank(alertId, contentOf(alert));
  };
  const needy = createListeners<[]>();
  const beginsToNeed = createNeedWatch();
  store.subscribe(({ orders }, before) => {
    if (orders !== before.orders && beginsToNeed(orders.values())) needy.notify();
  });
  const giveTo: DeskOrders['giveTo'] = async (orderId, { memberIds, inChargeId }, reason) => {
    const order = store.getState().orders.get(orderId);
    if (order === undefined) return;
    const crew = { memberIds, inChargeId };
    const isFree = order.state === 'created';
    await actions.direct(
      orderId,
      order.revision,
      isFree ? { type: 'dispatch', crew } : { type: 'reassign', crew, reason },
    );
  };
  let isSending = false;
  return {
    store,
    actions,
    giveTo,
    onNeedsSomebody: (listener) => void needy.add(listener),
    async sendToFirst(orderId) {
      const order = store.getState().orders.get(orderId);
      if (order?.state !== 'created' || isSending) return;
      isSending = true;
      try {
        // As the list that is shown beside it: that of the order, or that of its alert.
        const { ranked: shown } = store.getState();
        const isShown = shown?.forId === orderId || (shown !== undefined && shown.forId === order.alertId);
        const refusal = isShown ? undefined : await actions.rank(orderId, order);
        if (refusal !== undefined) return parts.notify({ command: 'dispatch', ...refusal });
        const { ranked } = store.getState();
        const isKnown = ranked?.forId === orderId || (ranked !== undefined && ranked.forId === order.alertId);
        const [first] = isKnown ? othersFor(order, ranked.candidates) : [];
        // Something else was chosen meanwhile, whose list is shown now.
        if (!isKnown) return;
        if (first === undefined) return parts.nobodyToSend();
        const { memberIds, inChargeId } = crewOfOne(first);
        await actions.direct(orderId, order.revision, { type: 'dispatch', crew: { memberIds, inChargeId } });
      } finally {
        isSending = false;
      }
    },
    rankForAlert: (alertId) => void rank(alertId),
    async sendForAlert(alertId, crew) {
      const alert = parts.alert(alertId);
      if (alert === undefined || orderForAlert(store.getState().orders, alertId) !== undefined) return;
      const known = store.getState().ranked;
      if (crew === undefined && known?.forId !== alertId) await rank(alertId);
      const { ranked } = store.getState();
      const first = ranked?.forId === alertId ? ranked.candidates[0] : undefined;
      const going = crew ?? (first === undefined ? undefined : crewOfOne(first));
      await actions.create(contentOf(alert), going);
    },
  };
}
