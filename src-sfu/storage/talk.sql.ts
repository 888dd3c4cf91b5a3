import type { TalkRecord } from '../../src-shared/talk/talk.protocol.ts';
import type { TalkRepository } from '../features/talk/talk.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';

/** Who spoke, in the store. */
export function createTalkRepository(store: Store): TalkRepository {
  return {
    async load() {
      await store.updateTable('talks').set({ end_cause: 'cut_off' }).where('end_cause', 'is', null).execute();
      const rows = await store
        .selectFrom('talks')
        .select(({ fn }) => ['group_id', fn.max('epoch').as('epoch'), fn.max('id').as('id')])
        .groupBy('group_id')
        .execute();
      return {
        lastTalkId: rows.reduce((last, row) => Math.max(last, Number(row.id)), 0),
        epochs: new Map(rows.map((row) => [row.group_id, Number(row.epoch)])),
      };
    },
    async begin(talk, epoch) {
      const { talkId, groupId, startedAtMs, talker, priority } = talk;
      await store.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('talks')
          .values({
            id: talkId,
            group_id: groupId,
            epoch,
            started_at_ms: startedAtMs,
            ended_at_ms: null,
            end_cause: null,
            document: JSON.stringify(talk),
          })
          .execute();
        await appendAudit(transaction, {
          atMs: startedAtMs,
          actor: talker.memberId ?? talker.name,
          action: 'talk:grantFloor',
          subject: groupId,
          detail: { talkId, epoch, priority },
          // Who waits for the floor is granted it by the request of whoever gives it up.
          principal: null,
        });
      });
    },
    async end(talkId, endedAtMs, cause) {
      await store
        .updateTable('talks')
        .set({ ended_at_ms: endedAtMs, end_cause: cause })
        .where('id', '=', talkId)
        .execute();
    },
    async list({ groupIds, beforeTalkId, limit }) {
      let query = store.selectFrom('talks').selectAll().orderBy('id', 'desc').limit(limit);
      if (groupIds !== undefined) query = query.where('group_id', 'in', groupIds);
      if (beforeTalkId !== undefined) query = query.where('id', '<', beforeTalkId);
      const rows = await query.execute();
      return rows.map((row) => ({
        ...(JSON.parse(row.document) as TalkRecord),
        ...(row.ended_at_ms === null ? {} : { endedAtMs: Number(row.ended_at_ms) }),
        ...(row.end_cause === null ? {} : { endCause: row.end_cause as NonNullable<TalkRecord['endCause']> }),
      }));
    },
  };
}
