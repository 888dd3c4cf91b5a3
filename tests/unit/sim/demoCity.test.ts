import { describe, expect, it } from 'vitest';
import { registryImportSchema } from '../../../src-shared/cameras/registryImport.ts';
import { districts, siteTypes } from '../../../src-shared/cameras/cameras.protocol.ts';
import { loopFrames } from '../../../src-shared/simulation/frameStrip.ts';
import { makeCameras } from '../../../src-sim/cameras/cameraPark.ts';
import { demoCity } from '../../../src-sim/city/demoCity.ts';

const rtspUrl = 'rtsp://127.0.0.1:8554';
const small = demoCity({ sites: 30, cameras: 48, seed: 715, rtspUrl });
const large = demoCity({ sites: 1_500, cameras: 2_200, seed: 715, rtspUrl });

describe.each([
  ['of 30 sites', small, 30, 48],
  ['of 1,500 sites', large, 1_500, 2_200],
])('the demo city %s', (_name, city, sites, cameras) => {
  it('has so many sites and cameras, in the import format', () => {
    expect(city.sites).toHaveLength(sites);
    expect(city.cameras).toHaveLength(cameras);
    expect(registryImportSchema.parse(city)).toEqual(city);
  });

  it('has no two sites of one name, address or place, and no id twice', () => {
    for (const key of ['externalId', 'name', 'nameEn'] as const) {
      expect(new Set(city.sites.map((site) => site[key])).size).toBe(sites);
    }
    expect(new Set(city.sites.map((site) => JSON.stringify(site.position))).size).toBe(sites);
    expect(new Set(city.cameras.map((camera) => camera.externalId)).size).toBe(cameras);
    expect(new Set(city.cameras.map((camera) => camera.streams.main.url)).size).toBe(cameras);
  });

  it('names cameras of one site apart', () => {
    const names = city.cameras.map((camera) => `${camera.siteExternalId} ${camera.name}`);
    expect(new Set(names).size).toBe(cameras);
  });

  it('lies in Xianning', () => {
    for (const { position } of city.sites) {
      expect(position?.latitude).toBeGreaterThan(29);
      expect(position?.latitude).toBeLessThan(30.3);
      expect(position?.longitude).toBeGreaterThan(113.5);
      expect(position?.longitude).toBeLessThan(115);
    }
  });

  it('includes Wenquan', () => {
    const wenquan = city.sites.filter((site) => site.address.includes('咸安区温泉'));
    expect(wenquan.length).toBeGreaterThan(sites / 20);
  });
});

describe('the demo city', () => {
  it('is the same for the same seed and another for another', () => {
    expect(demoCity({ sites: 30, cameras: 48, seed: 715, rtspUrl })).toEqual(small);
    expect(demoCity({ sites: 30, cameras: 48, seed: 716, rtspUrl }).sites).not.toEqual(small.sites);
  });

  it('has every district and every type of site when it is large', () => {
    expect(new Set(large.sites.map((site) => site.district))).toEqual(new Set(districts));
    expect(new Set(large.sites.map((site) => site.type))).toEqual(new Set(siteTypes));
  });

  it('watches every site of the small demo and about 1,200 of the large one', () => {
    expect(new Set(small.cameras.map((camera) => camera.siteExternalId)).size).toBe(30);
    const watched = new Set(large.cameras.map((camera) => camera.siteExternalId)).size;
    expect(watched).toBeGreaterThanOrEqual(1_150);
    expect(watched).toBeLessThanOrEqual(1_250);
  });

  it.each([
    [1, 1],
    [1, 9],
    [5, 2],
    [10, 0],
  ])('can be as odd as %i sites with %i cameras', (sites, cameras) => {
    const city = demoCity({ sites, cameras, seed: 1, rtspUrl });
    expect([city.sites.length, city.cameras.length]).toEqual([sites, cameras]);
  });
});

describe('its cameras', () => {
  const park = [...makeCameras(small.cameras).values()];

  it('show the room they are named after', () => {
    const roomOf = (id: string) => park.find((camera) => camera.id === id)?.room;
    const prefixes = {
      stove: /灶台|热菜|炒菜/,
      preparation: /切配|粗加工|面点/,
      washing: /洗消|清洗/,
      serving: /备餐|出餐|分餐/,
    };
    for (const { externalId, name } of small.cameras) {
      const room = roomOf(externalId);
      expect(room && prefixes[room].test(name)).toBe(true);
    }
  });

  it('spread their key pictures over the second and never show one scene in step', () => {
    expect(new Set(park.map((camera) => Math.floor(camera.phase) % 15)).size).toBe(15);
    const places = park.map((camera) => `${camera.scene} ${camera.phase % loopFrames}`);
    expect(new Set(places).size).toBe(park.length);
  });
});
