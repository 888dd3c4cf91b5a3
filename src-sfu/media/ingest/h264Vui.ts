/** Reads bits of a raw parameter set one after the other. */
export interface BitSource {
  readonly exhausted: boolean;
  bit(): number;
  bits(count: number): number;
  /** Unsigned Exp-Golomb code (ITU-T H.264, 9.1). */
  unsigned(): number;
}

const extendedAspectRatio = 255;

/**
 * Reads the usability information at the end of a sequence parameter set (ITU-T H.264, E.1.1) as far as its
 * `max_num_reorder_frames`: how many pictures may be sent before others and shown after them. Undefined where it is not said.
 */
export function readReorderFrames(reader: BitSource): number | undefined {
  if (reader.bit() === 0) return undefined;
  if (reader.bit() === 1 && reader.bits(8) === extendedAspectRatio) reader.bits(32);
  if (reader.bit() === 1) reader.bit();
  // The kind of the signal, and its colours.
  if (reader.bit() === 1) {
    reader.bits(4);
    if (reader.bit() === 1) reader.bits(24);
  }
  if (reader.bit() === 1) {
    reader.unsigned();
    reader.unsigned();
  }
  // The clock.
  if (reader.bit() === 1) {
    reader.bits(32);
    reader.bits(32);
    reader.bit();
  }
  const hasNal = reader.bit() === 1;
  if (hasNal) skipHypotheticalDecoder(reader);
  const hasVcl = reader.bit() === 1;
  if (hasVcl) skipHypotheticalDecoder(reader);
  if (hasNal || hasVcl) reader.bit();
  reader.bit();
  if (reader.bit() === 0) return undefined;
  reader.bit();
  for (let field = 0; field < 4; field += 1) reader.unsigned();
  const frames = reader.unsigned();
  // A decoded picture buffer holds at most 16 frames (A.3.1).
  return reader.exhausted || frames > 16 ? undefined : frames;
}

/** `hrd_parameters` (E.1.2). */
function skipHypotheticalDecoder(reader: BitSource): void {
  const count = reader.unsigned() + 1;
  reader.bits(8);
  for (let index = 0; index < count && index < 32 && !reader.exhausted; index += 1) {
    reader.unsigned();
    reader.unsigned();
    reader.bit();
  }
  reader.bits(20);
}
