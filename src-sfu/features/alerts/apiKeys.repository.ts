import type { KeyPurpose } from '../../../src-shared/session/keyPurposes.ts';
import type { Scope } from '../../../src-shared/session/principal.ts';

/** A key of another system. */
export interface ApiKey {
  keyId: string;
  /** The name of the platform that uses it, for people to read. */
  name: string;
  purpose: KeyPurpose;
  /** The districts to which it gives access, by their names in the registry. */
  districts: Scope['districts'];
  alertsPerSecond: number;
  createdAtMs: number;
  /** The key is refused from this moment on. */
  expiresAtMs: number;
  revokedAtMs?: number;
  /** When and from where it was used last; undefined before its first use. */
  lastUsedAtMs?: number;
  lastAddress?: string;
}

/** What is stored of a key's secret: a signature is checked with the secret itself, of a token its SHA-256 in hexadecimal is enough. */
export type KeySecret = { secret: string } | { tokenHash: string };

/** Where keys are kept; secrets are sealed there. Durable when a promise resolves. */
export interface ApiKeysRepository {
  list(): Promise<(ApiKey & KeySecret)[]>;
  /** A key that is there already has the new secret and the new dates from now on. */
  add(key: ApiKey, secret: KeySecret, actor: string): Promise<void>;
  revoke(keyId: string, actor: string, nowMs: number): Promise<void>;
  /** Notes the last use; that is no line of the audit log. */
  used(keyId: string, use: { atMs: number; address: string }): Promise<void>;
}
