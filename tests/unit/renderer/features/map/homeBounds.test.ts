import { describe, expect, it } from 'vitest';
import { homeBounds } from '../../../../../src-renderer/features/map/homeBounds.ts';
import type { SiteOnMap } from '../../../../../src-renderer/features/map/mapStore.ts';
import { cityBounds } from '../../../../../src-shared/map/city.ts';
import { site } from './mapBuilders.ts';

const mapOf = (...sites: SiteOnMap[]) => new Map(sites.map((one) => [one.siteId, one]));

describe('what a map shows when it begins', () => {
  const near = site('a', { longitude: 114.3, latitude: 29.8 });
  const far = site('b', { longitude: 114.4, latitude: 29.9 });
  const elsewhere = site('c', { longitude: 113.9, latitude: 29.7, district: '赤壁市' });

  it('is the whole city for who works for all of it', () => {
    expect(homeBounds({ districts: 'all', sites: mapOf(near) })).toBe(cityBounds);
  });

  it('is all sites of the districts for which somebody works, with room around them', () => {
    const { west, south, east, north } = homeBounds({
      districts: ['咸安区'],
      sites: mapOf(near, far, elsewhere),
    });
    expect([west, south, east, north].map((degrees) => degrees.toFixed(2))).toEqual([
      '114.28',
      '29.78',
      '114.42',
      '29.92',
    ]);
  });

  it('is an area also for one site, and the city where no site has a place', () => {
    const { west, east, south, north } = homeBounds({ districts: ['咸安区'], sites: mapOf(near) });
    expect(east).toBeGreaterThan(west);
    expect(north).toBeGreaterThan(south);
    expect(homeBounds({ districts: ['通山县'], sites: mapOf(near) })).toBe(cityBounds);
    expect(homeBounds({ districts: [], sites: new Map() })).toBe(cityBounds);
  });
});
