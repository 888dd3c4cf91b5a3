/** Seconds from the epoch of NTP (1900) to that of Unix. */
const ntpToUnixSeconds = 2_208_988_800;

/** What a sender report says (RFC 3550 section 6.4.1). */
export interface SenderReport {
  source: number;
  nowMs: number;
  /** The RTP timestamp of the same moment as `nowMs`. */
  timestamp: number;
  packetCount: number;
  payloadBytes: number;
  canonicalName: string;
}

/** A compound RTCP packet: sender report and the source's name, as RFC 3550 section 6.1 asks for. */
export function writeSenderReport(report: SenderReport): Buffer {
  const name = Buffer.from(report.canonicalName, 'ascii').subarray(0, 255);
  // The item list ends with at least one zero byte and is filled to a multiple of four.
  const itemBytes = Math.ceil((2 + name.length + 1) / 4) * 4;
  const packet = Buffer.alloc(28 + 8 + itemBytes);
  packet[0] = 0x80;
  packet[1] = 200;
  packet.writeUInt16BE(6, 2);
  packet.writeUInt32BE(report.source, 4);
  packet.writeUInt32BE((Math.floor(report.nowMs / 1000) + ntpToUnixSeconds) % 2 ** 32, 8);
  packet.writeUInt32BE(Math.floor(((report.nowMs % 1000) / 1000) * 2 ** 32) % 2 ** 32, 12);
  packet.writeUInt32BE(report.timestamp, 16);
  packet.writeUInt32BE(report.packetCount % 2 ** 32, 20);
  packet.writeUInt32BE(report.payloadBytes % 2 ** 32, 24);
  packet[28] = 0x81;
  packet[29] = 202;
  packet.writeUInt16BE((8 + itemBytes) / 4 - 1, 30);
  packet.writeUInt32BE(report.source, 32);
  packet[36] = 1;
  packet[37] = name.length;
  name.copy(packet, 38);
  return packet;
}
