import { decodeALaw } from './aLaw.ts';

/** Added to a magnitude before it is cut into segments (ITU-T G.711). */
const bias = 33;
const largest = 8_158;

/** Encodes a sample from -1 to 1 as one byte of G.711 µ-law. */
function encodeMuLaw(sample: number): number {
  const linear = Math.max(-largest, Math.min(largest, Math.round(sample * 8_192)));
  const magnitude = Math.abs(linear) + bias;
  const segment = Math.floor(Math.log2(magnitude)) - 5;
  const step = (magnitude >> (segment + 1)) & 0x0f;
  return ~((linear < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff;
}

const table = Uint8Array.from({ length: 256 }, (_unused, byte) => encodeMuLaw(decodeALaw(byte)));

/** The same sound for loudspeakers that take µ-law only, such as those of American and Japanese makes. */
export function muLawOf(aLaw: Uint8Array): Uint8Array {
  return aLaw.map((byte) => table[byte] ?? 0xff);
}
