/** The bytes of pictures that one key may send within a day; beyond it its alerts are ingested without pictures. */
export interface SnapshotQuota {
  /** Whether a picture of this size is within the key's quota; it is counted when it is. */
  take(keyId: string, bytes: number): boolean;
}

const hourMs = 3_600_000;
/** A quota counts the pictures of this period, by the hour. Milliseconds. */
export const quotaSpanMs = 24 * hourMs;

/** `sent` is what came within the last day before the hub started. */
export function createSnapshotQuota(options: {
  limitBytes: number;
  sent: readonly { keyId: string; receivedAtMs: number; bytes: number }[];
  nowMs(): number;
}): SnapshotQuota {
  const { limitBytes, nowMs } = options;
  const hoursByKey = new Map<string, Map<number, number>>();

  const count = (keyId: string, atMs: number, bytes: number): void => {
    const hours = hoursByKey.get(keyId) ?? new Map<number, number>();
    const hour = Math.floor(atMs / hourMs);
    hours.set(hour, (hours.get(hour) ?? 0) + bytes);
    hoursByKey.set(keyId, hours);
  };
  for (const { keyId, receivedAtMs, bytes } of options.sent) count(keyId, receivedAtMs, bytes);

  return {
    take(keyId, bytes) {
      const now = nowMs();
      const hours = hoursByKey.get(keyId);
      let sum = 0;
      for (const [hour, sent] of hours ?? []) {
        // An hour of the future is one of a clock that was set back since.
        if (hour < Math.floor((now - quotaSpanMs) / hourMs) || hour * hourMs > now) hours?.delete(hour);
        else sum += sent;
      }
      if (sum + bytes > limitBytes) return false;
      count(keyId, now, bytes);
      return true;
    },
  };
}
