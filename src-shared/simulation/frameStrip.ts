/**
 * The strip of black and white cells along the bottom edge of every simulated picture. It says which frame of the
 * loop the picture is, so that whoever sees the pixels of a tile can tell how old the picture is.
 *
 * Twenty cells side by side, 16 × 8 pixels each in the sub stream (640 × 360), so that one cell is as wide as a
 * macroblock: guard 1 0 1, nine bits of frame index (most significant first), six bits of checksum, guard 0 1.
 */

/** Frames per second of every simulated stream. */
export const framesPerSecond = 15;

/** Frames of one loop; the frame index in the strip is below this number. */
export const loopFrames = 300;

const leadingGuard = [true, false, true];
const trailingGuard = [false, true];
const indexBits = 9;
const checksumBits = 6;

/** Number of cells in the strip. */
export const stripCellCount = leadingGuard.length + indexBits + checksumBits + trailingGuard.length;

/** Where the strip lies, as shares of the picture's width and height. */
export const stripArea = { left: 0.25, top: 1 - 8 / 360, width: 0.5, height: 8 / 360 } as const;

/** Least difference of luminance (0 to 255) between the guards' white and black; below it there is no strip. */
const leastContrast = 40;

/** Checksum over the index: CRC-6 with the polynomial x^6 + x + 1 (ITU-T G.704), started at all ones. */
function checksumOf(index: number): number {
  let remainder = 0b111111;
  for (let bit = indexBits - 1; bit >= 0; bit -= 1) {
    const feedback = ((remainder >> (checksumBits - 1)) & 1) ^ ((index >> bit) & 1);
    remainder = (remainder << 1) & 0b111111;
    if (feedback === 1) remainder ^= 0b000011;
  }
  return remainder;
}

function bitsOf(value: number, count: number): boolean[] {
  return Array.from({ length: count }, (_unused, position) => ((value >> (count - 1 - position)) & 1) === 1);
}

function valueOf(bits: readonly boolean[]): number {
  return bits.reduce((value, bit) => value * 2 + (bit ? 1 : 0), 0);
}

/**
 * The cells of a frame index from left to right, `true` for white.
 * @throws RangeError when the index is no integer from 0 to `loopFrames` - 1.
 */
export function encodeFrameStrip(index: number): boolean[] {
  if (!Number.isInteger(index) || index < 0 || index >= loopFrames) {
    throw new RangeError(`frame index must be an integer from 0 to ${loopFrames - 1}, got ${index}`);
  }
  return [
    ...leadingGuard,
    ...bitsOf(index, indexBits),
    ...bitsOf(checksumOf(index), checksumBits),
    ...trailingGuard,
  ];
}

/** The rectangle of one cell, as shares of the picture's width and height. */
export function stripCell(position: number): { left: number; top: number; width: number; height: number } {
  const width = stripArea.width / stripCellCount;
  return { left: stripArea.left + position * width, top: stripArea.top, width, height: stripArea.height };
}

/**
 * Reads the frame index from a picture; `undefined` when there is no readable strip.
 *
 * `luminance` is asked for brightness (0 to 255) at points given as shares of the picture's width and height, as in
 * `decodeFrameStrip((x, y) => pixels[Math.floor(y * height) * width + Math.floor(x * width)])`.
 */
export function decodeFrameStrip(luminance: (xRatio: number, yRatio: number) => number): number | undefined {
  const levels = Array.from({ length: stripCellCount }, (_unused, position) => {
    const cell = stripCell(position);
    const middle = cell.top + cell.height * 0.5;
    // Three points in the middle of the cell: blur from compression and scaling lives at its edges.
    return (
      (luminance(cell.left + cell.width * 0.35, middle) +
        luminance(cell.left + cell.width * 0.5, middle) +
        luminance(cell.left + cell.width * 0.65, middle)) /
      3
    );
  });
  const guards = [...leadingGuard.entries(), ...trailingGuard.entries()].map(([offset, white], order) => {
    const position = order < leadingGuard.length ? offset : stripCellCount - trailingGuard.length + offset;
    return { white, level: levels[position] ?? 0 };
  });
  const darkestWhite = Math.min(...guards.filter((guard) => guard.white).map((guard) => guard.level));
  const brightestBlack = Math.max(...guards.filter((guard) => !guard.white).map((guard) => guard.level));
  if (!(darkestWhite - brightestBlack >= leastContrast)) return undefined;

  const threshold = (darkestWhite + brightestBlack) / 2;
  const cells = levels.map((level) => level > threshold);
  const indexEnd = leadingGuard.length + indexBits;
  const index = valueOf(cells.slice(leadingGuard.length, indexEnd));
  const checksum = valueOf(cells.slice(indexEnd, indexEnd + checksumBits));
  return index < loopFrames && checksum === checksumOf(index) ? index : undefined;
}

/** What must be known of a simulated camera's clock to tell how old its picture is. */
export interface FrameClock {
  /** Unix milliseconds at which frame 0 of a camera with phase 0 was shown. */
  epochMs: number;
  /** How many frames this camera is ahead of a camera with phase 0; quarters occur. */
  phase: number;
}

/** The index of the frame that a camera shows at a time (Unix milliseconds). */
export function frameIndexAt(clock: FrameClock, nowMs: number): number {
  return frameCountAt(clock, nowMs) % loopFrames;
}

/** How many frames a camera has shown since the epoch, the present one not counted. */
export function frameCountAt(clock: FrameClock, nowMs: number): number {
  return Math.floor(((nowMs - clock.epochMs) * framesPerSecond) / 1000 + clock.phase);
}

/**
 * How long ago (milliseconds) the camera began to show the frame with this index, which is the age of a picture read
 * from a tile. Ages of a whole loop (20 s) and more cannot be told from their remainder.
 */
export function frameAgeMs(clock: FrameClock, index: number, nowMs: number): number {
  const position = ((nowMs - clock.epochMs) * framesPerSecond) / 1000 + clock.phase - index;
  const framesAgo = ((position % loopFrames) + loopFrames) % loopFrames;
  return (framesAgo * 1000) / framesPerSecond;
}
