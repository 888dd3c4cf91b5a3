import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DisplayArea } from '../../../src-main/displays/displays.ts';
import { setOfDisplays } from '../../../src-main/displays/displays.ts';
import { planPlacements, type Arrangement } from '../../../src-main/displays/placement.ts';
import { createXrandrSource, parseMonitors } from '../../../src-main/displays/xrandr.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import fc from '../../support/properties.ts';

const display = (id: string, x: number, width = 1920, height = 1080): DisplayArea => ({
  id,
  bounds: { x, y: 0, width, height },
  workArea: { x, y: 0, width, height },
});
const [left, middle, right] = [display('DP-1', 0), display('DP-2', 1920), display('HDMI-1', 3840)];

const chosen: Arrangement = {
  displays: ['DP-1', 'DP-2', 'HDMI-1'],
  surfaces: [
    { surface: 'desk', display: 'HDMI-1' },
    { surface: 'wall', screenId: 'north', display: 'DP-1', scale: 1.5 },
    { surface: 'showcase', display: 'DP-2' },
  ],
  chosenAtMs: 10,
};

function plan(displays: DisplayArea[], remembered = [chosen], kiosk = false): string[] {
  return planPlacements(displays, displays[0]?.id ?? '', [], kiosk, remembered).map(
    ({ key, displayId, mode }) => `${key} ${displayId} ${mode}`,
  );
}

describe('surfaces that were chosen for a set of displays', () => {
  it('come back to them, in whatever order the system lists them', () => {
    const expected = ['desk HDMI-1 window', 'wall:north DP-1 fullscreen', 'showcase DP-2 fullscreen'];
    expect(plan([left, middle, right])).toEqual(expected);
    expect(plan([right, left, middle])).toEqual(expected);
    expect(plan([left, middle, right], [chosen], true)).toContain('wall:north DP-1 kiosk');
  });

  it('follow a display that was rotated, scaled or moved', () => {
    const rotated = display('DP-1', 0, 1080, 1920);
    const [, wall] = planPlacements([rotated, middle, right], 'DP-2', [], false, [chosen]);
    expect(wall?.bounds).toEqual({ x: 0, y: 0, width: 1080, height: 1920 });
    expect(wall?.surface.scale).toBe(1.5);
  });

  it('wait for their display while it is unplugged', () => {
    expect(plan([left, right])).toEqual(['desk HDMI-1 window', 'wall:north DP-1 fullscreen']);
  });

  it('leave no desk without a place: it takes the display of a wall that waits', () => {
    expect(plan([left, middle])).toEqual(['desk DP-1 window', 'showcase DP-2 fullscreen']);
  });

  it('never leave all displays empty', () => {
    expect(plan([display('DP-2', 0)], [{ ...chosen, surfaces: chosen.surfaces.slice(1, 2) }])).toEqual([
      'wall:north DP-2 fullscreen',
    ]);
  });

  it('are joined by another screen of the wall on a display that was never there', () => {
    expect(plan([left, middle, right, display('DP-9', 5760)])).toContain('wall:main DP-9 fullscreen');
    const north = { ...chosen, surfaces: chosen.surfaces.slice(0, 2) };
    // The wall whose own display is away comes first.
    expect(plan([middle, right, display('DP-9', 5760)], [north])).toEqual([
      'desk HDMI-1 window',
      'wall:north DP-9 fullscreen',
    ]);
  });

  it('of a lone display in the demo are wall and desk, of which neither covers the other', () => {
    const both = planPlacements([left], 'DP-1', [], false, [], true);
    expect(both.map(({ key, mode }) => `${key} ${mode}`)).toEqual(['wall:main window', 'desk window']);
    const [wall, desk] = both.map(({ bounds }) => bounds);
    expect(wall).toEqual({ x: 0, y: 0, width: 1632, height: 918 });
    expect(desk).toEqual({ x: 288, y: 162, width: 1632, height: 918 });
    const keys = (...args: Parameters<typeof planPlacements>): string[] =>
      planPlacements(...args).map(({ key }) => key);
    // Several displays, a kiosk, a choice and the command line are as without the demo.
    expect(keys([left, middle], 'DP-1', [], false, [], true)).toEqual(['desk', 'wall:main']);
    expect(keys([left], 'DP-1', [], true, [], true)).toEqual(['wall:main']);
    expect(keys([right], 'HDMI-1', [], false, [chosen], true)).toEqual(['desk']);
    expect(keys([left], 'DP-1', [{ surface: 'showcase' }], false, [], true)).toEqual(['showcase']);
  });

  it('are those of this very set, before those of a larger one, before older ones', () => {
    const pair: Arrangement = {
      displays: ['DP-1', 'DP-2'],
      surfaces: [{ surface: 'wall', screenId: 'pair', display: 'DP-2' }],
      chosenAtMs: 1,
    };
    expect(plan([left, middle], [chosen, pair])).toEqual(['wall:pair DP-2 fullscreen']);
    const later = { ...chosen, surfaces: [{ surface: 'desk' as const, display: 'DP-2' }], chosenAtMs: 20 };
    expect(plan([left, middle, right], [chosen, later])).toEqual(['desk DP-2 window']);
  });

  it('that have nothing in common with the displays present count as never chosen', () => {
    expect(plan([display('eDP-1', 0)])).toEqual(['wall:main eDP-1 window']);
  });
});

it('whatever is plugged and remembered: each surface once, within its display, something to see', () => {
  const displays = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
      x: fc.integer({ min: -4000, max: 4000 }),
      width: fc.integer({ min: 320, max: 7680 }),
    }),
    { selector: ({ id }) => id, minLength: 1, maxLength: 5 },
  );
  const arrangement = fc.record({
    displays: fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { minLength: 1, maxLength: 5 }),
    chosenAtMs: fc.nat(),
    screens: fc.uniqueArray(fc.constantFrom('desk', 'showcase', 'main', 'screen-2', 'x'), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(
      displays,
      fc.array(arrangement, { maxLength: 4 }),
      fc.boolean(),
      (plugged, remembered, kiosk) => {
        const areas = plugged.map(({ id, x, width }) => display(id, x, width));
        const arrangements: Arrangement[] = remembered.map((one) => ({
          displays: one.displays.toSorted(),
          chosenAtMs: one.chosenAtMs,
          surfaces: one.screens.map((name, index) => ({
            display: one.displays[index % one.displays.length] ?? 'A',
            ...(name === 'desk' || name === 'showcase'
              ? { surface: name }
              : { surface: 'wall' as const, screenId: name }),
          })),
        }));
        const placed = planPlacements(areas, areas[0]?.id ?? '', [], kiosk, arrangements);
        expect(placed.length).toBeGreaterThan(0);
        expect(new Set(placed.map(({ key }) => key)).size).toBe(placed.length);
        for (const { displayId, bounds } of placed) {
          const area = areas.find(({ id }) => id === displayId)?.bounds;
          if (!area) throw new Error('a surface lies on a display that is not there');
          expect(bounds.x).toBeGreaterThanOrEqual(area.x);
          expect(bounds.x + bounds.width).toBeLessThanOrEqual(area.x + area.width);
        }
      },
    ),
    { numRuns: 200 },
  );
});

describe('the displays of X11', () => {
  it('are read from xrandr, primary, rotated and left of the first one', () => {
    const { displays, primaryId } = parseMonitors(`Monitors: 3
 0: +*DP-1 3840/598x2160/336+1080+0  DP-1
 1: +DP-2 1080/336x1920/598+0+0  DP-2
 2: left 800/211x720/190-800+0
`);
    expect(primaryId).toBe('DP-1');
    expect(displays.map(({ id, bounds }) => [id, bounds])).toEqual([
      ['DP-1', { x: 1080, y: 0, width: 3840, height: 2160 }],
      ['DP-2', { x: 0, y: 0, width: 1080, height: 1920 }],
      ['left', { x: -800, y: 0, width: 800, height: 720 }],
    ]);
    expect(setOfDisplays(displays)).toEqual(['DP-1', 'DP-2', 'left']);
  });

  it('are none where xrandr says something else', () => {
    for (const text of [
      '',
      "Can't open display",
      'Monitors: 0\n',
      ' 0: +*X 0/0x0/0+0+0',
      'x'.repeat(10_000),
    ]) {
      expect(parseMonitors(text).displays).toEqual([]);
    }
  });

  it('are asked for again where the server did not answer when the machine started, and not where there is no xrandr', async () => {
    const folder = temporaryFolder('mingchu-xrandr-');
    const environment = { DISPLAY: ':7', PATH: folder };
    const missing = createXrandrSource(environment, 5);
    const missed = await missing.read();
    let calls = 0;
    missing.onChange(() => (calls += 1));

    // As the program answers a server that is not up yet, and one that is.
    const program = join(folder, 'xrandr');
    writeFileSync(program, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const source = createXrandrSource(environment, 5);
    expect(await source.read()).toEqual(missed);
    expect(source.isKnown()).toBe(false);
    const changed = new Promise<void>((resolve) => source.onChange(resolve));
    writeFileSync(program, "#!/bin/sh\necho ' 0: +*DP-1 800/1x600/1+0+0  DP-1'\n");
    await changed;
    expect((await source.read()).primaryId).toBe('DP-1');
    expect(source.isKnown()).toBe(true);
    expect(calls).toBe(0);
    for (const one of [missing, source]) one.close();
  });
});
