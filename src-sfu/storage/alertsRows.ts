import { z } from 'zod';
import { alertSchema } from '../../src-shared/alerts/alertView.ts';
import type { SnapshotRecord } from '../features/alerts/alerts.repository.ts';
import type { StoreSchema } from './schema.ts';

/** What is stored of an occurrence beside its columns. */
export const occurrenceDetailSchema = z.object({
  source: z.string(),
  confidence: z.number().optional(),
  message: z.string().optional(),
});

/** The row of a snapshot as the feature knows it. */
export function snapshotOfRow(row: StoreSchema['alert_snapshots']): SnapshotRecord {
  return {
    hash: row.hash,
    state: alertSchema.shape.snapshot.unwrap().shape.state.catch('checking').parse(row.state),
    bytes: Number(row.bytes),
    ...(row.width === null ? {} : { width: row.width }),
    ...(row.height === null ? {} : { height: row.height }),
    receivedAtMs: Number(row.received_at_ms),
    ...(row.key_id === null ? {} : { keyId: row.key_id }),
  };
}

/** The value of stored JSON; undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
