/** A recorder or encoder as it is kept. Of its token only the hash is known. */
export interface WhipDeviceRecord {
  deviceId: string;
  name: string;
  memberId: string;
  tokenHash: string;
  createdAtMs: number;
  /** From then on its token opens nothing. */
  expiresAtMs: number;
  /** When and from where it began to send last. */
  lastUsedAtMs?: number;
  lastAddress?: string;
}

/** Where devices are kept. What resolved is durable, with its line in the audit log. */
export interface WhipRepository {
  list(): Promise<WhipDeviceRecord[]>;
  /** A device that is there already has the new token and the new dates from now on. */
  add(device: WhipDeviceRecord, actor: string): Promise<void>;
  used(deviceId: string, use: { atMs: number; address: string }): Promise<void>;
  remove(deviceId: string, actor: string, nowMs: number): Promise<void>;
}
