import { sql, type RawBuilder } from 'kysely';
import { defaultAcknowledgeTimes } from '../../src-shared/alerts/acknowledgeTimes.ts';
import type { BoardQuestion, OrderStepName, OrderTargets } from '../features/board/board.repository.ts';

/** In which time an alert must be acknowledged, milliseconds; null where it may wait (`acknowledgeTimesOf`). On the columns of `alerts`. */
export const targetOfAlert = sql`coalesce(json_extract(document, '$.acknowledgeTimes.supervisorMs'),
  case class when 1 then ${sql.lit(defaultAcknowledgeTimes.supervisorMs)} end)`;

/** The target of an order in milliseconds: the closest rule of its kind and priority. On the columns of `counted`. */
export function targetOfOrder(step: OrderStepName, { orderTargets }: BoardQuestion): RawBuilder<unknown> {
  const closeness = ({ kind, priority }: OrderTargets): number =>
    (kind === undefined ? 0 : 2) + (priority === undefined ? 0 : 1);
  const rules = orderTargets.toSorted((left, right) => closeness(right) - closeness(left));
  const general = rules.find((rule) => closeness(rule) === 0);
  // The priority of an order is only in its document, which is read where a rule asks for it.
  const priorityIs = (priority: number) =>
    sql`${priority} = (select json_extract(document, '$.priority') from orders where id = counted.order_id)`;
  const cases = rules
    .filter((rule) => rule !== general)
    .map(({ kind, priority, targetsMs }) => {
      const ofKind = kind === undefined ? sql`true` : sql`kind = ${kind}`;
      const ofPriority = priority === undefined ? sql`true` : priorityIs(priority);
      return sql`when ${ofKind} and ${ofPriority} then ${targetsMs[step]}`;
    });
  const otherwise = sql`${general?.targetsMs[step] ?? null}`;
  return cases.length === 0 ? otherwise : sql`case ${sql.join(cases, sql` `)} else ${otherwise} end`;
}
