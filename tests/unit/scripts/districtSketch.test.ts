import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { districtSketch } from '../../../scripts/map/districtSketch.mjs';
import { closeRings, joinLines, readSegments, simplify } from '../../../scripts/map/lines.mjs';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { allTowns } from '../../../src-sim/city/places.ts';

type Ring = [number, number][];

/** By the even-odd rule. */
function contains(ring: Ring, x: number, y: number): boolean {
  let inside = false;
  for (const [index, [ax, ay]] of ring.entries()) {
    const [bx, by] = ring[(index + ring.length - 1) % ring.length] ?? [0, 0];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

const sketch = districtSketch() as unknown as {
  features: { properties: { district: string }; geometry: { coordinates: [Ring] } }[];
};

describe('the sketch of the districts', () => {
  it('is what is shipped', () => {
    const shipped = JSON.parse(
      readFileSync(new URL('../../../assets/map/districts.geojson', import.meta.url), 'utf8'),
    ) as unknown;
    expect(shipped).toEqual(sketch);
  });

  it('has all six, each a closed ring around its own towns and no others', () => {
    expect(sketch.features.map(({ properties }) => properties.district).sort()).toEqual(
      [...districts].sort(),
    );
    for (const { properties, geometry } of sketch.features) {
      const [ring] = geometry.coordinates;
      expect(ring[0]).toEqual(ring.at(-1));
      for (const town of allTowns) {
        expect(contains(ring, town.longitude, town.latitude), `${properties.district}: ${town.name[0]}`).toBe(
          town.district === properties.district,
        );
      }
    }
  });
});

describe('lines of water', () => {
  it('are read with their level', () => {
    expect(readSegments('> Shore Bin # 1, Level 2\n114.1\t30\n114.2\t30\n> x, Level 3\n1\t2\n')).toEqual([
      {
        level: 2,
        points: [
          [114.1, 30],
          [114.2, 30],
        ],
      },
    ]);
  });

  it('are joined where their ends meet', () => {
    const joined = joinLines([
      [
        [0, 0],
        [1, 0],
      ],
      [
        [1, 1],
        [0, 0],
      ],
      [
        [1, 0],
        [1, 1],
      ],
    ]) as Ring[];
    expect(joined).toHaveLength(1);
    expect(joined[0]?.[0]).toEqual(joined[0]?.at(-1));
  });

  it('that leave the region become one ring with the other bank', () => {
    const banks: Ring[] = [
      [
        [0, 0],
        [10, 0],
      ],
      [
        [10, 1],
        [0, 1],
      ],
    ];
    expect(closeRings(banks)).toHaveLength(1);
  });

  it('lose the points that nobody would miss', () => {
    const line: Ring = [
      [0, 0],
      [1, 0.000_1],
      [2, 0],
      [2, 2],
    ];
    expect(simplify(line, 0.01)).toEqual([
      [0, 0],
      [2, 0],
      [2, 2],
    ]);
  });
});
