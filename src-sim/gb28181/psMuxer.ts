import { z } from 'zod';

/** How the program stream of a simulated recorder deviates from the norm. */
export const psHabitsSchema = z.strictObject({
  /** No program stream map. */
  withoutMap: z.boolean().optional(),
  /** The program stream map has a wrong CRC, or lengths that point beyond it. */
  brokenMap: z.enum(['crc', 'lengths']).optional(),
  /** PES packets of pictures say a length of 0. */
  withoutLength: z.boolean().optional(),
  /** Lengths are written modulo 65,536 and a picture is one PES packet, however long. */
  wrappedLength: z.boolean().optional(),
  /** The header length of PES packets is a byte short. */
  shortHeader: z.boolean().optional(),
  /** What the map says of the pictures; the true type if missing. */
  saidVideoType: z.number().int().min(0).max(255).optional(),
});
export type PsHabits = z.output<typeof psHabitsSchema>;

const startCode = Buffer.from([0, 0, 0, 1]);
const maxPesPayloadBytes = 65_000;

/** One picture as a program stream (GB/T 28181, annex C): pack, for key pictures system header and map, then PES packets. */
export function writePsPicture(
  picture: {
    nals: readonly Buffer[];
    isKey: boolean;
    ptsTicks: number;
    videoType?: number;
    audioType?: number;
  },
  habits: PsHabits = {},
): Buffer {
  const { nals, isKey, ptsTicks, videoType = 0x1b, audioType = 0x90 } = picture;
  const parts = [packHeader(ptsTicks)];
  if (isKey) {
    parts.push(systemHeader());
    if (habits.withoutMap !== true)
      parts.push(streamMap(habits.saidVideoType ?? videoType, audioType, habits));
  }
  const bytes = Buffer.concat(nals.flatMap((nal) => [startCode, nal]));
  const step = habits.wrappedLength === true ? bytes.length : maxPesPayloadBytes;
  for (let from = 0; from < bytes.length; from += step) {
    const pts = from === 0 ? ptsTicks : undefined;
    parts.push(pesPacket(0xe0, bytes.subarray(from, from + step), pts, habits));
  }
  return Buffer.concat(parts);
}

/** Sound as one PES packet. */
export function writePsSound(bytes: Buffer, ptsTicks: number): Buffer {
  return pesPacket(0xc0, bytes, ptsTicks, {});
}

function packHeader(ticks: number): Buffer {
  const header = Buffer.from([0, 0, 1, 0xba, 0x44, 0, 4, 0, 4, 1, 0, 0, 3, 0xf8]);
  const high = (ticks / 0x4000_0000) & 0x07;
  header[4] = 0x44 | (high << 3) | ((ticks >>> 28) & 0x03);
  header[5] = ticks >>> 20;
  header[6] = 0x04 | ((ticks >>> 12) & 0xf8) | ((ticks >>> 13) & 0x03);
  header[7] = ticks >>> 5;
  header[8] = 0x04 | ((ticks << 3) & 0xf8);
  return header;
}

function systemHeader(): Buffer {
  const streams = [0xe0, 0xe0, 0x80, 0xc0, 0xc0, 0x08];
  return Buffer.from([0, 0, 1, 0xbb, 0, 12, 0x80, 0, 1, 0x04, 0xe1, 0x7f, ...streams]);
}

function streamMap(videoType: number, audioType: number, { brokenMap }: PsHabits): Buffer {
  const streams = [videoType, 0xe0, 0, 0, audioType, 0xc0, 0, 0];
  const crc = brokenMap === 'crc' ? [0xde, 0xad, 0xbe, 0xef] : [0, 0, 0, 0];
  const map = Buffer.from([0, 0, 1, 0xbc, 0, 18, 0xe0, 0xff, 0, 0, 0, 8, ...streams, ...crc]);
  // Its program information and its list of streams say that they are longer than the map.
  if (brokenMap === 'lengths') map.writeUInt16BE(0x03ff, 8);
  if (brokenMap === 'lengths') map.writeUInt16BE(0xfff0, 10);
  return map;
}

function pesPacket(id: number, payload: Buffer, pts: number | undefined, habits: PsHabits): Buffer {
  const time = pts === undefined ? [] : timeStamp(pts);
  const length = 3 + time.length + payload.length;
  const header = [0, 0, 1, id, (length >> 8) & 0xff, length & 0xff, 0x80, pts === undefined ? 0 : 0x80];
  if (habits.withoutLength === true) header.fill(0, 4, 6);
  const said = habits.shortHeader === true && time.length > 0 ? time.length - 1 : time.length;
  return Buffer.concat([Buffer.from([...header, said, ...time]), payload]);
}

function timeStamp(ticks: number): number[] {
  const low = ticks >>> 0;
  const high = Math.floor(ticks / 0x4000_0000) & 0x07;
  const middle = (low >>> 15) & 0x7fff;
  return [
    0x21 | (high << 1),
    middle >> 7,
    ((middle << 1) & 0xfe) | 1,
    (low >>> 7) & 0xff,
    ((low << 1) & 0xfe) | 1,
  ];
}
