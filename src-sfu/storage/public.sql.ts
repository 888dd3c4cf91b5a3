import type {
  PublicCameraRecord,
  PublicRepository,
  PublicSiteRecord,
} from '../features/public/public.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';

type PublicTables = {
  public_sites: { site_id: string; code: string; document: string };
  public_cameras: { camera_id: string; document: string };
};

/** What is public of sites and cameras, in the store. */
export function createPublicRepository(store: Store): PublicRepository {
  const tables = store.withTables<PublicTables>();
  return {
    async load() {
      const sites = await tables.selectFrom('public_sites').selectAll().execute();
      const cameras = await tables.selectFrom('public_cameras').selectAll().execute();
      return {
        sites: sites.map(({ site_id, code, document }) => ({
          siteId: site_id,
          code,
          ...(JSON.parse(document) as Omit<PublicSiteRecord, 'siteId' | 'code'>),
        })),
        cameras: cameras.map(({ camera_id, document }) => ({
          cameraId: camera_id,
          ...(JSON.parse(document) as Omit<PublicCameraRecord, 'cameraId'>),
        })),
      };
    },
    async save({ sites = [], cameras = [] }, audit) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<PublicTables>();
        for (const { siteId, code, ...rest } of sites) {
          const document = JSON.stringify(rest);
          await within
            .insertInto('public_sites')
            .values({ site_id: siteId, code, document })
            .onConflict((conflict) => conflict.column('site_id').doUpdateSet({ document }))
            .execute();
        }
        for (const { cameraId, ...rest } of cameras) {
          const document = JSON.stringify(rest);
          await within
            .insertInto('public_cameras')
            .values({ camera_id: cameraId, document })
            .onConflict((conflict) => conflict.column('camera_id').doUpdateSet({ document }))
            .execute();
        }
        if (audit.length > 0) await appendAudit(transaction, ...audit);
      });
    },
  };
}
