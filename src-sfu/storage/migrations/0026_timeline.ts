import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Where members were while they worked on an order or an SOS was open, and when body-worn cameras sent their picture. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('position_samples')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('member_id', 'text', (column) => column.notNull())
      .addColumn('squad_id', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('received_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('latitude', 'real', (column) => column.notNull())
      .addColumn('longitude', 'real', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('position_samples_by_member')
      .on('position_samples')
      .columns(['member_id', 'at_ms'])
      .execute();
    await schema.createIndex('position_samples_by_time').on('position_samples').columns(['at_ms']).execute();
    await schema
      .createTable('body_cam_times')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('member_id', 'text', (column) => column.notNull())
      .addColumn('squad_id', 'text', (column) => column.notNull())
      .addColumn('sender', 'text')
      .addColumn('started_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('ended_at_ms', 'bigint')
      .addColumn('end_cause', 'text')
      .execute();
    await schema
      .createIndex('body_cam_times_by_member')
      .on('body_cam_times')
      .columns(['member_id', 'started_at_ms'])
      .execute();
  },
};
