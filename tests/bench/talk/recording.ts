import type { ProbedChunk } from '../../support/talkProbe.ts';

/** Samples in a millisecond of what the probe records. */
const perMs = 8;
/** A chunk that far from where those before it say it should be starts again: the device left something out. */
const breakMs = 40;
/** Above the noise of a coder that has nothing to say; of 32,767. */
const silence = 60;

/** Sound over time. */
export interface Recording {
  /** When the first sample was, Unix milliseconds. */
  startMs: number;
  samples: Float32Array;
}

/** A recording as a page gave it. */
export interface Take extends Recording {
  /** Less than it lasts where the page or its devices had no time to record. */
  recordedMs: number;
}

/** Whether so much was recorded as should have been; else nothing is known of what was said or heard. */
export function isWhole({ recordedMs }: Take, lengthMs: number): boolean {
  return recordedMs >= lengthMs * 0.95;
}

/**
 * Joins what the probe recorded. A microphone's chunk was spoken in the 10 ms before the page had it; what is heard
 * leaves after the page had it: `shiftMs` says so.
 */
export function joinChunks(chunks: readonly ProbedChunk[], shiftMs: number): Take {
  const decoded = chunks.map(({ atMs, samples }) => {
    const bytes = Buffer.from(samples, 'base64');
    return { atMs, samples: new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2) };
  });
  // Threads wake late, devices do not: chunks follow on without a gap, from where most of them say that they began.
  const runs: { offsetsMs: number[]; samples: Int16Array[] }[] = [];
  let saidMs = 0;
  for (const { atMs, samples } of decoded) {
    const run = runs.at(-1);
    const offsetMs = atMs - saidMs;
    if (run === undefined || Math.abs(offsetMs - median(run.offsetsMs)) > breakMs) {
      runs.push({ offsetsMs: [atMs], samples: [samples] });
      saidMs = 0;
    } else {
      run.offsetsMs.push(offsetMs);
      run.samples.push(samples);
    }
    saidMs += samples.length / perMs;
  }
  const begins = runs.map(({ offsetsMs }) => median(offsetsMs));
  const startMs = Math.min(...begins);
  const endMs = (decoded.at(-1)?.atMs ?? startMs) + breakMs * 2;
  const joined = new Float32Array(runs.length === 0 ? 0 : Math.ceil((endMs - startMs) * perMs));
  let longest = 0;
  for (const [index, { samples }] of runs.entries()) {
    let place = Math.round(((begins[index] ?? startMs) - startMs) * perMs);
    for (const part of samples) {
      if (place + part.length > joined.length) break;
      joined.set(part, place);
      place += part.length;
    }
    longest = Math.max(longest, place);
  }
  return { startMs: startMs + shiftMs, samples: joined.subarray(0, longest), recordedMs: saidMsOf(decoded) };
}

function saidMsOf(chunks: readonly { samples: Int16Array }[]): number {
  return chunks.reduce((sum, { samples }) => sum + samples.length, 0) / perMs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Where in a recording something was found. */
export interface Match {
  atMs: number;
  /** 1 for the very same sound. */
  score: number;
}

/** A part of a recording; shorter where it does not reach so far. */
export function partOf({ startMs, samples }: Recording, fromMs: number, lengthMs: number): Recording {
  const first = Math.round((fromMs - startMs) * perMs);
  const from = Math.max(0, first);
  return {
    startMs: startMs + from / perMs,
    samples: samples.subarray(from, Math.max(0, first + Math.round(lengthMs * perMs))),
  };
}

/** How long it is. */
export function lengthMs({ samples }: Recording): number {
  return samples.length / perMs;
}

/** How loud it is, of 32,767. */
export function loudness({ samples }: Recording): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(energy / samples.length);
}

/** Where `sound` is most alike in `within`; undefined for silence. */
export function findSound(sound: Recording, within: Recording): Match | undefined {
  const { samples: wanted } = sound;
  const { samples: all } = within;
  const places = all.length - wanted.length;
  if (places < 0 || loudness(sound) < silence) return undefined;
  let wantedEnergy = 0;
  let energy = 0;
  for (let index = 0; index < wanted.length; index += 1) {
    wantedEnergy += (wanted[index] ?? 0) ** 2;
    energy += (all[index] ?? 0) ** 2;
  }
  const quiet = silence * silence * wanted.length;
  let best: Match | undefined;
  for (let place = 0; place <= places; place += 1) {
    if (energy > quiet) {
      let product = 0;
      for (let index = 0; index < wanted.length; index += 1) {
        product += (wanted[index] as number) * (all[place + index] as number);
      }
      const score = product / Math.sqrt(wantedEnergy * energy);
      if (best === undefined || score > best.score) best = { atMs: within.startMs + place / perMs, score };
    }
    energy += (all[place + wanted.length] ?? 0) ** 2 - (all[place] ?? 0) ** 2;
  }
  return best;
}
