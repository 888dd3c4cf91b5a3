import type { SiteEntry } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { Alert } from '../../../../src-shared/alerts/alertView.ts';
import { filledIn, templateFor } from '../../../../src-shared/orders/orderSettings.ts';
import type { Order, OrderContent } from '../../../../src-shared/orders/orders.protocol.ts';
import {
  createOrdersActions,
  type Crew,
  type OrderOutcome,
  type OrdersActions,
} from '../../../features/orders/ordersActions.ts';
import {
  createOrdersStore,
  orderForAlert,
  type OrdersStore,
  type RankedMember,
} from '../../../features/orders/ordersStore.ts';
import { placeOfAlert } from './orderPlaces.ts';
import type { HubLink } from '../../../server/hubLink.ts';

/** Orders at the desk. */
export interface DeskOrders {
  store: OrdersStore;
  actions: OrdersActions;
  rankForAlert(alertId: string): void;
  /** Sends the order for an alert to those who are chosen; without them, to whom the hub puts first, once that is known. */
  sendForAlert(alertId: string, crew?: Crew): Promise<void>;
}

export function createDeskOrders(parts: {
  link: Pick<HubLink, 'request'>;
  newId(): string;
  notify(outcome: OrderOutcome): void;
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
  return {
    store,
    actions,
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

function crewOfOne({ squadId, memberId }: RankedMember): Crew {
  return { squadId, memberIds: [memberId], inChargeId: memberId };
}
