import { seededRandom } from '../../random.ts';

export const voiceSampleRate = 48_000;

/** Root mean square of a vowel before the whole phrase is brought to its loudness. */
const vowelLoudness = 0.2;

/** One syllable: how it begins, how the mouth moves from one shape to the next, and its tone. */
interface Syllable {
  /** Noise before the vowel: about which frequency, for how long, how loud. */
  onset: { hertz: number; ms: number; level: number };
  /** The first three resonances of the mouth at the beginning and at the end, in hertz. */
  from: readonly [number, number, number];
  to: readonly [number, number, number];
  endsInNose: boolean;
  /** The voice's pitch at the beginning, in the middle and at the end, in hertz. */
  tone: readonly [number, number, number];
  ms: number;
  /** Silence after it. */
  restMs: number;
}

const high = [168, 168, 166] as const;
const rising = [124, 138, 172] as const;
const falling = [176, 148, 108] as const;
const low = [122, 100, 112] as const;

/** 温泉中队收到，请讲 (Wenquan squad, received; go ahead), as far as a few resonances can say it. */
const phrase: readonly Syllable[] = [
  // 温
  syllable(0, 0, 0, [310, 700, 2_300], [560, 1_400, 2_500], true, high, 240),
  // 泉
  syllable(3_600, 80, 0.5, [290, 1_950, 2_500], [640, 1_650, 2_500], true, rising, 240),
  // 中
  syllable(2_900, 30, 0.45, [470, 950, 2_400], [410, 800, 2_400], true, high, 220),
  // 队
  syllable(4_000, 9, 0.5, [330, 800, 2_300], [430, 2_050, 2_600], false, falling, 220, 160),
  // 收
  syllable(2_700, 100, 0.45, [560, 1_000, 2_400], [360, 800, 2_300], false, high, 200),
  // 到
  syllable(3_800, 9, 0.5, [780, 1_250, 2_500], [460, 850, 2_400], false, falling, 260, 280),
  // 请
  syllable(3_700, 85, 0.5, [300, 2_250, 2_900], [360, 1_950, 2_700], true, low, 230),
  // 讲
  syllable(3_500, 35, 0.45, [310, 2_250, 2_800], [760, 1_300, 2_500], true, low, 320, 420),
];

function syllable(
  hertz: number,
  onsetMs: number,
  level: number,
  from: Syllable['from'],
  to: Syllable['to'],
  endsInNose: boolean,
  tone: Syllable['tone'],
  ms: number,
  restMs = 20,
): Syllable {
  return { onset: { hertz, ms: onsetMs, level }, from, to, endsInNose, tone, ms, restMs };
}

/** A resonance of the mouth: a filter of the second order. */
class Resonance {
  #last = 0;
  #secondLast = 0;

  pass(input: number, hertz: number, widthHertz: number): number {
    const shrink = Math.exp((-Math.PI * widthHertz) / voiceSampleRate);
    const first = 2 * shrink * Math.cos((2 * Math.PI * hertz) / voiceSampleRate);
    const second = -shrink * shrink;
    const output = (1 - first - second) * input + first * this.#last + second * this.#secondLast;
    this.#secondLast = this.#last;
    this.#last = output;
    return output;
  }
}

const samplesOf = (ms: number): number => Math.round((ms / 1_000) * voiceSampleRate);
const mix = (from: number, to: number, share: number): number => from + (to - from) * share;

/** The phrase once, samples from -1 to 1; it can be played over and over. */
export function makeVoice(): Float32Array {
  const random = seededRandom(417);
  const parts = phrase.map((one) => speak(one, random));
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return samples.map((sample) => (sample / loudest) * 0.7);
}

function speak(
  { onset, from, to, endsInNose, tone, ms, restMs }: Syllable,
  random: () => number,
): Float32Array {
  const [onsetLength, vowelLength] = [samplesOf(onset.ms), samplesOf(ms)];
  const part = new Float32Array(onsetLength + vowelLength + samplesOf(restMs));
  const hiss = new Resonance();
  for (let index = 0; index < onsetLength; index += 1) {
    const swell = Math.sin((Math.PI * index) / onsetLength);
    part[index] = hiss.pass(random() * 2 - 1, onset.hertz, 900) * onset.level * swell;
  }
  const mouth = [new Resonance(), new Resonance(), new Resonance(), new Resonance()];
  let phase = 0;
  let before = 0;
  for (let index = 0; index < vowelLength; index += 1) {
    const share = index / vowelLength;
    const pitch = share < 0.5 ? mix(tone[0], tone[1], share * 2) : mix(tone[1], tone[2], share * 2 - 1);
    phase = (phase + (pitch * (1 + 0.01 * (random() - 0.5))) / voiceSampleRate) % 1;
    // The throat opens slowly and shuts at once; what is radiated is the change of the flow.
    const flow = phase < 0.6 ? Math.sin((Math.PI * phase) / 0.6) ** 2 : 0;
    const source = (flow - before) * 12 + (random() - 0.5) * 0.04;
    before = flow;
    const isNose = endsInNose && share > 0.62;
    const glide = Math.min(1, share / (endsInNose ? 0.6 : 0.85));
    const shapes = [0, 1, 2].map((order) => mix(from[order] ?? 0, to[order] ?? 0, glide));
    const [first = 0, second = 0, third = 0] = shapes;
    let sample = mouth[0]?.pass(source, isNose ? 280 : first, isNose ? 110 : 70) ?? 0;
    sample = mouth[1]?.pass(sample, second, isNose ? 220 : 95) ?? 0;
    sample = mouth[2]?.pass(sample, third, 140) ?? 0;
    sample = mouth[3]?.pass(sample, 3_500, 220) ?? 0;
    const edge = Math.min(1, share / 0.08, (1 - share) / 0.15);
    part[onsetLength + index] = sample * edge * (isNose ? 0.45 : 1);
  }
  return evened(part, onsetLength, vowelLength);
}

/** Each vowel as loud as the others, whatever its resonances make of it; the noise before it keeps its own loudness. */
function evened(part: Float32Array, from: number, length: number): Float32Array {
  let sum = 0;
  for (let index = from; index < from + length; index += 1) sum += (part[index] ?? 0) ** 2;
  const gain = vowelLoudness / Math.sqrt(sum / length);
  return part.map((sample, index) => (index < from ? sample : sample * gain));
}

/** Samples as a WAV file: 16 bits, one channel. */
export function wavFile(samples: Float32Array): Buffer {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0, 'ascii');
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write('WAVEfmt ', 8, 'ascii');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(voiceSampleRate, 24);
  bytes.writeUInt32LE(voiceSampleRate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'ascii');
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (const [index, sample] of samples.entries()) {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), 44 + index * 2);
  }
  return bytes;
}
