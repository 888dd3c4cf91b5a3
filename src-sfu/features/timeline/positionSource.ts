import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { may } from '../../../src-shared/session/principal.ts';
import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import type { Period, PositionSample, TimelineRecords, TimelineSource } from './timeline.ports.ts';

/** Where members were: samples of when they moved, and where each step was taken, so that a short case has its places too. */
export function positionSource(records: Pick<TimelineRecords, 'positions' | 'orderSteps'>): TimelineSource {
  return {
    lanes: ['position'],
    isOpenTo: (asker) => may(asker, 'squads:view'),
    async eventsOf({ members, orders, emergency }, period, asker, limit) {
      const [samples, steps] = await Promise.all([
        records.positions(members, limit),
        records.orderSteps(
          orders.map(({ orderId }) => orderId),
          period,
          limit,
        ),
      ]);
      return [...samples, ...placesOfSteps(orders, steps, period), ...placeOfEmergency(emergency, period)]
        .filter(({ squadId }) => may(asker, 'squads:view', { squadId }))
        .map(({ memberId, squadId, atMs, latitude, longitude }) => ({
          eventId: `position:${memberId}:${atMs}`,
          lane: 'position',
          what: 'position',
          atMs,
          actor: memberId,
          squadId,
          place: { latitude, longitude },
        }));
    },
  };
}

type Place = Pick<PositionSample, 'memberId' | 'squadId' | 'atMs' | 'latitude' | 'longitude'>;

/** What a phone reports by itself, also of somebody who does not work on the order yet. */
const byItself: ReadonlySet<OrderStep['action']> = new Set(['delivered', 'shown']);

/** Where those were who took the steps of orders, as it was measured last before the step. */
function placesOfSteps(
  orders: readonly Order[],
  steps: readonly { orderId: string; step: OrderStep }[],
  { fromMs }: Period,
): Place[] {
  /** The squad that has each order while its steps are gone through. */
  const squads = new Map(orders.map(({ orderId, squadId }) => [orderId, squadId]));
  return steps.flatMap(({ orderId, step }): Place[] => {
    const { action, memberId, squadId, position, atMs } = step;
    if (squadId !== undefined) squads.set(orderId, squadId);
    const ofSquad = squads.get(orderId);
    if (position === undefined || memberId === undefined || ofSquad === undefined) return [];
    if (byItself.has(action)) return [];
    const { latitude, longitude } = position;
    const measuredAtMs = Math.min(Math.max(position.atMs, fromMs), atMs);
    return [{ memberId, squadId: ofSquad, atMs: measuredAtMs, latitude, longitude }];
  });
}

/** Where an SOS was raised. */
function placeOfEmergency(emergency: Emergency | undefined, { fromMs, toMs }: Period): Place[] {
  const { position, memberId, squadId, raisedAtMs } = emergency ?? {};
  if (position === undefined || memberId === undefined || squadId === undefined) return [];
  if (raisedAtMs === undefined || raisedAtMs < fromMs || raisedAtMs > toMs) return [];
  const { latitude, longitude } = position;
  return [{ memberId, squadId, atMs: raisedAtMs, latitude, longitude }];
}
