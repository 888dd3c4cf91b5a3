import { sql, type RawBuilder } from 'kysely';
import { defaultAcknowledgeTimes } from '../../src-shared/alerts/acknowledgeTimes.ts';
import type { BoardQuestion, OrderStepName, OrderTargets } from '../features/board/board.repository.ts';

/** In which time an alert must be acknowledged, milliseconds; null where it may wait (`acknowledgeTimesOf`). On the columns of `alerts`. */
export const targetOfAlert = sql`coalesce(json_extract(document, '$.acknowledgeTimes.supervisorMs'),
  case class when 1 then ${sql.lit(defaultAcknowledgeTimes.supervisorMs)} end)`;

/** The priority of an order, which only its document has: read where a rule asks for it. On the columns of `order_figures`. */
export function priorityOfOrder({ orderTargets }: BoardQuestion): RawBuilder<unknown> {
  return orderTargets.every(({ priority }) => priority === undefined)
    ? sql`null`
    : sql`(select json_extract(document, '$.priority') from orders where id = order_figures.order_id)`;
}

/** The target of an order in milliseconds: the closest rule of its `kind` and `priority`. */
export function targetOfOrder(step: OrderStepName, { orderTargets }: BoardQuestion): RawBuilder<unknown> {
  const closeness = ({ kind, priority }: OrderTargets): number =>
    (kind === undefined ? 0 : 2) + (priority === undefined ? 0 : 1);
  const rules = orderTargets.toSorted((left, right) => closeness(right) - closeness(left));
  const general = rules.find((rule) => closeness(rule) === 0);
  const cases = rules
    .filter((rule) => rule !== general)
    .map(({ kind, priority, targetsMs }) => {
      const ofKind = kind === undefined ? sql`true` : sql`kind = ${kind}`;
      const ofPriority = priority === undefined ? sql`true` : sql`priority = ${priority}`;
      return sql`when ${ofKind} and ${ofPriority} then ${targetsMs[step]}`;
    });
  const otherwise = sql`${general?.targetsMs[step] ?? null}`;
  return cases.length === 0 ? otherwise : sql`case ${sql.join(cases, sql` `)} else ${otherwise} end`;
}
