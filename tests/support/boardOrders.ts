import {
  boardAges,
  boardSteps,
  type BoardGroup,
  type BoardStep,
} from '../../src-shared/board/board.protocol.ts';
import { dispositions, newOrder, type OrderProgress } from '../../src-shared/orders/order.ts';
import { orderTimesFor, type OrderSettings } from '../../src-shared/orders/orderSettings.ts';
import type { OrderTimes } from '../../src-shared/orders/orderTimes.ts';
import { orderSchema, type Order } from '../../src-shared/orders/orders.protocol.ts';
import { may, type Scope } from '../../src-shared/session/principal.ts';
import { orderResource } from '../../src-sfu/features/orders/orderScope.ts';
import { principalOf } from '../unit/sfu/authorityStage.ts';
import fc from './properties.ts';

/** An order as the board's tests write it: when it was written, and how long after the step before it each step came. */
export interface OrderDraft {
  agoMs: number;
  kind: Order['kind'];
  priority: Order['priority'];
  alertKindId?: 'rat' | 'smoking' | undefined;
  district: '咸安区' | '嘉鱼县' | undefined;
  squadId: 'wenquan' | 'jiayu' | undefined;
  siteId: 'one' | 'two' | undefined;
  /** Of dispatching, accepting, arriving, clearing, closing; those left out were not done. */
  gapsMs: readonly number[];
  isCancelled: boolean;
  isOverdue: boolean;
  disposition: (typeof dispositions)[number];
}

export const orderDrafts = (maxLength: number, spanMs: number) =>
  fc.array(
    fc.record({
      agoMs: fc.integer({ min: 0, max: spanMs }),
      kind: fc.constantFrom('alert', 'inspection', 'other'),
      priority: fc.constantFrom(1, 2, 3),
      alertKindId: fc.constantFrom('rat', 'smoking', undefined),
      district: fc.constantFrom('咸安区', '嘉鱼县', undefined),
      squadId: fc.constantFrom('wenquan', 'jiayu', undefined),
      siteId: fc.constantFrom('one', 'two', undefined),
      // Few different values, so that many are equal; a negative one is a step over a change of the machine's date.
      gapsMs: fc.array(fc.constantFrom(0, 5_000, 20_000, 20_001, 900_000, 4_000_000, -1), { maxLength: 5 }),
      isCancelled: fc.boolean(),
      isOverdue: fc.boolean(),
      disposition: fc.constantFrom(...dispositions),
    }),
    { maxLength },
  );

export function orderOf(draft: OrderDraft, index: number, nowMs: number): Order {
  const createdAtMs = nowMs - draft.agoMs;
  let atMs = createdAtMs;
  const progress: OrderProgress = { ...newOrder(createdAtMs), isOverdue: draft.isOverdue };
  const names = ['dispatched', 'accepted', 'enRoute', 'cleared', 'closed'] as const;
  for (const [step, gapMs] of draft.gapsMs.entries()) {
    atMs += gapMs;
    const deed = { by: '王芳', atMs };
    const name = names[step]!;
    if (name === 'enRoute') progress.onScene = deed;
    else if (name === 'cleared') progress.cleared = { ...deed, disposition: draft.disposition };
    else progress[name] = deed;
    progress.state = (['dispatched', 'accepted', 'on_scene', 'cleared', 'closed'] as const)[step]!;
  }
  if (draft.isCancelled && progress.state !== 'closed') progress.state = 'cancelled';
  const { district, squadId, siteId } = draft;
  return orderSchema.parse({
    orderId: `o${index}`,
    number: `29-${String(index + 1).padStart(3, '0')}`,
    createdBy: '王芳',
    kind: draft.kind,
    priority: draft.priority,
    ...(draft.alertKindId === undefined ? {} : { alertKindId: draft.alertKindId }),
    place: {
      name: '一店',
      ...(district === undefined ? {} : { district }),
      ...(siteId === undefined ? {} : { siteId }),
    },
    instructions: '',
    checklist: [],
    ...progress,
    ...(squadId === undefined ? {} : { squadId }),
  });
}

const isEnded = ({ state }: Order): boolean => state === 'closed' || state === 'cancelled';

/** The same figures as the database's, order by order, as slowly and plainly as possible. */
export function plainFigures(
  all: readonly Order[],
  {
    fromMs,
    nowMs,
    scope,
    dayStartsMs,
    times,
  }: {
    fromMs: number;
    nowMs: number;
    scope: Scope;
    dayStartsMs: readonly number[];
    times: OrderSettings['times'];
  },
) {
  const seen = all.filter((order) =>
    may(principalOf('supervisor', scope), 'orders:view', orderResource(order)),
  );
  const written = seen.filter(({ createdAtMs }) => createdAtMs >= fromMs && createdAtMs <= nowMs);
  const group = (orders: readonly Order[], name?: string): BoardGroup => ({
    ...(name === undefined ? {} : { name }),
    created: orders.length,
    open: orders.filter((order) => !isEnded(order)).length,
    closed: orders.filter(({ state }) => state === 'closed').length,
    cancelled: orders.filter(({ state }) => state === 'cancelled').length,
    steps: boardSteps.flatMap((step) => {
      const measured = orders.flatMap((order) => {
        const duration = durationOf(order, step) ?? -1;
        return duration < 0 ? [] : [{ duration, target: targetOf(orderTimesFor({ times }, order), step) }];
      });
      const durations = measured.map(({ duration }) => duration).sort((one, other) => one - other);
      const targets = measured.map(({ target }) => target);
      if (durations.length === 0) return [];
      // The smallest value that at least this share of all are not above.
      const quantile = (share: number): number =>
        durations.find(
          (value) => durations.filter((one) => one <= value).length >= share * durations.length,
        )!;
      return [
        {
          step,
          count: durations.length,
          p50Ms: quantile(0.5),
          p90Ms: quantile(0.9),
          withinTarget: measured.filter(({ duration, target }) => duration <= target).length,
          leastTargetMs: Math.min(...targets),
          mostTargetMs: Math.max(...targets),
        },
      ];
    }),
  });
  const groups = (nameOf: (order: Order) => string | undefined): BoardGroup[] =>
    [...Map.groupBy(written, nameOf)].map(([name, orders]) => group(orders, name));
  const open = seen.filter((order) => !isEnded(order));
  const byAge = (orders: readonly Order[]): number[] => {
    const counts = [...boardAges, 0].map(() => 0);
    for (const { createdAtMs } of orders) {
      const index = boardAges.findIndex((age) => nowMs - createdAtMs <= age);
      counts[index === -1 ? boardAges.length : index]! += 1;
    }
    return counts;
  };
  return {
    open: {
      total: open.length,
      overdue: open.filter(({ isOverdue }) => isOverdue).length,
      byAge: byAge(open),
      bySquad: [...Map.groupBy(open, ({ squadId }) => squadId)].map(([squadId, orders]) => ({
        ...(squadId === undefined ? {} : { squadId }),
        byAge: byAge(orders),
      })),
    },
    total: group(written),
    byDistrict: groups(({ place }) => place.district),
    byKind: groups(({ kind }) => kind),
    bySquad: groups(({ squadId }) => squadId),
    days: dayStartsMs.map((day, index) => {
      const ofDay = written.filter(
        ({ createdAtMs }) => createdAtMs >= day && createdAtMs < (dayStartsMs[index + 1] ?? Infinity),
      );
      return {
        fromMs: day,
        created: ofDay.length,
        closed: ofDay.filter(({ state }) => state === 'closed').length,
      };
    }),
  };
}

function targetOf({ ringAgainMs, arriveMs, clearMs, closeMs }: OrderTimes, step: BoardStep): number {
  return { acknowledge: Number.NaN, accept: ringAgainMs, arrive: arriveMs, clear: clearMs, close: closeMs }[
    step
  ];
}

function durationOf(order: Order, step: BoardStep): number | undefined {
  const { dispatched, accepted, onScene, cleared, closed } = order;
  const between = (
    from: { atMs: number } | undefined,
    to: { atMs: number } | undefined,
  ): number | undefined => (from === undefined || to === undefined ? undefined : to.atMs - from.atMs);
  switch (step) {
    case 'acknowledge':
      return undefined;
    case 'accept':
      return between(dispatched, accepted);
    case 'arrive':
      return between(accepted, onScene);
    case 'clear':
      return between(onScene, cleared);
    case 'close':
      return between(cleared, closed);
  }
}
