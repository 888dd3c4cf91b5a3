import type { Registry } from './public.ports.ts';
import type { PublicCameraRecord } from './public.repository.ts';

/** What is recorded of cameras about the public, also of those that the registry has under another id now. */
export interface CameraRecords {
  /** Undefined for a camera of which nothing was ever recorded. */
  find(cameraId: string): PublicCameraRecord | undefined;
  /** As `find`, or an empty record to begin with. */
  recorded(cameraId: string): PublicCameraRecord;
  set(records: readonly PublicCameraRecord[]): void;
}

/**
 * A camera that was taken out of the registry and is imported again gets another id, while the consent of its site goes on. What was
 * recorded of its row in the tables holds for it then, so that no forbidden room and no curtain is forgotten.
 */
export function createCameraRecords(
  stored: readonly PublicCameraRecord[],
  registry: Pick<Registry, 'camera'>,
): CameraRecords {
  const byId = new Map<string, PublicCameraRecord>();
  const byRow = new Map<string, PublicCameraRecord>();
  const set = (records: readonly PublicCameraRecord[]): void => {
    for (const record of records) {
      byId.set(record.cameraId, record);
      if (record.externalId !== undefined) byRow.set(record.externalId, record);
    }
  };
  set(stored);
  const find = (cameraId: string): PublicCameraRecord | undefined => {
    const own = byId.get(cameraId);
    if (own !== undefined) return own;
    const before = byRow.get(registry.camera(cameraId)?.externalId ?? '');
    return before === undefined ? undefined : { ...before, cameraId };
  };
  return {
    find,
    recorded(cameraId) {
      const externalId = registry.camera(cameraId)?.externalId;
      return { ...find(cameraId), cameraId, ...(externalId === undefined ? {} : { externalId }) };
    },
    set,
  };
}

/** Records of before rows were recorded, with their rows; those that are complete or whose cameras are gone are left out. */
export function namedRecords(
  stored: readonly PublicCameraRecord[],
  registry: Pick<Registry, 'camera'>,
): PublicCameraRecord[] {
  return stored.flatMap((record) => {
    const externalId = registry.camera(record.cameraId)?.externalId;
    return externalId === undefined || externalId === record.externalId ? [] : [{ ...record, externalId }];
  });
}
