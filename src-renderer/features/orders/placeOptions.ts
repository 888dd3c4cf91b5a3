import { placeName, type OrderPlace } from '../../../src-shared/orders/orders.protocol.ts';

/** A place that is offered while a name is typed. */
export interface PlaceOption {
  /** Unique among the options. */
  label: string;
  place: OrderPlace;
}

/** The places by their names; where several have one name, such as the branches of one firm, with district and address. */
export function placeOptions(
  places: readonly OrderPlace[],
  language: string,
  districtName: (district: NonNullable<OrderPlace['district']>) => string,
): PlaceOption[] {
  const nameOf = (place: OrderPlace): string => placeName(place, language);
  const counts = Map.groupBy(places, nameOf);
  const options = new Map<string, PlaceOption>();
  for (const place of places) {
    const name = nameOf(place);
    const isShared = (counts.get(name)?.length ?? 0) > 1;
    const { district, address } = place;
    const parts = [name, district === undefined ? undefined : districtName(district), address];
    const plain = isShared ? parts.filter((part) => part !== undefined && part !== '').join(' · ') : name;
    // Two of one address differ by their ids.
    const label = options.has(plain) ? `${plain} · ${place.siteId ?? options.size}` : plain;
    options.set(label, { label, place });
  }
  return [...options.values()];
}
