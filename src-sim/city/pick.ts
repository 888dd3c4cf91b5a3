import type { RandomSource } from '../random.ts';

/** One of the items, each as likely as the others. Throws RangeError when there are none. */
export function pick<Item>(random: RandomSource, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** One of the items, as likely as its weight says. Throws RangeError when there are none. */
export function pickWeighted<Item>(
  random: RandomSource,
  items: readonly Item[],
  weight: (item: Item) => number,
): Item {
  let rest = random() * items.reduce((sum, item) => sum + weight(item), 0);
  const found = items.find((item) => (rest -= weight(item)) < 0) ?? items.at(-1);
  if (found === undefined) throw new RangeError('nothing to pick from');
  return found;
}
