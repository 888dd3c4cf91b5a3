import { describe, expect, it } from 'vitest';
import { decodeFrameStrip, loopFrames } from '../../../src-shared/simulation/frameStrip.ts';
import { rooms, scenes, shows, streamFormats } from '../../../src-sim/scenes/catalogue.ts';
import { sceneDrawer } from '../../../src-sim/scenes/drawScene.ts';

const { width, height } = streamFormats.main;

/** The mean difference of two pictures above the strip, 0 to 255, looked at in every third pixel. */
function difference(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < width * (height - 20) * 4; at += 12) {
    sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
    count += 1;
  }
  return sum / count;
}

describe.each(scenes.map((scene) => [scene.id, scene] as const))('the scene %s', (id, scene) => {
  const draw = sceneDrawer(id, 'normal');
  const picture = (index: number) => Uint8Array.from(draw(index));

  it('moves, and its last frame flows into its first', () => {
    const [before, last, first, second] = [loopFrames - 2, loopFrames - 1, 0, 1].map(picture);
    if (!before || !last || !first || !second) throw new Error('no pictures');
    const usual = Math.max(difference(before, last), difference(first, second));
    expect(usual).toBeGreaterThan(0.01);
    expect(difference(last, first)).toBeLessThan(usual * 2);
  });

  it('carries its frame index', () => {
    for (const index of [0, 123, 299]) {
      const pixels = picture(index);
      const read = decodeFrameStrip(
        (x, y) => pixels[(Math.floor(y * height) * width + Math.floor(x * width)) * 4] ?? 0,
      );
      expect(read).toBe(index);
    }
  });

  it.each([...scene.extras])('looks different when it shows %s', (show) => {
    const other = sceneDrawer(id, show);
    // A rat is small and now and then behind a cook: it is enough that it is seen at one of these moments.
    const moments = [60, 100, 140, 180];
    const most = Math.max(
      ...moments.map((index) => difference(picture(index), Uint8Array.from(other(index)))),
    );
    expect(most).toBeGreaterThan(0.05);
  });
});

describe('the scenes together', () => {
  it('cover every room, and every show on two scenes at least', () => {
    expect(new Set(scenes.map(({ room }) => room))).toEqual(new Set(rooms));
    for (const show of shows.filter((name) => name !== 'normal' && name !== 'black')) {
      expect(scenes.filter(({ extras }) => extras.includes(show)).length).toBeGreaterThanOrEqual(2);
    }
  });
});
