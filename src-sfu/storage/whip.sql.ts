import type { WhipRepository } from '../features/bodycam/whip.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';

/** Recorders and encoders in the store. */
export function createWhipRepository(store: Store): WhipRepository {
  return {
    async list() {
      const rows = await store.selectFrom('whip_devices').selectAll().orderBy('created_at_ms').execute();
      return rows.map((row) => ({
        deviceId: row.id,
        name: row.name,
        memberId: row.member_id,
        tokenHash: row.token_hash,
        createdAtMs: Number(row.created_at_ms),
        expiresAtMs: Number(row.expires_at_ms),
        ...(row.last_used_at_ms === null ? {} : { lastUsedAtMs: Number(row.last_used_at_ms) }),
        ...(row.last_address === null ? {} : { lastAddress: row.last_address }),
      }));
    },
    async add({ deviceId, name, memberId, tokenHash, createdAtMs, expiresAtMs }, actor) {
      await store.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('whip_devices')
          .values({
            id: deviceId,
            name,
            member_id: memberId,
            token_hash: tokenHash,
            created_at_ms: createdAtMs,
            expires_at_ms: expiresAtMs,
            last_used_at_ms: null,
            last_address: null,
          })
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet({
              token_hash: tokenHash,
              created_at_ms: createdAtMs,
              expires_at_ms: expiresAtMs,
            }),
          )
          .execute();
        await appendAudit(transaction, {
          atMs: createdAtMs,
          actor,
          action: 'whip:makeDevice',
          subject: deviceId,
          detail: { name, memberId },
        });
      });
    },
    async used(deviceId, { atMs, address }) {
      await store
        .updateTable('whip_devices')
        .set({ last_used_at_ms: atMs, last_address: address })
        .where('id', '=', deviceId)
        .execute();
    },
    async remove(deviceId, actor, nowMs) {
      await store.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('whip_devices').where('id', '=', deviceId).execute();
        const entry = { atMs: nowMs, actor, action: 'whip:removeDevice', subject: deviceId, detail: {} };
        await appendAudit(transaction, entry);
      });
    },
  };
}
