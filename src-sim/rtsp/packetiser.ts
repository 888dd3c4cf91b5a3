import type { VideoCodec } from '../media/accessUnits.ts';

/** Largest RTP payload in bytes: an RTP packet of at most 1,400 bytes passes every Ethernet and tunnel unfragmented. */
export const largestPayloadBytes = 1_388;

/**
 * Cuts one unit into RTP payloads: whole when it fits, else in fragments (FU-A of RFC 6184 section 5.8, FU of
 * RFC 7798 section 4.4.3).
 */
export function packetiseUnit(codec: VideoCodec, unit: Buffer, limit = largestPayloadBytes): Buffer[] {
  if (unit.length <= limit) return [unit];
  const headerLength = codec === 'h264' ? 1 : 2;
  const type = codec === 'h264' ? (unit[0] ?? 0) & 0x1f : ((unit[0] ?? 0) >> 1) & 0x3f;
  const indicator =
    codec === 'h264'
      ? Buffer.from([((unit[0] ?? 0) & 0xe0) | 28])
      : Buffer.from([((unit[0] ?? 0) & 0x81) | (49 << 1), unit[1] ?? 0]);
  const endBit = 0x40;
  const startBit = 0x80;
  const share = limit - headerLength - 1;
  const payloads: Buffer[] = [];
  for (let from = headerLength; from < unit.length; from += share) {
    const isFirst = from === headerLength;
    const isLast = from + share >= unit.length;
    const fragmentHeader = type | (isFirst ? startBit : 0) | (isLast ? endBit : 0);
    payloads.push(
      Buffer.concat([indicator, Buffer.from([fragmentHeader]), unit.subarray(from, from + share)]),
    );
  }
  return payloads;
}

/** Bytes before each payload in a prepared picture: RTSP's interleaving header and RTP's. */
export const interleavedHeaderBytes = 4;
export const rtpHeaderBytes = 12;

/** A picture or a piece of sound as it will be sent; only channel, sequence, timestamp and source are written in. */
export interface PreparedPackets {
  /** All packets one after another, each with its interleaving and RTP header. */
  template: Buffer;
  /** Where each packet begins in the template. */
  offsets: number[];
}

/** Lays payloads out as a template. The marker bit is set on the last one, which ends the picture. */
export function preparePackets(
  payloads: readonly Buffer[],
  payloadType: number,
  marker = true,
): PreparedPackets {
  const offsets: number[] = [];
  const parts: Buffer[] = [];
  let at = 0;
  payloads.forEach((payload, position) => {
    const header = Buffer.alloc(interleavedHeaderBytes + rtpHeaderBytes);
    header[0] = 0x24;
    header.writeUInt16BE(rtpHeaderBytes + payload.length, 2);
    header[4] = 0x80;
    header[5] = payloadType | (marker && position === payloads.length - 1 ? 0x80 : 0);
    offsets.push(at);
    parts.push(header, payload);
    at += header.length + payload.length;
  });
  return { template: Buffer.concat(parts), offsets };
}

/** What is written into a template for one receiver. */
export interface PacketAddress {
  channel: number;
  firstSequence: number;
  timestamp: number;
  source: number;
}

/** A copy of the template for one receiver. */
export function addressPackets(prepared: PreparedPackets, address: PacketAddress): Buffer {
  const packets = Buffer.allocUnsafe(prepared.template.length);
  prepared.template.copy(packets);
  let sequence = address.firstSequence;
  for (const offset of prepared.offsets) {
    packets[offset + 1] = address.channel;
    packets.writeUInt16BE(sequence & 0xffff, offset + 6);
    packets.writeUInt32BE(address.timestamp, offset + 8);
    packets.writeUInt32BE(address.source, offset + 12);
    sequence += 1;
  }
  return packets;
}

/** The packets of a picture one by one, without RTSP's interleaving header, for sending as datagrams. */
export function splitDatagrams(packets: Buffer, offsets: readonly number[]): Buffer[] {
  return offsets.map((offset, position) =>
    packets.subarray(offset + interleavedHeaderBytes, offsets[position + 1] ?? packets.length),
  );
}
