import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { signatureWindowMs, signedPrefix } from '../../../src-shared/alerts/alertIntake.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import { grantsOfPurpose, scopeOfKey } from '../../../src-shared/session/keyPurposes.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import { idOfCommand } from '../../base/commandIds.ts';
import { createTurns } from '../../base/turns.ts';
import type { ApiKey, ApiKeysRepository, KeySecret } from './apiKeys.repository.ts';

/** The four headers of a signed request, as they came. */
export interface SignatureHeaders {
  keyId: string | undefined;
  time: string | undefined;
  nonce: string | undefined;
  signature: string | undefined;
}

/** The claims of a request, complete and not too old. The signature is not compared yet. */
export interface SignatureClaim {
  key: ApiKey;
  time: string;
  nonce: string;
  signature: string;
}

export type ClaimResult = { ok: true; claim: SignatureClaim } | { ok: false; code: string; message: string };

/** What somebody chooses for a new key. */
export type NewApiKey = Pick<ApiKey, 'name' | 'purpose' | 'districts' | 'alertsPerSecond'> & {
  lifeDays: number;
};

/** Keys of other systems: made, listed, revoked, and what is signed with them checked. */
export interface ApiKeysService {
  load(): Promise<void>;
  list(): ApiKey[];
  /** The secret is returned only here: what alerts are signed with, or the token itself. */
  make(options: NewApiKey, actor: string): Promise<ApiKey & { secret: string }>;
  /**
   * As `make`, for a command of the sender (`commandOf`): sent again, it gives the same key with a new secret. Undefined when that key is
   * another one meanwhile, or was used or revoked.
   */
  makeOnce(
    options: NewApiKey,
    actor: string,
    command: string,
  ): Promise<(ApiKey & { secret: string }) | undefined>;
  /** False when there is no such key. What is done with the key at this moment ends. */
  revoke(keyId: string, actor: string): Promise<boolean>;
  /** Checks everything that can be checked before the body is read. */
  claim(headers: SignatureHeaders): ClaimResult;
  /** Whether the body was signed with the key, compared in constant time. */
  verify(claim: SignatureClaim, body: Uint8Array): boolean;
  /** The key of a token, unless it was revoked or has expired. */
  find(token: string): ApiKey | undefined;
  /** The principal of a key. Asking for it counts as a use of the key. */
  principalOf(key: ApiKey, from: { address: string; device: string }): Principal;
  /** Listens for keys that were revoked. */
  onEnded(listener: (keyId: string) => void): void;
  /** When a key expires, Unix milliseconds; undefined for one that is not known, was revoked or has expired. */
  endsAtMs(keyId: string): number | undefined;
}

const dayMs = 86_400_000;
/** The last use is written at most this often. Milliseconds. */
const writtenEveryMs = 60_000;
const secretBytes = 32;
const noncePattern = /^[\x21-\x7e]{16,64}$/;
const timePattern = /^\d{1,16}$/;
const signaturePattern = /^[0-9a-f]{64}$/i;

export function createApiKeysService(options: {
  repository: ApiKeysRepository;
  nowMs(): number;
  /** The date, with which the time of a signature is compared. */
  wallMs?(): number;
  /** The last use of a key could not be written. */
  onFault?(error: unknown): void;
}): ApiKeysService {
  const { repository, nowMs, wallMs = nowMs, onFault = () => undefined } = options;
  const keys = new Map<string, ApiKey & KeySecret>();
  const writtenAtMs = new Map<string, number>();
  const inTurn = createTurns();
  const ended = createListeners<[keyId: string]>();

  const isGood = ({ revokedAtMs, expiresAtMs }: ApiKey): boolean =>
    revokedAtMs === undefined && nowMs() < expiresAtMs;

  const noteUse = (keyId: string, address: string): void => {
    const key = keys.get(keyId);
    if (key === undefined) return;
    const atMs = nowMs();
    keys.set(keyId, { ...key, lastUsedAtMs: atMs, lastAddress: address });
    const before = writtenAtMs.get(keyId);
    if (before !== undefined && atMs - before < writtenEveryMs && key.lastAddress === address) return;
    writtenAtMs.set(keyId, atMs);
    repository.used(keyId, { atMs, address }).catch(onFault);
  };

  const refused = (code: string, message: string): ClaimResult => ({ ok: false, code, message });

  const makeAs = async (
    keyId: string,
    { lifeDays, ...chosen }: NewApiKey,
    actor: string,
  ): Promise<ApiKey & { secret: string }> => {
    const secret = randomBytes(secretBytes).toString('base64url');
    const createdAtMs = nowMs();
    const key: ApiKey = { keyId, ...chosen, createdAtMs, expiresAtMs: createdAtMs + lifeDays * dayMs };
    const kept: KeySecret = chosen.purpose === 'alerts' ? { secret } : { tokenHash: hashOf(secret) };
    await repository.add(key, kept, actor);
    // One that a command makes again may have been revoked while this was written: revoked it stays.
    const { revokedAtMs } = keys.get(keyId) ?? {};
    keys.set(keyId, { ...key, ...kept, ...(revokedAtMs === undefined ? {} : { revokedAtMs }) });
    return { ...key, secret };
  };

  return {
    async load() {
      for (const key of await repository.list()) keys.set(key.keyId, key);
    },
    list: () => [...keys.values()].map(shownKey),
    make: (options, actor) => makeAs(idOfCommand('ak_', undefined), options, actor),
    makeOnce(options, actor, command) {
      const keyId = idOfCommand('ak_', command);
      return inTurn(keyId, async () => {
        const before = keys.get(keyId);
        if (before !== undefined && !isUnused(before, options)) return undefined;
        const made = await makeAs(keyId, options, actor);
        return keys.get(keyId)?.revokedAtMs === undefined ? made : undefined;
      });
    },
    async revoke(keyId, actor) {
      const key = keys.get(keyId);
      if (key === undefined) return false;
      if (key.revokedAtMs !== undefined) return true;
      const revokedAtMs = nowMs();
      // The key is refused from this moment. When the store fails, a restart would accept it again, so the error is reported.
      keys.set(keyId, { ...key, revokedAtMs });
      ended.notify(keyId);
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
      if (key === undefined || !('secret' in key) || !isGood(key)) {
        return refused('bad_signature', wrongSignature);
      }
      return { ok: true, claim: { key, time, nonce, signature } };
    },
    verify({ key, time, nonce, signature }, body) {
      const known = keys.get(key.keyId);
      // It may have been revoked while the body came in.
      if (known === undefined || !('secret' in known) || !isGood(known)) return false;
      const right = createHmac('sha256', known.secret)
        .update(signedPrefix(time, nonce))
        .update(body)
        .digest();
      return timingSafeEqual(right, Buffer.from(signature, 'hex'));
    },
    find(token) {
      const tokenHash = hashOf(token);
      const key = [...keys.values()].find((one) => 'tokenHash' in one && one.tokenHash === tokenHash);
      return key !== undefined && isGood(key) ? shownKey(key) : undefined;
    },
    principalOf({ keyId, name, purpose, districts }, { address, device }) {
      noteUse(keyId, address);
      return {
        kind: 'platform',
        accountId: keyId,
        name,
        role: 'platform',
        scope: scopeOfKey(districts),
        sessionId: keyId,
        device,
        address,
        grants: grantsOfPurpose[purpose],
      };
    },
    onEnded: ended.add,
    endsAtMs(keyId) {
      const key = keys.get(keyId);
      return key !== undefined && isGood(key) ? key.expiresAtMs : undefined;
    },
  };
}

/** Whether a repeated command may give this key a new secret: it is what the command makes, and nobody has used the first one. */
function isUnused(key: ApiKey, { lifeDays: _life, ...chosen }: NewApiKey): boolean {
  const { name, purpose, districts, alertsPerSecond, revokedAtMs, lastUsedAtMs } = key;
  const made = { name, purpose, districts, alertsPerSecond };
  return revokedAtMs === undefined && lastUsedAtMs === undefined && isDeepStrictEqual(made, chosen);
}

/** A key as it is listed: without its secret. */
function shownKey(key: ApiKey & KeySecret): ApiKey {
  const { secret: _secret, tokenHash: _hash, ...shown } = { secret: '', tokenHash: '', ...key };
  return shown;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The answer is the same for an unknown key, a revoked key and a wrong signature, so that guessing reveals nothing. */
export const wrongSignature =
  'The key is not known, or the signature is not that of this time, nonce and body. See /api/v1/docs.';
