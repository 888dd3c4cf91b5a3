import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The columns of 0028, and what decides which times an order has: its priority and the kind of its alert. */
const columns: readonly (readonly [name: string, path: string])[] = [
  ['kind', '$.kind'],
  ['district', '$.place.district'],
  ['squad_id', '$.squadId'],
  ['site_id', '$.place.siteId'],
  ['site_name', '$.place.name'],
  ['site_name_en', '$.place.nameEn'],
  ['is_overdue', '$.isOverdue'],
  ['disposition', '$.cleared.disposition'],
  ['dispatched_at_ms', '$.dispatched.atMs'],
  ['accepted_at_ms', '$.accepted.atMs'],
  ['on_scene_at_ms', '$.onScene.atMs'],
  ['cleared_at_ms', '$.cleared.atMs'],
  ['closed_at_ms', '$.closed.atMs'],
  ['priority', '$.priority'],
  ['alert_kind_id', '$.alertKindId'],
];

/** Orders are counted by their priority and the kind of their alert without reading their documents. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const run = (text: string) => sql.raw(text).execute(database);
    await run('alter table order_figures add column priority integer');
    await run('alter table order_figures add column alert_kind_id text');
    const names = columns.map(([name]) => name).join(', ');
    const values = columns.map(([, path]) => `json_extract(new.document, '${path}')`).join(', ');
    for (const event of ['insert', 'update']) {
      await run(`drop trigger order_figures_${event}`);
      await run(
        `create trigger order_figures_${event} after ${event} on orders begin insert or replace into order_figures (order_id, state, created_at_ms, ${names}) select new.id, new.state, new.created_at_ms, ${values}; end`,
      );
    }
    // Orders of an earlier version do not know the kind of their alert. An order that is changed again writes its columns from its document.
    const kindOfAlert = `(select kind_id from alerts where alerts.id = json_extract(orders.document, '$.alertId'))`;
    await run(`update orders set document = json_set(document, '$.alertKindId', ${kindOfAlert})
      where state not in ('closed', 'cancelled') and ${kindOfAlert} is not null`);
    await run(`update order_figures set (priority, alert_kind_id) =
      (select json_extract(document, '$.priority'), ${kindOfAlert} from orders where orders.id = order_id)`);
  },
};
