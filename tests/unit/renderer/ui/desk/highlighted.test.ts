import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../../../src-renderer/ui/desk/Highlighted.tsx';

const drawn = (text: string, ranges: { start: number; end: number }[]): string =>
  partsOf(text, ranges)
    .map((part) => (part.found ? `[${part.text}]` : part.text))
    .join('');

describe('marking what was found', () => {
  it('marks several parts in order, whatever order they came in', () => {
    expect(
      drawn('温泉中学食堂', [
        { start: 4, end: 6 },
        { start: 0, end: 2 },
      ]),
    ).toBe('[温泉]中学[食堂]');
  });

  it('joins parts that overlap and keeps within the text', () => {
    expect(
      drawn('温泉中学', [
        { start: 0, end: 3 },
        { start: 2, end: 99 },
      ]),
    ).toBe('[温泉中][学]');
  });

  it('marks nothing without a find', () => {
    expect(drawn('温泉', [])).toBe('温泉');
  });
});
