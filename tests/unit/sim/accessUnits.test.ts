import { describe, expect, it } from 'vitest';
import { splitAccessUnits, splitUnits } from '../../../src-sim/media/accessUnits.ts';
import { encodeALaw } from '../../../src-shared/kitchenTalk/aLaw.ts';
import { skippedPicture } from '../../../src-sim/media/skippedPicture.ts';

const startCode = [0, 0, 0, 1];
const stream = (...units: number[][]) => Buffer.from(units.flatMap((unit) => [...startCode, ...unit]));

describe('an Annex B stream', () => {
  it('is split at start codes of three and of four bytes', () => {
    const bytes = Buffer.from([0, 0, 0, 1, 0x67, 5, 0, 0, 1, 0x68, 6]);
    expect(splitUnits(bytes)).toEqual([Buffer.from([0x67, 5]), Buffer.from([0x68, 6])]);
    expect(splitUnits(Buffer.from([1, 2, 3]))).toEqual([]);
  });

  it('is grouped into pictures: parameter sets go with the next one, slices with their first', () => {
    const pictures = splitAccessUnits(
      'h264',
      stream([0x09, 0xf0], [0x67, 1], [0x68, 2], [0x06, 9], [0x65, 0x88], [0x65, 0x40], [0x41, 0x9a]),
    );
    expect(pictures).toEqual([
      {
        isKey: true,
        units: [
          [0x67, 1],
          [0x68, 2],
          [0x65, 0x88],
          [0x65, 0x40],
        ].map((unit) => Buffer.from(unit)),
      },
      { isKey: false, units: [Buffer.from([0x41, 0x9a])] },
    ]);
  });

  it('is understood in H.265 too', () => {
    const pictures = splitAccessUnits(
      'h265',
      stream([32 << 1, 1, 7], [33 << 1, 1, 7], [34 << 1, 1, 7], [19 << 1, 1, 0x80], [1 << 1, 1, 0x80]),
    );
    expect(pictures.map((picture) => [picture.isKey, picture.units.length])).toEqual([
      [true, 4],
      [false, 1],
    ]);
  });
});

describe('a held picture', () => {
  it('is refused for what is not plain baseline, rather than sent wrong', () => {
    const mainProfile = [Buffer.from([0x67, 77, 0, 30, 0xda]), Buffer.from([0x68, 0xce, 0x38, 0x80])];
    expect(() => skippedPicture('h264', mainProfile, 1, { width: 640, height: 360 })).toThrow(/baseline/);
    expect(() => skippedPicture('h265', [], 1, { width: 640, height: 360 })).toThrow(/H\.264/);
  });
});

describe('A-law', () => {
  it('has the code words of ITU-T G.711', () => {
    expect(encodeALaw(0)).toBe(0xd5);
    expect(encodeALaw(1)).toBe(0xaa);
    expect(encodeALaw(-1)).toBe(0x2a);
    expect(encodeALaw(-1 / 4_096)).toBe(0x55);
  });
});
