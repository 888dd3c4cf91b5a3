import fc from '../../support/properties.ts';
import { expect, it, describe } from 'vitest';
import { PresentedPictures } from '../../bench/presentedPictures.ts';

const tile = (framesPresented: number, cameraId = 'camera', tileId = 'tile') => ({
  tileId,
  cameraId,
  framesPresented,
});

describe('the pictures that a tile presented', () => {
  it('are counted from the first look on', () => {
    const pictures = new PresentedPictures([tile(100)]);
    pictures.sample([tile(104)]);
    pictures.sample([tile(104)]);
    pictures.sample([tile(111)]);
    expect(pictures.perTile()).toEqual([11]);
  });

  it('are counted on when the tile begins to count again, at a change of level', () => {
    const pictures = new PresentedPictures([tile(900)]);
    pictures.sample([tile(910)]);
    pictures.sample([tile(0)]);
    pictures.sample([tile(3)]);
    expect(pictures.perTile()).toEqual([13]);
  });

  it('are counted on when another camera comes, whatever its count', () => {
    const pictures = new PresentedPictures([tile(900)]);
    pictures.sample([tile(905, 'other')]);
    expect(pictures.perTile()).toEqual([905]);
  });

  it('are none of a tile that showed key pictures all the time, and less than all of one that came late', () => {
    const pictures = new PresentedPictures([tile(0), tile(50, 'b', 'b')]);
    pictures.sample([tile(0), tile(60, 'b', 'b'), tile(4, 'c', 'c')]);
    expect(pictures.perTile()).toEqual([0, 10, 4]);
  });

  it('are never fewer than none, whatever the counts do', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 30 }), (counts) => {
        const pictures = new PresentedPictures([tile(counts[0]!)]);
        for (const count of counts) pictures.sample([tile(count)]);
        expect(Math.min(...pictures.perTile())).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
