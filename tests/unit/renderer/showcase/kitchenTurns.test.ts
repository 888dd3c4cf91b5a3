import { expect, it } from 'vitest';
import {
  firstOfTurn,
  kitchensInTurn,
  kitchensOfTurn,
} from '../../../../src-renderer/features/showcase/kitchenTurns.ts';

it('shows one camera of each site before the second ones', () => {
  const site = (...cameraIds: string[]) => ({
    district: '咸安区' as const,
    siteType: 'restaurant' as const,
    cameras: cameraIds.map((cameraId) => ({ cameraId, cameraName: '' })),
  });
  const order = kitchensInTurn([site('a1', 'a2', 'a3'), site(), site('b1'), site('c1', 'c2')]);
  expect(order.map(({ kitchenId }) => kitchenId)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  expect(kitchensInTurn([])).toEqual([]);
});

it('shows every kitchen of a city within as many rounds as that takes', () => {
  const kitchens = 2_209;
  const seen = new Set<number>();
  for (let round = 7_000; round < 7_000 + Math.ceil(kitchens / kitchensOfTurn); round += 1)
    for (let place = 0; place < kitchensOfTurn; place += 1)
      seen.add((firstOfTurn(round, kitchens) + place) % kitchens);
  expect(seen.size).toBe(kitchens);
  expect([0, 1, 5].map((round) => firstOfTurn(round, 12))).toEqual([0, 0, 0]);
  expect(firstOfTurn(3, 0)).toBe(0);
});
