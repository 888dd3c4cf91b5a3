import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { keyPurposes } from '../../src-shared/session/keyPurposes.ts';
import type { ApiKeysRepository } from '../features/alerts/apiKeys.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { SecretBox } from './secretBox.ts';

const purposeSchema = z.enum(keyPurposes);
const districtsSchema = z.union([z.literal('all'), z.array(z.string())]);

/** Keys in the store; what they sign with is sealed with the hub's own key, and of a token the hash is stored. */
export function createApiKeysRepository(store: Store, secrets: SecretBox): ApiKeysRepository {
  return {
    async list() {
      const rows = await store.selectFrom('api_keys').selectAll().orderBy('created_at_ms').execute();
      return rows.map((row) => ({
        keyId: row.id,
        name: row.name,
        purpose: purposeSchema.parse(row.purpose),
        districts: districtsSchema.parse(JSON.parse(row.districts)),
        alertsPerSecond: Number(row.alerts_per_second),
        createdAtMs: Number(row.created_at_ms),
        expiresAtMs: Number(row.expires_at_ms),
        ...(row.revoked_at_ms === null ? {} : { revokedAtMs: Number(row.revoked_at_ms) }),
        ...(row.last_used_at_ms === null ? {} : { lastUsedAtMs: Number(row.last_used_at_ms) }),
        ...(row.last_address === null ? {} : { lastAddress: row.last_address }),
        ...(row.token_hash === null
          ? { secret: openedSecret(secrets, row.secret_sealed) }
          : { tokenHash: row.token_hash }),
      }));
    },
    async add(key, secret, actor) {
      const { keyId, name, purpose, districts, alertsPerSecond, createdAtMs, expiresAtMs } = key;
      await store.transaction().execute(async (transaction) => {
        // The column is older than tokens and takes no null.
        const renewed = {
          secret_sealed: 'secret' in secret ? secrets.seal(secret.secret) : '',
          token_hash: 'tokenHash' in secret ? secret.tokenHash : null,
          created_at_ms: createdAtMs,
          expires_at_ms: expiresAtMs,
        };
        await transaction
          .insertInto('api_keys')
          .values({
            id: keyId,
            name,
            purpose,
            districts: JSON.stringify(districts),
            ...renewed,
            alerts_per_second: alertsPerSecond,
            revoked_at_ms: null,
            last_used_at_ms: null,
            last_address: null,
          })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(renewed))
          .execute();
        const detail = { name, purpose, districts, alertsPerSecond, expiresAtMs };
        const entry = { atMs: createdAtMs, actor, action: 'alerts:addKey', subject: keyId, detail };
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
    async used(keyId, { atMs, address }) {
      await store
        .updateTable('api_keys')
        .set({ last_used_at_ms: atMs, last_address: address })
        .where('id', '=', keyId)
        .execute();
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
