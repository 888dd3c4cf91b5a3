import { expect, it } from 'vitest';
import { storedKinds } from '../../support/shift/ledger.ts';
import { killedShift } from '../../support/shift/killedShift.ts';

it('a hub that is killed at random moments of a busy shift has afterwards what it answered, once', async () => {
  const shift = await killedShift({ kills: 6, seed: 7 });
  expect(shift.lost).toEqual([]);
  expect(shift.doubled).toEqual([]);
  expect(shift.surprises).toEqual([]);
  expect(shift.kills.worker).toBeGreaterThan(0);
  expect(shift.kills.hub).toBeGreaterThan(0);
  // Something of each kind was answered: a shift that does nothing would lose nothing.
  const idle = storedKinds.filter((kind) => shift.answered[kind] === 0);
  expect(idle).toEqual([]);
});
