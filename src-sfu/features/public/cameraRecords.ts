import { forbiddenRooms } from '../../../src-shared/public/publication.ts';
import { softenedBox } from '../../../src-shared/public/softening.ts';
import type { Registry } from './public.ports.ts';
import type { PublicCameraRecord } from './public.repository.ts';

/** What is recorded of cameras about the public, also of those that the registry has under another id now. */
export interface CameraRecords {
  /** Undefined for a camera of which nothing was ever recorded. */
  find(cameraId: string): PublicCameraRecord | undefined;
  /** As `find`, or an empty record to begin with. */
  recorded(cameraId: string): PublicCameraRecord;
  /** What was recorded under any id of the row; undefined where nothing was. Its own id is the one under which a row without a camera is kept. */
  ofRow(externalId: string): PublicCameraRecord | undefined;
  /** Whether something was recorded of the camera's row before the camera was registered, and is not its own yet. */
  isForetold(externalId: string): boolean;
  set(records: readonly PublicCameraRecord[]): void;
}

/** The id under which a row is recorded whose camera is not registered yet; no camera has such an id. */
export function rowRecordId(externalId: string): string {
  return `row:${externalId}`;
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
  /** The ids under which a row was recorded. */
  const idsOfRow = new Map<string, Set<string>>();
  const set = (records: readonly PublicCameraRecord[]): void => {
    for (const record of records) {
      const { cameraId, externalId } = record;
      byId.set(cameraId, record);
      if (externalId === undefined) continue;
      idsOfRow.set(externalId, (idsOfRow.get(externalId) ?? new Set()).add(cameraId));
    }
  };
  set(stored);
  const ofRow = (externalId: string): PublicCameraRecord | undefined => {
    const records = [...(idsOfRow.get(externalId) ?? [])].flatMap((cameraId) => byId.get(cameraId) ?? []);
    if (records.length === 0) return undefined;
    return { ...records.reduce(hidingMore), cameraId: rowRecordId(externalId), externalId };
  };
  const find = (cameraId: string): PublicCameraRecord | undefined => {
    const own = byId.get(cameraId);
    if (own !== undefined) return own;
    const before = ofRow(registry.camera(cameraId)?.externalId ?? '');
    return before === undefined ? undefined : { ...before, cameraId };
  };
  return {
    find,
    recorded(cameraId) {
      const externalId = registry.camera(cameraId)?.externalId;
      return { ...find(cameraId), cameraId, ...(externalId === undefined ? {} : { externalId }) };
    },
    ofRow,
    isForetold: (externalId) => byId.get(rowRecordId(externalId))?.room !== undefined,
    set,
  };
}

/** Of two records of one row, which may be read in any order: a forbidden room, a curtain and the larger head of either. */
function hidingMore(one: PublicCameraRecord, other: PublicCameraRecord): PublicCameraRecord {
  const rooms = [other.room, one.room].filter((said) => said !== undefined);
  const room = rooms.find((said) => forbiddenRooms.includes(said)) ?? rooms[0];
  const widths = [one, other].map(({ headPercent: percent }) => softenedBox(percent).width);
  const headPercent =
    widths[0] === widths[1]
      ? (other.headPercent ?? one.headPercent)
      : [one, other][widths.indexOf(Math.min(...widths))]?.headPercent;
  const curtain = other.curtain ?? one.curtain;
  return {
    cameraId: other.cameraId,
    ...(room === undefined ? {} : { room }),
    ...(headPercent === undefined ? {} : { headPercent }),
    ...(curtain === undefined ? {} : { curtain }),
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
