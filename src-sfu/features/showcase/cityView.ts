import {
  districts,
  siteTypes,
  type District,
  type SiteType,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import { maxCityAlerts, type CityView } from '../../../src-shared/showcase/showcase.protocol.ts';
import type { DayFigures } from './showcase.repository.ts';

const minuteMs = 60_000;
/** Kinds that are counted by name; a hall has no room for more. */
const maxKinds = 12;

/** What the city is at this moment, as far as visitors learn of it. */
export interface CityFacts {
  computedAtMs: number;
  sites: readonly { district: District; type: SiteType }[];
  cameras: number;
  camerasOnline: number;
  day: DayFigures;
  kindName(kindId: string): { 'zh-CN': string; en: string } | undefined;
  /** Cuts a time so that the minute that people see is whole. */
  toMinute?(atMs: number): number;
}

/**
 * The city as visitors see it, made from figures and names of kinds alone: whatever else an alert or a site has cannot be in it.
 * An alert whose district or kind is not known is counted, and shown by neither. Pure.
 */
export function cityViewOf(facts: CityFacts): CityView {
  const { computedAtMs, sites, cameras, camerasOnline, day, kindName } = facts;
  const toMinute = facts.toMinute ?? ((atMs: number) => atMs - (atMs % minuteMs));
  const sum = (some: readonly { count: number }[]): number => some.reduce((all, { count }) => all + count, 0);
  const kinds = [...Map.groupBy(day.alerts, ({ kindId }) => kindId)].flatMap(([kindId, some]) => {
    const name = kindName(kindId);
    return name === undefined ? [] : [{ kindId, name, alerts: sum(some) }];
  });
  return {
    computedAtMs,
    sites: sites.length,
    cameras,
    camerasOnline: Math.min(cameras, camerasOnline),
    byDistrict: districts.map((district) => ({
      district,
      sites: sites.filter((site) => site.district === district).length,
      alerts: sum(day.alerts.filter((alert) => alert.district === district)),
    })),
    bySiteType: siteTypes.map((siteType) => ({
      siteType,
      sites: sites.filter(({ type }) => type === siteType).length,
    })),
    alerts: sum(day.alerts),
    handled: sum(day.alerts.filter(({ isHandled }) => isHandled)),
    byKind: kinds.toSorted((left, right) => right.alerts - left.alerts).slice(0, maxKinds),
    ordersWritten: day.ordersWritten,
    ordersClosed: day.ordersClosed,
    recent: day.recent
      .flatMap(({ district, kindId, atMs }) => {
        const known = districts.find((one) => one === district);
        const name = kindName(kindId);
        return known === undefined || name === undefined
          ? []
          : [{ district: known, kindId, name, atMs: toMinute(atMs) }];
      })
      .slice(0, maxCityAlerts),
  };
}
