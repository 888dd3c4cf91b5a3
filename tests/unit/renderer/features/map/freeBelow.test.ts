import { describe, expect, it } from 'vitest';
import { freeBelow, type SheetBox } from '../../../../../src-renderer/features/map/freeBelow.ts';
import fc from '../../../../support/properties.ts';

const box = (left: number, top: number, width = 100, height = 20): SheetBox => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const touch = (one: SheetBox, other: SheetBox): boolean =>
  one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;

describe('words on the map', () => {
  it('stay where nothing is in their way', () => {
    expect(freeBelow(box(0, 0), [box(100, 0), box(0, 20)], 2)).toEqual(box(0, 0));
  });

  it('stand below the plate that would hide them, and below the words that went there first', () => {
    const plate = box(20, 5, 50);
    const first = freeBelow(box(0, 0), [plate], 2);
    expect(first).toEqual(box(0, 27));
    expect(freeBelow(box(0, 0), [plate, first], 2)).toEqual(box(0, 49));
  });

  it('never lie over anything, keep their size and only move down', () => {
    const boxes = fc
      .tuple(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
      )
      .map((numbers) => box(...numbers));
    fc.assert(
      fc.property(boxes, fc.array(boxes, { maxLength: 12 }), (wanted, taken) => {
        const found = freeBelow(wanted, taken, 1);
        expect(taken.filter((other) => touch(found, other))).toEqual([]);
        expect(found).toEqual(
          box(wanted.left, found.top, wanted.right - wanted.left, wanted.bottom - wanted.top),
        );
        expect(found.top).toBeGreaterThanOrEqual(wanted.top);
      }),
    );
  });
});
