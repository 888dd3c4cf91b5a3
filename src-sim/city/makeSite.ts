import { siteTypes } from '../../src-shared/cameras/cameras.protocol.ts';
import type { District, SiteType } from '../../src-shared/cameras/cameras.protocol.ts';
import type { SiteImport } from '../../src-shared/cameras/registryImport.ts';
import type { RandomSource } from '../random.ts';
import { pick, pickWeighted } from './pick.ts';
import { allTowns, seatStreets, townStreets, waters } from './places.ts';
import type { Town, Word } from './places.ts';
import { branchOf, restaurantName } from './restaurantNames.ts';
import { schoolCanteenName } from './schoolNames.ts';
import { careHomeName, companyCanteenName, governmentCanteenName } from './staffCanteenNames.ts';

/** How many sites in a hundred are of each type. */
const typeShares: Record<SiteType, number> = {
  restaurant: 60,
  school_canteen: 23,
  company_canteen: 7,
  government_canteen: 4,
  care_home: 6,
};

/** The first digit of telephone numbers in each district. */
const exchanges: Record<District, number> = {
  咸安区: 8,
  嘉鱼县: 6,
  通城县: 4,
  崇阳县: 3,
  通山县: 2,
  赤壁市: 5,
};

const kmPerDegree = 111.32;
/** After this many names that other sites already have, the site gets its street or a number as a distinction. */
const nameTries = 12;

/** Names that are given, in both languages. */
export interface TakenNames {
  chinese: Set<string>;
  english: Set<string>;
}

function nameFor(random: RandomSource, type: SiteType, town: Town, street: Word): Word {
  switch (type) {
    case 'restaurant':
      return restaurantName(random, town, street);
    case 'school_canteen':
      return schoolCanteenName(random, town);
    case 'company_canteen':
      return companyCanteenName(random, town);
    case 'government_canteen':
      return governmentCanteenName(random, town);
    case 'care_home':
      return careHomeName(random, town);
  }
}

/** A name nobody has yet: fresh ones first, then a branch in its street, then a numbered one. */
function freeName(random: RandomSource, taken: TakenNames, type: SiteType, town: Town, street: Word): Word {
  const take = (word: Word): Word | undefined => {
    if (taken.chinese.has(word[0]) || taken.english.has(word[1])) return undefined;
    taken.chinese.add(word[0]);
    taken.english.add(word[1]);
    return word;
  };
  for (let tries = 0; tries < nameTries; tries += 1) {
    const free = take(nameFor(random, type, town, street));
    if (free) return free;
  }
  const word = nameFor(random, type, town, street);
  for (let branch = 2; ; branch += 1) {
    const inStreet = type === 'restaurant' && branch === 2 ? take(branchOf(word, street)) : undefined;
    const free = inStreet ?? take([`${word[0]}（${branch}号）`, `${word[1]} No. ${branch}`]);
    if (free) return free;
  }
}

function distanceKm(one: { latitude: number; longitude: number }, other: typeof one): number {
  const north = (one.latitude - other.latitude) * kmPerDegree;
  const east = (one.longitude - other.longitude) * kmPerDegree * Math.cos((one.latitude * Math.PI) / 180);
  return Math.hypot(north, east);
}

/** Somewhere in a town, closer to its middle more often than not, and on dry land. */
function positionIn(random: RandomSource, town: Town): NonNullable<SiteImport['position']> {
  const rounded = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  for (;;) {
    const awayKm = random() ** 0.75 * town.radiusKm;
    const direction = random() * 2 * Math.PI;
    const latitude = town.latitude + (awayKm * Math.sin(direction)) / kmPerDegree;
    const longitude =
      town.longitude +
      (awayKm * Math.cos(direction)) / (kmPerDegree * Math.cos((town.latitude * Math.PI) / 180));
    const position = { latitude: rounded(latitude), longitude: rounded(longitude) };
    // The middle of a town is dry: a try close to it always comes.
    if (!waters.some((water) => distanceKm(position, water) < water.radiusKm)) {
      return { ...position, system: 'wgs84' };
    }
  }
}

/** Makes the site with this number. What it draws from `random` does not depend on how many sites come after it. */
export function makeSite(random: RandomSource, number: number, taken: TakenNames): SiteImport {
  // The first site is in Wenquan whatever the seed: the hall's own neighbourhood belongs to every demo.
  const town =
    number === 1 && allTowns[0] ? allTowns[0] : pickWeighted(random, allTowns, ({ weight }) => weight);
  const type = pickWeighted(random, siteTypes, (candidate) => typeShares[candidate]);
  const street = pick(random, town.isSeat ? seatStreets[town.district] : townStreets);
  const [name, nameEn] = freeName(random, taken, type, town, street);
  const house = 1 + Math.floor(random() ** 1.5 * (town.isSeat ? 380 : 120));
  return {
    externalId: `site-${String(number).padStart(4, '0')}`,
    name,
    nameEn,
    type,
    district: town.district,
    address: `咸宁市${town.district}${town.name[0]}${town.kind}${street[0]}${house}号`,
    phone: `0715-${exchanges[town.district]}${String(Math.floor(random() * 1_000_000)).padStart(6, '0')}`,
    position: positionIn(random, town),
  };
}
