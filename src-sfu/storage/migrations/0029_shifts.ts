import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Shifts with their handovers, notes, and the commands that were answered. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('shifts')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('started_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('sign_in', 'text', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('log', 'text')
      .execute();
    await schema.createIndex('shifts_by_time').on('shifts').columns(['started_at_ms']).execute();
    await schema
      .createTable('shift_notes')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('shift_id', 'text', (column) => column.notNull().references('shifts.id'))
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('written_by', 'text', (column) => column.notNull())
      .addColumn('note', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('shift_notes_by_shift')
      .on('shift_notes')
      .columns(['shift_id', 'at_ms'])
      .execute();
    await schema
      .createTable('shift_commands')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('shift_id', 'text', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .execute();
  },
};
