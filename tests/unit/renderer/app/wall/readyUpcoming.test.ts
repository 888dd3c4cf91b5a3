import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readyUpcoming } from '../../../../../src-renderer/app/wall/screen/readyUpcoming.ts';
import { createWallStore } from '../../../../../src-renderer/features/wall/wallStore.ts';
import type { WallSnapshot } from '../../../../../src-shared/wall/wall.protocol.ts';

function wall(...cameraIds: string[]): WallSnapshot {
  return {
    screenId: 'main',
    revision: 1,
    columns: 1,
    rows: 1,
    tiles: [],
    counts: { sites: 1, cameras: 1 },
    upcoming: cameraIds.map((cameraId) => ({ cameraId, stream: 'sub' })),
    scheduled: false,
    content: 'tiles',
  };
}

describe('the next page', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is held ready, and released when it is no longer expected', () => {
    const held: string[] = [];
    const store = createWallStore();
    readyUpcoming(store, {
      hold(cameraId) {
        held.push(cameraId);
        return () => void held.splice(held.indexOf(cameraId), 1);
      },
    });
    store.show(wall('a', 'b'));
    expect(held).toEqual([]);
    vi.advanceTimersByTime(1_200);
    expect(held).toEqual(['a', 'b']);
    store.show(wall('b', 'c'));
    expect(held).toEqual(['b']);
    vi.advanceTimersByTime(1_200);
    expect(held).toEqual(['b', 'c']);
    store.reset(undefined);
    expect(held).toEqual([]);
  });
});
