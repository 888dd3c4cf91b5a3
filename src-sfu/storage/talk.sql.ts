import type { TalkRecord } from '../../src-shared/talk/talk.protocol.ts';
import type { TalkRepository } from '../features/talk/talk.repository.ts';
import type { RecordedPrincipal } from '../base/asking.ts';
import { appendAudit, type AuditEntry } from './audit.sql.ts';
import type { Store } from './database.ts';

/** Who spoke, in the store. */
export function createTalkRepository(store: Store): TalkRepository {
  return {
    async load() {
      await store.transaction().execute(async (transaction) => {
        const ended = await transaction
          .updateTable('talks')
          .set({ end_cause: 'cut_off' })
          .where('end_cause', 'is', null)
          .returning(['id', 'document'])
          .execute();
        const lines = ended.map(({ document }) => endLine(JSON.parse(document) as KeptTalk, 'cut_off'));
        if (lines.length > 0) await appendAudit(transaction, ...lines);
      });
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
    async begin(talk, epoch, principal) {
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
            document: JSON.stringify({ ...talk, principal } satisfies KeptTalk),
          })
          .execute();
        await appendAudit(transaction, {
          atMs: startedAtMs,
          actor: nameIn(talker),
          action: 'talk:grantFloor',
          subject: groupId,
          detail: { talkId, epoch, priority },
          // Who speaks, not who asks: who waits for the floor is granted it by the request of whoever gives it up.
          principal: principal ?? null,
        });
      });
    },
    async end(talkId, endedAtMs, cause) {
      await store.transaction().execute(async (transaction) => {
        const ended = await transaction
          .updateTable('talks')
          .set({ ended_at_ms: endedAtMs, end_cause: cause })
          .where('id', '=', talkId)
          .returning('document')
          .executeTakeFirst();
        if (ended === undefined) return;
        await appendAudit(transaction, endLine(JSON.parse(ended.document) as KeptTalk, cause, endedAtMs));
      });
    },
    async revoked({ groupId, epoch, actor, principal, atMs }) {
      const line = { atMs, actor, action: 'talk:revokeFloor', subject: groupId, detail: { epoch } };
      await store
        .transaction()
        .execute((transaction) => appendAudit(transaction, { ...line, principal: principal ?? null }));
    },
    async list({ groupIds, beforeTalkId, limit }) {
      let query = store.selectFrom('talks').selectAll().orderBy('id', 'desc').limit(limit);
      if (groupIds !== undefined) query = query.where('group_id', 'in', groupIds);
      if (beforeTalkId !== undefined) query = query.where('id', '<', beforeTalkId);
      const rows = await query.execute();
      return rows.map((row) => ({
        ...shownTalk(JSON.parse(row.document) as KeptTalk),
        ...(row.ended_at_ms === null ? {} : { endedAtMs: Number(row.ended_at_ms) }),
        ...(row.end_cause === null ? {} : { endCause: row.end_cause as NonNullable<TalkRecord['endCause']> }),
      }));
    },
  };
}

/** A talk as it is kept: with who spoke, for the lines of the audit log. */
type KeptTalk = TalkRecord & { principal?: RecordedPrincipal | undefined };

function shownTalk({ principal: _principal, ...talk }: KeptTalk): TalkRecord {
  return talk;
}

function nameIn(talker: TalkRecord['talker']): string {
  return talker.memberId ?? talker.name;
}

/** The line of the audit log about the end of a talk; without the time of its end where nobody knows it. */
function endLine(
  { talkId, groupId, talker, startedAtMs, principal }: KeptTalk,
  cause: NonNullable<TalkRecord['endCause']>,
  endedAtMs?: number,
): AuditEntry {
  const length =
    endedAtMs === undefined
      ? { cutOff: true }
      : { seconds: Math.max(0, Math.round((endedAtMs - startedAtMs) / 1_000)), cause };
  return {
    atMs: endedAtMs ?? startedAtMs,
    actor: nameIn(talker),
    action: 'talk:endFloor',
    subject: groupId,
    detail: { talkId, ...length },
    principal: principal ?? null,
  };
}
