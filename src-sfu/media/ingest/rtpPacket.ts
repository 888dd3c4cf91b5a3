/** Bytes of an RTP header without CSRC list or extension (RFC 3550, 5.1). */
export const RTP_HEADER_BYTES = 12;

/** The byte at `index`; 0 beyond the end, so that a walker over hostile bytes never meets `undefined`. */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

/** The unsigned 16-bit big-endian number at `index`. */
export function uint16At(bytes: Uint8Array, index: number): number {
  return (byteAt(bytes, index) << 8) | byteAt(bytes, index + 1);
}

/** The unsigned 32-bit big-endian number at `index`. */
export function uint32At(bytes: Uint8Array, index: number): number {
  return ((uint16At(bytes, index) << 16) | uint16At(bytes, index + 2)) >>> 0;
}

/** Whether the bytes can be an RTP packet: version 2, a whole fixed header, not an RTCP type (RFC 5761, 4). */
export function isRtpPacket(packet: Uint8Array): boolean {
  if (packet.length < RTP_HEADER_BYTES || byteAt(packet, 0) >> 6 !== 2) return false;
  const secondByte = byteAt(packet, 1);
  return secondByte < 192 || secondByte > 223;
}

/** Offset of the payload behind CSRC list and extension header; -1 when the header runs past the packet. */
export function rtpPayloadStart(packet: Uint8Array): number {
  const firstByte = byteAt(packet, 0);
  let start = RTP_HEADER_BYTES + (firstByte & 0x0f) * 4;
  if ((firstByte & 0x10) !== 0) {
    if (start + 4 > packet.length) return -1;
    start += 4 + uint16At(packet, start + 2) * 4;
  }
  return start <= packet.length ? start : -1;
}

/** Offset behind the last payload byte, padding taken off; -1 when the padding is longer than the packet. */
export function rtpPayloadEnd(packet: Uint8Array, payloadStart: number): number {
  if ((byteAt(packet, 0) & 0x20) === 0) return packet.length;
  const padding = byteAt(packet, packet.length - 1);
  const end = packet.length - padding;
  return padding > 0 && end >= payloadStart ? end : -1;
}

/** The payload type (0 to 127). */
export function rtpPayloadType(packet: Uint8Array): number {
  return byteAt(packet, 1) & 0x7f;
}

/** The marker bit: for video, the last packet of a picture. */
export function rtpMarker(packet: Uint8Array): boolean {
  return (byteAt(packet, 1) & 0x80) !== 0;
}

/** The sequence number (0 to 65535). */
export function rtpSequenceNumber(packet: Uint8Array): number {
  return uint16At(packet, 2);
}

/** The timestamp in units of the payload's clock. */
export function rtpTimestamp(packet: Uint8Array): number {
  return uint32At(packet, 4);
}

/** The synchronisation source: who sends the stream. */
export function rtpSsrc(packet: Uint8Array): number {
  return uint32At(packet, 8);
}

/** Writes a plain 12-byte header at `offset`, which must lie 12 bytes before the payload. */
export function writeRtpHeader(
  target: Uint8Array,
  offset: number,
  payloadTypeAndMarker: number,
  sequenceNumber: number,
  timestamp: number,
  ssrc: number,
): void {
  target[offset] = 0x80;
  target[offset + 1] = payloadTypeAndMarker;
  target[offset + 2] = sequenceNumber >>> 8;
  target[offset + 3] = sequenceNumber;
  target[offset + 4] = timestamp >>> 24;
  target[offset + 5] = timestamp >>> 16;
  target[offset + 6] = timestamp >>> 8;
  target[offset + 7] = timestamp;
  target[offset + 8] = ssrc >>> 24;
  target[offset + 9] = ssrc >>> 16;
  target[offset + 10] = ssrc >>> 8;
  target[offset + 11] = ssrc;
}

/** The sources that a compound RTCP packet says goodbye for (RFC 3550, 6.6): their streams have ended. */
export function rtcpGoodbyes(packet: Uint8Array): number[] {
  const sources: number[] = [];
  let offset = 0;
  while (offset + 4 <= packet.length) {
    const first = byteAt(packet, offset);
    if (first >> 6 !== 2) break;
    const next = offset + 4 + uint16At(packet, offset + 2) * 4;
    if (byteAt(packet, offset + 1) === 203) {
      const end = Math.min(next, packet.length, offset + 4 + (first & 0x1f) * 4);
      for (let at = offset + 4; at + 4 <= end; at += 4) sources.push(uint32At(packet, at));
    }
    offset = next;
  }
  return sources;
}
