import { sql, type RawBuilder } from 'kysely';
import { defaultAcknowledgeTimes } from '../../src-shared/alerts/acknowledgeTimes.ts';
import type { BoardQuestion, OrderStepName, OrderTargets } from '../features/board/board.repository.ts';

/** In which time an alert must be acknowledged, milliseconds; null where it may wait (`acknowledgeTimesOf`). On the columns of `alerts`. */
export const targetOfAlert = sql`coalesce(json_extract(document, '$.acknowledgeTimes.supervisorMs'),
  case class when 1 then ${sql.lit(defaultAcknowledgeTimes.supervisorMs)} end)`;

/** The target of an order in milliseconds: the closest rule (`orderTimesFor`). On the columns of `order_figures`. */
export function targetOfOrder(step: OrderStepName, { orderTargets }: BoardQuestion): RawBuilder<unknown> {
  const closeness = ({ kind, priority, alertKindId }: OrderTargets): number =>
    (alertKindId === undefined ? 0 : 4) + (kind === undefined ? 0 : 2) + (priority === undefined ? 0 : 1);
  const rules = orderTargets.toSorted((left, right) => closeness(right) - closeness(left));
  const general = rules.find((rule) => closeness(rule) === 0);
  const cases = rules
    .filter((rule) => rule !== general)
    .map(({ kind, priority, alertKindId, targetsMs }) => {
      const ofKind = kind === undefined ? sql`true` : sql`kind = ${kind}`;
      const ofPriority = priority === undefined ? sql`true` : sql`priority = ${priority}`;
      const ofAlert = alertKindId === undefined ? sql`true` : sql`alert_kind_id = ${alertKindId}`;
      return sql`when ${ofAlert} and ${ofKind} and ${ofPriority} then ${targetsMs[step]}`;
    });
  const otherwise = sql`${general?.targetsMs[step] ?? null}`;
  return cases.length === 0 ? otherwise : sql`case ${sql.join(cases, sql` `)} else ${otherwise} end`;
}
