import type { TFunction } from 'i18next';
import { awaitsArrival, speaksForOrder } from '../../../../src-shared/orders/orderJoining.ts';
import {
  placeName,
  type Order,
  type OrderPlace,
  type OrderReport,
} from '../../../../src-shared/orders/orders.protocol.ts';

/**
 * What a phone's own navigation is opened with: the position, which is WGS-84, or a search for the address; empty where the order has
 * neither. Apple's maps count in another system in China than everywhere else, so they get the address alone.
 */
export function navigationLinks(
  place: OrderPlace,
  { language, isAndroid, isApple = false }: { language: string; isAndroid: boolean; isApple?: boolean },
): { kind: 'phone' | 'amap'; href: string }[] {
  const { latitude, longitude, district, address = '' } = place;
  const searched =
    address === '' ? undefined : encodeURIComponent(`${district ?? ''}${address} ${place.name}`);
  const apple =
    isApple && searched !== undefined
      ? [{ kind: 'phone' as const, href: `https://maps.apple.com/?q=${searched}` }]
      : [];
  if (latitude === undefined || longitude === undefined) {
    if (searched === undefined) return [];
    const search = `https://uri.amap.com/search?keyword=${searched}&callnative=1`;
    return [
      ...(isAndroid ? [{ kind: 'phone' as const, href: `geo:0,0?q=${searched}` }] : []),
      ...apple,
      { kind: 'amap', href: search },
    ];
  }
  const name = encodeURIComponent(placeName(place, language).replaceAll(/[(),]/g, ' '));
  const amap = `https://uri.amap.com/navigation?to=${longitude},${latitude},${name}&mode=car&coordinate=wgs84&callnative=1`;
  const phone = `geo:${latitude},${longitude}?q=${latitude},${longitude}(${name})`;
  return [
    ...(isAndroid ? [{ kind: 'phone' as const, href: phone }] : []),
    ...apple,
    { kind: 'amap', href: amap },
  ];
}

/** What each step of a member is called, as its key has it. */
export function stepWords(t: TFunction): Record<OrderReport['type'], string> {
  return {
    delivered: t('field.orders.step.delivered'),
    shown: t('field.orders.step.shown'),
    accepted: t('field.orders.step.accepted'),
    enRoute: t('field.orders.step.enRoute'),
    onScene: t('field.orders.step.onScene'),
    cleared: t('field.orders.step.cleared'),
    rejected: t('field.orders.step.rejected'),
    check: t('field.orders.step.check'),
    note: t('field.orders.step.note'),
  };
}

/** `预警 · 特急`. */
export function kindWords(t: TFunction, { kind, priority }: Pick<Order, 'kind' | 'priority'>): string {
  return `${t(`orders.kind.${kind}`)} · ${t(`orders.priority.${priority}`)}`;
}

/** The present step of an order as it is for this member; who joined may wait for others, or they for that one. */
export function stateWords(t: TFunction, order: Order, memberId: string): string {
  if (!speaksForOrder(order, memberId)) return t('field.orders.joinWaits');
  return awaitsArrival(order, memberId)
    ? t('field.orders.othersThere')
    : t(`field.orders.state.${order.state}`);
}
