import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  createReleasedPicture,
  pictureAgainMs,
} from '../../../../src-sfu/features/showcase/releasedPicture.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const copies: {
    memberId: string;
    isOpen: boolean;
    /** Where it says that it is, when it is asked again. */
    now: Promise<{ workerId: string } | undefined>;
    ready: (place: { workerId: string } | undefined) => void;
    end: () => void;
  }[] = [];
  let changes = 0;
  const picture = createReleasedPicture({
    open(memberId, onEnded) {
      const ready = Promise.withResolvers<{ workerId: string } | undefined>();
      const copy = { memberId, isOpen: true, now: ready.promise, ready: ready.resolve, end: onEnded };
      copies.push(copy);
      return { ready: ready.promise, place: () => copy.now, close: () => (copy.isOpen = false) };
    },
    onChanged: () => (changes += 1),
  });
  return { picture, copies, open: () => copies.filter(({ isOpen }) => isOpen), changes: () => changes };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

it('is made of one member at a time, and is somewhere once its pictures come', async () => {
  const { picture, copies, open, changes } = setUp();
  picture.follow('ann');
  picture.follow('ann');
  expect([copies.length, picture.place(), changes()]).toEqual([1, undefined, 0]);
  copies[0]?.ready({ workerId: 'w' });
  await settle();
  expect([picture.place(), changes()]).toEqual([{ workerId: 'w' }, 1]);
  picture.follow('li');
  expect([open().map(({ memberId }) => memberId), picture.place(), changes()]).toEqual([
    ['li'],
    undefined,
    2,
  ]);
  // What was too late says nothing about the other.
  copies[0]?.end();
  await vi.advanceTimersByTimeAsync(pictureAgainMs);
  expect(copies.length).toBe(2);
  picture.follow(undefined);
  copies[1]?.ready({ workerId: 'w' });
  await settle();
  expect([open(), picture.place()]).toEqual([[], undefined]);
});

it('is tried again while it is released, where the camera sends nothing or stops', async () => {
  const { picture, copies, open, changes } = setUp();
  picture.follow('ann');
  copies[0]?.ready(undefined);
  await settle();
  expect(open()).toEqual([]);
  await vi.advanceTimersByTimeAsync(pictureAgainMs);
  copies[1]?.ready({ workerId: 'w' });
  await settle();
  copies[1]?.end();
  expect([picture.place(), open(), changes()]).toEqual([undefined, [], 2]);
  await vi.advanceTimersByTimeAsync(pictureAgainMs);
  expect(open().length).toBe(1);
  picture.close();
  await vi.advanceTimersByTimeAsync(10 * pictureAgainMs);
  expect([open(), copies.length]).toEqual([[], 3]);
});

it('is found again where its media worker was replaced, and says nothing about another member’s', async () => {
  const { picture, copies, changes } = setUp();
  expect(await picture.refresh()).toBe(false);
  picture.follow('ann');
  expect(await picture.refresh()).toBe(false);
  const [first] = copies;
  if (first === undefined) throw new Error('nothing was opened');
  first.ready({ workerId: 'w' });
  await settle();
  expect([await picture.refresh(), picture.place()]).toEqual([false, { workerId: 'w' }]);
  for (const place of [undefined, { workerId: 'w2' }]) {
    first.now = Promise.resolve(place);
    expect([await picture.refresh(), picture.place()]).toEqual([true, place]);
  }
  expect(changes()).toBe(1);
  const late = Promise.withResolvers<{ workerId: string }>();
  first.now = late.promise;
  const refreshing = picture.refresh();
  picture.follow('li');
  copies[1]?.ready({ workerId: 'w' });
  await settle();
  late.resolve({ workerId: 'w3' });
  expect([await refreshing, picture.place()]).toEqual([false, { workerId: 'w' }]);
});
