import { describe, expect, it } from 'vitest';
import { libraryChanges, screenChanges } from '../../../../../src-renderer/features/wall/wallChanges.ts';
import { plainTourSettings } from '../../../../../src-renderer/features/wall/tourDefaults.ts';
import { library, page, running, tile } from './deskBuilders.ts';

describe('what changed on a screen meanwhile', () => {
  it('names the tile and its new camera on a fixed page', () => {
    const after = page({ tiles: [tile(0, 0, 'a'), tile(1, 0, 'x'), tile(0, 1, 'c'), tile(1, 1)] });
    expect(screenChanges(page(), after)).toEqual([
      { kind: 'camera', tile: 2, camera: '泉韵中学食堂 · 灶台 x' },
    ]);
  });

  it('says which tile was emptied', () => {
    const after = page({ tiles: [tile(0, 0), tile(1, 0, 'b'), tile(0, 1, 'c'), tile(1, 1)] });
    expect(screenChanges(page(), after)).toEqual([{ kind: 'emptied', tile: 1 }]);
  });

  it('does not take the turning of a tour for a change', () => {
    const before = page({ tour: running });
    const after = page({
      revision: 8,
      tour: { ...running, page: 4 },
      tiles: [tile(0, 0, 'x'), tile(1, 0, 'y'), tile(0, 1, 'z'), tile(1, 1, 'w')],
    });
    expect(screenChanges(before, after)).toEqual([{ kind: 'other' }]);
  });

  it('names pins that were set and taken away while the tour went on', () => {
    const before = page({
      tour: running,
      tiles: [tile(0, 0, 'a', { pinned: true }), tile(1, 0, 'b'), tile(0, 1, 'c'), tile(1, 1, 'd')],
    });
    const after = page({
      tour: running,
      tiles: [tile(0, 0, 'x'), tile(1, 0, 'y', { pinned: true }), tile(0, 1, 'z'), tile(1, 1, 'w')],
    });
    expect(screenChanges(before, after)).toEqual([
      { kind: 'unpinned', tile: 1 },
      { kind: 'pinned', tile: 2, camera: '泉韵中学食堂 · 灶台 y' },
    ]);
  });

  it('says that a tour began, what is shown by name, and that the layout is another', () => {
    const after = page({
      columns: 1,
      rows: 1,
      tiles: [tile(0, 0, 'a')],
      tour: running,
      chosen: { type: 'programme', id: 'p1', name: '学校午间' },
    });
    expect(screenChanges(page(), after)).toEqual([
      { kind: 'shows', name: '学校午间' },
      { kind: 'tourStarted' },
      { kind: 'layout', tiles: 1 },
    ]);
  });
});

describe('what was saved meanwhile', () => {
  const [programme] = library().programmes;
  if (programme === undefined) throw new Error('the library has a programme');

  it('names what is new, changed and gone', () => {
    const before = library({ programmes: [programme, { ...programme, id: 'p2', name: '夜间' }] });
    const after = library({
      programmes: [{ ...programme, settings: { ...plainTourSettings, dwellMs: 30_000 } }],
      scenes: [{ id: 's1', name: '重点单位', layout: '4', cameras: {} }],
    });
    expect(libraryChanges(before, after)).toEqual([
      { kind: 'changed', what: 'programme', name: '学校午间' },
      { kind: 'removed', what: 'programme', name: '夜间' },
      { kind: 'added', what: 'scene', name: '重点单位' },
    ]);
  });

  it('says that the schedule is another', () => {
    const schedule = [
      {
        id: 'e1',
        screenId: 'main',
        weekdays: [1],
        fromMinute: 600,
        shows: { type: 'programme' as const, id: 'p1' },
      },
    ];
    expect(libraryChanges(library(), library({ schedule }))).toEqual([{ kind: 'schedule' }]);
  });
});
