import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Orders to squads, what happened to each, and the commands and reports that were answered. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('orders')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('day', 'text', (column) => column.notNull())
      .addColumn('count_of_day', 'integer', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addUniqueConstraint('orders_once_a_number', ['day', 'count_of_day'])
      .execute();
    await schema.createIndex('orders_by_time').on('orders').columns(['created_at_ms']).execute();
    await schema
      .createTable('order_steps')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('order_id', 'text', (column) => column.notNull().references('orders.id'))
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('order_steps_by_order').on('order_steps').columns(['order_id', 'id']).execute();
    await schema
      .createTable('order_commands')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('order_id', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('refusal', 'text')
      .execute();
  },
};
