import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bodyCamStreamId } from '../../../../src-shared/bodycam/bodycam.protocol.ts';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';
import { orderGroupId } from '../../../../src-shared/talk/memberGroups.ts';
import { OrderLive } from '../../../features/orders/OrderLive.tsx';
import { seatWords } from '../../../ui/seatWords.ts';
import type { DeskBodyCams } from '../bodycam/DeskBodyCams.ts';
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
}

/** The talk group of an order and the body cams of those who go, at the order's detail and beside its alert. */
export function DeskOrderLive({
  session,
  squads,
  talk,
  bodyCams,
  actions,
  order,
}: DeskOrderLiveParts & { order: Order }) {
  const { t } = useTranslation();
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const members = useStore(squads.store, (state) => state.members);
  const all = useStore(squads.store, (state) => state.squads);
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
      actions={{
        call: talk.callOrder,
        watch: (memberId) => void actions.watchMember(memberId),
        endPicture: (memberId) => void bodyCams.actions.end(memberId),
        toWall: (memberId) => actions.carry(bodyCamStreamId(memberId)),
      }}
    />
  );
}
