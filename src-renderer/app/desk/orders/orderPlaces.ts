import type { SiteEntry } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { Alert } from '../../../../src-shared/alerts/alertView.ts';
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

/** Where an alert is, with the address that the registry has for its site; an alert that fits no camera has what was reported. */
export function placeOfAlert(
  { place, reportedCamera }: Pick<Alert, 'place' | 'reportedCamera'>,
  siteOf: (siteId: string) => SiteEntry | undefined,
): OrderPlace {
  if (place === undefined) return { name: reportedCamera.slice(0, 100) };
  const { cameraId, latitude, longitude } = place;
  const site = siteOf(place.siteId);
  return {
    ...placeOfSite({ ...place, ...(site === undefined ? {} : { address: site.address }) }),
    // A camera of an alert may have a place of its own; the registry's serves where the alert has none.
    ...((latitude === undefined || longitude === undefined) &&
    site?.latitude !== undefined &&
    site.longitude !== undefined
      ? { latitude: site.latitude, longitude: site.longitude }
      : {}),
    ...(cameraId === undefined ? {} : { cameraId }),
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
