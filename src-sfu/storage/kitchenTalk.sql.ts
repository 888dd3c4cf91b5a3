import type { KitchenTalkRepository } from '../features/kitchenTalk/kitchenTalk.repository.ts';
import { appendAudit } from './audit.sql.ts';
import { parseObject } from './auditSearch.sql.ts';
import type { Store } from './database.ts';

type KitchenTalkTables = {
  kitchen_talks: {
    talk_id: string;
    camera_id: string;
    site_id: string;
    speaker: string;
    principal: string | null;
    started_at_ms: number;
    sentence: string | null;
  };
};

/** Talks into kitchens in the store; every one that ended is one entry of the audit log. */
export function createKitchenTalkRepository(store: Store): KitchenTalkRepository {
  const tables = store.withTables<KitchenTalkTables>();
  return {
    async began({ talkId, cameraId, siteId, speaker, principal, startedAtMs, sentence }) {
      const kept = {
        talk_id: talkId,
        camera_id: cameraId,
        site_id: siteId,
        speaker,
        principal: principal === null ? null : JSON.stringify(principal),
        started_at_ms: startedAtMs,
        sentence: sentence ?? null,
      };
      await tables.insertInto('kitchen_talks').values(kept).execute();
    },
    async ended({ talkId, cameraId, siteId, speaker, principal, startedAtMs, sentence }, end) {
      await store.transaction().execute(async (transaction) => {
        await transaction
          .withTables<KitchenTalkTables>()
          .deleteFrom('kitchen_talks')
          .where('talk_id', '=', talkId)
          .execute();
        await appendAudit(transaction, {
          atMs: startedAtMs,
          actor: speaker,
          action: 'kitchens:speak',
          subject: cameraId,
          detail: { siteId, ...(sentence === undefined ? {} : { sentence }), ...end },
          principal,
        });
      });
    },
    async left() {
      const rows = await tables.selectFrom('kitchen_talks').selectAll().execute();
      return rows.map((row) => ({
        talkId: row.talk_id,
        cameraId: row.camera_id,
        siteId: row.site_id,
        speaker: row.speaker,
        principal: row.principal === null ? null : (parseObject(row.principal) ?? null),
        startedAtMs: Number(row.started_at_ms),
        ...(row.sentence === null ? {} : { sentence: row.sentence }),
      }));
    },
  };
}
