import { describe, expect, it } from 'vitest';
import { ReceiverReport } from '../../../../../../src-sfu/media/sources/rtsp/receiverReport.ts';
import { rtp } from '../../ingest/rtpBuilders.ts';

const packet = (sequence: number): Buffer => rtp({ sequence, timestamp: 1, payload: Buffer.alloc(4) });

/** The packets of a compound RTCP packet: type and bytes. */
function parts(compound: Buffer): { type: number; bytes: Buffer }[] {
  const found = [];
  for (let at = 0; at < compound.length;) {
    const end = at + 4 + compound.readUInt16BE(at + 2) * 4;
    found.push({ type: compound[at + 1] ?? 0, bytes: compound.subarray(at, end) });
    at = end;
  }
  return found;
}

describe('receiver reports', () => {
  it('name the source, what came and what is missing, and who reports (RFC 3550, 6.1 and 6.4.2)', () => {
    const report = new ReceiverReport();
    for (const sequence of [65_530, 65_531, 65_533, 2, 3]) report.count(packet(sequence));
    const senderReport = Buffer.alloc(28);
    senderReport[0] = 0x80;
    senderReport[1] = 200;
    senderReport.writeUInt32BE(0x0102_0304, 10);
    report.heard(senderReport, 1_000);
    const [received, described, ...rest] = parts(report.write(1_500));
    expect(rest).toEqual([]);
    expect(received?.type).toBe(201);
    expect(received?.bytes.length).toBe(32);
    expect(received?.bytes.readUInt32BE(8)).toBe(0xabad_cafe);
    // Ten were to come, five came.
    expect(received?.bytes[12]).toBe(128);
    expect(received?.bytes.readUIntBE(13, 3)).toBe(5);
    expect(received?.bytes.readUInt32BE(16)).toBe(0x1_0003);
    expect(received?.bytes.readUInt32BE(24)).toBe(0x0102_0304);
    expect(received?.bytes.readUInt32BE(28)).toBe(32_768);
    expect(described?.type).toBe(202);
    expect((described?.bytes.length ?? 0) % 4).toBe(0);
    expect(described?.bytes.toString('latin1')).toContain('mingchu');
  });

  it('are empty before anything came', () => {
    expect(parts(new ReceiverReport().write(0)).map(({ type, bytes }) => [type, bytes.length])[0]).toEqual([
      201, 8,
    ]);
  });

  it('begin again with another source', () => {
    const report = new ReceiverReport();
    for (let sequence = 0; sequence < 10; sequence += 1) report.count(packet(sequence));
    const other = packet(40_000);
    other.writeUInt32BE(7, 8);
    report.count(other);
    const [received] = parts(report.write(0));
    expect(received?.bytes.readUInt32BE(8)).toBe(7);
    expect(received?.bytes.readUIntBE(13, 3)).toBe(0);
  });
});
