import type { SiteEntry } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { OrderPlace } from '../../../../src-shared/orders/orders.protocol.ts';

/** A site of the registry as the place of an order. */
export function placeOfSite(
  site: Pick<SiteEntry, 'siteId' | 'siteName' | 'siteNameEn' | 'district' | 'latitude' | 'longitude'> & {
    address?: string | undefined;
  },
): OrderPlace {
  const { siteId, siteNameEn, district, latitude, longitude } = site;
  const address = site.address?.trim().slice(0, 200) ?? '';
  return {
    siteId,
    name: site.siteName.slice(0, 100),
    district,
    ...(siteNameEn === undefined || siteNameEn === '' ? {} : { nameEn: siteNameEn.slice(0, 100) }),
    ...(address === '' ? {} : { address }),
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
  };
}

/** Sites in whose name, pinyin or address all the words are; none without a word. */
export function findPlaces(sites: Iterable<SiteEntry>, words: string, limit: number): OrderPlace[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found: OrderPlace[] = [];
  if (wanted.length === 0) return found;
  for (const site of sites) {
    const text = [site.siteName, site.siteNameEn ?? '', site.sitePinyin, site.address]
      .join(' ')
      .toLowerCase();
    if (wanted.every((word) => text.includes(word))) found.push(placeOfSite(site));
    if (found.length >= limit) break;
  }
  return found;
}
