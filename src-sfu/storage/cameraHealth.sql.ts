import type { Selectable } from 'kysely';
import { cameraConditions } from '../../src-shared/cameras/cameras.protocol.ts';
import type { CameraHealthRepository, HealthRecord } from '../features/cameras/cameraHealth.repository.ts';
import type { Store } from './database.ts';
import type { StoreSchema } from './schema.ts';

type HealthRow = Selectable<StoreSchema['camera_health']>;

/** SQLite takes 32,766 values in a statement; a row has eleven. */
const rowsPerStatement = 500;

/** The health of cameras in the store. */
export function createCameraHealthRepository(store: Store): CameraHealthRepository {
  return {
    async readAll() {
      const rows = await store.selectFrom('camera_health').selectAll().execute();
      return rows.map(recordOfRow).filter((record) => record !== undefined);
    },
    async save(records) {
      if (records.length === 0) return;
      await store.transaction().execute(async (transaction) => {
        for (const part of partsOf(records)) {
          await transaction
            .insertInto('camera_health')
            .values(part.map(rowOfRecord))
            .onConflict((conflict) =>
              conflict.column('camera_id').doUpdateSet(({ ref }) => ({
                condition: ref('excluded.condition'),
                since_ms: ref('excluded.since_ms'),
                failures: ref('excluded.failures'),
                failing_since_ms: ref('excluded.failing_since_ms'),
                message: ref('excluded.message'),
                checked_at_ms: ref('excluded.checked_at_ms'),
                codec: ref('excluded.codec'),
                width: ref('excluded.width'),
                height: ref('excluded.height'),
                frame_rate: ref('excluded.frame_rate'),
              })),
            )
            .execute();
        }
      });
    },
    async remove(cameraIds) {
      for (const part of partsOf(cameraIds)) {
        await store.deleteFrom('camera_health').where('camera_id', 'in', part).execute();
      }
    },
  };
}

function* partsOf<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += rowsPerStatement) {
    yield items.slice(start, start + rowsPerStatement);
  }
}

function rowOfRecord(record: HealthRecord): HealthRow {
  const { condition } = record;
  return {
    camera_id: record.cameraId,
    condition: condition.condition,
    since_ms: condition.sinceMs,
    failures: condition.failures,
    failing_since_ms: condition.failingSinceMs ?? null,
    message: condition.message ?? null,
    checked_at_ms: record.checkedAtMs,
    codec: record.codec ?? null,
    width: record.width ?? null,
    height: record.height ?? null,
    frame_rate: record.frameRate ?? null,
  };
}

/** Undefined for a condition that only a later version knows; such a camera is probed again. */
function recordOfRow(row: HealthRow): HealthRecord | undefined {
  const condition = cameraConditions.find((name) => name === row.condition);
  if (condition === undefined) return undefined;
  return {
    cameraId: row.camera_id,
    condition: {
      condition,
      sinceMs: Number(row.since_ms),
      failures: row.failures,
      ...(row.failing_since_ms === null ? {} : { failingSinceMs: Number(row.failing_since_ms) }),
      ...(row.message === null ? {} : { message: row.message }),
    },
    checkedAtMs: Number(row.checked_at_ms),
    ...(row.codec === null ? {} : { codec: row.codec }),
    ...(row.width === null ? {} : { width: row.width }),
    ...(row.height === null ? {} : { height: row.height }),
    ...(row.frame_rate === null ? {} : { frameRate: row.frame_rate }),
  };
}
