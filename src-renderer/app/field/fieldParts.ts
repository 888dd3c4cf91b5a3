import { createBodyCamStore } from '../../features/bodycam/bodyCamStore.ts';
import { EmergencySender } from '../../features/field/emergencySender.ts';
import { createFieldStore } from '../../features/field/fieldStore.ts';
import {
  createFieldFindingsStore,
  readKeptClauses,
} from '../../features/field/findings/fieldFindingsStore.ts';
import { FindingOutbox } from '../../features/field/findings/findingOutbox.ts';
import { createLeaderStore } from '../../features/field/leader/leaderStore.ts';
import type { Moment } from '../../features/field/moment.ts';
import { createOrderRing } from '../../features/field/orders/orderRing.ts';
import {
  addNews,
  createFieldOrdersStore,
  readKeptMember,
  readKeptOrders,
} from '../../features/field/orders/ordersStore.ts';
import { ReportOutbox } from '../../features/field/orders/reportOutbox.ts';
import { Outbox } from '../../features/field/outbox.ts';
import { PositionSharing } from '../../features/field/positionSharing.ts';
import { takeCode } from '../../features/field/signIn.ts';
import type { UploadAsker } from '../../server/attachmentUploads.ts';
import { readMemberToken } from '../../server/memberToken.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { onPageReturn } from '../../ui/pageReturn.ts';
import { queryPermission } from '../../ui/permissionAnswer.ts';
import type { SurfaceShell } from '../shared/startSurface.tsx';
import { createPhoneAttachments } from '../shared/phoneAttachments.ts';
import { createOrderFiles } from './attachments/orderFiles.tsx';
import { FieldSession } from './FieldSession.ts';
import { createOrderWork } from './orders/orderWork.ts';
import { createFieldTalk } from './talk/fieldTalk.ts';
import { createGroupMoves } from './talk/groupMoves.ts';
import { openPhonePush } from './push/openPhonePush.ts';
import { watchPhone } from './watchPhone.ts';

export type FieldParts = ReturnType<typeof createFieldParts>;

/** Builds the stores and the senders of a phone, connected to one another; each feature takes from them what it needs. */
export function createFieldParts({ session, clock, link }: SurfaceShell) {
  const storage = pageStorage.local;
  const scanned = takeCode(window.location.href);
  if (scanned.code !== undefined) window.history.replaceState(null, '', scanned.href);
  const field = createFieldStore(readMemberToken(storage) !== undefined, scanned.code);
  const bodyCam = createBodyCamStore();
  const leader = createLeaderStore();
  const pageId = crypto.randomUUID();
  const sending = {
    request: link.request,
    storage,
    moment: (): Moment => ({ wallMs: Date.now(), runningMs: performance.now(), pageId }),
    newId: (): string => crypto.randomUUID(),
    delay: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
  };
  const phone = new FieldSession({
    field,
    link,
    storage,
    userAgent: navigator.userAgent,
    locks: navigator.locks as LockManager | undefined,
  });
  const talk = createFieldTalk({ link, storage, field, bodyCam, touched: () => phone.touched() });
  const moves = createGroupMoves(talk, () => clock.nowMs());
  const orders = createFieldOrdersStore(readKeptOrders(storage), readKeptMember(storage));
  const memberId = (): string => orders.getState().memberId;
  const outbox = new Outbox({
    ...sending,
    memberId,
    onWaiting: (waiting) => field.setState({ waiting }),
    onDuty(duty) {
      const { member } = field.getState();
      if (member !== undefined) field.setState({ member: { ...member, duty } });
    },
    onRefused: (status, refusal) => field.setState({ refusedStatus: { status, refusal } }),
  });
  const sharing = new PositionSharing({
    geolocation: navigator.geolocation,
    permission: () => queryPermission('geolocation'),
    onReturn: (listener) => onPageReturn({ window, document }, listener),
    nowMs: () => clock.nowMs(),
    runningMs: () => performance.now(),
    onPlace: (place) => outbox.addPosition(place),
    onState: (state) => field.setState({ sharing: state }),
  });
  const emergency = new EmergencySender({
    ...sending,
    nextPress: () => talk.key.nextPress(),
    place: () => sharing.place,
    onChange: (own) => field.setState({ emergency: own }),
  });
  const reports = new ReportOutbox({
    ...sending,
    memberId,
    onWaiting: (waiting) => orders.setState({ waiting }),
    onRefused({ number, report }, refusal) {
      // Nothing is lost where a delivery or a tick came twice.
      if (report.type === 'delivered' || report.type === 'shown') return;
      if (report.type === 'check' && refusal === 'already') return;
      addNews(orders, [{ newsId: sending.newId(), number, type: 'refused', step: report.type, refusal }]);
    },
  });
  orders.setState({ waiting: reports.waiting });
  const foundings = createFieldFindingsStore(readKeptClauses(storage));
  const foundOutbox = new FindingOutbox({
    ...sending,
    memberId,
    onWaiting(waiting) {
      foundings.setState({ waiting });
      attachments.outbox.ownersChanged();
    },
    onWritten: ({ findingId, orderId, content: { words } }, number) =>
      foundings.setState((state) => ({ sent: [...state.sent, { findingId, orderId, words, number }] })),
    onRefused: ({ findingId, orderId, content: { words } }, refusal) =>
      foundings.setState((state) => ({ sent: [...state.sent, { findingId, orderId, words, refusal }] })),
  });
  foundings.setState({ waiting: foundOutbox.waiting });
  /** Findings whose photographs are being kept: they are written next. */
  const drafted = new Set<string>();
  const ring = createOrderRing({
    openContext: () => new AudioContext(),
    vibrate: (pattern) => navigator.vibrate?.(pattern),
  });
  const orderWork = createOrderWork({
    clock,
    storage,
    field,
    orders,
    reports,
    ring,
    moment: sending.moment,
    sharing,
    outbox,
  });
  const asker = (): UploadAsker | undefined => {
    const token = readMemberToken(storage);
    // A desk may be signed in in the same browser; this is the member's.
    return token === undefined
      ? undefined
      : { headers: { authorization: `Bearer ${token}` }, credentials: 'omit' };
  };
  const orderFiles = createOrderFiles({ link, fetch: (...request) => window.fetch(...request), asker });
  const attachments = createPhoneAttachments({
    asker,
    memberId,
    place: () => (field.getState().sharing.state === 'off' ? undefined : sharing.place),
    isAwaited: ({ kind, id }) =>
      kind === 'finding' &&
      (drafted.has(id) || foundOutbox.waiting.some(({ findingId }) => findingId === id)),
    moment: sending.moment,
    newId: sending.newId,
    delay: sending.delay,
  });
  const push = openPhonePush(link);
  // What waits is shown also where the page was opened without a network.
  attachments.outbox.setMember(orders.getState().memberId);
  field.setState({ waiting: outbox.waiting, emergency: emergency.own });
  watchPhone(link, field, () => talk.media.networkChanged());
  return {
    session,
    clock,
    link,
    storage,
    field,
    bodyCam,
    leader,
    phone,
    talk,
    moves,
    outbox,
    sharing,
    emergency,
    orders,
    reports,
    foundings,
    foundOutbox,
    drafted,
    newId: sending.newId,
    ring,
    orderWork,
    attachments,
    orderFiles,
    push,
  };
}
