import { useStore } from 'zustand';
import { OrderArrival } from '../../../features/field/orders/OrderArrival.tsx';
import { OrderCards, WaitingRejections } from '../../../features/field/orders/OrderCards.tsx';
import { OrderDetail } from '../../../features/field/orders/OrderDetail.tsx';
import { OrderNewsStrips, TouchStrip } from '../../../features/field/orders/OrderParts.tsx';
import type { OrderRing } from '../../../features/field/orders/orderRing.ts';
import type { FieldOrdersStore } from '../../../features/field/orders/ordersStore.ts';
import type { FieldStore } from '../../../features/field/fieldStore.ts';
import type { ReportOutbox } from '../../../features/field/orders/reportOutbox.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import { OpenOrderAttachments } from '../attachments/attachmentsFeature.tsx';
import { OpenOrderFiles, type FieldOrderFiles } from '../attachments/orderFiles.tsx';
import type { PhoneAttachments } from '../../shared/phoneAttachments.ts';
import { OrderFindings, type FindingsFeatureParts as FoundParts } from '../findings/findingsFeature.tsx';
import type { FieldFeature } from '../fieldFeature.ts';
import { followTouchedNotices } from './noticeTouched.ts';
import type { OrderWork } from './orderWork.ts';
import '../../../features/field/orders/fieldOrders.css';
import { serviceWorkers } from '../../../server/serviceWorkers.ts';

export interface OrdersFeatureParts extends FoundParts {
  session: SessionStore;
  field: FieldStore;
  orders: FieldOrdersStore;
  orderWork: OrderWork;
  attachments: PhoneAttachments;
  orderFiles: FieldOrderFiles;
  reports: Pick<ReportOutbox, 'connected' | 'setAside'>;
  ring: Pick<OrderRing, 'wake' | 'stop'>;
}

/** Orders on a member's phone: they ring and are shown, and what the member does with them is reported. */
export function createOrdersFeature(parts: OrdersFeatureParts): FieldFeature<'orders:changed'> {
  const { orders, orderWork, reports, ring } = parts;
  window.addEventListener('pointerup', () => {
    // Not while the finger is down: keys would move under it.
    if (!orders.getState().canRing) setTimeout(() => orders.setState({ canRing: true }), 0);
  });
  followTouchedNotices(
    {
      worker: serviceWorkers(),
      address: window.location.href,
      replaceAddress: (address) => window.history.replaceState(null, '', address),
    },
    (openOrderId) => orders.setState({ openOrderId }),
  );

  return {
    panels: {
      over: () => <OrderOver {...parts} />,
      strip: () => (
        <div className="field-strips">
          <OrderNewsStrips store={orders} />
          <Rejections store={orders} />
          <TouchStrip store={orders} />
        </div>
      ),
      card: () => <Cards {...parts} />,
    },
    takeSnapshot({ snapshot }) {
      orderWork.takeAll(snapshot.squads?.self?.memberId ?? '', snapshot.orders ?? []);
      reports.connected(true);
    },
    takeNotice: { 'orders:changed': (payload) => orderWork.takeChanged(payload.orders) },
    connectionLost: () => reports.connected(false),
    touched: () => ring.wake(),
    signedIn(isNew) {
      // What a member before left behind is nobody's any more.
      if (isNew) orderWork.forget();
    },
    signedOut: () => orderWork.forget(),
    setAside() {
      ring.stop();
      reports.setAside();
    },
  };
}

/** An order that came, before the one that is opened; neither while the member calls for help. */
function OrderOver(parts: OrdersFeatureParts) {
  const { session, field, orders, orderWork, attachments, orderFiles } = parts;
  const { nowMs, times } = useStore(session);
  const { waiting, memberId } = useStore(orders);
  useStore(field, ({ emergency }) => emergency);
  const { arrived, open } = orderWork.shown();
  const [first] = arrived;
  if (orderWork.isInEmergency()) return null;
  const shownTimes = { nowMs, timeOfDay: times.timeOfDay };
  if (first !== undefined) {
    return (
      <OrderArrival
        key={first.orderId}
        order={first}
        memberId={memberId}
        others={arrived.length - 1}
        times={shownTimes}
        onReport={(report) => orderWork.report(first, report)}
      />
    );
  }
  if (open === undefined) return null;
  return (
    <>
      <OrderNewsStrips store={orders} />
      <OrderDetail
        key={open.orderId}
        order={open}
        memberId={memberId}
        waiting={waiting}
        times={shownTimes}
        isAndroid={/Android/u.test(navigator.userAgent)}
        isApple={/iPhone|iPad/u.test(navigator.userAgent)}
        files={
          <OpenOrderFiles
            files={orderFiles}
            memberId={memberId}
            orderId={open.orderId}
            timeOfDay={times.timeOfDay}
          />
        }
        besides={<OpenOrderAttachments attachments={attachments} orderId={open.orderId} />}
        onReport={(report) => orderWork.report(open, report)}
        findings={<OrderFindings {...parts} orderId={open.orderId} />}
        onClose={() => orders.setState({ openOrderId: undefined })}
      />
    </>
  );
}

function Cards({ session, orders, orderWork }: OrdersFeatureParts) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const { waiting, memberId } = useStore(orders);
  return (
    <OrderCards
      memberId={memberId}
      orders={orderWork.shown().cards}
      waiting={waiting}
      nowMs={nowMs}
      onReport={(order, report) => orderWork.report(order, report)}
      onOpen={(openOrderId) => orders.setState({ openOrderId })}
    />
  );
}

function Rejections({ store }: { store: FieldOrdersStore }) {
  return <WaitingRejections waiting={useStore(store, ({ waiting }) => waiting)} />;
}
