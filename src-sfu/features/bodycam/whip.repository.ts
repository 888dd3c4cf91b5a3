/** A recorder or encoder as it is kept. Of its token only the hash is known. */
export interface WhipDeviceRecord {
  deviceId: string;
  name: string;
  memberId: string;
  tokenHash: string;
  createdAtMs: number;
}

/** Where devices are kept. What resolved is durable, with its line in the audit log. */
export interface WhipRepository {
  list(): Promise<WhipDeviceRecord[]>;
  add(device: WhipDeviceRecord, actor: string): Promise<void>;
  remove(deviceId: string, actor: string, nowMs: number): Promise<void>;
}
