import { siteTypes } from '../../src-shared/cameras/cameras.protocol.ts';
import type { SiteType } from '../../src-shared/cameras/cameras.protocol.ts';
import type { CameraImport, RegistryImport, SiteImport } from '../../src-shared/cameras/registryImport.ts';
import { seededRandom } from '../random.ts';
import type { RandomSource } from '../random.ts';
import { roomNames } from './cameraNames.ts';
import { businessKinds, properNames, streets, towns } from './places.ts';
import type { Town, Word } from './places.ts';

/** What city is wanted. */
export interface CityOptions {
  sites: number;
  cameras: number;
  /** The same seed gives the same city. */
  seed: number;
  /** Where the cameras answer, such as `rtsp://127.0.0.1:8554`. */
  rtspUrl: string;
}

/** How many sites in a hundred are of each type. */
const typeShares: Record<SiteType, number> = {
  school_canteen: 28,
  restaurant: 50,
  company_canteen: 9,
  government_canteen: 6,
  care_home: 7,
};

/** In the city, cameras hang in about 1,200 of 1,500 sites, 1.83 in each; a small demo has one in every site. */
const camerasPerWatchedSite = 1.83;
const everySiteWatchedFrom = 1.6;

function pick<Item>(random: RandomSource, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

function pickWeighted<Item>(
  random: RandomSource,
  items: readonly Item[],
  weight: (item: Item) => number,
): Item {
  let rest = random() * items.reduce((sum, item) => sum + weight(item), 0);
  const found = items.find((item) => (rest -= weight(item)) < 0) ?? items.at(-1);
  if (found === undefined) throw new RangeError('nothing to pick from');
  return found;
}

function positionIn(random: RandomSource, town: Town): NonNullable<SiteImport['position']> {
  const distanceKm = Math.sqrt(random()) * town.radiusKm;
  const direction = random() * 2 * Math.PI;
  const kmPerDegree = 111.32;
  const latitude = town.latitude + (distanceKm * Math.sin(direction)) / kmPerDegree;
  const longitude =
    town.longitude +
    (distanceKm * Math.cos(direction)) / (kmPerDegree * Math.cos((town.latitude * Math.PI) / 180));
  const rounded = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  return { latitude: rounded(latitude), longitude: rounded(longitude), system: 'wgs84' };
}

/** A name nobody has yet: first the plain one, then with the town, then as a numbered branch. */
function freeName(taken: Set<string>, [chinese, english]: Word, town: Word): Word {
  const candidates: Word[] = [
    [chinese, english],
    [`${town[0]}${chinese}`, `${town[1]} ${english}`],
  ];
  for (let branch = 2; ; branch += 1) {
    const free = candidates.find(([name]) => !taken.has(name));
    if (free) {
      taken.add(free[0]);
      return free;
    }
    candidates.push([`${town[0]}${chinese}（${branch}店）`, `${town[1]} ${english} No. ${branch}`]);
  }
}

function shuffled<Item>(random: RandomSource, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ item }) => item);
}

function makeSite(random: RandomSource, number: number, proper: Word, taken: Set<string>): SiteImport {
  // The first site is in Wenquan whatever the seed: the hall's own neighbourhood belongs to every demo.
  const town = number === 1 ? towns[0] : pickWeighted(random, towns, (candidate) => candidate.weight);
  if (!town) throw new RangeError('there are no towns');
  const type = pickWeighted(random, siteTypes, (candidate) => typeShares[candidate]);
  const kind: Word = pick<Word>(random, businessKinds[type]);
  const [name, nameEn] = freeName(taken, [`${proper[0]}${kind[0]}`, `${proper[1]} ${kind[1]}`], town.name);
  const street = `${pick(random, streets)}${1 + Math.floor(random() * 298)}号`;
  const isSeat = town.weight > 2;
  return {
    externalId: `site-${String(number).padStart(4, '0')}`,
    name,
    nameEn,
    type,
    district: town.district,
    address: `咸宁市${town.district}${town.name[0]}${isSeat ? '' : '镇'}${street}`,
    phone: `0715-${8_000_000 + Math.floor(random() * 999_999)}`,
    position: positionIn(random, town),
  };
}

/** How many cameras hang in each site; the sum is what was asked for. */
function shareCameras(random: RandomSource, options: CityOptions): number[] {
  const { sites, cameras } = options;
  const counts = new Array<number>(sites).fill(0);
  if (sites === 0 || cameras === 0) return counts;
  const wanted = sites * everySiteWatchedFrom <= cameras ? sites : Math.ceil(cameras / camerasPerWatchedSite);
  const watchedCount = Math.min(sites, cameras, Math.max(1, wanted));
  // Sites without a camera are spread over the list: every n-th one is left out.
  const watched = Array.from({ length: watchedCount }, (_unused, order) =>
    Math.floor((order * sites) / watchedCount),
  );
  for (const site of watched) counts[site] = 1;
  const most = Math.max(4, Math.ceil(cameras / watchedCount));
  for (let left = cameras - watchedCount; left > 0;) {
    const site = pick(random, watched);
    if ((counts[site] ?? 0) >= most) continue;
    counts[site] = (counts[site] ?? 0) + 1;
    left -= 1;
  }
  return counts;
}

function camerasOfSite(
  random: RandomSource,
  siteExternalId: string,
  count: number,
  firstNumber: number,
  rtspUrl: string,
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
      password: `Kitchen-${Math.floor(random() * 2 ** 32).toString(36)}`,
    };
  });
}

/**
 * Makes a city in the hub's import format: so many sites and cameras of Xianning, with distinct names and plausible
 * places, the same for the same options.
 */
export function demoCity(options: CityOptions): RegistryImport {
  const random = seededRandom(options.seed);
  const taken = new Set<string>();
  // Dealt like cards, so that neighbours in the list are not all called alike.
  const names = shuffled(random, properNames);
  const sites = Array.from({ length: options.sites }, (_unused, order) =>
    makeSite(random, order + 1, names[order % names.length] ?? ['明厨', 'Mingchu'], taken),
  );
  const counts = shareCameras(random, options);
  const cameras: CameraImport[] = [];
  sites.forEach((site, order) => {
    cameras.push(
      ...camerasOfSite(random, site.externalId, counts[order] ?? 0, cameras.length + 1, options.rtspUrl),
    );
  });
  return { sites, cameras };
}
