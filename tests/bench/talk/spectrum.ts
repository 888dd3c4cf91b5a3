import type { Recording } from './recording.ts';

/** At 8 kHz: 16 ms, every 8 ms; one line is 62.5 Hz. */
const frameSamples = 128;
const hopSamples = 64;
/** The chirps' own range, 310 to 2,310 Hz. */
const lowestLine = 5;
const highestLine = 37;

const turn = (index: number): number => (2 * Math.PI * index) / frameSamples;
const cosines = Float64Array.from({ length: frameSamples }, (_unused, index) => Math.cos(turn(index)));
const sines = Float64Array.from({ length: frameSamples }, (_unused, index) => Math.sin(turn(index)));

/** How loud each pitch is over time. It stays the same where a coder keeps the sound and not its wave. */
export function spectrumOf({ samples }: Recording): number[] {
  const lines: number[] = [];
  for (let start = 0; start + frameSamples <= samples.length; start += hopSamples) {
    for (let line = lowestLine; line <= highestLine; line += 1) {
      let real = 0;
      let imaginary = 0;
      for (let index = 0; index < frameSamples; index += 1) {
        const weighed = (0.5 - 0.5 * (cosines[index] ?? 0)) * (samples[start + index] ?? 0);
        real += weighed * (cosines[(index * line) % frameSamples] ?? 0);
        imaginary += weighed * (sines[(index * line) % frameSamples] ?? 0);
      }
      lines.push(Math.hypot(real, imaginary));
    }
  }
  return lines;
}

/** How alike two spectra of the same length are: 1 for the same, whatever their loudness; 0 also for silence. */
export function likeness(one: readonly number[], other: readonly number[]): number {
  let product = 0;
  let ones = 0;
  let others = 0;
  for (const [index, value] of one.entries()) {
    const beside = other[index] ?? 0;
    product += value * beside;
    ones += value * value;
    others += beside * beside;
  }
  return ones === 0 || others === 0 ? 0 : product / Math.sqrt(ones * others);
}
