import { expect, it } from 'vitest';
import { createLearnedPresets, learnEveryMs } from '../../../../src-sfu/features/turning/learnedPresets.ts';
import { createPresets } from '../../../../src-sfu/features/turning/presets.ts';
import type { OwnView, OwnViews, TurnHead } from '../../../../src-sfu/features/turning/turning.ports.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createTurningRepository } from '../../../../src-sfu/storage/turning.sql.ts';

const done = (): Promise<void> => Promise.resolve();

function stage(listed: OwnView[] | undefined, store?: Store) {
  const nothing = { savePreset: done, takeUpPreset: done, deletePreset: done, wentTo: done };
  const repository =
    store === undefined ? { ...nothing, presets: () => Promise.resolve([]) } : createTurningRepository(store);
  const clock = { nowMs: 0 };
  const device = { listed, asked: 0, tokens: new Map<number, string>() };
  const views: OwnViews = {
    list() {
      device.asked += 1;
      const known = new Set(device.tokens.values());
      return Promise.resolve(device.listed?.filter(({ token }) => !known.has(token)));
    },
    hasNumber: (number) => device.tokens.has(number),
    giveNumber: (number, token) => Promise.resolve(void device.tokens.set(number, token)),
  };
  const options = { repository, urlOf: () => 'onvif://d/V1', nowMs: () => clock.nowMs };
  const presets = createPresets(options);
  const learned = createLearnedPresets({ ...options, presets });
  const learn = (): Promise<boolean> => {
    clock.nowMs += learnEveryMs;
    return learned.learn('a', views);
  };
  return { repository, presets, learned, views, device, clock, learn };
}
const view = (token: string, name = token): OwnView => ({ token, name });
const names = (presets: readonly { name: string }[]): string[] => presets.map(({ name }) => name);

it('views that an installer set at the camera are listed by name under our numbers, and the audit log names the hub', async () => {
  const store = await openStore(':memory:');
  const { repository, presets, device, learn } = stage([view('t7', '灶台'), view('t9', '')], store);
  expect(await learn()).toBe(true);
  expect(presets.of('a')).toEqual([
    { number: 1, name: '灶台' },
    { number: 2, name: 't9' },
  ]);
  expect([...device.tokens]).toEqual([
    [1, 't7'],
    [2, 't9'],
  ]);
  expect(await repository.presets()).toHaveLength(2);
  const lines = await store.selectFrom('audit_log').select(['action', 'actor']).execute();
  expect(lines).toEqual(Array(2).fill({ action: 'turning:takeUpPreset', actor: 'hub' }));
  expect(await learn()).toBe(false);
});

it('a camera is asked once a minute, and one that does not say its views changes nothing', async () => {
  const { presets, learned, views, device, clock } = stage(undefined);
  for (const atMs of [0, learnEveryMs - 1, learnEveryMs]) {
    clock.nowMs = atMs;
    expect(await learned.learn('a', views)).toBe(false);
  }
  expect(device.asked).toBe(2);
  expect(await learned.learn('b', undefined)).toBe(false);
  expect(presets.of('a')).toEqual([]);
});

it('of a camera that lists hundreds of places only those with names of their own count, and some numbers stay free', async () => {
  const places = Array.from({ length: 300 }, (_, at) =>
    view(`${at + 1}`, at % 2 ? `预置点 ${at}` : `Preset${at}`),
  );
  const { presets, device, learn } = stage([...places, view('301', '冷库门')]);
  expect(await learn()).toBe(true);
  expect(names(presets.of('a'))).toEqual(['冷库门']);
  device.listed = Array.from({ length: 100 }, (_, at) => view(`n${at}`, `灶 ${at} 号${'长'.repeat(60)}`));
  expect(await learn()).toBe(true);
  expect(presets.of('a')).toHaveLength(24);
  expect(Math.max(...names(presets.of('a')).map((name) => name.length))).toBe(30);
});

it('a camera that replaced another one gets the same number for a view of the same name', async () => {
  const { presets, device, learn } = stage([view('t1', '灶台'), view('t2', '后门')]);
  await learn();
  device.tokens.clear();
  device.listed = [view('x', '后门'), view('y', '冷库')];
  expect(await learn()).toBe(true);
  expect([...device.tokens]).toEqual([
    [2, 'x'],
    [3, 'y'],
  ]);
  expect(names(presets.of('a'))).toEqual(['灶台', '后门', '冷库']);
});

it('nothing is taken up while a view is being saved, which the camera may list already', async () => {
  const { presets, device, learn } = stage([view('t1', 'P1')]);
  const saved = Promise.withResolvers<boolean>();
  const head = { setPreset: () => saved.promise } as unknown as TurnHead;
  const saving = presets.save('a', head, { name: '灶台' }, '王芳');
  expect(await learn()).toBe(false);
  device.tokens.set(1, 't1');
  saved.resolve(true);
  expect((await saving).ok).toBe(true);
  expect(await learn()).toBe(false);
  expect(names(presets.of('a'))).toEqual(['灶台']);
});
