import i18next from 'i18next';
import { createAlertMarksStore } from '../../features/alerts/alertMarks.ts';
import { createInsetStore, fillInset } from '../../features/map/insetStore.ts';
import { createSquadsStore } from '../../features/squads/squadsStore.ts';
import { createWallStore } from '../../features/wall/wallStore.ts';
import { Receiver } from '../../media/receiver.ts';
import { measureHubClock } from '../../server/measureHubClock.ts';
import type { SurfaceShell } from '../shared/startSurface.tsx';
import { createCaseStore, followCaseMap } from './case/caseStore.ts';
import { feedWallMap } from './map/wallMapFeed.ts';
import { readyUpcoming } from './screen/readyUpcoming.ts';
import { ScreenReporter } from './screen/screenReporter.ts';
import { followTiles } from './screen/tileStates.ts';

export type WallParts = ReturnType<typeof createWallParts>;

/** Builds the stores and the media of a screen, connected to one another; each feature takes from them what it needs. */
export function createWallParts({ session, clock, link }: SurfaceShell) {
  // Screens turn their pages at moments of the hub's clock.
  measureHubClock(link, clock);
  const wallStore = createWallStore();
  const marks = createAlertMarksStore();
  const inset = createInsetStore();
  const squads = createSquadsStore();
  const nowMs = (): number => clock.nowMs();
  const wallMap = feedWallMap({ marks, wallStore, squads, link, nowMs });
  wallMap.store.subscribe(({ settings }, before) => {
    if (settings !== before.settings) void fillInset(inset, settings?.districts);
  });
  const cases = createCaseStore();
  followCaseMap({ cases, wallStore, squads, map: wallMap.store, i18n: i18next });
  const receiver = new Receiver({
    signalling: link,
    nowMs,
    usesSlots: true,
    onReport: () => tileStates.ask(),
  });
  const tileStates = followTiles({ wallStore, session, receiver, nowMs });
  readyUpcoming(wallStore, receiver);
  const reporter = new ScreenReporter(link, receiver, wallStore);
  return { session, link, wallStore, marks, inset, squads, wallMap, cases, receiver, reporter, nowMs };
}
