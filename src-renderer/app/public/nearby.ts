import type { PublicKitchensPage } from '../../../src-shared/public/publicPage.ts';
import { distanceM } from '../../../src-shared/orders/straightLine.ts';

type Kitchen = PublicKitchensPage['kitchens'][number];

/** Degrees, WGS-84. */
export interface Position {
  latitude: number;
  longitude: number;
}

/** A kitchen of the list; `distanceM` where both positions are known, in metres. */
export interface ListedKitchen extends Kitchen {
  distanceM?: number;
}

/** Kitchens of a district and a type (empty: of all), the nearest first where it is known where somebody is. */
export function listedKitchens(
  kitchens: readonly Kitchen[],
  chosen: { district: string; siteType: string; from?: Position | undefined },
): ListedKitchen[] {
  const { district, siteType, from } = chosen;
  const listed = kitchens
    .filter(
      (one) =>
        (district === '' || one.district === district) && (siteType === '' || one.siteType === siteType),
    )
    .map((one) =>
      from === undefined || one.near === undefined ? one : { ...one, distanceM: distanceM(from, one.near) },
    );
  if (from === undefined) return listed;
  const far = Number.POSITIVE_INFINITY;
  return listed.sort(
    (one, other) => ((one as ListedKitchen).distanceM ?? far) - ((other as ListedKitchen).distanceM ?? far),
  );
}

/** Where this phone is. It is asked once, and the answer stays on the phone. Undefined where it does not say. */
export function askPosition(
  geolocation: Pick<Geolocation, 'getCurrentPosition'>,
): Promise<Position | undefined> {
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => resolve({ latitude, longitude }),
      () => resolve(undefined),
      { maximumAge: 60_000, timeout: 10_000 },
    );
  });
}
