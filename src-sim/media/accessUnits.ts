/** The codecs the simulator sends as network abstraction layer units. */
export type VideoCodec = 'h264' | 'h265';

/** One coded picture: its units without start codes, and whether decoding can begin with it. */
export interface AccessUnit {
  units: Buffer[];
  isKey: boolean;
}

/** Splits an Annex B byte stream into its units, start codes taken off. */
export function splitUnits(stream: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let start = -1;
  for (let at = stream.indexOf('\x00\x00\x01', 0, 'latin1'); at >= 0;) {
    if (start >= 0) units.push(trimZeros(stream.subarray(start, at)));
    start = at + 3;
    at = stream.indexOf('\x00\x00\x01', start, 'latin1');
  }
  if (start >= 0) units.push(trimZeros(stream.subarray(start)));
  return units.filter((unit) => unit.length > 0);
}

/** Zeros before a start code belong to it (the four-byte form, trailing_zero_8bits), never to the unit. */
function trimZeros(unit: Buffer): Buffer {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end -= 1;
  return unit.subarray(0, end);
}

interface UnitKind {
  /** A slice of a picture. */
  isSlice: boolean;
  /** The slice is the first one of its picture. */
  startsPicture: boolean;
  isKey: boolean;
  isParameterSet: boolean;
  /** Access unit delimiters and encoder notes: a decoder needs none of them. */
  isDispensable: boolean;
}

/** What a unit is, by its header (H.264 table 7-1, H.265 table 7-1). */
export function unitKind(codec: VideoCodec, unit: Buffer): UnitKind {
  const first = unit[0] ?? 0;
  if (codec === 'h264') {
    const type = first & 0x1f;
    const isSlice = type === 1 || type === 5;
    return {
      isSlice,
      startsPicture: isSlice && ((unit[1] ?? 0) & 0x80) !== 0,
      isKey: type === 5,
      isParameterSet: type === 7 || type === 8,
      isDispensable: type === 6 || type === 9,
    };
  }
  const type = (first >> 1) & 0x3f;
  const isSlice = type <= 31;
  return {
    isSlice,
    startsPicture: isSlice && ((unit[2] ?? 0) & 0x80) !== 0,
    isKey: type >= 16 && type <= 21,
    isParameterSet: type >= 32 && type <= 34,
    isDispensable: type === 35 || type === 39 || type === 40,
  };
}

/** Groups the units of an Annex B stream into pictures, in order; delimiters and encoder notes are left out. */
export function splitAccessUnits(codec: VideoCodec, stream: Buffer): AccessUnit[] {
  const pictures: AccessUnit[] = [];
  let leading: Buffer[] = [];
  for (const unit of splitUnits(stream)) {
    const kind = unitKind(codec, unit);
    if (kind.isDispensable) continue;
    if (!kind.isSlice) {
      leading.push(unit);
      continue;
    }
    const current = pictures.at(-1);
    if (kind.startsPicture || current === undefined) {
      pictures.push({ units: [...leading, unit], isKey: kind.isKey });
      leading = [];
    } else {
      current.units.push(unit);
    }
  }
  return pictures;
}
