import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bodyCamStreamId } from '../../../../src-shared/bodycam/bodycam.protocol.ts';
import { lateJoiners } from '../../../../src-shared/orders/orderJoining.ts';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';
import { orderGroupId } from '../../../../src-shared/talk/memberGroups.ts';
import { OrderLive } from '../../../features/orders/OrderLive.tsx';
import { chosenScreen, type DeskWallStore } from '../../../features/wall/deskWallStore.ts';
import type { WallActions } from '../../../features/wall/wallActions.ts';
import { seatWords } from '../../../ui/seatWords.ts';
import type { DeskBodyCams } from '../bodycam/DeskBodyCams.ts';
import { wayText } from '../../../features/orders/orderWords.ts';
import { waysOf } from '../../shared/ordersOnMap.ts';
import { mapView } from '../map/mapView.ts';
import type { DeskStore } from '../DeskState.ts';
import type { DeskOrders } from './DeskOrders.ts';
import { toggleCase } from './orderKeys.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskSquads } from '../squads/DeskSquads.ts';
import type { DeskTalk } from '../talk/DeskTalk.ts';

export interface DeskOrderLiveParts {
  session: SessionStore;
  squads: Pick<DeskSquads, 'store'>;
  talk: Pick<DeskTalk, 'store' | 'callOrder'>;
  bodyCams: Pick<DeskBodyCams, 'actions'>;
  actions: Pick<DeskActions, 'watchMember' | 'carry'>;
  desk: Pick<DeskStore, 'show'>;
  wall: DeskWallStore;
  wallActions: Pick<WallActions, 'showCase' | 'endCase'>;
  orders: DeskOrders;
}

/** The talk group of an order and the body cams of those who go, at the order's detail and beside its alert. */
export function DeskOrderLive({
  session,
  squads,
  talk,
  bodyCams,
  actions,
  desk,
  orders,
  wall,
  wallActions,
  order,
}: DeskOrderLiveParts & { order: Order }) {
  const { t } = useTranslation();
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const members = useStore(squads.store, (state) => state.members);
  const all = useStore(squads.store, (state) => state.squads);
  const positions = useStore(squads.store, (state) => state.positions);
  const roads = useStore(orders.store, (state) => state.roads);
  const ways = waysOf({ ...order, lateIds: lateJoiners(order) }, { positions, roads }).map(
    (way) => [way.memberId, wayText(way, t)] as const,
  );
  const isOnWall = useStore(wall, (state) => chosenScreen(state)?.caseOf === order.orderId);
  const groupId = orderGroupId(order.orderId);
  const isCalled = useStore(talk.store, (state) => state.groupId === groupId);
  const talker = useStore(talk.store, (state) => state.floors.get(groupId)?.talker?.name);
  return (
    <OrderLive
      order={order}
      people={{ members, squads: all }}
      enabled={enabled}
      isCalled={isCalled}
      talker={talker === undefined ? undefined : seatWords(talker, t)}
      isOnWall={isOnWall}
      ways={new Map(ways)}
      actions={{
        call: talk.callOrder,
        watch: (memberId) => void actions.watchMember(memberId),
        endPicture: (memberId) => void bodyCams.actions.end(memberId),
        toggleCase: (one) => toggleCase({ wall, wallActions }, one),
        showOnMap(orderId) {
          orders.actions.choose(orderId);
          desk.show(mapView);
        },
        toWall: (memberId) => actions.carry(bodyCamStreamId(memberId)),
      }}
    />
  );
}
