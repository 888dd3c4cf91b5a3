import { isDeepStrictEqual } from 'node:util';
import { forbiddenRooms, type RoomKind } from '../../../src-shared/public/publication.ts';
import { readPublicHours } from '../../../src-shared/public/publicHours.ts';
import {
  hidesMore,
  withImported,
  withImportedCamera,
  type PublicationImport,
  type PublicCameraImport,
} from '../../../src-shared/public/publicationImport.ts';
import { rowRecordId, type CameraRecords } from './cameraRecords.ts';
import type { NarrowedHours, PendingHides } from './pendingHides.ts';
import type { Registry } from './public.ports.ts';
import type { PublicCameraRecord, PublicRepository, PublicSiteRecord } from './public.repository.ts';

/** What a table says of a site. */
export interface ImportedSite {
  siteId: string;
  publication: PublicationImport;
}

/** What a table says of a camera; in a dry run a camera that is not registered yet has an empty id. */
export interface ImportedCamera {
  cameraId: string;
  externalId: string;
  publication: PublicCameraImport;
}

/** The records that an import changes, and the external ids of cameras that it would show more of, which are kept. */
export interface ChangedCameras {
  records: PublicCameraRecord[];
  kept: string[];
}

/** What tables say about the public. */
export interface PublicationImports {
  /** What tables say of sites: all of it is stored, or nothing. Answers of how many sites something changed. */
  importSites(sites: readonly ImportedSite[], actor: string): Promise<number>;
  /** The records that `importSites` would store now. */
  changedBy(sites: readonly ImportedSite[], actor: string): PublicSiteRecord[];
  /** What tables say of cameras: all of it is stored, or nothing. What hides more counts at once, and is stored afterwards. */
  importCameras(cameras: readonly ImportedCamera[], actor: string): Promise<ChangedCameras>;
  /** What `importCameras` would store now. */
  camerasChangedBy(cameras: readonly ImportedCamera[]): ChangedCameras;
  /**
   * Hides the cameras of which the table shows less than what is recorded, until `work`, which registers and imports them, is done; where it
   * fails, until a later import or a desk says something of them. Forbidden rooms are recorded before `work` begins.
   */
  holdingBack<T>(cameras: readonly ImportedCamera[], work: () => Promise<T>): Promise<T>;
}

/** `putCameras` takes records into memory and reviews what is shown; `keep` only takes one. */
export function createPublicationImports(parts: {
  repository: PublicRepository;
  registry: Registry;
  pending: PendingHides;
  exclusive<T>(task: () => Promise<T>): Promise<T>;
  recordOf(siteId: string): PublicSiteRecord;
  cameras: Pick<CameraRecords, 'recorded' | 'ofRow' | 'isForetold'>;
  keep(site: PublicSiteRecord): void;
  putCameras(records: readonly PublicCameraRecord[]): void;
  review(): void;
  siteChanged(siteId: string): void;
  nowMs(): number;
  dayOf(ms: number): string;
}): PublicationImports {
  const { repository, registry, pending, exclusive, recordOf, keep, putCameras } = parts;
  const { nowMs, dayOf, cameras } = parts;
  const { recorded, ofRow, isForetold } = cameras;
  /** The rows of cameras whose forbidden room was recorded ahead of their import, which is still to be reported. */
  const ahead = new Set<string>();

  const changedBy: PublicationImports['changedBy'] = (imported, actor) => {
    const by = { actor, nowMs: nowMs(), dayOf };
    return imported.flatMap(({ siteId, publication: said }) => {
      const record = recordOf(siteId);
      const publication = withImported(record.publication, said, by);
      return isDeepStrictEqual(publication, record.publication) ? [] : [{ ...record, publication }];
    });
  };

  const camerasChangedBy: PublicationImports['camerasChangedBy'] = (imported) => {
    const changed: ChangedCameras = { records: [], kept: [] };
    for (const { cameraId, externalId, publication } of imported) {
      const before = recorded(cameraId);
      const { camera: after, isKept } = withImportedCamera(before, publication);
      if (isKept) changed.kept.push(externalId);
      const isAhead = ahead.has(externalId) || isForetold(externalId);
      if (isAhead || !isDeepStrictEqual(after, before)) changed.records.push(after);
    }
    return changed;
  };

  /**
   * Records forbidden rooms before the registry has their cameras, or shows others under their rows: whatever ends the import, and the hub, from
   * here on, no such room is shown. The import itself reports them.
   */
  const recordAhead = (rooms: readonly ImportedCamera[]): Promise<void> =>
    exclusive(async () => {
      const records = rooms.flatMap(
        ({ cameraId, externalId, publication: { room } }): PublicCameraRecord[] => {
          const isRegistered = registry.camera(cameraId) !== undefined;
          const before = isRegistered ? recorded(cameraId) : ofRow(externalId);
          if (room === undefined || isForbidden({ room: before?.room })) return [];
          const row = { cameraId: rowRecordId(externalId), externalId };
          return [{ ...before, ...(isRegistered ? { cameraId } : row), room }];
        },
      );
      if (records.length === 0) return;
      await repository.save({ cameras: records }, []);
      for (const { externalId } of records) if (externalId !== undefined) ahead.add(externalId);
      putCameras(records);
    });

  return {
    changedBy,
    camerasChangedBy,
    importSites: (imported, actor) =>
      pending.narrowing(hoursIn(imported), () =>
        exclusive(async () => {
          const known = imported.filter(({ siteId }) => registry.site(siteId) !== undefined);
          const changed = changedBy(known, actor);
          if (changed.length === 0) return 0;
          const saidOf = new Map(known.map(({ siteId, publication }) => [siteId, publication]));
          await repository.save(
            { sites: changed },
            changed.map(({ siteId }) => ({
              atMs: nowMs(),
              actor,
              action: 'public:importSite',
              subject: siteId,
              detail: saidOf.get(siteId) ?? {},
            })),
          );
          for (const site of changed) keep(site);
          parts.review();
          for (const { siteId } of changed) parts.siteChanged(siteId);
          return changed.length;
        }),
      ),
    importCameras: (imported, actor) =>
      exclusive(async () => {
        const known = imported.filter(({ cameraId }) => registry.camera(cameraId) !== undefined);
        const changed = camerasChangedBy(known);
        const settle = (): void => {
          for (const { externalId, publication } of known) {
            ahead.delete(externalId);
            pending.settle(externalId, [
              ...(publication.room === undefined ? [] : (['forbidden_room'] as const)),
              ...(publication.headPercent === undefined ? [] : (['curtain_over_camera'] as const)),
            ]);
          }
        };
        if (changed.records.length === 0) {
          settle();
          return changed;
        }
        // What was recorded of a row alone is its camera's from here on.
        const rows = known
          .filter(({ externalId }) => isForetold(externalId))
          .map(({ externalId }) => ({ cameraId: rowRecordId(externalId), externalId }));
        const hiding = new Set(changed.records.filter((next) => hidesMore(recorded(next.cameraId), next)));
        putCameras([...hiding]);
        await repository.save(
          { cameras: [...changed.records, ...rows] },
          changed.records.map(({ cameraId, room, headPercent }) => ({
            atMs: nowMs(),
            actor,
            action: 'public:importCamera',
            subject: cameraId,
            detail: { room: room ?? null, headPercent: headPercent ?? null },
          })),
        );
        putCameras([...changed.records.filter((next) => !hiding.has(next)), ...rows]);
        settle();
        const sites = new Set(changed.records.map(({ cameraId }) => registry.camera(cameraId)?.siteId));
        for (const siteId of sites) if (siteId !== undefined) parts.siteChanged(siteId);
        return changed;
      }),
    holdingBack(imported, work) {
      const hiding = imported.filter(({ cameraId, publication }) =>
        hidesMore(recorded(cameraId), publication),
      );
      const [rooms, heads] = [true, false].map((isRoom) =>
        hiding.filter(({ publication }) => isForbidden(publication) === isRoom),
      );
      return pending.during(rowsOf(rooms ?? []), 'forbidden_room', () =>
        pending.during(rowsOf(heads ?? []), 'curtain_over_camera', async () => {
          await recordAhead(rooms ?? []);
          return work();
        }),
      );
    },
  };
}

function isForbidden({ room }: { room?: RoomKind | undefined }): boolean {
  return room !== undefined && forbiddenRooms.includes(room);
}

function rowsOf(cameras: readonly ImportedCamera[]): { type: 'table'; externalIds: ReadonlySet<string> } {
  return { type: 'table', externalIds: new Set(cameras.map(({ externalId }) => externalId)) };
}

/** The hours that tables say; what they do not say stays as it is. */
function hoursIn(imported: readonly ImportedSite[]): NarrowedHours[] {
  return imported.flatMap(({ siteId, publication }) => {
    const hours = publication.hours === undefined ? undefined : readPublicHours(publication.hours);
    return hours === undefined ? [] : [{ siteId, hours }];
  });
}
