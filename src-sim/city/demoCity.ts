import type { SiteType } from '../../src-shared/cameras/cameras.protocol.ts';
import type { CameraImport, RegistryImport, SiteImport } from '../../src-shared/cameras/registryImport.ts';
import { seededRandom } from '../random.ts';
import type { RandomSource } from '../random.ts';
import { roomNames } from './cameraNames.ts';
import { makeSite } from './makeSite.ts';
import { pick, pickWeighted } from './pick.ts';

/** What city is wanted. */
export interface CityOptions {
  sites: number;
  cameras: number;
  /** The same seed gives the same city. */
  seed: number;
  /** Where the cameras answer, such as `rtsp://127.0.0.1:8554`. */
  rtspUrl: string;
}

/** In the city, cameras hang in about 1,200 of 1,500 sites, 1.83 in each; a small demo has one in every site. */
const camerasPerWatchedSite = 1.83;
const everySiteWatchedFrom = 1.6;

/** How many cameras a watched site has, as compared with sites of other types. */
const cameraShares: Record<SiteType, number> = {
  school_canteen: 3,
  restaurant: 1,
  company_canteen: 2,
  government_canteen: 2,
  care_home: 2,
};

/** So many of the items, spread evenly over the list. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  return items.filter((_item, order) => {
    const before = Math.floor((order * count) / items.length);
    return Math.floor(((order + 1) * count) / items.length) > before;
  });
}

/** Which sites have cameras: canteens and care homes must, restaurants do as far as there are cameras. */
function watchedSites(sites: readonly SiteImport[], count: number): SiteImport[] {
  const restaurants = sites.filter(({ type }) => type === 'restaurant');
  const others = sites.length - restaurants.length;
  if (count <= others) return spread(sites, count);
  const chosen = new Set(spread(restaurants, count - others));
  return sites.filter((site) => site.type !== 'restaurant' || chosen.has(site));
}

/** How many cameras hang in each site that has any; the sum is what was asked for. */
function shareCameras(
  random: RandomSource,
  sites: readonly SiteImport[],
  cameras: number,
): Map<SiteImport, number> {
  if (sites.length === 0 || cameras === 0) return new Map();
  const everySite = sites.length * everySiteWatchedFrom <= cameras;
  const wanted = everySite ? sites.length : Math.ceil(cameras / camerasPerWatchedSite);
  const watched = watchedSites(sites, Math.min(sites.length, cameras, Math.max(1, wanted)));
  const counts = new Map(watched.map((site) => [site, 1]));
  const most = Math.max(6, Math.ceil(cameras / watched.length));
  const byType = new Map<SiteType, SiteImport[]>();
  for (const site of watched) byType.set(site.type, [...(byType.get(site.type) ?? []), site]);
  const types = [...byType];
  for (let left = cameras - watched.length; left > 0;) {
    const [, candidates] = pickWeighted(
      random,
      types,
      ([type, ofType]) => cameraShares[type] * ofType.length,
    );
    const site = pick(random, candidates);
    const count = counts.get(site) ?? 0;
    if (count >= most) continue;
    counts.set(site, count + 1);
    left -= 1;
  }
  return counts;
}

/** A camera keeps its password in a city of any size, so that a larger demo's import leaves running streams alone. */
function passwordOf(seed: number, number: number): string {
  const random = seededRandom(seed * 65_537 + number);
  return `Kitchen-${Math.floor(random() * 2 ** 32).toString(36)}`;
}

function camerasOfSite(
  random: RandomSource,
  siteExternalId: string,
  count: number,
  firstNumber: number,
  { seed, rtspUrl }: CityOptions,
): CameraImport[] {
  const firstRoom = Math.floor(random() * roomNames.length);
  return Array.from({ length: count }, (_unused, order) => {
    const room = roomNames[(firstRoom + order) % roomNames.length];
    if (!room) throw new RangeError('there are no rooms');
    const [chinese, english] = pick(random, room.names);
    const round = Math.floor(order / roomNames.length);
    const suffix = round === 0 ? '' : ` ${round + 1}`;
    const externalId = `cam-${String(firstNumber + order).padStart(4, '0')}`;
    return {
      externalId,
      siteExternalId,
      name: `${chinese}${suffix}`,
      nameEn: `${english}${suffix}`,
      streams: {
        main: { url: `${rtspUrl}/${externalId}/main` },
        sub: { url: `${rtspUrl}/${externalId}/sub` },
      },
      username: 'admin',
      password: passwordOf(seed, firstNumber + order),
    };
  });
}

/**
 * Makes a city in the hub's import format: so many sites and cameras of Xianning, with distinct names and plausible
 * places, the same for the same options. A smaller city's sites are the first ones of a larger city.
 */
export function demoCity(options: CityOptions): RegistryImport {
  const random = seededRandom(options.seed);
  const taken = { chinese: new Set<string>(), english: new Set<string>() };
  const sites = Array.from({ length: options.sites }, (_unused, order) => makeSite(random, order + 1, taken));
  const counts = shareCameras(random, sites, options.cameras);
  const cameras: CameraImport[] = [];
  for (const site of sites) {
    const count = counts.get(site) ?? 0;
    cameras.push(...camerasOfSite(random, site.externalId, count, cameras.length + 1, options));
  }
  return { sites, cameras };
}
