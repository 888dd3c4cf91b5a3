import fc from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  decodeFrameStrip,
  encodeFrameStrip,
  frameAgeMs,
  frameIndexAt,
  loopFrames,
  stripArea,
  stripCellCount,
} from '../../../src-shared/simulation/frameStrip.ts';

/** A picture that holds only the strip's cells, as a luminance function. */
function picture(cells: readonly boolean[], black = 16, white = 235) {
  return (x: number, y: number): number => {
    if (y < stripArea.top) return 120;
    const position = Math.floor(((x - stripArea.left) / stripArea.width) * stripCellCount);
    return cells[position] ? white : black;
  };
}

describe('the frame strip', () => {
  it('gives back every frame index of the loop', () => {
    for (let index = 0; index < loopFrames; index += 1) {
      expect(decodeFrameStrip(picture(encodeFrameStrip(index)))).toBe(index);
    }
  });

  it('is read at low contrast and with noise, as compression leaves it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: loopFrames - 1 }),
        fc.infiniteStream(fc.integer({ min: -25, max: 25 })),
        (index, noise) => {
          const clean = picture(encodeFrameStrip(index), 60, 170);
          const read = decodeFrameStrip((x, y) => clean(x, y) + (noise.next().value ?? 0));
          expect(read).toBe(index);
        },
      ),
    );
  });

  it('refuses a strip in which any one or two data cells are wrong', () => {
    const dataCells = Array.from({ length: 15 }, (_unused, position) => position + 3);
    for (const index of [0, 1, 77, 150, 299]) {
      for (const first of dataCells) {
        for (const second of dataCells) {
          const cells = encodeFrameStrip(index);
          cells[first] = !cells[first];
          if (second !== first) cells[second] = !cells[second];
          expect(decodeFrameStrip(picture(cells))).toBeUndefined();
        }
      }
    }
  });

  it('finds none in a plain picture or one without contrast', () => {
    expect(decodeFrameStrip(() => 128)).toBeUndefined();
    expect(decodeFrameStrip(picture(encodeFrameStrip(5), 100, 130))).toBeUndefined();
    expect(decodeFrameStrip(() => Number.NaN)).toBeUndefined();
  });

  it('has no code for an index outside the loop', () => {
    expect(() => encodeFrameStrip(loopFrames)).toThrow(RangeError);
    expect(() => encodeFrameStrip(-1)).toThrow(RangeError);
    expect(() => encodeFrameStrip(1.5)).toThrow(RangeError);
  });
});

describe('the clock of the frames', () => {
  const clock = { epochMs: 1_000, phase: 10.25 };

  it('shows a new frame every fifteenth of a second, ahead by the phase', () => {
    expect(frameIndexAt(clock, 1_000)).toBe(10);
    expect(frameIndexAt(clock, 1_000 + 49)).toBe(10);
    expect(frameIndexAt(clock, 1_000 + 50)).toBe(11);
    expect(frameIndexAt(clock, 1_000 + 20_000)).toBe(10);
  });

  it('computes the age of a picture from its index, across the end of the loop', () => {
    const nowMs = 1_000 + 19_350; // frame 300.5 of the count: half a frame into index 0
    expect(frameIndexAt(clock, nowMs)).toBe(0);
    expect(frameAgeMs(clock, 0, nowMs)).toBeCloseTo(33.3, 1);
    expect(frameAgeMs(clock, 297, nowMs)).toBeCloseTo(233.3, 1);
  });
});
