import { z } from 'zod';
import type { FormerSourcesRepository } from '../features/recorders/formerSources.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { SecretBox } from './secretBox.ts';

type FormerTables = {
  former_sources: { camera_id: string; sealed: string; matched_at_ms: number; matched_by: string };
};

const formerForm = z.object({
  main: z.string(),
  sub: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
});

/** Former sources in the store: their addresses and passwords are sealed together, each for its camera. */
export function createFormerSourcesRepository(store: Store, secrets: SecretBox): FormerSourcesRepository {
  const tables = store.withTables<FormerTables>();
  const binding = (cameraId: string): string => `former source ${cameraId}`;
  return {
    async cameraIds() {
      const rows = await tables.selectFrom('former_sources').select('camera_id').execute();
      return new Set(rows.map(({ camera_id }) => camera_id));
    },
    async find(cameraId) {
      const row = await tables
        .selectFrom('former_sources')
        .select('sealed')
        .where('camera_id', '=', cameraId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      try {
        return formerForm.parse(JSON.parse(secrets.open(row.sealed, binding(cameraId))));
      } catch {
        return undefined;
      }
    },
    async save(sources, actor, atMs) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<FormerTables>();
        for (const [cameraId, source] of sources) {
          const sealed = secrets.seal(JSON.stringify(source), binding(cameraId));
          const kept = { sealed, matched_at_ms: atMs, matched_by: actor };
          await within
            .insertInto('former_sources')
            .values({ camera_id: cameraId, ...kept })
            .onConflict((conflict) => conflict.column('camera_id').doUpdateSet(kept))
            .execute();
        }
      });
    },
    async forget(isNeeded, beforeMs) {
      const rows = await tables
        .selectFrom('former_sources')
        .select('camera_id')
        .where('matched_at_ms', '<', beforeMs)
        .execute();
      for (const { camera_id } of rows)
        if (!isNeeded(camera_id))
          await tables
            .deleteFrom('former_sources')
            .where('camera_id', '=', camera_id)
            .where('matched_at_ms', '<', beforeMs)
            .execute();
    },
    async released(cameraId, actor, atMs) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<FormerTables>();
        await within.deleteFrom('former_sources').where('camera_id', '=', cameraId).execute();
        const line = { atMs, actor, action: 'recorders:release', subject: cameraId, detail: {} };
        await appendAudit(transaction, line);
      });
    },
  };
}
