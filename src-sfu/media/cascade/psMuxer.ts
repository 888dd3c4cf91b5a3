/**
 * Writes MPEG program streams (ISO/IEC 13818-1, 2.5; GB/T 28181, annex C): a pack header before each picture, a system header and
 * a map before each key picture, then PES packets of which only the first has a time.
 */

/** Stream types of the map (GB/T 28181, annex C). */
export const soundTypes = { PCMA: 0x90, PCMU: 0x91 } as const;
export type PsSound = keyof typeof soundTypes;

const h264Type = 0x1b;
const videoId = 0xe0;
const soundId = 0xc0;
const startCode = Buffer.from([0, 0, 0, 1]);
/** A PES packet names its length in 16 bits, its header with a time included. */
const maxPesPayloadBytes = 65_500;

/** One picture of H.264 for which the caller vouches that it is whole. Times are ticks of 90 kHz, modulo 2^33. */
export function writePsPicture(picture: {
  /** NAL units without start codes. */
  nals: readonly Buffer[];
  isKey: boolean;
  ticks: number;
  /** The sound that stands beside the pictures; left out: none. */
  sound?: PsSound | undefined;
}): Buffer {
  const { nals, isKey, ticks, sound } = picture;
  const parts = [packHeader(ticks)];
  if (isKey) parts.push(systemHeader(), streamMap(sound));
  const bytes = Buffer.concat(nals.flatMap((nal) => [startCode, nal]));
  for (let from = 0; from < bytes.length; from += maxPesPayloadBytes) {
    const piece = bytes.subarray(from, from + maxPesPayloadBytes);
    parts.push(pesHeader(videoId, piece.length, from === 0 ? ticks : undefined), piece);
  }
  return Buffer.concat(parts);
}

/** Sound of G.711 as one PES packet of its own. */
export function writePsSound(bytes: Buffer, ticks: number): Buffer {
  const piece = bytes.subarray(0, maxPesPayloadBytes);
  return Buffer.concat([pesHeader(soundId, piece.length, ticks), piece]);
}

/** 13818-1, 2.5.3.3; the rate is the largest that the field holds but for its first bit, as nothing is known of it. */
function packHeader(ticks: number): Buffer {
  const low = (ticks % 2 ** 32) >>> 0;
  const high = Math.floor(ticks / 2 ** 30) & 0x07;
  return Buffer.from([
    ...[0, 0, 1, 0xba],
    0x44 | (high << 3) | ((low >>> 28) & 0x03),
    (low >>> 20) & 0xff,
    0x04 | ((low >>> 12) & 0xf8) | ((low >>> 13) & 0x03),
    (low >>> 5) & 0xff,
    0x04 | ((low << 3) & 0xf8),
    0x01,
    ...[0x7f, 0xff, 0xff, 0xf8],
  ]);
}

function systemHeader(): Buffer {
  const video = [videoId, 0xe0, 0x80];
  const sound = [soundId, 0xc0, 0x08];
  return Buffer.from([0, 0, 1, 0xbb, 0, 12, 0x80, 0, 1, 0x04, 0xe1, 0x7f, ...video, ...sound]);
}

/** 13818-1, 2.5.4; its check sum is reckoned, as some receivers ask for it. */
function streamMap(sound: PsSound | undefined): Buffer {
  const streams = [h264Type, videoId, 0, 0];
  if (sound !== undefined) streams.push(soundTypes[sound], soundId, 0, 0);
  const length = 6 + streams.length + 4;
  const map = Buffer.from([0, 0, 1, 0xbc, 0, length, 0xe0, 0xff, 0, 0, 0, streams.length, ...streams]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32Mpeg(map));
  return Buffer.concat([map, sum]);
}

function pesHeader(id: number, payloadBytes: number, ticks: number | undefined): Buffer {
  const time = ticks === undefined ? [] : timeStamp(ticks);
  const length = 3 + time.length + payloadBytes;
  const flags = ticks === undefined ? 0 : 0x80;
  return Buffer.from([0, 0, 1, id, length >> 8, length & 0xff, 0x80, flags, time.length, ...time]);
}

function timeStamp(ticks: number): number[] {
  const low = (ticks % 2 ** 32) >>> 0;
  const high = Math.floor(ticks / 2 ** 30) & 0x07;
  return [
    0x21 | (high << 1),
    (low >>> 22) & 0xff,
    ((low >>> 14) & 0xfe) | 1,
    (low >>> 7) & 0xff,
    ((low << 1) & 0xfe) | 1,
  ];
}

/** 13818-1, annex A: polynomial 04C11DB7, begun with ones, nothing reversed. */
function crc32Mpeg(bytes: Buffer): number {
  let sum = 0xffff_ffff;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1)
      sum = (sum & 0x8000_0000) === 0 ? sum << 1 : (sum << 1) ^ 0x04c1_1db7;
  }
  return sum >>> 0;
}
