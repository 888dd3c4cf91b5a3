import { expect, it } from 'vitest';
import {
  decodeALaw,
  encodeALaw,
  frameMs,
  frameSamples,
  levelOf,
  makeTone,
  silentByte,
  soundMs,
  toneMs,
} from '../../../../src-shared/kitchenTalk/aLaw.ts';

it('a byte of A-law is the same after it was decoded and encoded, and silence is silent', () => {
  for (let byte = 0; byte < 256; byte += 1) expect(encodeALaw(decodeALaw(byte))).toBe(byte);
  expect(levelOf(new Uint8Array(frameSamples).fill(silentByte))).toBeLessThan(0.001);
  expect(encodeALaw(0)).toBe(silentByte);
});

it('the tone is whole frames, audible from its first one to its last, of two notes, and without a click', () => {
  const tone = makeTone();
  expect(tone.length * frameMs).toBe(toneMs);
  expect(toneMs).toBeLessThanOrEqual(400);
  for (const frame of tone) {
    expect(frame).toHaveLength(frameSamples);
    expect(levelOf(frame)).toBeGreaterThan(0.1);
  }
  const samples = tone.flatMap((frame) => [...frame].map(decodeALaw));
  /** How much of a pitch is in a part of it. */
  const strength = (part: readonly number[], hertz: number): number => {
    const sum = (wave: (x: number) => number): number =>
      part.reduce((total, sample, at) => total + sample * wave((2 * Math.PI * hertz * at) / 8_000), 0);
    return Math.hypot(sum(Math.sin), sum(Math.cos)) / part.length;
  };
  const [first, second] = [samples.slice(0, 1_280), samples.slice(1_280)];
  expect(strength(first, 660)).toBeGreaterThan(10 * strength(first, 880));
  expect(strength(second, 880)).toBeGreaterThan(10 * strength(second, 660));
  const steps = samples.map((sample, at) => Math.abs(sample - (samples[at - 1] ?? 0)));
  expect(Math.max(...steps)).toBeLessThan(0.35);
  expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.02);
  expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.02);
});

it('a second of sound is 8,000 bytes, and each sample comes back within the step of its loudness', () => {
  expect(soundMs(new Uint8Array(12_000))).toBe(1_500);
  for (let sample = -1; sample <= 1; sample += 0.001)
    expect(Math.abs(decodeALaw(encodeALaw(sample)) - sample)).toBeLessThan(
      Math.max(Math.abs(sample) / 30, 1 / 2_000),
    );
});
