import { describe, expect, it } from 'vitest';
import { makeVoice, voiceSampleRate, wavFile } from '../../../../src-sim/squads/devices/voice.ts';
import { y4mFrame, y4mHead } from '../../../../src-sim/squads/devices/y4m.ts';

describe('the made voice', () => {
  const samples = makeVoice();

  it('is a phrase of some seconds, the same each time, loud enough and never clipped', () => {
    const seconds = samples.length / voiceSampleRate;
    expect(seconds).toBeGreaterThan(2);
    expect(seconds).toBeLessThan(5);
    expect(makeVoice()).toEqual(samples);
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudest).toBeCloseTo(0.7, 5);
  });

  it('begins and ends in silence, so that it can be played over and over', () => {
    expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.01);
    expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.01);
  });

  it('is written as a WAV file of its length', () => {
    const file = wavFile(samples);
    expect(file.toString('ascii', 0, 4)).toBe('RIFF');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    expect(file.readUInt32LE(24)).toBe(voiceSampleRate);
    expect(file.readUInt32LE(40)).toBe(samples.length * 2);
  });
});

describe('a picture for the fake camera', () => {
  const picture = (red: number, green: number, blue: number) =>
    y4mFrame(Uint8Array.from(Array.from({ length: 4 * 2 }, () => [red, green, blue, 255]).flat()), 4, 2);

  it.each([
    ['black', [0, 0, 0], [16, 128, 128]],
    ['white', [255, 255, 255], [235, 128, 128]],
    ['red', [255, 0, 0], [81, 90, 239]],
  ] as const)('has %s where it is %o', (_name, [red, green, blue], [luma, blueness, redness]) => {
    const frame = picture(red, green, blue);
    expect(frame.toString('ascii', 0, 6)).toBe('FRAME\n');
    expect([...frame.subarray(6)]).toHaveLength(12);
    for (const value of frame.subarray(6, 14)) expect(Math.abs(value - luma)).toBeLessThanOrEqual(1);
    for (const value of frame.subarray(14, 16)) expect(Math.abs(value - blueness)).toBeLessThanOrEqual(1);
    for (const value of frame.subarray(16, 18)) expect(Math.abs(value - redness)).toBeLessThanOrEqual(1);
  });

  it('has a head that says how large and how fast', () => {
    expect(y4mHead({ width: 640, height: 360, framesPerSecond: 12 }).toString()).toBe(
      'YUV4MPEG2 W640 H360 F12:1 Ip A1:1 C420jpeg\n',
    );
  });
});
