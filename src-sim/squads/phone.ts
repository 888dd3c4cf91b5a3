import { createHash, randomUUID } from 'node:crypto';
import type { UploadAnnouncement } from '../../src-shared/attachments/attachments.protocol.ts';
import type { MemberDuty, MemberStatus } from '../../src-shared/squads/memberStatus.ts';
import type { Order } from '../../src-shared/orders/orders.protocol.ts';
import type { NoticeOf } from '../../src-shared/protocol/index.ts';
import type { RandomSource } from '../random.ts';
import { batteryAt } from './battery.ts';
import { connectHubClient } from './hubClient.ts';
import type { Notice } from './hubClient.ts';
import { createOrderWork } from './orderWork.ts';
import { drawScene, sendPhotograph } from './scenePhotograph.ts';
import { patrolAt } from './patrol.ts';
import type { Patrol } from './patrol.ts';
import { statusSteps } from './statusSteps.ts';

export interface PhoneOptions {
  hubUrl: string;
  memberId: string;
  /** The secret it is signed in with. */
  token: string;
  patrol: Patrol;
  random: RandomSource;
  /** The share of the usual time that a step of an order takes. */
  pace?: number;
  onFloor(floor: NoticeOf<'talk:floorTaken'>['floor']): void;
  /** The hub knows this phone no more: another one took its place, or a desk signed it out. It is closed. */
  onSignedOut(reason: string): void;
}

/** A phone on the road. */
export interface Phone {
  close(): void;
}

const movingMs = 2_000;
const standingMs = 30_000;
const healthMs = 60_000;
/** How soon a member who is sent out by the centre sets off. */
const dispatchedMs = 6_000;
const joinAgainMs = 2_000;
const minuteMs = 60_000;

/** A simulated phone without a voice: it patrols, reports its position and status, and checks in. */
export function startPhone(options: PhoneOptions): Phone {
  const { memberId, patrol, random } = options;
  const batteryPhase = random();
  /** Some are heard of rarely: their check-in turns amber. */
  const checkInEveryMs = (6 + random() * 30) * minuteMs;
  let isJoined = false;
  let isClosed = false;
  let duty: MemberDuty | undefined;
  let leg: number | undefined;
  let sentOutAtMs: number | undefined;
  let toldPlaceAtMs = -Infinity;
  let wasMoving = false;
  let toldHealthAtMs = -Infinity;
  let checkedInAtMs = Date.now() - random() * checkInEveryMs;
  let roundTripMs: number | undefined;
  const timers = new Set<NodeJS.Timeout>();
  const work = createOrderWork(memberId, random, options.pace);
  const orders = new Map<string, Order>();
  /** Drawn and not sent yet: what is sent again under the same id must be the same. */
  const photographOf = new Map<string, Buffer>();
  let isReporting = false;
  let isPhotographing = false;

  const later = (delayMs: number, task: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!isClosed) task();
    }, delayMs);
    timers.add(timer);
  };

  const client = connectHubClient({
    hubUrl: options.hubUrl,
    who: { isPhone: true },
    onConnected: () => void join(),
    onLost: () => (isJoined = false),
    onNotice: (notice) => noticed(notice),
  });

  const join = async (): Promise<void> => {
    const joined = await client.request('session:join', { surface: 'field', memberToken: options.token });
    if (isClosed) return;
    if (!joined.ok) {
      if (joined.code === 'forbidden') return signedOut('forbidden');
      return later(joinAgainMs, () => void join());
    }
    const { squads, orders: ownOrders = [] } = joined.data.snapshot;
    orders.clear();
    takeOrders(ownOrders);
    duty = squads?.members.find((member) => member.memberId === memberId)?.duty;
    isJoined = true;
    [toldPlaceAtMs, toldHealthAtMs] = [-Infinity, -Infinity];
    tick();
  };

  const takeOrders = (changed: readonly Order[]): void => {
    for (const order of changed) orders.set(order.orderId, order);
    work.take([...orders.values()]);
  };

  const noticed = (notice: Notice): void => {
    switch (notice.name) {
      case 'orders:changed':
        return takeOrders(notice.payload.orders);
      case 'squads:membersChanged': {
        const own = notice.payload.members.find((member) => member.memberId === memberId);
        if (own !== undefined) duty = own.duty;
        return;
      }
      case 'squads:signedOut':
        return signedOut(notice.payload.reason);
      case 'talk:floorTaken':
      case 'talk:floorIdle':
        return options.onFloor(notice.payload.floor);
      default:
        return;
    }
  };

  const tellStatus = async (status: MemberStatus): Promise<void> => {
    if (duty === undefined) return;
    const changes = statusSteps(duty.status, status).map((step) => ({
      changeId: randomUUID(),
      status: step,
      ageMs: 0,
    }));
    if (changes.length === 0) return;
    const answer = await client.request('squads:reportStatuses', { changes });
    if (answer.ok) duty = answer.data.duty;
  };

  /** One step of an order; again at the next tick until the hub has taken it. */
  const workOnOrders = async (nowMs: number): Promise<void> => {
    const due = isReporting ? undefined : work.due(nowMs);
    if (due === undefined) return;
    isReporting = true;
    const { orderId, report, status } = due;
    const answer = await client.request('orders:report', {
      reports: [{ reportId: randomUUID(), orderId, report, ageMs: 0 }],
    });
    isReporting = false;
    if (!answer.ok) return;
    work.reported(orderId, report);
    if (status !== undefined) await tellStatus(status);
  };

  /** One photograph of each order, once the member is there; again at the next tick until the hub has kept it. */
  const photograph = async (nowMs: number, place: UploadAnnouncement['place']): Promise<void> => {
    const orderId = isPhotographing ? undefined : work.photographDue(nowMs);
    if (orderId === undefined) return;
    isPhotographing = true;
    const { hubUrl, token } = options;
    const attachmentId = `scene-${createHash('sha256').update(`${memberId} ${orderId}`).digest('hex').slice(0, 24)}`;
    const jpeg = photographOf.get(orderId) ?? (await drawScene(random));
    photographOf.set(orderId, jpeg);
    const isKept = await sendPhotograph({ hubUrl, token, attachmentId, orderId, jpeg, place });
    if (isKept) {
      work.photographed(orderId);
      photographOf.delete(orderId);
    }
    isPhotographing = false;
  };

  const tellHealth = async (nowMs: number): Promise<void> => {
    toldHealthAtMs = nowMs;
    const askedAtMs = performance.now();
    const phoneState = {
      ...batteryAt(nowMs, batteryPhase),
      network: '4g',
      ...(roundTripMs === undefined ? {} : { roundTripMs }),
    };
    const answer = await client.request('squads:reportPhone', { phoneState });
    if (answer.ok) roundTripMs = Math.round(performance.now() - askedAtMs);
  };

  const tick = (): void => {
    if (!isJoined) return;
    const nowMs = Date.now();
    const moment = patrolAt(patrol, nowMs);
    void workOnOrders(nowMs);
    const atWork = work.placeAt(nowMs, moment);
    const { latitude, longitude, speedMps, headingDeg, isMoving } = atWork ?? moment;
    void photograph(nowMs, { latitude, longitude, accuracyM: 8 });
    // Once more when it stops, or it would seem to go on.
    if (isMoving || wasMoving || nowMs - toldPlaceAtMs >= standingMs) {
      toldPlaceAtMs = nowMs;
      wasMoving = isMoving;
      const place = { latitude, longitude, accuracyM: 5 + Math.floor(random() * 8), speedMps };
      const position = { ...place, ...(headingDeg === undefined ? {} : { headingDeg }), ageMs: 0 };
      void client.request('squads:reportPositions', { positions: [position] });
    }
    // Also one who was sent out before this phone was there, and again until the hub has heard it.
    sentOutAtMs = duty?.status === 'dispatched' ? (sentOutAtMs ?? nowMs) : undefined;
    if (sentOutAtMs !== undefined && nowMs - sentOutAtMs >= dispatchedMs) void tellStatus('en_route');
    // What the centre sets stands until the round goes on.
    if (moment.leg !== leg && duty?.status !== 'dispatched' && atWork === undefined) {
      leg = moment.leg;
      void tellStatus(moment.status);
    }
    if (nowMs - toldHealthAtMs >= healthMs) void tellHealth(nowMs);
    if (nowMs - checkedInAtMs >= checkInEveryMs) {
      checkedInAtMs = nowMs;
      void client.request('squads:checkIn', {});
    }
  };

  const close = (): void => {
    isClosed = true;
    clearInterval(ticking);
    for (const timer of timers) clearTimeout(timer);
    client.close();
  };
  const signedOut = (reason: string): void => {
    close();
    options.onSignedOut(reason);
  };
  const ticking = setInterval(tick, movingMs);
  return { close };
}
