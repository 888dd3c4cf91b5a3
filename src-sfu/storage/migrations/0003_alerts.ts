import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('alerts')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind_id', 'text', (column) => column.notNull())
      .addColumn('class', 'integer', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('camera_id', 'text')
      .addColumn('camera_name', 'text')
      .addColumn('site_id', 'text')
      .addColumn('site_name', 'text')
      .addColumn('site_type', 'text')
      .addColumn('district', 'text')
      .addColumn('raised_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    const alertIndexes = {
      alerts_by_time: ['raised_at_ms', 'id'],
      alerts_by_state: ['state'],
      alerts_by_kind: ['kind_id', 'raised_at_ms'],
      alerts_by_site: ['site_id', 'raised_at_ms'],
      alerts_by_camera: ['camera_id', 'raised_at_ms'],
    };
    for (const [name, columns] of Object.entries(alertIndexes)) {
      await schema.createIndex(name).on('alerts').columns(columns).execute();
    }
    await schema
      .createTable('alert_occurrences')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('alert_id', 'text', (column) => column.notNull())
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('external_id', 'text', (column) => column.notNull())
      .addColumn('received_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('occurred_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('snapshot_hash', 'text')
      .addColumn('detail', 'text', (column) => column.notNull())
      .addUniqueConstraint('alert_occurrences_once', ['key_id', 'external_id'])
      .execute();
    await schema
      .createIndex('alert_occurrences_by_alert')
      .on('alert_occurrences')
      .column('alert_id')
      .execute();
    await schema
      .createIndex('alert_occurrences_by_snapshot')
      .on('alert_occurrences')
      .column('snapshot_hash')
      .where(sql.ref('snapshot_hash'), 'is not', null)
      .execute();
    await schema
      .createTable('alert_snapshots')
      .addColumn('hash', 'text', (column) => column.primaryKey())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('bytes', 'integer', (column) => column.notNull())
      .addColumn('width', 'integer')
      .addColumn('height', 'integer')
      .addColumn('received_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('alert_nonces')
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('nonce', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('alert_nonces_once', ['key_id', 'nonce'])
      .execute();
    await schema
      .createTable('alert_requests')
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('idempotency_key', 'text', (column) => column.notNull())
      .addColumn('body_hash', 'text', (column) => column.notNull())
      .addColumn('answer', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('alert_requests_once', ['key_id', 'idempotency_key'])
      .execute();
    await schema
      .createTable('alert_kinds')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('api_keys')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('secret_sealed', 'text', (column) => column.notNull())
      .addColumn('alerts_per_second', 'integer', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('revoked_at_ms', 'bigint')
      .execute();
    // The history of one alert is read from here.
    await schema.createIndex('audit_log_by_subject').on('audit_log').column('subject').execute();
  },
};
