/**
 * A message as the encoder of socket.io can send it: byte arrays become buffers over the same memory. The encoder sends any other view as an
 * extension, of which a page makes a list and no bytes, and with all of the memory that the view lies in, which may hold something else. What has
 * no such view in it is returned as it is, not copied.
 */
export function bytesToSend(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  return Array.isArray(value) ? listToSend(value) : recordToSend(value as Record<string, unknown>);
}

function listToSend(list: unknown[]): unknown[] {
  let changed: unknown[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const part = list[index];
    if (typeof part !== 'object') continue;
    const sent = bytesToSend(part);
    if (sent !== part) (changed ??= [...list])[index] = sent;
  }
  return changed ?? list;
}

function recordToSend(record: Record<string, unknown>): Record<string, unknown> {
  let changed: Record<string, unknown> | undefined;
  for (const key in record) {
    const part = record[key];
    if (typeof part !== 'object') continue;
    const sent = bytesToSend(part);
    if (sent !== part) (changed ??= { ...record })[key] = sent;
  }
  return changed ?? record;
}
