import { describe, expect, it } from 'vitest';
import { planPlacements } from '../../../src-main/displays/placement.ts';
import { readShellOptions } from '../../../src-main/settings/shellOptions.ts';
import { displayStandIn } from './electronStandIn.ts';

const left = displayStandIn(3, 0);
const middle = displayStandIn(1, 1);
const right = displayStandIn(2, 2);

/** `wall:main 3 fullscreen` for each placement, as `--surfaces` asks. */
function plan(displays: (typeof left)[], primaryId: number, surfaces = '', kiosk = false): string[] {
  const wanted = surfaces === '' ? [] : readShellOptions(['--surfaces', surfaces], {}).surfaces;
  return planPlacements(displays, primaryId, wanted, kiosk).map(
    ({ key, displayId, mode }) => `${key} ${displayId} ${mode}`,
  );
}

describe('surfaces nobody chose', () => {
  it('are the wall in a window on a lone display', () => {
    expect(plan([left], left.id)).toEqual(['wall:main 3 window']);
  });

  it('are a kiosk there when asked', () => {
    expect(plan([left], left.id, '', true)).toEqual(['wall:main 3 kiosk']);
  });

  it('are the desk on the primary display and a screen of the wall on each other, from the left', () => {
    expect(plan([right, middle, left], middle.id)).toEqual([
      'desk 1 window',
      'wall:main 3 fullscreen',
      'wall:screen-2 2 fullscreen',
    ]);
  });

  it('are none without a display', () => {
    expect(plan([], 0)).toEqual([]);
  });
});

describe('chosen surfaces', () => {
  it('go on the displays as counted from the left', () => {
    expect(plan([right, left, middle], left.id, 'wall:east@3,desk@1,wall:west@2', true)).toEqual([
      'wall:east 2 kiosk',
      'desk 3 window',
      'wall:west 1 kiosk',
    ]);
  });

  it('wait for a display that is missing', () => {
    expect(plan([left], left.id, 'desk@1,wall:main@2')).toEqual(['desk 3 window']);
  });

  it('do not all wait: something is always to be seen', () => {
    expect(plan([left], left.id, 'wall:main@2')).toEqual(['wall:main 3 fullscreen']);
  });

  it('without a display go on the primary one, in a window', () => {
    expect(plan([left, middle], middle.id, 'wall')).toEqual(['wall:main 1 window']);
  });
});

it('a window lies inside the work area, a wall covers the whole display', () => {
  const [window] = planPlacements([left], left.id, [{ surface: 'desk' }], false);
  expect(window?.bounds).toEqual({ x: 96, y: 52, width: 1728, height: 936 });
  const [wall] = planPlacements([left], left.id, [{ surface: 'wall', screenId: 'main' }], true);
  expect(wall?.bounds).toEqual(left.bounds);
});
