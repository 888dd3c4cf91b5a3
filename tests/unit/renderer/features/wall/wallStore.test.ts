import { describe, expect, it, vi } from 'vitest';
import { createWallStore, liveTiles } from '../../../../../src-renderer/features/wall/wallStore.ts';
import type { WallSnapshot } from '../../../../../src-shared/wall/wall.protocol.ts';

const camera = (cameraId: string) => ({
  cameraId,
  externalId: cameraId,
  cameraName: '灶台',
  siteId: 's1',
  siteName: '泉韵中学食堂',
  siteType: 'school_canteen' as const,
  district: '咸安区' as const,
});
const wall = (revision: number): WallSnapshot => ({
  screenId: 'main',
  revision,
  columns: 2,
  rows: 1,
  tiles: [
    {
      tileId: 'a',
      column: 0,
      row: 0,
      columnSpan: 1,
      rowSpan: 1,
      stream: 'sub',
      live: true,
      camera: camera('c1'),
    },
    { tileId: 'b', column: 1, row: 0, columnSpan: 1, rowSpan: 1, stream: 'sub', live: false },
  ],
  counts: { sites: 1, cameras: 1 },
  upcoming: [],
  scheduled: false,
  content: 'tiles',
});

describe('the wall store', () => {
  it('ignores a decision older than the one it shows', () => {
    const store = createWallStore();
    store.show(wall(5));
    store.show(wall(4));
    expect(store.getState().wall?.revision).toBe(5);
  });

  it('takes a snapshot as it is: after a restart of the hub revisions may begin again', () => {
    const store = createWallStore();
    store.show(wall(5));
    store.reset(wall(1));
    expect(store.getState().wall?.revision).toBe(1);
  });

  it('notifies nobody when no tile has anything new, and keeps unchanged states identical', () => {
    const store = createWallStore();
    store.setTileStates({ a: { kind: 'live' }, b: { kind: 'frozen', sinceMs: 1 } });
    const before = store.getState().tileStates;
    const listener = vi.fn();
    store.subscribe(listener);
    store.setTileStates({ a: { kind: 'live' }, b: { kind: 'frozen', sinceMs: 1 } });
    expect(listener).not.toHaveBeenCalled();
    store.setTileStates({ a: { kind: 'live' }, b: { kind: 'live' } });
    expect(listener).toHaveBeenCalledOnce();
    expect(store.getState().tileStates.a).toBe(before.a);
  });

  it('forgets tiles that are gone', () => {
    const store = createWallStore();
    store.setTileStates({ a: { kind: 'live' }, b: { kind: 'live' } });
    store.setTileStates({ a: { kind: 'live' } });
    expect(Object.keys(store.getState().tileStates)).toEqual(['a']);
  });

  it('counts live tiles among those that have a camera', () => {
    const store = createWallStore();
    store.show(wall(1));
    store.setTileStates({ a: { kind: 'live' }, b: { kind: 'no_camera' } });
    expect(liveTiles(store.getState())).toEqual({ live: 1, shown: 1 });
    store.setTileStates({ a: { kind: 'frozen', sinceMs: 1 }, b: { kind: 'no_camera' } });
    expect(liveTiles(store.getState())).toEqual({ live: 0, shown: 1 });
  });
});
