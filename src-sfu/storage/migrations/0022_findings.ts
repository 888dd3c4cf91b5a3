import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Findings at sites, what happened to each, the commands that were answered, and the clauses that findings name. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('findings')
      // Autoincrement: a number that was removed with its finding is never used again.
      .addColumn('count', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('class', 'integer', (column) => column.notNull())
      .addColumn('escalation', 'integer', (column) => column.notNull())
      .addColumn('site_id', 'text')
      .addColumn('district', 'text')
      .addColumn('camera_id', 'text')
      .addColumn('order_id', 'text')
      .addColumn('alert_id', 'text')
      .addColumn('is_appealed', 'integer', (column) => column.notNull())
      .addColumn('found_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('findings_by_time').on('findings').columns(['found_at_ms']).execute();
    await schema.createIndex('findings_by_site').on('findings').columns(['site_id', 'found_at_ms']).execute();
    await schema.createIndex('findings_by_alert').on('findings').columns(['alert_id']).execute();
    await schema.createIndex('findings_by_order').on('findings').columns(['order_id']).execute();
    await schema
      .createTable('finding_steps')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('finding_id', 'text', (column) => column.notNull().references('findings.id'))
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('finding_steps_by_finding')
      .on('finding_steps')
      .columns(['finding_id', 'id'])
      .execute();
    await schema
      .createTable('finding_commands')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('finding_id', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('refusal', 'text')
      .execute();
    await schema
      .createTable('clauses')
      .addColumn('number', 'text', (column) => column.primaryKey())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
  },
};
