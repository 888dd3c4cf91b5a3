import { byteAt, rtpSequenceNumber, uint32At } from '../../ingest/rtpPacket.ts';

/** Our own source identifier in reports; it sends no media, and each connection has its own. */
const ownSsrc = 0x6d_69_6e_67;
const ownName = Buffer.from('mingchu', 'latin1');
const senderReport = 200;
const receiverReport = 201;
const sourceDescription = 202;
const cname = 1;
const reportBytes = 32;
/** Chunk with the item CNAME, ended by a zero and filled up to whole words (RFC 3550, 6.5). */
const descriptionBytes = 4 + Math.ceil((4 + 2 + ownName.length + 1) / 4) * 4;

/**
 * Counts the packets of one track, and says in RTCP receiver reports (RFC 3550, 6.4.2) what came: many cameras and
 * recorders stop a stream whose receiver they do not hear from, over TCP as well.
 */
export class ReceiverReport {
  #ssrc = -1;
  #firstSequence = 0;
  #highestSequence = 0;
  #cycles = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #lastSenderReport = 0;
  #lastSenderReportAtMs = 0;

  /** One RTP packet came; costs no allocation. */
  count(packet: Uint8Array): void {
    if (packet.length < 12) return;
    const ssrc = uint32At(packet, 8);
    const sequence = rtpSequenceNumber(packet);
    if (ssrc !== this.#ssrc) this.#begin(ssrc, sequence);
    this.#received += 1;
    const step = (sequence - this.#highestSequence) & 0xffff;
    if (step === 0 || step > 0x8000) return;
    if (sequence < this.#highestSequence) this.#cycles += 1;
    this.#highestSequence = sequence;
  }

  /** One compound RTCP packet of the camera came. */
  heard(packet: Uint8Array, nowMs: number): void {
    if (packet.length < 20 || byteAt(packet, 1) !== senderReport) return;
    this.#lastSenderReport = uint32At(packet, 10);
    this.#lastSenderReportAtMs = nowMs;
  }

  /** A compound packet to send: the report, empty while nothing has come, and our name. */
  write(nowMs: number): Buffer {
    const hasBlock = this.#ssrc !== -1;
    const blockBytes = hasBlock ? reportBytes - 8 : 0;
    const packet = Buffer.alloc(8 + blockBytes + descriptionBytes);
    packet[0] = 0x80 | (hasBlock ? 1 : 0);
    packet[1] = receiverReport;
    packet.writeUInt16BE(1 + blockBytes / 4, 2);
    packet.writeUInt32BE(ownSsrc, 4);
    if (hasBlock) this.#writeBlock(packet, 8, nowMs);
    const description = 8 + blockBytes;
    packet[description] = 0x81;
    packet[description + 1] = sourceDescription;
    packet.writeUInt16BE(descriptionBytes / 4 - 1, description + 2);
    packet.writeUInt32BE(ownSsrc, description + 4);
    packet[description + 8] = cname;
    packet[description + 9] = ownName.length;
    ownName.copy(packet, description + 10);
    return packet;
  }

  #begin(ssrc: number, sequence: number): void {
    this.#ssrc = ssrc;
    this.#firstSequence = sequence;
    this.#highestSequence = sequence;
    this.#cycles = 0;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
  }

  #writeBlock(packet: Buffer, offset: number, nowMs: number): void {
    const highest = (this.#cycles & 0xffff) * 0x1_0000 + this.#highestSequence;
    const expected = Math.max(0, highest - this.#firstSequence + 1);
    const lost = Math.min(0x7f_ffff, Math.max(0, expected - this.#received));
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = Math.max(0, expectedNow - (this.#received - this.#receivedBefore));
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    packet.writeUInt32BE(this.#ssrc, offset);
    packet[offset + 4] = expectedNow > 0 ? Math.min(255, Math.floor((lostNow * 256) / expectedNow)) : 0;
    packet.writeUIntBE(lost, offset + 5, 3);
    packet.writeUInt32BE(highest >>> 0, offset + 8);
    if (this.#lastSenderReport === 0) return;
    packet.writeUInt32BE(this.#lastSenderReport, offset + 16);
    // In units of 1/65536 s.
    const sinceMs = Math.min(60_000, Math.max(0, nowMs - this.#lastSenderReportAtMs));
    packet.writeUInt32BE(Math.round(sinceMs * 65.536), offset + 20);
  }
}

/** An interleaved frame around an RTCP packet (RFC 2326, 10.12). */
export function interleavedFrame(channel: number, packet: Buffer): Buffer {
  const head = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]);
  return Buffer.concat([head, packet]);
}
