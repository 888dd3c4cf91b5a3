import { expect, it } from 'vitest';
import { createDeskTurning } from '../../../../../src-renderer/features/turning/deskTurning.ts';
import { ok, refuse } from '../../../../../src-shared/protocol/define.ts';

/** A desk at a recorder that never says which numbers of presets it uses. */
function stage() {
  const asked: object[] = [];
  const unknown = refuse('unavailable', 'The recorder did not say.', {
    reason: 'turning.preset_numbers_unknown',
  });
  const unreached = refuse('unavailable', 'Not confirmed.', { reason: 'turning.not_reached' });
  let isReached = true;
  const turning = createDeskTurning({
    request: ((name: string, input: { number?: number }) => {
      if (name !== 'turning:savePreset') return Promise.resolve(unreached);
      asked.push(input);
      const { number } = input;
      if (number === undefined) return Promise.resolve(unknown);
      return Promise.resolve(isReached ? ok({ preset: { number, name: '灶台' } }) : unreached);
    }) as never,
    mayTurn: () => true,
    page: {
      window: new EventTarget(),
      document: Object.assign(new EventTarget(), { hidden: false, hasFocus: () => true }),
    },
    nowMs: () => 0,
  });
  turning.watch('c1');
  return { turning, asked, unreachable: (isLost: boolean) => (isReached = !isLost) };
}

it('asks for a number where the recorder does not say which it uses, until a view is saved under one', async () => {
  const { turning, asked, unreachable } = stage();
  const needsNumber = (): boolean => turning.store.getState().needsNumber;
  expect(await turning.save('灶台')).toBe(false);
  expect(needsNumber()).toBe(true);
  // A command that is lost is no reason to choose again.
  unreachable(true);
  expect(await turning.save('灶台', 32)).toBe(false);
  expect(needsNumber()).toBe(true);
  unreachable(false);
  expect(await turning.save('灶台', 32)).toBe(true);
  expect(needsNumber()).toBe(false);
  expect(asked).toEqual([
    { cameraId: 'c1', name: '灶台' },
    { cameraId: 'c1', name: '灶台', number: 32 },
    { cameraId: 'c1', name: '灶台', number: 32 },
  ]);
});

it('of another camera no number is asked for, also where the answer comes after it was opened', async () => {
  const { turning } = stage();
  const saving = turning.save('灶台');
  turning.watch('c2');
  await saving;
  expect(turning.store.getState()).toMatchObject({ needsNumber: false, problem: undefined });
});

it('views that were taken from the list are shown until the hub says that there are none', async () => {
  const { turning, asked } = listingStage();
  await Promise.resolve();
  const unlisted = (): unknown => turning.store.getState().turning?.unlistedPresets;
  expect(unlisted()).toEqual([{ number: 1, name: '灶台' }]);
  await turning.relist(1);
  expect(asked).toEqual([{ cameraId: 'c1', number: 1 }]);
  turning.changed({ cameraId: 'c1', presets: [{ number: 1, name: '灶台' }], foreignPresets: [] });
  expect(unlisted()).toBeUndefined();
});

/** A desk at a camera one of whose own views was taken from the list. */
function listingStage() {
  const asked: object[] = [];
  const read = { cameraId: 'c1', presets: [], foreignPresets: [], holderId: 'h' };
  const turning = createDeskTurning({
    request: ((name: string, input: object) => {
      if (name === 'turning:relistPreset') asked.push(input);
      return Promise.resolve(ok({ ...read, unlistedPresets: [{ number: 1, name: '灶台' }] }));
    }) as never,
    mayTurn: () => true,
    page: {
      window: new EventTarget(),
      document: Object.assign(new EventTarget(), { hidden: false, hasFocus: () => true }),
    },
    nowMs: () => 0,
  });
  turning.watch('c1');
  return { turning, asked };
}
