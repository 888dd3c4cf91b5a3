import { sql, type RawBuilder } from 'kysely';
import type { Scope } from '../../src-shared/session/principal.ts';

/** The newest of the period that are counted, so that one statement keeps the others waiting for some 300 ms at most. */
export const maxCounted = 50_000;

/** Whose orders they are: as `orderResource` decides for one of them. */
export function ordersInScope({ districts, squads }: Scope): RawBuilder<unknown> {
  const known =
    districts === 'all'
      ? sql`order_figures.district is not null`
      : among('order_figures.district', districts);
  const nobodys =
    districts === 'all' ? sql`order_figures.district is null and order_figures.squad_id is null` : sql`1 = 0`;
  const ofSquad =
    squads === 'all' ? sql`order_figures.squad_id is not null` : among('order_figures.squad_id', squads);
  return sql`(${known} or (${nobodys}) or (order_figures.district is null and ${ofSquad}))`;
}

/** Alerts of a camera that the registry does not know are only for those who work for the whole city. */
export function alertsInScope({ districts }: Scope): RawBuilder<unknown> {
  return districts === 'all' ? sql`1 = 1` : among('district', districts);
}

function among(column: string, values: readonly string[]): RawBuilder<unknown> {
  if (values.length === 0) return sql`1 = 0`;
  return sql`${sql.ref(column)} in (${sql.join([...values])})`;
}
