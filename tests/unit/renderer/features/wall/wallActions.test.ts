import { describe, expect, it } from 'vitest';
import { ok, refuse, type Ack } from '../../../../../src-shared/protocol/define.ts';
import type { CommandOutcome } from '../../../../../src-renderer/features/wall/commandWords.ts';
import { createDeskWallStore } from '../../../../../src-renderer/features/wall/deskWallStore.ts';
import {
  createWallActions,
  type WallActionPorts,
} from '../../../../../src-renderer/features/wall/wallActions.ts';
import { library, page, tile } from './deskBuilders.ts';

const placed = { cameraId: 'x', title: '泉韵中学食堂 · 灶台 x' };

/** A desk before a hub that gives these answers, in this order. */
function desk(...answers: Ack<unknown>[]) {
  const store = createDeskWallStore();
  store.reset([page()], library());
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  const notified: CommandOutcome[] = [];
  let ids = 0;
  const ports: WallActionPorts = {
    request: (name, input) => {
      sent.push({ name, input });
      return Promise.resolve(answers.shift() ?? ok({ revision: 8 })) as never;
    },
    newId: () => `id-${++ids}`,
    notify: (outcome) => notified.push(outcome),
  };
  return { store, sent, notified, actions: createWallActions(store, ports) };
}

describe('commands of the desk', () => {
  it('carry the revision the operator saw, not the one the screen has by now', async () => {
    const { store, sent, actions } = desk();
    const seen = page();
    store.showScreen(page({ revision: 9 }));
    await actions.placeCamera(seen, 'tile-1-0', placed);
    expect(sent).toEqual([
      {
        name: 'wall:placeCamera',
        input: { commandId: 'id-1', screenId: 'main', baseRevision: 7, tileId: 'tile-1-0', cameraId: 'x' },
      },
    ]);
  });

  it('say back what was done, with the tile by its number', async () => {
    const { notified, actions } = desk();
    expect(await actions.placeCamera(page(), 'tile-0-1', placed)).toBe(true);
    expect(notified).toEqual([{ ok: true, command: { name: 'placeCamera', camera: placed.title, tile: 3 } }]);
  });

  it('show what changed when somebody else was faster, and say nothing else', async () => {
    const { store, notified, actions } = desk(
      refuse('conflict', 'The screen has changed.', { reason: 'wall.screen_changed', screen: '1' }),
    );
    const seen = page();
    store.showScreen(
      page({ revision: 8, tiles: [tile(0, 0, 'y'), tile(1, 0, 'b'), tile(0, 1, 'c'), tile(1, 1)] }),
    );
    expect(await actions.placeCamera(seen, 'tile-0-0', placed)).toBe(false);
    expect(store.getState().conflict).toMatchObject({
      command: { name: 'placeCamera' },
      changes: [{ kind: 'camera', tile: 1 }],
    });
    expect(notified).toEqual([]);
  });

  it('are done anyway on top of what is there by then, as a new command', async () => {
    const { store, sent, notified, actions } = desk(
      refuse('conflict', 'The screen has changed.', { reason: 'wall.screen_changed', screen: '1' }),
    );
    await actions.placeCamera(page(), 'tile-0-0', placed);
    store.showScreen(page({ revision: 12 }));
    store.getState().conflict?.doAnyway();
    await Promise.resolve();
    await Promise.resolve();
    expect(store.getState().conflict).toBeUndefined();
    expect(sent[1]?.input).toMatchObject({ commandId: 'id-2', baseRevision: 12, cameraId: 'x' });
    expect(notified).toMatchObject([{ ok: true }]);
  });

  it('are sent again under the same id when no answer came, which the hub does not do twice', async () => {
    const { sent, notified, actions } = desk(
      refuse('timeout', 'The hub did not answer in time.', { reason: 'session.no_answer' }),
    );
    expect(await actions.unpinTile(page(), 'tile-0-0')).toBe(true);
    expect(sent.map(({ input }) => input.commandId)).toEqual(['id-1', 'id-1']);
    expect(notified).toMatchObject([{ ok: true }]);
  });

  it('say why the hub refused', async () => {
    const { notified, actions } = desk(
      refuse('not_found', 'There is no such camera.', { reason: 'wall.no_such_camera', cameras: 'x' }),
    );
    expect(await actions.placeCamera(page(), 'tile-0-0', placed)).toBe(false);
    expect(notified).toMatchObject([{ ok: false, code: 'not_found', message: 'There is no such camera.' }]);
  });

  it('steer a tour whatever the revision is', async () => {
    const { sent, actions } = desk();
    await actions.steer('main', 'pause');
    expect(sent[0]).toEqual({
      name: 'wall:steerTour',
      input: { commandId: 'id-1', screenId: 'main', action: 'pause' },
    });
  });

  it('give a spotlight until it is ended no time', async () => {
    const { sent, actions } = desk();
    await actions.spotlight('main', { cameraId: 'x', title: '灶台', target: 'screen', showMs: undefined });
    expect(sent[0]?.input).not.toHaveProperty('showMs');
    expect(sent[0]?.input).toMatchObject({ target: 'screen', eventId: 'id-1', commandId: 'id-2' });
  });

  it('put the cameras shown on another layout in their reading order', async () => {
    const { sent, actions } = desk();
    await actions.relayPage(page(), '1+5');
    expect(sent[0]?.input).toMatchObject({
      layout: '1+5',
      cameras: { 'tile-0-0': 'a', 'tile-2-0': 'b', 'tile-2-1': 'c' },
    });
  });

  it('show what was saved meanwhile when the library has moved on', async () => {
    const { store, actions } = desk(
      refuse('conflict', 'The library has changed.', { reason: 'wall.library_changed' }),
    );
    const base = library();
    store.showLibrary(library({ revision: 4, programmes: [] }));
    await actions.saveSchedule(base, []);
    expect(store.getState().conflict?.changes).toEqual([
      { kind: 'removed', what: 'programme', name: '学校午间' },
    ]);
  });
});
