import { describe, expect, it } from 'vitest';
import { healthReport } from '../../../../src-shared/cameras/healthReport.ts';
import type { CameraHealth, District, SiteType } from '../../../../src-shared/cameras/cameras.protocol.ts';

const site = (siteId: string, district: District, siteType: SiteType) => ({ siteId, district, siteType });
const camera = (cameraId: string, siteId: string) => ({ cameraId, siteId });
const health = (...entries: [string, CameraHealth['condition'], number?][]): Map<string, CameraHealth> =>
  new Map(
    entries.map(([cameraId, condition, sinceMs = 1_000]) => [cameraId, { cameraId, condition, sinceMs }]),
  );

const school = site('school', '咸安区', 'school_canteen');
const inn = site('inn', '赤壁市', 'restaurant');

describe('the health report', () => {
  it('counts online cameras by district and by type of site', () => {
    const report = healthReport({
      sites: [inn, school],
      cameras: [camera('a', 'school'), camera('b', 'school'), camera('c', 'inn')],
      health: health(['a', 'online'], ['b', 'offline'], ['c', 'online']),
    });
    expect(report.all).toEqual({ total: 3, checked: 3, online: 2, onlineRate: 2 / 3 });
    expect(report.byDistrict).toEqual([
      { district: '咸安区', total: 2, checked: 2, online: 1, onlineRate: 0.5 },
      { district: '赤壁市', total: 1, checked: 1, online: 1, onlineRate: 1 },
    ]);
    expect(report.byType.map(({ siteType, onlineRate }) => [siteType, onlineRate])).toEqual([
      ['school_canteen', 0.5],
      ['restaurant', 1],
    ]);
  });

  it('claims nothing about cameras that were never probed', () => {
    const report = healthReport({
      sites: [school],
      cameras: [camera('a', 'school'), camera('b', 'school')],
      health: health(['a', 'unknown']),
    });
    expect(report.all).toEqual({ total: 2, checked: 0, online: 0, onlineRate: undefined });
    expect(report.troubles).toEqual([]);
  });

  it('rates only what was checked, so that a start does not look like an outage', () => {
    const report = healthReport({
      sites: [school],
      cameras: [camera('a', 'school'), camera('b', 'school')],
      health: health(['a', 'online']),
    });
    expect(report.all.onlineRate).toBe(1);
    expect(report.all.checked).toBe(1);
  });

  it('lists cameras whose events do not come though they are online, and where a device that is gone announces itself', () => {
    const known = health(['a', 'online'], ['b', 'offline'], ['c', 'online']);
    for (const [cameraId, device] of [
      ['a', { isUnheard: true }],
      ['b', { announcedAt: '10.0.0.9:80' }],
    ] as const) {
      const one = known.get(cameraId);
      if (one !== undefined) known.set(cameraId, { ...one, device });
    }
    const cameras = [camera('a', 'school'), camera('b', 'school'), camera('c', 'school')];
    const report = healthReport({ sites: [school], cameras, health: known });
    expect(report.unheard).toEqual(['a']);
    expect(report.troubles).toMatchObject([{ cameraId: 'b', announcedAt: '10.0.0.9:80' }]);
  });

  it('lists everything that is not online, the newest first', () => {
    const report = healthReport({
      sites: [school],
      cameras: ['a', 'b', 'c', 'd', 'e'].map((cameraId) => camera(cameraId, 'school')),
      health: health(
        ['a', 'offline', 100],
        ['b', 'online', 900],
        ['c', 'frozen', 300],
        ['d', 'unauthorized', 200],
        ['e', 'unsupported', 300],
      ),
    });
    expect(report.troubles.map(({ cameraId, condition }) => [cameraId, condition])).toEqual([
      ['c', 'frozen'],
      ['e', 'unsupported'],
      ['d', 'unauthorized'],
      ['a', 'offline'],
    ]);
  });

  it('keeps a camera whose site is missing in the whole and out of the groups', () => {
    const report = healthReport({
      sites: [],
      cameras: [camera('a', 'gone')],
      health: health(['a', 'offline']),
    });
    expect(report.all.total).toBe(1);
    expect(report.byDistrict).toEqual([]);
    expect(report.troubles).toHaveLength(1);
  });

  it('passes over health of cameras that the registry no longer has', () => {
    const report = healthReport({ sites: [school], cameras: [], health: health(['a', 'offline']) });
    expect(report.all.total).toBe(0);
    expect(report.troubles).toEqual([]);
  });
});
