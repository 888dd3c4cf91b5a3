import type { SequenceParameters } from './ingest/h264ParameterSets.ts';

/** Ticks of the file's clock per second, as of the pictures themselves. */
const ticksPerSecond = 90_000;

/** The beginning of a fragmented MP4 (ISO/IEC 14496-12) with one track of H.264, which a page plays while the rest still comes. */
export function mp4Beginning(
  { width, height, profileLevelId }: Pick<SequenceParameters, 'width' | 'height' | 'profileLevelId'>,
  parameterSets: { sps: Buffer; pps: Buffer },
): Buffer {
  const { sps, pps } = parameterSets;
  const configuration = box(
    'avcC',
    Buffer.from([1]),
    Buffer.from(profileLevelId, 'hex'),
    Buffer.from([0xff, 0xe1]),
    uint16(sps.length),
    sps,
    Buffer.from([1]),
    uint16(pps.length),
    pps,
  );
  const entry = box(
    'avc1',
    Buffer.alloc(6),
    uint16(1),
    Buffer.alloc(16),
    uint16(width),
    uint16(height),
    uint32(0x0048_0000, 0x0048_0000, 0),
    uint16(1),
    Buffer.alloc(32),
    uint16(0x18),
    uint16(0xffff),
    configuration,
  );
  const table = box(
    'stbl',
    fullBox('stsd', 0, uint32(1), entry),
    fullBox('stts', 0, uint32(0)),
    fullBox('stsc', 0, uint32(0)),
    fullBox('stsz', 0, uint32(0, 0)),
    fullBox('stco', 0, uint32(0)),
  );
  const media = box(
    'mdia',
    fullBox('mdhd', 0, uint32(0, 0, ticksPerSecond, 0), uint16(0x55c4), uint16(0)),
    fullBox('hdlr', 0, uint32(0), Buffer.from('vide'), Buffer.alloc(13)),
    box(
      'minf',
      fullBox('vmhd', 1, Buffer.alloc(8)),
      box('dinf', fullBox('dref', 0, uint32(1), fullBox('url ', 1))),
      table,
    ),
  );
  const header = fullBox(
    'mvhd',
    0,
    uint32(0, 0, ticksPerSecond, 0, 0x0001_0000),
    uint16(0x0100),
    Buffer.alloc(10),
    matrix,
    Buffer.alloc(24),
    uint32(2),
  );
  const track = box(
    'trak',
    fullBox(
      'tkhd',
      3,
      uint32(0, 0, 1, 0, 0),
      Buffer.alloc(16),
      matrix,
      uint32(width * 0x1_0000, height * 0x1_0000),
    ),
    media,
  );
  return Buffer.concat([
    box('ftyp', Buffer.from('isom'), uint32(512), Buffer.from('isomiso6avc1mp41')),
    box('moov', header, track, box('mvex', fullBox('trex', 0, uint32(1, 1, 0, 0, 0)))),
  ]);
}

/** One picture as a fragment. Times in ticks of 90 kHz from the beginning of the file. */
export function mp4Picture(picture: {
  sequence: number;
  atTicks: number;
  durationTicks: number;
  nals: readonly Buffer[];
  isKey: boolean;
}): Buffer {
  const { sequence, atTicks, durationTicks, nals, isKey } = picture;
  const bytes = Buffer.concat(nals.flatMap((nal) => [uint32(nal.length), nal]));
  const flags = isKey ? 0x0200_0000 : 0x0101_0000;
  const fragment = (dataOffset: number): Buffer =>
    box(
      'moof',
      fullBox('mfhd', 0, uint32(sequence)),
      box(
        'traf',
        fullBox('tfhd', 0x02_0000, uint32(1)),
        fullBox('tfdt', 0x0100_0000, uint32(Math.floor(atTicks / 2 ** 32), atTicks % 2 ** 32)),
        fullBox('trun', 0x0000_0701, uint32(1, dataOffset, durationTicks, bytes.length, flags)),
      ),
    );
  return Buffer.concat([fragment(fragment(0).length + 8), box('mdat', bytes)]);
}

const matrix = uint32(0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000);

function box(name: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([uint32(body.length + 8), Buffer.from(name, 'latin1'), body]);
}

/** A box with a version, in the high byte, and flags. */
function fullBox(name: string, flags: number, ...content: Buffer[]): Buffer {
  return box(name, uint32(flags), ...content);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
}
