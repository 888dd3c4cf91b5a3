import { describe, expect, it } from 'vitest';
import { placeOfAlert } from '../../../../../src-renderer/app/desk/orders/orderPlaces.ts';
import { districtOfPoint } from '../../../../../src-renderer/app/desk/orders/pointDistrict.ts';
import type { DistrictShape } from '../../../../../src-renderer/features/map/districtShapes.ts';
import type { SiteEntry } from '../../../../../src-shared/cameras/cameras.protocol.ts';

const site = (siteId: string, parts: Partial<SiteEntry> = {}): SiteEntry => ({
  siteId,
  externalId: siteId,
  siteName: `单位${siteId}`,
  siteType: 'school_canteen',
  sitePinyin: '',
  district: '咸安区',
  address: ' 淦河大道 8 号 ',
  ...parts,
});

describe('where an order from an alert is', () => {
  const place = {
    siteId: 's1',
    siteName: '温泉一小',
    siteNameEn: 'Wenquan school',
    siteType: 'school_canteen' as const,
    district: '咸安区' as const,
    cameraId: 'c1',
  };

  it('has the address and the position that the registry has for its site', () => {
    const known = site('s1', { latitude: 29.8, longitude: 114.3 });
    expect(placeOfAlert({ place, reportedCamera: 'C-1' }, () => known)).toEqual({
      siteId: 's1',
      name: '温泉一小',
      nameEn: 'Wenquan school',
      district: '咸安区',
      address: '淦河大道 8 号',
      latitude: 29.8,
      longitude: 114.3,
      cameraId: 'c1',
    });
  });

  it('is where the alert says, also when the registry does not have the site any more, or no camera fits', () => {
    const placed = { ...place, latitude: 29.9, longitude: 114.4 };
    const known = site('s1', { latitude: 29.8, longitude: 114.3 });
    expect(placeOfAlert({ place: placed, reportedCamera: 'C-1' }, () => known)).toMatchObject({
      latitude: 29.9,
      longitude: 114.4,
    });
    expect(placeOfAlert({ place, reportedCamera: 'C-1' }, () => undefined)).toEqual({
      siteId: 's1',
      name: '温泉一小',
      nameEn: 'Wenquan school',
      district: '咸安区',
      cameraId: 'c1',
    });
    expect(placeOfAlert({ place: undefined, reportedCamera: 'C-1' }, () => undefined)).toEqual({
      name: 'C-1',
    });
  });
});

describe('the district of a point of the map', () => {
  const square = (west: number, south: number, size: number): [number, number][] => [
    [west, south],
    [west + size, south],
    [west + size, south + size],
    [west, south + size],
    [west, south],
  ];
  const borders: DistrictShape[] = [
    {
      district: '咸安区',
      label: [114.5, 29.5],
      // A hole, in which the other district lies.
      polygons: [[square(114, 29, 1), square(114.4, 29.4, 0.2)]],
    },
    { district: '赤壁市', label: [114.5, 29.5], polygons: [[square(114.4, 29.4, 0.2)]] },
  ];
  const near = site('near', {
    siteName: '近店',
    district: '嘉鱼县',
    latitude: 29.1,
    longitude: 114.1,
  });
  const far = site('far', { siteName: '远店', latitude: 29.9, longitude: 114.9 });

  it('is that within whose borders it lies, whatever site is near, and never that around a hole', () => {
    expect(districtOfPoint({ latitude: 29.1, longitude: 114.1 }, borders, [near])).toEqual({
      district: '咸安区',
      by: 'border',
    });
    expect(districtOfPoint({ latitude: 29.5, longitude: 114.5 }, borders, [near])).toEqual({
      district: '赤壁市',
      by: 'border',
    });
  });

  it('is that of the nearest site where the map has no borders, or none there, and it says so', () => {
    const sites = [far, site('nowhere'), near];
    const expected = { district: '嘉鱼县', by: 'nearest', siteName: '近店' };
    expect(districtOfPoint({ latitude: 29.11, longitude: 114.1 }, undefined, sites)).toMatchObject(expected);
    expect(districtOfPoint({ latitude: 29.1, longitude: 113.9 }, borders, sites)).toMatchObject(expected);
    const from = districtOfPoint({ latitude: 29.11, longitude: 114.1 }, undefined, sites);
    expect(from?.by === 'nearest' ? Math.round(from.metres / 100) : undefined).toBe(11);
  });

  it('is not known without both', () => {
    expect(districtOfPoint({ latitude: 29.1, longitude: 114.1 }, undefined, [])).toBeUndefined();
  });
});
