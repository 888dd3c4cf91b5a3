import { randomBytes } from 'node:crypto';
import type { ApiKey, ApiKeysRepository } from '../features/alerts/apiKeys.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { SecretBox } from './secretBox.ts';

/** Keys in the store; what they sign with is sealed with the hub's own key. */
export function createApiKeysRepository(store: Store, secrets: SecretBox): ApiKeysRepository {
  return {
    async list() {
      const rows = await store.selectFrom('api_keys').selectAll().orderBy('created_at_ms').execute();
      return rows.map((row) => ({
        keyId: row.id,
        name: row.name,
        alertsPerSecond: Number(row.alerts_per_second),
        createdAtMs: Number(row.created_at_ms),
        ...(row.revoked_at_ms === null ? {} : { revokedAtMs: Number(row.revoked_at_ms) }),
        secret: openedSecret(secrets, row.secret_sealed),
      }));
    },
    async add(key: ApiKey, secret, actor) {
      await store.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('api_keys')
          .values({
            id: key.keyId,
            name: key.name,
            secret_sealed: secrets.seal(secret),
            alerts_per_second: key.alertsPerSecond,
            created_at_ms: key.createdAtMs,
            revoked_at_ms: null,
          })
          .execute();
        const detail = { name: key.name, alertsPerSecond: key.alertsPerSecond };
        const entry = { atMs: key.createdAtMs, actor, action: 'alerts:addKey', subject: key.keyId, detail };
        await appendAudit(transaction, entry);
      });
    },
    async revoke(keyId, actor, nowMs) {
      await store.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('api_keys')
          .set({ revoked_at_ms: nowMs })
          .where('id', '=', keyId)
          .where('revoked_at_ms', 'is', null)
          .execute();
        const entry = { atMs: nowMs, actor, action: 'alerts:revokeKey', subject: keyId, detail: {} };
        await appendAudit(transaction, entry);
      });
    },
  };
}

/**
 * What a platform signs with. One that was sealed with another key, as after a restore without it, cannot be read: then a secret that
 * nobody has stands in its place. The key is listed and can be revoked, and nothing that is signed with it is accepted.
 */
function openedSecret(secrets: SecretBox, sealed: string): string {
  try {
    return secrets.open(sealed);
  } catch {
    return randomBytes(32).toString('base64url');
  }
}
