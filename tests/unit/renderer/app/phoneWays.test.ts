import { expect, it } from 'vitest';
import {
  afterLive,
  afterSegments,
  canMove,
  type PhoneWays,
} from '../../../../src-renderer/app/public/phoneWays.ts';

const ways = (live: boolean, segments: boolean): PhoneWays => ({ live, segments, isLiveOver: false });

it('a phone that can only receive live does not ask for moving pictures once that is over', () => {
  expect(canMove(ways(true, false))).toBe(true);
  expect(canMove(afterLive(ways(true, false)))).toBe(false);
});

it('a phone that plays segments goes on with them, and may try live again', () => {
  expect(afterLive(ways(true, true))).toMatchObject({ live: true, segments: true });
  expect(canMove(afterLive(ways(false, true)))).toBe(true);
});

it('a phone whose segments fail as well, in whatever order, shows stills and asks for nothing else', () => {
  expect(canMove(afterSegments(afterLive(ways(true, true))))).toBe(false);
  expect(canMove(afterLive(afterSegments(ways(true, true))))).toBe(false);
  expect(canMove(afterSegments(ways(false, true)))).toBe(false);
  // Live was not tried yet: a place may become free.
  expect(canMove(afterSegments(ways(true, true)))).toBe(true);
});
