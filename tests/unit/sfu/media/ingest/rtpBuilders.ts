/** Builders of RTP and H.264 for tests. */
import type { MediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';

/** SPS and PPS of a 640×360 constrained baseline stream at level 2.2, as x264 writes them. */
export const sps640x360 = Buffer.from('6742c016da0280bfe5c044000003000400000300783c58ba80', 'hex');
export const pps = Buffer.from('68ce0fc8', 'hex');

/** An RTP packet; by default a plain 12-byte header. */
export function rtp(options: {
  sequence: number;
  timestamp: number;
  payload: Buffer;
  marker?: boolean;
  payloadType?: number;
  csrcs?: number;
  extensionWords?: number;
  paddingBytes?: number;
}): Buffer {
  const { sequence, timestamp, payload, marker = false, payloadType = 96 } = options;
  const { csrcs = 0, extensionWords, paddingBytes = 0 } = options;
  const header = Buffer.alloc(12 + csrcs * 4);
  header[0] = 0x80 | csrcs | (extensionWords === undefined ? 0 : 0x10) | (paddingBytes > 0 ? 0x20 : 0);
  header[1] = payloadType | (marker ? 0x80 : 0);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(0xabad_cafe, 8);
  const extension = Buffer.alloc(extensionWords === undefined ? 0 : 4 + extensionWords * 4);
  if (extensionWords !== undefined) extension.writeUInt16BE(extensionWords, 2);
  const padding = Buffer.alloc(paddingBytes);
  if (paddingBytes > 0) padding[paddingBytes - 1] = paddingBytes;
  return Buffer.concat([header, extension, payload, padding]);
}

/** A slice NAL unit of so many bytes; `seed` makes its content its own. */
export function slice(
  type: 'idr' | 'predicted',
  bytes: number,
  options: { first?: boolean; seed?: number } = {},
): Buffer {
  const { first = true, seed = 1 } = options;
  const nal = Buffer.alloc(bytes);
  let state = seed;
  for (let index = 2; index < bytes; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    nal[index] = (state >>> 16) | 1;
  }
  nal[0] = type === 'idr' ? 0x65 : 0x41;
  nal[1] = first ? 0x88 : 0x08;
  return nal;
}

/** The FU-A fragments (RFC 6184, 5.8) of a NAL unit, each with at most `dataBytes` of it. */
export function fragments(nal: Buffer, dataBytes: number): Buffer[] {
  const header = nal[0] ?? 0;
  const pieces: Buffer[] = [];
  for (let from = 1; from < nal.length; from += dataBytes) {
    const to = Math.min(nal.length, from + dataBytes);
    const bits = (from === 1 ? 0x80 : 0) | (to === nal.length ? 0x40 : 0);
    pieces.push(
      Buffer.concat([Buffer.from([(header & 0xe0) | 28, bits | (header & 0x1f)]), nal.subarray(from, to)]),
    );
  }
  return pieces;
}

/** A STAP-A payload (RFC 6184, 5.7.1). */
export function aggregate(...nals: Buffer[]): Buffer {
  const parts = nals.flatMap((nal) => [Buffer.from([nal.length >> 8, nal.length & 0xff]), nal]);
  return Buffer.concat([Buffer.from([0x78]), ...parts]);
}

/** The payload of a packet behind its header and, where there is one, header extension (RFC 3550, 5.3.1). */
function payloadOf(packet: Buffer): Buffer {
  const hasExtension = ((packet[0] ?? 0) & 0x10) !== 0;
  return packet.subarray(hasExtension ? 16 + packet.readUInt16BE(14) * 4 : 12);
}

/** What a receiver makes of packets: NAL units, put together from single packets, STAP-A and FU-A. */
export function nalUnits(packets: readonly Buffer[]): Buffer[] {
  const units: Buffer[] = [];
  let open: Buffer[] = [];
  for (const packet of packets) {
    const payload = payloadOf(packet);
    const type = (payload[0] ?? 0) & 0x1f;
    if (type === 28) {
      const bits = payload[1] ?? 0;
      if ((bits & 0x80) !== 0) open = [Buffer.from([((payload[0] ?? 0) & 0xe0) | (bits & 0x1f)])];
      open.push(payload.subarray(2));
      if ((bits & 0x40) !== 0) units.push(Buffer.concat(open));
    } else if (type === 24) {
      for (let offset = 1; offset < payload.length;) {
        const length = payload.readUInt16BE(offset);
        units.push(payload.subarray(offset + 2, offset + 2 + length));
        offset += 2 + length;
      }
    } else units.push(payload);
  }
  return units;
}

/** Three pictures with a marker each: from now on this output believes markers, and holds no packet back. */
export function teachMarkers(output: MediaOutput): void {
  output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
  for (let index = 0; index < 3; index += 1) {
    const payload = slice('idr', 50, { seed: index });
    output.writeVideo(rtp({ sequence: index, timestamp: index * 6_000, payload, marker: true }));
  }
}
