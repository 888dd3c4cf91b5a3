import { expect, it } from 'vitest';
import { createSequence } from '../../../../src-sfu/base/sequence.ts';
import { createScreenStore } from '../../../../src-sfu/features/wall/screenStore.ts';
import type { WallLine } from '../../../../src-sfu/features/wall/wall.ports.ts';
import { mostWaiting, withLine } from '../../../../src-sfu/features/wall/wallLines.ts';
import { MemoryRepository } from './wallCity.ts';

it.each(['wall.screenIds', 'wall.screen.hall'])(
  'a screen is forgotten at the next try where %s could not be written',
  async (refused) => {
    const repository = new MemoryRepository();
    repository.values.set('wall.screenIds', '["main","hall"]');
    repository.values.set('wall.screen.hall', '{}');
    const { keep } = repository;
    let isFull = true;
    repository.keep = (name, ...rest) =>
      isFull && name === refused
        ? Promise.reject(new Error('the disk is full'))
        : keep.call(repository, name, ...rest);
    const faults: unknown[] = [];
    const store = createScreenStore({
      repository,
      sequence: createSequence(),
      present: () => undefined,
      onFault: (error) => faults.push(error),
    });
    await store.load();
    store.forget('hall');
    await store.close();
    expect(faults).toHaveLength(1);
    isFull = false;
    await store.close();
    expect(repository.values.get('wall.screenIds')).toBe('["main"]');
    expect(repository.values.get('wall.screen.hall')).toBe('null');
  },
);

const line = (action: string): WallLine => ({
  atMs: 1,
  actor: '王芳',
  action,
  subject: 'main',
  detail: {},
  principal: null,
});
const waiting = (actions: readonly string[]): WallLine[] =>
  actions.reduce<WallLine[]>((lines, action) => [...withLine(lines, line(action))], []);

it('the same deed waits in one line, also with others between', () => {
  const lines = waiting(['step', 'back', 'step', 'back', 'step']);
  expect(lines.map(({ action, detail }) => [action, detail])).toEqual([
    ['step', { times: 3 }],
    ['back', { times: 2 }],
  ]);
});

it('no more lines wait than the last ones, and the first says how many are missing', () => {
  const actions = Array.from({ length: mostWaiting + 20 }, (_, index) => `deed ${index}`);
  const lines = waiting(actions);
  expect(lines).toHaveLength(mostWaiting);
  expect(lines[0]).toMatchObject({ action: 'deed 20', detail: { missing: 20 } });
  expect(lines.at(-1)?.action).toBe(actions.at(-1));
});
