/**
 * Bytes of a packet that are kept after the call that brought them. A packet that is most of the memory in which it lies has that
 * memory for itself, as a datagram of Node's does, and is kept as it is. Any other is copied: its memory may be written again by the
 * next packet, or is much more than the packet.
 */
export function keptBytes(bytes: Buffer): Buffer {
  return bytes.length * 2 >= bytes.buffer.byteLength ? bytes : Buffer.from(bytes);
}

/**
 * A copy that has its memory for itself, for what stays for long: `Buffer.from` puts small copies into pieces of 8 KiB beside copies of
 * passing packets, of which each would keep the whole.
 */
export function ownCopy(bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}
