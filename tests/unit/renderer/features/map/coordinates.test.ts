import { describe, expect, it } from 'vitest';
import {
  fromDisplay,
  polygonsToDisplay,
  toDisplay,
  type Position,
} from '../../../../../src-renderer/features/map/coordinates.ts';

const wenquan: Position = [114.325, 29.838];
const vienna: Position = [16.3738, 48.2082];

/** Metres between two positions near Xianning. */
function metresBetween([a, b]: Position, [c, d]: Position): number {
  return Math.hypot((a - c) * 96_500, (b - d) * 110_900);
}

describe('positions on a basemap', () => {
  it('stay as they are on a map in WGS-84', () => {
    expect(toDisplay(wenquan, 'wgs84')).toEqual(wenquan);
    expect(fromDisplay(wenquan, 'wgs84')).toEqual(wenquan);
  });

  it.each(['gcj02', 'bd09'] as const)('come back from %s within half a metre', (system) => {
    const there = toDisplay(wenquan, system);
    expect(metresBetween(there, wenquan)).toBeGreaterThan(300);
    expect(metresBetween(fromDisplay(there, system), wenquan)).toBeLessThan(0.5);
  });

  it('differ between GCJ-02 and BD-09 by the shift that BD-09 is defined with', () => {
    const [longitude, latitude] = toDisplay(wenquan, 'gcj02');
    const [further, higher] = toDisplay(wenquan, 'bd09');
    expect(Math.abs(further - longitude - 0.0065)).toBeLessThan(0.0005);
    expect(Math.abs(higher - latitude - 0.006)).toBeLessThan(0.0005);
  });

  it('are the same in GCJ-02 outside China', () => {
    expect(toDisplay(vienna, 'gcj02')).toEqual(vienna);
    expect(fromDisplay(vienna, 'gcj02')).toEqual(vienna);
  });

  it('of polygons are converted into new ones', () => {
    const polygons: Position[][][] = [[[wenquan, [114.4, 29.9], [114.2, 29.9], wenquan]]];
    const copy = structuredClone(polygons);
    const converted = polygonsToDisplay(polygons, 'bd09');
    expect(polygons).toEqual(copy);
    expect(converted[0]?.[0]?.[0]).toEqual(toDisplay(wenquan, 'bd09'));
    expect(polygonsToDisplay(polygons, 'wgs84')).toBe(polygons);
  });
});
