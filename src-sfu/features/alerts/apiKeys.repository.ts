/** A key by which another system signs what it sends. */
export interface ApiKey {
  keyId: string;
  /** Whose it is, as people know it. */
  name: string;
  alertsPerSecond: number;
  createdAtMs: number;
  revokedAtMs?: number;
}

/** Where keys are kept; secrets are sealed there. Durable when a promise resolves. */
export interface ApiKeysRepository {
  list(): Promise<(ApiKey & { secret: string })[]>;
  add(key: ApiKey, secret: string, actor: string): Promise<void>;
  revoke(keyId: string, actor: string, nowMs: number): Promise<void>;
}
