import { writeFileSync } from 'node:fs';

/** Samples a second. */
export const fileRate = 48_000;
const seconds = 20;
const segmentMs = 50;
const lowestHertz = 350;
const highestHertz = 2_200;
/** So far apart are the ends of one chirp at least. */
const leastSweepHertz = 600;

/**
 * A train of chirps of 50 ms each, of random ends, as loud as speech and swelling as syllables do: any 40 ms of it are
 * found in it once, and a noise suppressor takes it for a voice. 20 s, from −1 to 1.
 */
export function chirps(seed: number): Float32Array {
  const random = randomOf(seed);
  const samples = new Float32Array(fileRate * seconds);
  const perSegment = (fileRate * segmentMs) / 1_000;
  const anyHertz = (): number => lowestHertz + random() * (highestHertz - lowestHertz);
  let phase = 0;
  let hertz = lowestHertz;
  let slope = 0;
  for (let index = 0; index < samples.length; index += 1) {
    if (index % perSegment === 0) {
      hertz = anyHertz();
      let to = hertz;
      while (Math.abs(to - hertz) < leastSweepHertz) to = anyHertz();
      slope = (to - hertz) / perSegment;
    }
    hertz += slope;
    phase += (2 * Math.PI * hertz) / fileRate;
    const swell = 0.75 + 0.25 * Math.sin((2 * Math.PI * 4 * index) / fileRate);
    samples[index] = Math.sin(phase) * swell * 0.35;
  }
  return samples;
}

/** Writes the chirps of a seed as a WAV file, which Chromium's fake microphone hears over and over. */
export function writeVoice(path: string, seed: number): void {
  const samples = Buffer.from(Int16Array.from(chirps(seed), (sample) => Math.round(sample * 32_767)).buffer);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(fileRate, 24);
  header.writeUInt32LE(fileRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  writeFileSync(path, Buffer.concat([header, samples]));
}

/** mulberry32: the same voice for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
