import { expect, it } from 'vitest';
import { createDeskCascade } from '../../../../../src-renderer/features/cascade/deskCascade.ts';
import { zoneText } from '../../../../../src-renderer/features/cascade/hoursText.ts';
import type { Ack } from '../../../../../src-shared/protocol/define.ts';
import { upperSettings } from '../../../../support/upperStage.ts';

const refused = { ok: false, code: 'conflict', reason: 'cascade.changed_meanwhile', message: '' } as const;

/** A desk whose server has one platform, and refuses what the test says. */
function deskAt() {
  const asked: [name: string, input: unknown][] = [];
  const refusing = new Set<string>();
  const desk = createDeskCascade(((name: string, input: unknown): Promise<Ack<unknown>> => {
    asked.push([name, input]);
    if (refusing.has(name)) return Promise.resolve(refused as never);
    const answers: Record<string, unknown> = {
      'cascade:list': { platforms: [{ upperId: 'u' }], utcOffsetMinutes: 480 },
      'cascade:readCameras': { cameras: [] },
      'cascade:add': { upperId: 'new' },
      'cascade:shutPlatform': { ended: 3 },
      'cascade:shutCamera': { ended: 1 },
    };
    return Promise.resolve({ ok: true, data: answers[name] ?? {} });
  }) as never);
  const { store } = desk;
  return {
    desk,
    refusing,
    state: () => store.getState(),
    names: () => asked.splice(0).map(([name]) => name),
    asked,
  };
}

it('a platform that was added has its cameras chosen next, and the list is read again', async () => {
  const { desk, state, names } = deskAt();
  await desk.show({ kind: 'new' });
  await desk.add(upperSettings(5060), 'province-7');
  expect(names()).toEqual(['cascade:add', 'cascade:list']);
  expect(state()).toMatchObject({
    detail: { kind: 'share', upperId: 'new' },
    platforms: [{ upperId: 'u' }],
    isBusy: false,
    utcOffsetMinutes: 480,
  });
  await desk.share('new', { districts: ['咸安区'], cameraIds: [] }, 'r1');
  expect(state().detail).toBeUndefined();
});

it('what was refused keeps its form open and says why, until the next wish', async () => {
  const { desk, refusing, state, names } = deskAt();
  await desk.show({ kind: 'change', upperId: 'u' });
  refusing.add('cascade:change');
  await desk.change('u', upperSettings(5061), undefined, 'r1');
  expect(names()).toEqual(['cascade:change']);
  expect(state()).toMatchObject({ detail: { kind: 'change' }, problem: refused, isBusy: false });
  refusing.clear();
  await desk.change('u', upperSettings(5061), undefined, 'r2');
  expect(state()).toMatchObject({ detail: undefined, problem: undefined });
});

it('sends a password only where one was typed', async () => {
  const { desk, asked } = deskAt();
  await desk.change('u', upperSettings(5060), undefined, 'r');
  await desk.change('u', upperSettings(5060), 'next-8', 'r');
  const changes = asked.filter(([name]) => name === 'cascade:change').map(([, input]) => input);
  expect(changes[0]).not.toHaveProperty('password');
  expect(changes[1]).toMatchObject({ password: 'next-8' });
});

it('says how many views a shutting ended, and reads the shared cameras while they are shown', async () => {
  const { desk, state, names } = deskAt();
  await desk.shutPlatform('u');
  expect(state().ended).toBe(3);
  await desk.show({ kind: 'cameras' });
  expect(state().ended).toBeUndefined();
  names();
  await desk.shutCamera('c');
  expect(state().ended).toBe(1);
  await desk.openCamera('c', { fromMinute: 0, toMinute: 60 });
  expect(names().filter((name) => name === 'cascade:readCameras')).toHaveLength(2);
});

it('reads again after a change at the server only what was read before, and forgets all for the next person', async () => {
  const { desk, state, names } = deskAt();
  desk.changed();
  expect(names()).toEqual([]);
  await desk.read();
  desk.changed();
  expect(names()).toEqual(['cascade:list', 'cascade:list']);
  desk.forget();
  expect(state()).toMatchObject({ platforms: undefined, detail: undefined });
});

it('the zone by which hours count is named', () => {
  expect([480, 330, 0, -210].map(zoneText)).toEqual(['UTC+8', 'UTC+5:30', 'UTC+0', 'UTC−3:30']);
});
