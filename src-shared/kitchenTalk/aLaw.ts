/** Sound of telephones as kitchens' loudspeakers take it: G.711 A-law, 8 kHz, one byte a sample (ITU-T G.711). */

/** Samples, and so bytes, of one frame of 20 ms. */
export const frameSamples = 160;
/** Length of one frame. Milliseconds. */
export const frameMs = 20;
/** The byte of silence. */
export const silentByte = 0xd5;

/** Samples, and so bytes, of a second. */
export const samplesPerSecond = 8_000;

/** How long a piece of sound is. Milliseconds. */
export function soundMs({ length }: Uint8Array): number {
  return (length * 1_000) / samplesPerSecond;
}

/** Encodes a sample from -1 to 1 as one byte. */
export function encodeALaw(sample: number): number {
  const linear = Math.max(-4_095, Math.min(4_095, Math.round(sample * 4_096)));
  const isPositive = linear >= 0;
  // Magnitude in 12 bits; A-law is symmetrical around -0.5.
  const magnitude = isPositive ? linear : -linear - 1;
  let segment = 0;
  while (segment < 7 && magnitude >= 32 << segment) segment += 1;
  const step = segment === 0 ? magnitude >> 1 : (magnitude >> segment) & 0x0f;
  return ((isPositive ? 0x80 : 0) | (segment << 4) | (step & 0x0f)) ^ 0x55;
}

/** The sample of a byte, from -1 to 1. */
export function decodeALaw(byte: number): number {
  const even = byte ^ 0x55;
  const segment = (even >> 4) & 0x07;
  const step = even & 0x0f;
  const magnitude = segment === 0 ? step * 2 + 1 : (step * 2 + 33) << (segment - 1);
  return (even & 0x80 ? magnitude : -magnitude) / 4_096;
}

/** Loudness of a piece of sound, from 0 (silence) to 1: the root of the mean square of its samples. */
export function levelOf(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  let sum = 0;
  for (const byte of bytes) sum += decodeALaw(byte) ** 2;
  return Math.sqrt(sum / bytes.length);
}

/** The two notes before somebody speaks: hertz and frames of each. */
const notes = [
  { hertz: 660, frames: 8 },
  { hertz: 880, frames: 10 },
] as const;
const loudness = 0.35;
/** Each note begins and ends softly, without a click. Samples. */
const fadeSamples = 80;

/** How long the tone is that says to a cook that somebody will speak. Milliseconds. */
export const toneMs = notes.reduce((sum, { frames }) => sum + frames * frameMs, 0);

/** The tone in frames of 20 ms. */
export function makeTone(): Uint8Array[] {
  return notes.flatMap(({ hertz, frames }) => {
    const count = frames * frameSamples;
    const bytes = Uint8Array.from({ length: count }, (_unused, at) => {
      const fade = Math.min(1, at / fadeSamples, (count - at) / fadeSamples);
      return encodeALaw(Math.sin((2 * Math.PI * hertz * at) / samplesPerSecond) * loudness * fade);
    });
    return Array.from({ length: frames }, (_unused, frame) =>
      bytes.subarray(frame * frameSamples, (frame + 1) * frameSamples),
    );
  });
}
