import { describe, expect, it } from 'vitest';
import { registryImportSchema } from '../../../src-shared/cameras/registryImport.ts';
import { districts, siteTypes } from '../../../src-shared/cameras/cameras.protocol.ts';
import { loopFrames } from '../../../src-shared/simulation/frameStrip.ts';
import { breakCameras } from '../../../src-sim/cameras/brokenCameras.ts';
import { makeCameras } from '../../../src-sim/cameras/cameraPark.ts';
import { demoCity } from '../../../src-sim/city/demoCity.ts';
import { allTowns, waters } from '../../../src-sim/city/places.ts';

const rtspUrl = 'rtsp://127.0.0.1:8554';
const small = demoCity({ sites: 30, cameras: 48, seed: 715, rtspUrl });
const large = demoCity({ sites: 1_500, cameras: 2_200, seed: 715, rtspUrl });

interface Point {
  latitude: number;
  longitude: number;
}

/** On a sphere (haversine). */
function kilometresBetween(one: Point, other: Point): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const halfNorth = Math.sin(radians(one.latitude - other.latitude) / 2);
  const halfEast = Math.sin(radians(one.longitude - other.longitude) / 2);
  const cosines = Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude));
  return 12_742 * Math.asin(Math.sqrt(halfNorth ** 2 + cosines * halfEast ** 2));
}

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

  it('has every site in the town of its address, and none in a lake', () => {
    for (const { address, district, position } of city.sites) {
      const town = allTowns.find(({ name, kind }) =>
        address.startsWith(`咸宁市${district}${name[0]}${kind}`),
      );
      if (town === undefined || position === undefined) throw new Error(`nobody knows where ${address} is`);
      expect(kilometresBetween(position, town)).toBeLessThanOrEqual(town.radiusKm + 0.01);
      for (const water of waters) expect(kilometresBetween(position, water)).toBeGreaterThan(water.radiusKm);
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

  it('is mostly restaurants, then school canteens, and a third of it is in the city itself', () => {
    const share = (matches: (site: (typeof large.sites)[number]) => boolean) =>
      large.sites.filter(matches).length / large.sites.length;
    expect(share(({ type }) => type === 'restaurant')).toBeGreaterThan(0.5);
    expect(share(({ type }) => type === 'school_canteen')).toBeGreaterThan(0.2);
    expect(share(({ district }) => district === '咸安区')).toBeGreaterThan(0.3);
    for (const district of districts)
      expect(share((site) => site.district === district)).toBeGreaterThan(0.08);
  });

  it('calls its sites by many kinds of names, hardly ever by a mere number', () => {
    const numbered = large.sites.filter(({ name }) => /（\d+号）$/.test(name));
    expect(numbered.length).toBeLessThan(15);
    const beginnings = new Set(large.sites.map(({ name }) => name.slice(0, 2)));
    expect(beginnings.size).toBeGreaterThan(200);
  });

  it('gives a site what belongs to it: a telephone number of its district, English words in its English name', () => {
    for (const { phone, nameEn, name } of large.sites) {
      expect(phone).toMatch(/^0715-[2-68]\d{6}$/);
      expect(nameEn).toMatch(/^[\p{Script=Latin}\d' ().-]+$/u);
      expect(name).toMatch(/^[\p{Script=Han}\d（）]+$/u);
    }
  });

  it('grows from a small one: the same sites first, and a camera keeps its address and password', () => {
    expect(large.sites.slice(0, 30)).toEqual(small.sites);
    const access = ({ streams, username, password }: (typeof large.cameras)[number]) => ({
      streams,
      username,
      password,
    });
    expect(large.cameras.slice(0, 48).map(access)).toEqual(small.cameras.map(access));
  });

  it('has cameras in every canteen and care home before it has them in every restaurant', () => {
    const watched = new Set(large.cameras.map(({ siteExternalId }) => siteExternalId));
    const unwatched = large.sites.filter(({ externalId }) => !watched.has(externalId));
    expect(new Set(unwatched.map(({ type }) => type))).toEqual(new Set(['restaurant']));
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

  it('are broken as asked: so many, spread over the city, always the same ones', () => {
    const brokenOf = (count: number) => {
      const cameras = [...makeCameras(large.cameras).values()];
      breakCameras(cameras, count, 1_000);
      return cameras
        .filter(({ fault }) => fault.kind !== 'none')
        .map(({ id, fault }) => `${id} ${fault.kind}`);
    };
    expect(brokenOf(0)).toEqual([]);
    expect(brokenOf(12)).toHaveLength(12);
    expect(brokenOf(12)).toEqual(brokenOf(12));
    expect(new Set(brokenOf(12).map((line) => line.split(' ')[1])).size).toBe(5);
    expect(brokenOf(5_000)).toHaveLength(2_200);
  });
});
