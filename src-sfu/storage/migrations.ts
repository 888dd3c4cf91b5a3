import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { alertContentMigration } from './alertsMigration.ts';
import { squadsMigration } from './squadsMigration.ts';
import { whipMigration } from './whipMigration.ts';

/** The steps from an empty file to today's tables, in order. A step that was released is never changed. */
export const migrations: Record<string, Migration> = {
  '0001_registry': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('sites')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('external_id', 'text', (column) => column.notNull().unique())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('name_en', 'text')
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('district', 'text', (column) => column.notNull())
        .addColumn('address', 'text', (column) => column.notNull())
        .addColumn('phone', 'text')
        .addColumn('latitude', 'double precision')
        .addColumn('longitude', 'double precision')
        .addColumn('source_latitude', 'double precision')
        .addColumn('source_longitude', 'double precision')
        .addColumn('source_system', 'text')
        .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('cameras')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('external_id', 'text', (column) => column.notNull().unique())
        .addColumn('site_id', 'text', (column) => column.notNull().references('sites.id'))
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('name_en', 'text')
        .addColumn('main_url', 'text', (column) => column.notNull())
        .addColumn('sub_url', 'text')
        .addColumn('username', 'text')
        .addColumn('password_sealed', 'text')
        .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
        .execute();
      await database.schema.createIndex('cameras_by_site').on('cameras').column('site_id').execute();
      await database.schema
        .createTable('audit_log')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('at_ms', 'bigint', (column) => column.notNull())
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('detail', 'text', (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('settings')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('value', 'text', (column) => column.notNull())
        .execute();
    },
  },
  '0002_camera_health': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('camera_health')
        .addColumn('camera_id', 'text', (column) => column.primaryKey())
        .addColumn('condition', 'text', (column) => column.notNull())
        .addColumn('since_ms', 'bigint', (column) => column.notNull())
        .addColumn('failures', 'integer', (column) => column.notNull())
        .addColumn('failing_since_ms', 'bigint')
        .addColumn('message', 'text')
        .addColumn('checked_at_ms', 'bigint', (column) => column.notNull())
        .addColumn('codec', 'text')
        .addColumn('width', 'integer')
        .addColumn('height', 'integer')
        .addColumn('frame_rate', 'double precision')
        .execute();
    },
  },
  '0003_alerts': {
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
  },
  '0004_squads': squadsMigration,
  '0005_whip': whipMigration,
  '0006_camera_sign_ins': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('camera_sign_ins')
        .addColumn('camera_id', 'text', (column) =>
          column.notNull().references('cameras.id').onDelete('cascade'),
        )
        .addColumn('place', 'text', (column) => column.notNull())
        .addColumn('digest_at_ms', 'bigint', (column) => column.notNull())
        .addColumn('basic_allowed_at_ms', 'bigint')
        .addPrimaryKeyConstraint('camera_sign_ins_once', ['camera_id', 'place'])
        .execute();
    },
  },
  '0007_alert_content': alertContentMigration,
};
