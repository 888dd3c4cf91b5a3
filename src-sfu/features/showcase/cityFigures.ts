import type { District, SiteType } from '../../../src-shared/cameras/cameras.protocol.ts';
import { maxCityAlerts, type CityView } from '../../../src-shared/showcase/showcase.protocol.ts';
import { cityViewOf, type CityFacts } from './cityView.ts';
import type { ShowcaseRepository } from './showcase.repository.ts';

/** The city in numbers, as it was read last. */
export interface CityFigures {
  /** Undefined before the first reading. */
  now(): CityView | undefined;
  /** Reads them again; resolves with whether anything but the time of reading is another. */
  read(): Promise<boolean>;
}

export interface CityFiguresOptions {
  readDay: ShowcaseRepository['readDay'];
  /** Sites that have cameras. */
  sites(): readonly { district: District; type: SiteType }[];
  cameras(): number;
  camerasOnline(): number;
  kindName: CityFacts['kindName'];
  /** Alerts are shown and counted so long after they came. Seconds. */
  alertDelaySeconds(): number;
  /** The hub's own time is not the date that people see. */
  clock: { toOwnMs(shownMs: number): number; toShownMs(ownMs: number): number };
  nowMs(): number;
}

/** Counts the day from its midnight until as long ago as the programme says, so that nobody sees an alert as it comes. */
export function createCityFigures(options: CityFiguresOptions): CityFigures {
  const { readDay, sites, cameras, camerasOnline, kindName, alertDelaySeconds, clock, nowMs } = options;
  let city: CityView | undefined;
  const withoutTime = (): string => JSON.stringify({ ...city, computedAtMs: 0 });
  return {
    now: () => city,
    async read() {
      const before = withoutTime();
      const atMs = nowMs();
      const midnightMs = clock.toOwnMs(new Date(clock.toShownMs(atMs)).setHours(0, 0, 0, 0));
      const day = await readDay({
        fromMs: midnightMs,
        toMs: Math.max(midnightMs, atMs - alertDelaySeconds() * 1_000),
        recent: maxCityAlerts,
      });
      city = cityViewOf({
        computedAtMs: atMs,
        sites: sites(),
        cameras: cameras(),
        camerasOnline: camerasOnline(),
        day,
        kindName,
        toMinute: (ownMs) => clock.toOwnMs(new Date(clock.toShownMs(ownMs)).setSeconds(0, 0)),
      });
      return withoutTime() !== before;
    },
  };
}
