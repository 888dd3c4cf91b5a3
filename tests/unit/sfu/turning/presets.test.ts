import { expect, it, vi } from 'vitest';
import { createPresets } from '../../../../src-sfu/features/turning/presets.ts';
import type { TurnHead } from '../../../../src-sfu/features/turning/turning.ports.ts';
import { maxPresets } from '../../../../src-shared/turning/turning.protocol.ts';

function stage(used: ReadonlySet<number> | undefined) {
  const set: number[] = [];
  const kept: object[] = [];
  const usedPresets = vi.fn(() => Promise.resolve(used));
  const head: TurnHead = {
    drive: () => undefined,
    stop: () => Promise.resolve(true),
    usedPresets,
    goToPreset: () => Promise.resolve(true),
    setPreset(number) {
      set.push(number);
      return Promise.resolve(true);
    },
    deletePreset: () => Promise.resolve(true),
  };
  const place = { url: 'gb28181://x/1', nowMs: 0 };
  const presets = createPresets({
    repository: {
      presets: () => Promise.resolve([{ cameraId: 'a', number: 3, name: 'ours' }]),
      savePreset(cameraId, preset) {
        kept.push({ cameraId, ...preset });
        return Promise.resolve();
      },
      takeUpPreset: () => Promise.resolve(),
      hidePreset: () => Promise.resolve(),
      relistPreset: () => Promise.resolve(),
      dropPreset: () => Promise.resolve(),
      deletePreset: () => Promise.resolve(),
      wentTo: () => Promise.resolve(),
    },
    urlOf: () => place.url,
    nowMs: () => place.nowMs,
  });
  return { presets, head, set, kept, usedPresets, place };
}

it('a view is saved under a number that neither the hub nor the recorder uses, and the recorder is asked once', async () => {
  const { presets, head, set, usedPresets } = stage(new Set([1, 2, 3, 5, 40]));
  await presets.load();
  for (const name of ['stove', 'door'])
    expect((await presets.save('a', head, { name }, 'tests')).ok).toBe(true);
  expect(set).toEqual([4, 6]);
  expect(usedPresets).toHaveBeenCalledTimes(1);
  // Its own, but not ours, which it lists as well.
  expect(presets.foreignTo('a')).toEqual([1, 2, 5]);
  expect(presets.foreignTo('b')).toEqual([]);
});

it('a recorder that lists every number, as some do whether or not they are set, is given the lowest one that is free at the hub', async () => {
  const { presets, head, set } = stage(new Set(Array.from({ length: 255 }, (_, at) => at + 1)));
  await presets.load();
  await presets.save('a', head, { name: 'stove' }, 'tests');
  expect(set).toEqual([1]);
  expect(presets.foreignTo('a')).toEqual([]);
});

it('a recorder that does not say which numbers it uses is sent none, and is asked again at the next save', async () => {
  const { presets, head, set, usedPresets } = stage(undefined);
  const save = () => presets.save('a', head, { name: 'stove' }, 'tests');
  expect(await save()).toMatchObject({ ok: false, reason: 'turning.preset_numbers_unknown' });
  expect(set).toEqual([]);
  usedPresets.mockResolvedValue(new Set([1]));
  expect(await save()).toMatchObject({ ok: true, data: { preset: { number: 2 } } });
});

it('a camera is asked again after some minutes, and at another address, whose numbers are other ones', async () => {
  const { presets, head, set, usedPresets, place } = stage(new Set([1]));
  const save = () => presets.save('a', head, { name: 'stove' }, 'tests');
  await save();
  place.nowMs = 5 * 60_000;
  usedPresets.mockResolvedValue(new Set([1, 2, 3]));
  await save();
  place.url = 'gb28181://x/2';
  expect(presets.foreignTo('a')).toEqual([]);
  usedPresets.mockResolvedValue(new Set([5]));
  await save();
  expect(set).toEqual([2, 4, 1]);
});

it('a camera is full where its own views and ours leave no number', async () => {
  const { presets, head, set } = stage(new Set(Array.from({ length: maxPresets - 2 }, (_, at) => at + 2)));
  await presets.load();
  expect((await presets.save('a', head, { name: 'stove' }, 'tests')).ok).toBe(true);
  const full = await presets.save('a', head, { name: 'door' }, 'tests');
  expect(full).toMatchObject({ ok: true });
  expect(await presets.save('a', head, { name: 'sink' }, 'tests')).toMatchObject({
    ok: false,
    reason: 'turning.presets_full',
  });
  expect(set).toEqual([1, 32]);
});

it('a recorder that never says which numbers it uses saves a view under the number that a person chose, and keeps its name', async () => {
  const { presets, head, set, kept } = stage(undefined);
  await presets.load();
  const save = (number: number) => presets.save('a', head, { name: 'stove', number }, 'tests');
  expect(await save(32)).toMatchObject({ ok: true, data: { preset: { number: 32, name: 'stove' } } });
  expect(presets.of('a').at(-1)).toEqual({ number: 32, name: 'stove' });
  expect(kept).toEqual([{ cameraId: 'a', number: 32, name: 'stove' }]);
  // What is saved here already is not replaced.
  for (const number of [3, 32])
    expect(await save(number)).toMatchObject({
      ok: false,
      reason: 'turning.preset_number_taken',
      parameters: { number },
    });
  expect(set).toEqual([32]);
});

it('a number that a person chose is refused where the recorder says by now that it uses it', async () => {
  const { presets, head, set, usedPresets } = stage(undefined);
  usedPresets.mockResolvedValue(new Set([7]));
  const save = (number: number) => presets.save('a', head, { name: 'stove', number }, 'tests');
  expect(await save(7)).toMatchObject({ ok: false, reason: 'turning.preset_number_taken' });
  expect(await save(8)).toMatchObject({ ok: true, data: { preset: { number: 8 } } });
  expect(set).toEqual([8]);
});

it('two desks that choose one number at the same time do not share it', async () => {
  const { presets, head, set } = stage(undefined);
  const save = () => presets.save('a', head, { name: 'stove', number: 9 }, 'tests');
  const answers = await Promise.all([save(), save()]);
  expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  expect(set).toEqual([9]);
});
