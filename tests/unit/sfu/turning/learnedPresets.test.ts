import { expect, it } from 'vitest';
import { createLearnedPresets, learnEveryMs } from '../../../../src-sfu/features/turning/learnedPresets.ts';
import { createPresets } from '../../../../src-sfu/features/turning/presets.ts';
import type { OwnView, OwnViews, TurnHead } from '../../../../src-sfu/features/turning/turning.ports.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createTurningRepository } from '../../../../src-sfu/storage/turning.sql.ts';

const done = (): Promise<void> => Promise.resolve();

function stage(listed: OwnView[] | undefined, store?: Store) {
  const nothing = {
    savePreset: done,
    takeUpPreset: done,
    hidePreset: done,
    relistPreset: done,
    dropPreset: done,
    deletePreset: done,
    wentTo: done,
  };
  const repository =
    store === undefined ? { ...nothing, presets: () => Promise.resolve([]) } : createTurningRepository(store);
  const clock = { nowMs: 0 };
  const device = { listed, asked: 0, tokens: new Map<number, string>() };
  const views: OwnViews = {
    list() {
      device.asked += 1;
      const known = new Map([...device.tokens].map(([number, token]) => [token, number]));
      return Promise.resolve(
        device.listed?.map((one) => {
          const number = known.get(one.token);
          return number === undefined ? one : { ...one, number };
        }),
      );
    },
    hasNumber: (number) => device.tokens.has(number),
    giveNumber: (number, token) => Promise.resolve(void device.tokens.set(number, token)),
    dropNumber: (number) => Promise.resolve(void device.tokens.delete(number)),
  };
  const place = { url: 'onvif://d/V1' };
  const options = { repository, urlOf: () => place.url, nowMs: () => clock.nowMs };
  const presets = createPresets(options);
  const learned = createLearnedPresets({ ...options, presets });
  const learn = (cameraId = 'a'): Promise<boolean> => {
    clock.nowMs += learnEveryMs;
    return learned.learn(cameraId, views);
  };
  const sent: string[] = [];
  /** The device behind the camera, whichever camera of the registry it is. */
  const head = {
    ownViews: views,
    goToPreset: (number: number) => Promise.resolve(sent.push(`go ${number}`) > 0),
    setPreset: (number: number) => Promise.resolve(sent.push(`set ${number}`) > 0),
    deletePreset: (number: number) => Promise.resolve(sent.push(`delete ${number}`) > 0),
  } as unknown as TurnHead;
  return { repository, options, presets, learned, views, device, clock, learn, place, head, sent };
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

it('a device that becomes another camera lists its views there under the same numbers, and none of them is saved over', async () => {
  const { presets, learn, head, device, sent } = stage([view('t1', '灶台'), view('t2', '后门')]);
  await learn('x');
  // Before the device was asked as this camera.
  expect(await presets.save('y', head, { name: '收银台' }, '王芳')).toMatchObject({
    data: { preset: { number: 3 } },
  });
  expect(await presets.save('y', head, { name: '收银台', number: 1 }, '王芳')).toMatchObject({
    reason: 'turning.preset_number_taken',
  });
  expect(await learn('y')).toBe(true);
  expect(presets.of('y')).toEqual([
    { number: 1, name: '灶台' },
    { number: 2, name: '后门' },
    { number: 3, name: '收银台' },
  ]);
  expect([...device.tokens.values()]).toEqual(['t1', 't2']);
  expect(sent).toEqual(['set 3']);
  expect(await learn('y')).toBe(false);
});

it('a view of an installer is taken from the list and stays in the device, also for a hub that starts again', async () => {
  const { options, presets, learn, head, sent } = stage(
    [view('t1', '灶台'), view('t2', '后门')],
    await openStore(':memory:'),
  );
  await learn();
  expect((await presets.remove('a', head, 1, '王芳')).ok).toBe(true);
  expect(names(presets.of('a'))).toEqual(['后门']);
  expect(await presets.goTo('a', head, 1, { actor: '王芳', principal: null })).toMatchObject({
    reason: 'turning.no_such_preset',
  });
  expect(await learn()).toBe(false);
  await presets.save('a', head, { name: '水池' }, '王芳');
  await presets.remove('a', head, 3, '王芳');
  expect(sent).toEqual(['set 3', 'delete 3']);
  const again = createPresets(options);
  await again.load();
  expect(again.of('a')).toEqual([{ number: 2, name: '后门' }]);
  expect(again.has('a', 1)).toBe(true);
});

it('views of a device are not listed, gone to or deleted at another address, and are there again at its own', async () => {
  const { presets, learn, head, place, sent } = stage([view('t1', '灶台')]);
  await learn();
  await presets.save('a', head, { name: '水池' }, '王芳');
  place.url = 'gb28181://x/1';
  const recorder = { ...head, ownViews: undefined } as unknown as TurnHead;
  expect(names(presets.of('a'))).toEqual(['水池']);
  expect(await presets.goTo('a', recorder, 1, { actor: '王芳', principal: null })).toMatchObject({
    ok: false,
  });
  expect(await presets.remove('a', recorder, 1, '王芳')).toMatchObject({
    reason: 'turning.no_such_preset',
  });
  await presets.save('a', recorder, { name: '库房' }, '王芳');
  place.url = 'onvif://d/V1';
  expect(names(presets.of('a'))).toEqual(['灶台', '水池', '库房']);
  // What was saved by the recorder is not what the device has under this number.
  expect((await presets.remove('a', head, 3, '王芳')).ok).toBe(true);
  expect(sent).toEqual(['set 2', 'set 3']);
});

it('a device that lists every place is known by all of its views, also once the named ones have numbers', async () => {
  const places = Array.from({ length: 31 }, (_, at) => view(`${at + 2}`, `预置点 ${at + 2}`));
  const { presets, learn } = stage([view('1', '灶台'), ...places]);
  await learn();
  await learn();
  expect(names(presets.of('a'))).toEqual(['灶台']);
});

it('a view that is renamed at the camera has its new name under the same number, unless an officer named it here', async () => {
  const { presets, learn, device, head } = stage([view('t1', '灶台'), view('t2', '后门')]);
  await learn();
  await presets.save('a', head, { name: '水池' }, '王芳');
  device.tokens.set(3, 't3');
  device.listed = [view('t1', '灶台一'), view('t2', '后门'), view('t3', 'P3')];
  expect(await learn()).toBe(true);
  expect(names(presets.of('a'))).toEqual(['灶台一', '后门', '水池']);
  expect([...device.tokens]).toEqual([
    [1, 't1'],
    [2, 't2'],
    [3, 't3'],
  ]);
  expect(await learn()).toBe(false);
});

it('a view that two lists of the camera do not have any more is not offered any more, and its number is free', async () => {
  const store = await openStore(':memory:');
  const { options, presets, learn, device, head } = stage(
    [view('t1', '灶台'), view('t2', '后门'), view('t3', '冷库')],
    store,
  );
  await learn();
  await presets.remove('a', head, 2, '王芳');
  device.listed = [view('t3', '冷库')];
  // A camera that starts may say less than it has.
  expect(await learn()).toBe(false);
  device.listed = [view('t1', '灶台'), view('t3', '冷库')];
  expect(await learn()).toBe(true);
  expect(names(presets.of('a'))).toEqual(['灶台', '冷库']);
  expect(presets.unlistedOf('a')).toEqual([]);
  device.listed = undefined;
  for (let times = 0; times < 3; times += 1) expect(await learn()).toBe(false);
  device.listed = [view('t3', '冷库')];
  await learn();
  expect(await learn()).toBe(true);
  expect(presets.of('a')).toEqual([{ number: 3, name: '冷库' }]);
  expect([...device.tokens.keys()]).toEqual([3]);
  const again = createPresets(options);
  await again.load();
  expect(again.of('a')).toEqual(presets.of('a'));
  const lines = await store
    .selectFrom('audit_log')
    .select(['action', 'actor'])
    .where('action', '=', 'turning:dropPreset')
    .execute();
  expect(lines).toEqual(Array(2).fill({ action: 'turning:dropPreset', actor: 'hub' }));
});

it('who goes to a view that was deleted at the camera is answered so, and it is not offered any more', async () => {
  const { presets, learn, device, head } = stage([view('t1', '灶台'), view('t2', '后门')]);
  await learn();
  await presets.save('a', head, { name: '水池' }, '王芳');
  device.tokens.set(3, 't3');
  const still = { ...head, goToPreset: () => Promise.resolve(false) };
  const by = { actor: '王芳', principal: null };
  // It is there, and did not answer.
  expect(await presets.goTo('a', still, 1, by)).toMatchObject({ reason: 'turning.not_reached' });
  device.listed = undefined;
  expect(await presets.goTo('a', still, 1, by)).toMatchObject({ reason: 'turning.not_reached' });
  // It says less while it starts.
  device.listed = [];
  expect(await presets.goTo('a', still, 1, by)).toMatchObject({ reason: 'turning.not_reached' });
  expect(await presets.goTo('a', still, 3, by)).toMatchObject({ reason: 'turning.not_reached' });
  device.listed = [view('t1', '灶台'), view('t2', '后门'), view('t3', 'P3')];
  expect(await presets.goTo('a', still, 1, by)).toMatchObject({ reason: 'turning.not_reached' });
  device.listed = [view('t2', '后门')];
  expect(await presets.goTo('a', still, 1, by)).toMatchObject({ reason: 'turning.not_reached' });
  expect(await presets.goTo('a', still, 3, by)).toMatchObject({ reason: 'turning.not_reached' });
  expect(names(presets.of('a'))).toEqual(['灶台', '后门', '水池']);
  for (const [number, name] of [
    [1, '灶台'],
    [3, '水池'],
  ] as const)
    expect(await presets.goTo('a', still, number, by)).toMatchObject({
      reason: 'turning.preset_gone',
      parameters: { name },
    });
  // What an officer saved is his to delete.
  expect(names(presets.of('a'))).toEqual(['后门', '水池']);
  const recorder = { ...still, ownViews: undefined } as unknown as TurnHead;
  expect(await presets.goTo('a', recorder, 2, by)).toMatchObject({ reason: 'turning.not_reached' });
});

it('who goes to a view that was saved at another device is not answered that it was deleted at this one', async () => {
  const { presets, head, device } = stage([view('t2', '后门')]);
  await presets.save('a', head, { name: '水池' }, '王芳');
  const still = { ...head, goToPreset: () => Promise.resolve(false) };
  for (let times = 0; times < 3; times += 1)
    expect(await presets.goTo('a', still, 1, { actor: '王芳', principal: null })).toMatchObject({
      reason: 'turning.no_such_preset',
    });
  expect(device.asked).toBe(0);
  expect(names(presets.of('a'))).toEqual(['水池']);
});

it('a view that is missing once when somebody goes to it, and once in the list, is gone; its number begins with none', async () => {
  const { presets, learn, device, head } = stage([view('t1', '灶台'), view('t2', '后门')]);
  await learn();
  const still = { ...head, goToPreset: () => Promise.resolve(false) };
  const by = { actor: '王芳', principal: null };
  device.listed = [view('t2', '后门')];
  expect(await presets.goTo('a', still, 1, by)).toMatchObject({ reason: 'turning.not_reached' });
  expect(await learn()).toBe(true);
  expect(names(presets.of('a'))).toEqual(['后门']);
  await presets.save('a', head, { name: '水池' }, '王芳');
  device.tokens.set(1, 't9');
  expect(await presets.goTo('a', still, 1, by)).toMatchObject({ reason: 'turning.not_reached' });
  expect(await learn()).toBe(false);
  expect(await presets.goTo('a', still, 1, by)).toMatchObject({ reason: 'turning.preset_gone' });
});

it('a view that was taken from the list is listed again, also by a hub that started again', async () => {
  const store = await openStore(':memory:');
  const { options, presets, learn, head } = stage([view('t1', '灶台'), view('t2', '后门')], store);
  await learn();
  await presets.remove('a', head, 1, '王芳');
  expect(presets.unlistedOf('a')).toEqual([{ number: 1, name: '灶台' }]);
  expect(await presets.relist('a', 2, '王芳')).toMatchObject({ reason: 'turning.no_such_preset' });
  expect((await presets.relist('a', 1, '王芳')).ok).toBe(true);
  expect(presets.unlistedOf('a')).toEqual([]);
  expect(await presets.goTo('a', head, 1, { actor: '王芳', principal: null })).toMatchObject({ ok: true });
  const again = createPresets(options);
  await again.load();
  expect(names(again.of('a'))).toEqual(['灶台', '后门']);
  const line = await store
    .selectFrom('audit_log')
    .select('actor')
    .where('action', '=', 'turning:relistPreset')
    .executeTakeFirst();
  expect(line?.actor).toBe('王芳');
});
