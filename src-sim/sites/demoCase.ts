import { randomUUID } from 'node:crypto';
import type { Alert, AlertPlace } from '../../src-shared/alerts/alertView.ts';
import type { Order, OrderPlace } from '../../src-shared/orders/orders.protocol.ts';
import type { Ack } from '../../src-shared/protocol/define.ts';
import type { District } from '../../src-shared/cameras/cameras.protocol.ts';
import type { CaseDesk } from './caseDesk.ts';
import type { SimulatedSite } from './simulatedSite.ts';

/** How long the people of the demo take for each step. Milliseconds. */
export interface CaseTimes {
  /** Somebody at a real desk is quicker: an alert that is younger is left alone. */
  acknowledgeMs: number;
  dispatchMs: number;
  /** After the squad is on scene. */
  findMs: number;
  answerMs: number;
  reviewMs: number;
  closeMs: number;
  /** How long the alert that was raised for this case is waited for. */
  raisedMs: number;
  /** How long an alert, and the squad, are waited for. */
  limitMs: number;
}

/** Together with the squad's own steps, at most 130 s, a case is over within 4 min of the start. */
export const demoCaseTimes: CaseTimes = {
  acknowledgeMs: 6_000,
  dispatchMs: 4_000,
  findMs: 12_000,
  answerMs: 10_000,
  reviewMs: 5_000,
  closeMs: 5_000,
  raisedMs: 30_000,
  limitMs: 180_000,
};

export interface CaseParts {
  /** The duty officer, who acknowledges, sends and writes the finding; and the supervisor, who makes the link and reviews. */
  officer: CaseDesk;
  supervisor: CaseDesk;
  openSite(code: string): Promise<SimulatedSite>;
  /** Who goes to an alert of that district where possible: the member who reports by voice and has a body cam. */
  prefers: { memberId: string; district: District } | undefined;
  /** Lets the AI platform see something in the district, once that member is there. Undefined: the next alert is taken, wherever it is. */
  raiseAlert: (() => Promise<void>) | undefined;
  times: CaseTimes;
  delay(delayMs: number): Promise<void>;
  nowMs(): number;
  /** The platform or the preferred member is not there. */
  onTrouble(message: string): void;
  /** A step of the case was taken. */
  onStep(step: CaseStep | ShownStep, about: string): void;
}

export const caseSteps = [
  'acknowledged',
  'dispatched',
  'on_scene',
  'found',
  'answered',
  'cleared',
  'reviewed',
  'closed',
] as const;
export type CaseStep = (typeof caseSteps)[number];
/** What a case shows besides, where there is a screen and a body cam. */
type ShownStep = 'on_wall' | 'body_cam';

/** One case from a new alert to its end, without a hand. Rejects with what did not come, or was refused. */
export async function runDemoCase(parts: CaseParts): Promise<void> {
  const { officer, supervisor, times, delay, onStep } = parts;
  const alert = await nextAlert(parts);
  await delay(times.acknowledgeMs);
  const { alertId, place } = alert;
  const worked = data(
    await officer.request('alerts:work', {
      commandId: randomUUID(),
      alertIds: [alertId],
      deed: { type: 'acknowledge' },
    }),
  );
  const [result] = worked.results;
  if (result?.done !== true)
    throw new Error(`the alert was not acknowledged: ${result?.refusal ?? 'no answer'}`);
  onStep('acknowledged', alertId);
  await delay(times.dispatchMs);
  const order = await dispatch(parts, alert, orderPlaceOf(place));
  const { orderId, number } = order;
  onStep('dispatched', number);
  const isShown = await showOnWall(parts, order);
  if (isShown) onStep('on_wall', number);
  const at = async (states: readonly Order['state'][], what: string): Promise<Order> => {
    const found = await officer.until(
      what,
      () => {
        const now = officer.order(orderId);
        return now !== undefined && [...states, 'closed', 'cancelled'].includes(now.state) ? now : undefined;
      },
      times.limitMs,
    );
    if (!states.includes(found.state)) throw new Error(`order ${number} was ended by somebody else`);
    return found;
  };
  await at(['en_route', 'on_scene', 'cleared'], 'a squad on its way');
  const memberId = order.inChargeId ?? '';
  const hasBodyCam = memberId === parts.prefers?.memberId;
  // Without it the case goes on all the same.
  if (hasBodyCam && (await officer.request('bodycam:ask', { memberId })).ok) onStep('body_cam', number);
  await at(['on_scene', 'cleared'], 'a squad on scene');
  onStep('on_scene', number);
  await delay(times.findMs);
  const findingId = randomUUID();
  const { finding } = data(
    await officer.request('findings:create', {
      findingId,
      orderId,
      content: { class: alert.class, clauses: [], words: `预警属实，请整改并上传照片。（演示）` },
    }),
  );
  onStep('found', finding.number);
  await answer(parts, place.siteId, findingId);
  const cleared = await at(['cleared'], 'the end of the squad’s work');
  onStep('cleared', number);
  if (hasBodyCam) await officer.request('bodycam:end', { memberId });
  await delay(times.reviewMs);
  const review = async (deed: { type: 'start' } | { type: 'close'; words: string }): Promise<void> => {
    const revision = supervisor.finding(findingId)?.revision ?? finding.revision;
    data(await supervisor.request('findings:review', { commandId: randomUUID(), findingId, revision, deed }));
  };
  await supervisor.until(
    'the site’s answer',
    () => (supervisor.finding(findingId)?.state === 'answered' ? true : undefined),
    times.limitMs,
  );
  await review({ type: 'start' });
  await supervisor.until(
    'the review',
    () => (supervisor.finding(findingId)?.state === 'under_review' ? true : undefined),
    times.limitMs,
  );
  onStep('reviewed', finding.number);
  await delay(times.closeMs);
  await review({ type: 'close', words: '已核实整改照片。（演示）' });
  data(
    await officer.request('orders:direct', {
      commandId: randomUUID(),
      orderId,
      revision: officer.order(orderId)?.revision ?? cleared.revision,
      deed: { type: 'close', note: '演示案例办结' },
    }),
  );
  onStep('closed', number);
}

/** An alert that was raised just now is not older. Milliseconds. */
const recentMs = 5_000;

type PlacedAlert = Alert & { place: AlertPlace };

/** The alert that was raised for this case where that could be done in time; else any. */
async function nextAlert({
  officer,
  prefers,
  raiseAlert,
  times,
  onTrouble,
  nowMs,
}: CaseParts): Promise<PlacedAlert> {
  const next = (
    limitMs: number,
    isWanted: (alert: PlacedAlert) => boolean = () => true,
  ): Promise<PlacedAlert> =>
    officer.until('a new alert of a known site', () => pickAlert(officer.alerts(), isWanted), limitMs);
  if (prefers !== undefined && raiseAlert !== undefined) {
    try {
      await raiseAlert();
      const raisedAtMs = nowMs() - recentMs;
      return await next(
        times.raisedMs,
        (alert) => alert.place.district === prefers.district && alert.raisedAtMs >= raisedAtMs,
      );
    } catch (error) {
      onTrouble(`the next alert is taken, wherever it is: ${(error as Error).message}`);
    }
  }
  return next(times.limitMs);
}

/** The newest that waits, of a site whose place is known; of class 1 or 2 before class 3. */
function pickAlert(
  alerts: readonly Alert[],
  isWanted: (alert: PlacedAlert) => boolean,
): PlacedAlert | undefined {
  return alerts
    .flatMap((alert) =>
      alert.state === 'new' && alert.place?.latitude !== undefined ? [{ ...alert, place: alert.place }] : [],
    )
    .filter(isWanted)
    .toSorted(
      (left, right) =>
        Number(left.class === 3) - Number(right.class === 3) || right.raisedAtMs - left.raisedAtMs,
    )[0];
}

function orderPlaceOf(place: AlertPlace): OrderPlace {
  const { siteName, siteNameEn, siteId, cameraId, district, latitude, longitude } = place;
  return {
    name: siteName,
    ...(siteNameEn === undefined ? {} : { nameEn: siteNameEn }),
    district,
    siteId,
    cameraId,
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
  };
}

/** On the first screen that shows kitchens; one that shows something else is left alone. */
async function showOnWall({ officer }: CaseParts, { orderId }: Order): Promise<boolean> {
  const screen = officer.screens().find(({ content }) => content === 'tiles');
  if (screen === undefined) return false;
  const { screenId } = screen;
  const command = { commandId: randomUUID(), screenId, orderId };
  return (await officer.request('wall:showCase', command)).ok;
}

/** Sends who is preferred there, or the nearest member who answers. */
async function dispatch(
  { officer, prefers }: CaseParts,
  { alertId, class: alertClass }: Alert,
  place: OrderPlace,
): Promise<Order> {
  const { candidates } = data(await officer.request('orders:rank', { place }));
  const able = candidates.filter(
    ({ reasons }) => !reasons.some((reason) => reason === 'offline' || reason === 'off_duty'),
  );
  const isPreferred = ({ memberId }: { memberId: string }): boolean =>
    memberId === prefers?.memberId && place.district === prefers.district;
  const next = able.find(isPreferred) ?? able[0];
  if (next === undefined) throw new Error('no squad can go');
  const { order } = data(
    await officer.request('orders:create', {
      orderId: randomUUID(),
      content: {
        kind: 'alert',
        priority: alertClass,
        place,
        instructions: '演示案例：到场核实预警，拍照，督促整改。',
        checklist: [],
        alertId,
      },
      crew: { memberIds: [next.memberId], inChargeId: next.memberId },
    }),
  );
  return order;
}

/** The site gets a link, answers, and gives the link back: a site has few of them. */
async function answer(
  { supervisor, openSite, times, delay, onStep }: CaseParts,
  siteId: string,
  findingId: string,
): Promise<void> {
  const made = data(await supervisor.request('sites:makeLink', { siteId, forWhom: '演示食品安全员' }));
  try {
    const site = await openSite(made.code);
    try {
      await delay(times.answerMs);
      await site.answer(findingId);
    } finally {
      site.close();
    }
  } finally {
    await supervisor.request('sites:revokeLink', { siteId, linkId: made.link.linkId });
  }
  onStep('answered', findingId);
}

function data<T>(answer: Ack<T>): T {
  if (!answer.ok) throw new Error(`${answer.reason}: ${answer.message}`);
  return answer.data;
}
