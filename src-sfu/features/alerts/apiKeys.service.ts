import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { signatureWindowMs, signedPrefix } from '../../../src-shared/alerts/alertIntake.ts';
import type { ApiKey, ApiKeysRepository } from './apiKeys.repository.ts';

/** The four headers of a signed request, as they came. */
export interface SignatureHeaders {
  keyId: string | undefined;
  time: string | undefined;
  nonce: string | undefined;
  signature: string | undefined;
}

/** What was claimed about a request, complete and not too old; the signature is still to be compared. */
export interface SignatureClaim {
  key: ApiKey;
  time: string;
  nonce: string;
  signature: string;
}

export type ClaimResult = { ok: true; claim: SignatureClaim } | { ok: false; code: string; message: string };

/** Keys of other systems: made, listed, revoked, and what is signed with them checked. */
export interface ApiKeysService {
  load(): Promise<void>;
  list(): ApiKey[];
  /** The secret is returned only here. */
  make(
    options: { name: string; alertsPerSecond: number },
    actor: string,
  ): Promise<ApiKey & { secret: string }>;
  /** False when there is no such key. */
  revoke(keyId: string, actor: string): Promise<boolean>;
  /** Checks everything that can be checked before the body is read. */
  claim(headers: SignatureHeaders): ClaimResult;
  /** Whether the body was signed with the key, compared in constant time. */
  verify(claim: SignatureClaim, body: Uint8Array): boolean;
}

const secretBytes = 32;
const noncePattern = /^[\x21-\x7e]{16,64}$/;
const timePattern = /^\d{1,16}$/;
const signaturePattern = /^[0-9a-f]{64}$/i;

export function createApiKeysService(options: {
  repository: ApiKeysRepository;
  nowMs(): number;
  /** The date, with which the time of a signature is compared. */
  wallMs?(): number;
}): ApiKeysService {
  const { repository, nowMs, wallMs = nowMs } = options;
  const keys = new Map<string, ApiKey & { secret: string }>();

  const refused = (code: string, message: string): ClaimResult => ({ ok: false, code, message });

  return {
    async load() {
      for (const key of await repository.list()) keys.set(key.keyId, key);
    },
    list: () => [...keys.values()].map(({ secret: _secret, ...key }) => key),
    async make({ name, alertsPerSecond }, actor) {
      const keyId = `ak_${randomBytes(9).toString('base64url')}`;
      const secret = randomBytes(secretBytes).toString('base64url');
      const key: ApiKey = { keyId, name, alertsPerSecond, createdAtMs: nowMs() };
      await repository.add(key, secret, actor);
      keys.set(keyId, { ...key, secret });
      return { ...key, secret };
    },
    async revoke(keyId, actor) {
      const key = keys.get(keyId);
      if (key === undefined) return false;
      if (key.revokedAtMs !== undefined) return true;
      const revokedAtMs = nowMs();
      // The key is refused from this moment. When the store fails, a restart would accept it again, so the error is reported.
      keys.set(keyId, { ...key, revokedAtMs });
      await repository.revoke(keyId, actor, revokedAtMs);
      return true;
    },
    claim({ keyId, time, nonce, signature }) {
      if (keyId === undefined || time === undefined || nonce === undefined || signature === undefined) {
        return refused(
          'not_signed',
          'Sign the request: X-Mingchu-Key, X-Mingchu-Time, X-Mingchu-Nonce and X-Mingchu-Signature are needed. See /api/v1/docs.',
        );
      }
      if (!timePattern.test(time) || !noncePattern.test(nonce) || !signaturePattern.test(signature)) {
        return refused(
          'malformed_signature',
          'X-Mingchu-Time is Unix milliseconds, X-Mingchu-Nonce 16 to 64 visible characters, X-Mingchu-Signature 64 hexadecimal digits.',
        );
      }
      const differenceMs = Number(time) - wallMs();
      if (Math.abs(differenceMs) > signatureWindowMs) {
        const now = new Date(wallMs()).toISOString();
        return refused(
          'signature_too_old',
          `The signature’s time is ${Math.round(differenceMs / 1000)} s off; the hub’s clock says ${now}. Set the clock and sign again.`,
        );
      }
      const key = keys.get(keyId);
      if (key === undefined || key.revokedAtMs !== undefined) {
        return refused('bad_signature', wrongSignature);
      }
      return { ok: true, claim: { key, time, nonce, signature } };
    },
    verify({ key, time, nonce, signature }, body) {
      const known = keys.get(key.keyId);
      // It may have been revoked while the body came in.
      if (known === undefined || known.revokedAtMs !== undefined) return false;
      const right = createHmac('sha256', known.secret)
        .update(signedPrefix(time, nonce))
        .update(body)
        .digest();
      return timingSafeEqual(right, Buffer.from(signature, 'hex'));
    },
  };
}

/** The same for an unknown key, a revoked one and a wrong signature: who guesses learns nothing. */
export const wrongSignature =
  'The key is not known, or the signature is not that of this time, nonce and body. See /api/v1/docs.';
