import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Sentences that the hub says into kitchens, one for each kind of alert and language; a talk that has begun knows its sentence. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('kitchen_sentences')
      .addColumn('kind_id', 'text', (column) => column.notNull())
      .addColumn('language', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('sound', 'blob', (column) => column.notNull())
      .addColumn('saved_by', 'text', (column) => column.notNull())
      .addColumn('saved_at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('kitchen_sentences_key', ['kind_id', 'language'])
      .execute();
    await database.schema.alterTable('kitchen_talks').addColumn('sentence', 'text').execute();
  },
};
