import { describe, expect, it } from 'vitest';
import { firstHeard } from '../../bench/talk/firstHeard.ts';
import type { Recording } from '../../bench/talk/recording.ts';
import { chirps, fileRate } from '../../bench/talk/voiceCode.ts';

const perMs = 8;
const lagMs = 85;
const burstMs = 500;

/** A voice as a probe records it. */
function recorded(seed: number, lengthMs: number): Float32Array {
  const samples = chirps(seed);
  const step = fileRate / (perMs * 1_000);
  return Float32Array.from(
    { length: lengthMs * perMs },
    (_unused, index) => (samples[index * step] ?? 0) * 10_000,
  );
}

const spoken = recorded(1, burstMs);
const said: Recording = { startMs: 1_000, samples: spoken };

/** What a listener hears of it when its first milliseconds are missing. */
function heardWithout(missingMs: number, noise = 0): Recording {
  const samples = Float32Array.from({ length: 700 * perMs }, (_unused, index) => {
    const at = index - lagMs * perMs;
    const sound = at >= missingMs * perMs ? (spoken[at] ?? 0) : 0;
    return sound + noise * Math.sin(index * index);
  });
  return { startMs: 1_000, samples };
}

describe('the first that is heard of what was said', () => {
  it('is its beginning where nothing is missing', () => {
    const first = firstHeard(said, heardWithout(0));
    expect(first?.saidAtMs).toBeCloseTo(1_000, -1);
    expect((first?.heardAtMs ?? 0) - (first?.saidAtMs ?? 0)).toBeCloseTo(lagMs, -1);
  });

  it.each([20, 35, 60, 120, 300])('is what comes after %d missing milliseconds', (missingMs) => {
    const first = firstHeard(said, heardWithout(missingMs, 20));
    expect(Math.abs((first?.saidAtMs ?? 0) - 1_000 - missingMs)).toBeLessThanOrEqual(6);
  });

  it('is its beginning where a later place is more alike, that follows a silence', () => {
    const said: Recording = { startMs: 1_000, samples: spoken.slice() };
    const beginning = spoken.slice(0, 44 * perMs);
    said.samples.fill(0, 170 * perMs, 200 * perMs);
    said.samples.set(beginning, 200 * perMs);
    const samples = new Float32Array(700 * perMs);
    samples.set(said.samples, lagMs * perMs);
    // The microphone also heard somebody else there, whom the coder left out.
    const other = recorded(2, 100);
    for (let index = 0; index < beginning.length; index += 1) {
      said.samples[index] = (beginning[index] ?? 0) + 0.4 * (other[index] ?? 0);
    }
    const first = firstHeard(said, { startMs: 1_000, samples });
    expect(Math.abs((first?.saidAtMs ?? 0) - 1_000)).toBeLessThanOrEqual(10);
  });

  it('is never what was said only later', () => {
    const said: Recording = { startMs: 1_000, samples: spoken.slice() };
    const beginning = spoken.slice(0, 90 * perMs);
    said.samples.set(beginning, 200 * perMs);
    const samples = new Float32Array(700 * perMs);
    samples.set(said.samples, lagMs * perMs);
    const other = recorded(2, 100);
    for (let index = 0; index < beginning.length; index += 1) {
      said.samples[index] = (beginning[index] ?? 0) + 0.4 * (other[index] ?? 0);
    }
    const first = firstHeard(said, { startMs: 1_000, samples });
    expect(Math.abs((first?.saidAtMs ?? 0) - 1_000)).toBeLessThanOrEqual(10);
  });

  it('is nothing where there is silence', () => {
    expect(firstHeard(said, heardWithout(burstMs, 20))).toBeUndefined();
  });

  it('is nothing where somebody else is heard', () => {
    const other = recorded(2, 700);
    expect(firstHeard(said, { startMs: 1_000, samples: other })).toBeUndefined();
  });
});
