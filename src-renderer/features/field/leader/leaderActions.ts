import type { Ack } from '../../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../../src-shared/protocol/index.ts';
import type { Order, OrderLeadDeed } from '../../../../src-shared/orders/orders.protocol.ts';
import type { Place } from '../positionRate.ts';
import { takeSquadOrders, type LeaderStore } from './leaderStore.ts';

/** What a squad leader does on the phone. */
export interface LeaderActions {
  /** Begins or ends the duty of the whole squad, or of one member. */
  leadDuty(isOnDuty: boolean, memberId?: string): Promise<void>;
  askForPicture(memberId: string): Promise<void>;
  endPicture(memberId: string): Promise<void>;
  leadOrder(order: Order, deed: OrderLeadDeed): Promise<void>;
  /** Does again, on the order as it is now, what was refused because it had changed. */
  leadAgain(): Promise<void>;
}

/** Makes the actions; a refusal is shown on the page until the next action. */
export function createLeaderActions(parts: {
  store: LeaderStore;
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  newId(): string;
  /** Where this phone is, while the position is shared. */
  place(): Place | undefined;
}): LeaderActions {
  const { store, newId } = parts;
  const ask = async <Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
  ): Promise<OutputOf<Name> | undefined> => {
    store.setState({ refused: undefined, conflict: undefined });
    const answer = await parts.request(name, input);
    if (answer.ok) return answer.data;
    store.setState({ refused: answer });
    return undefined;
  };
  const lead = async ({ orderId, revision }: Order, deed: OrderLeadDeed): Promise<void> => {
    const place = parts.place();
    const placed = place === undefined ? {} : { place };
    const led = await ask('orders:lead', { commandId: newId(), orderId, revision, deed, ...placed });
    if (led !== undefined) takeSquadOrders(store, [led.order]);
    else if (store.getState().refused?.reason === 'orders.changed_meanwhile')
      store.setState({ conflict: { orderId, deed } });
  };
  return {
    async leadDuty(isOnDuty, memberId) {
      await ask('squads:leadDuty', {
        commandId: newId(),
        isOnDuty,
        ...(memberId === undefined ? {} : { memberId }),
      });
    },
    async askForPicture(memberId) {
      await ask('bodycam:ask', { memberId });
    },
    async endPicture(memberId) {
      await ask('bodycam:end', { memberId });
    },
    leadOrder: lead,
    async leadAgain() {
      const { conflict, orders } = store.getState();
      const order = orders.find(({ orderId }) => orderId === conflict?.orderId);
      if (conflict === undefined) return;
      if (order === undefined) store.setState({ refused: undefined, conflict: undefined });
      else await lead(order, conflict.deed);
    },
  };
}
