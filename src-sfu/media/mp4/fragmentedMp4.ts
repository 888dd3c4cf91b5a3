/** Fragmented MP4 of one H.264 track (ISO/IEC 14496-12 and 14496-15), as Media Source Extensions take it. */

/** Units of all times in a second, as of RTP. */
export const mp4TimeScale = 90_000;

/** One picture: its NAL units without start codes, and how long it is shown. */
export interface Mp4Sample {
  nals: readonly Buffer[];
  /** In units of `mp4TimeScale`. */
  duration: number;
  isKey: boolean;
}

/** What a decoder is set up with. */
export interface Mp4Track {
  /** NAL units with their header bytes. */
  sps: Buffer;
  pps: Buffer;
  /** Picture elements. */
  width: number;
  height: number;
}

/** The part that comes once, before all segments. */
export function initSegment({ sps, pps, width, height }: Mp4Track): Buffer {
  const avcC = box(
    'avcC',
    Buffer.from([1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1]),
    uint16(sps.length),
    sps,
    Buffer.from([1]),
    uint16(pps.length),
    pps,
  );
  // A visual sample entry (14496-12, 12.1.3): 72 dpi, one frame a sample, 24 bits of depth.
  const avc1 = box(
    'avc1',
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
    Buffer.alloc(16),
    uint16(width),
    uint16(height),
    uint32(0x48_0000, 0x48_0000, 0),
    uint16(1),
    Buffer.alloc(32),
    uint16(24, 0xffff),
    avcC,
  );
  const nothing = ['stts', 'stsc', 'stco'].map((type) => box(type, uint32(0, 0)));
  const table = box('stbl', box('stsd', uint32(0, 1), avc1), ...nothing, box('stsz', uint32(0, 0, 0)));
  const here = box('dinf', box('dref', uint32(0, 1), box('url ', uint32(1))));
  const media = box(
    'mdia',
    box('mdhd', uint32(0, 0, 0, mp4TimeScale, 0), uint16(0x55c4, 0)),
    box('hdlr', uint32(0, 0), Buffer.from('vide'), uint32(0, 0, 0), Buffer.from([0])),
    box('minf', box('vmhd', uint32(1, 0, 0)), here, table),
  );
  const matrix = uint32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000);
  const header = box(
    'tkhd',
    // Enabled, and in the presentation.
    uint32(3, 0, 0, 1, 0, 0),
    uint32(0, 0, 0, 0),
    matrix,
    uint32(width << 16, height << 16),
  );
  const movie = box(
    'mvhd',
    uint32(0, 0, 0, mp4TimeScale, 0, 0x1_0000, 0x100_0000, 0, 0),
    matrix,
    uint32(0, 0, 0, 0, 0, 0, 2),
  );
  return Buffer.concat([
    box('ftyp', Buffer.from('iso5'), uint32(512), Buffer.from('iso5iso6mp41')),
    box('moov', movie, box('trak', header, media), box('mvex', box('trex', uint32(0, 1, 1, 0, 0, 0)))),
  ]);
}

/** Pictures that follow one another, the first of them a key picture. `startTime`: of the first, in units of `mp4TimeScale`. */
export function mediaSegment(segment: {
  sequence: number;
  startTime: number;
  samples: readonly Mp4Sample[];
}): Buffer {
  const { samples, startTime } = segment;
  const bytes = samples.map(({ nals }) => Buffer.concat(nals.flatMap((nal) => [uint32(nal.length), nal])));
  const rows = samples.map(({ duration, isKey }, index) =>
    // Depends on no other picture; or on others, and is no place to begin at.
    uint32(duration, bytes[index]!.length, isKey ? 0x200_0000 : 0x101_0000),
  );
  const fragment = (dataOffset: number): Buffer =>
    box(
      'moof',
      box('mfhd', uint32(0, segment.sequence)),
      box(
        'traf',
        // Offsets are counted from the beginning of this box.
        box('tfhd', uint32(0x2_0000, 1)),
        box('tfdt', uint32(0x100_0000), uint32(Math.floor(startTime / 2 ** 32), startTime % 2 ** 32)),
        // Each row has a duration, a size and flags.
        box('trun', uint32(0x701, samples.length, dataOffset), ...rows),
      ),
    );
  return Buffer.concat([fragment(fragment(0).length + 8), box('mdat', ...bytes)]);
}

function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([uint32(length), Buffer.from(type, 'latin1'), ...parts]);
}

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value >>> 0, index * 4));
  return bytes;
}

function uint16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16BE(value & 0xffff, index * 2));
  return bytes;
}
