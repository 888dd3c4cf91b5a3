import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RefusalReason } from '../../../src-shared/protocol/refusals.ts';
import type { SiteAlert } from '../../../src-shared/sites/siteAlerts.ts';
import { maxWatchedCameras, type SiteSnapshot } from '../../../src-shared/sites/sites.protocol.ts';
import type { WaitingSaying, SayingRefusal } from './sayings.ts';

/** What the page of a site knows. */
export interface SiteState {
  site: SiteSnapshot | undefined;
  /** By id; undefined until they were read. */
  alerts: ReadonlyMap<string, SiteAlert> | undefined;
  /** What was said and the hub has not answered yet. */
  waiting: readonly WaitingSaying[];
  /** What the hub did not take, by the alert. */
  refused: ReadonlyMap<string, SayingRefusal>;
  /** Cameras whose live pictures are shown, the one chosen last at the end. */
  watched: readonly string[];
  /** The alert that is opened. */
  openAlertId: string | undefined;
  signIn: { code: string; isBusy: boolean; problem: RefusalReason | 'no_answer' | undefined };
  /** The browser keeps no sign-in: it is over with this page. */
  isForgotten: boolean;
  /** A browser lets a page be heard only after it was touched. */
  isSilent: boolean;
}

export type SiteStore = StoreApi<SiteState>;

export function createSiteStore(code = ''): SiteStore {
  return createStore<SiteState>(() => ({
    site: undefined,
    alerts: undefined,
    waiting: [],
    refused: new Map(),
    watched: [],
    openAlertId: undefined,
    signIn: { code, isBusy: false, problem: undefined },
    isForgotten: false,
    isSilent: true,
  }));
}

/** Takes alerts as the hub has them now; returns those that this page did not know. */
export function takeAlerts(store: SiteStore, changed: readonly SiteAlert[]): SiteAlert[] {
  const alerts = new Map(store.getState().alerts);
  const arrived: SiteAlert[] = [];
  for (const alert of changed) {
    const before = alerts.get(alert.alertId);
    if (before === undefined) arrived.push(alert);
    alerts.set(alert.alertId, before === undefined ? alert : newer(before, alert));
  }
  store.setState({ alerts });
  return arrived;
}

/** Of two states of one alert the later; what the site said is never taken back, and a decision follows it. */
function newer(before: SiteAlert, after: SiteAlert): SiteAlert {
  const base = after.revision >= before.revision ? after : before;
  const seenAtMs = after.seenAtMs ?? before.seenAtMs;
  const isDecidedBefore = before.appeal !== undefined && before.appeal.state !== 'waiting';
  const appeal = isDecidedBefore ? before.appeal : (after.appeal ?? before.appeal);
  return {
    ...base,
    ...(seenAtMs === undefined ? {} : { seenAtMs }),
    ...(appeal === undefined ? {} : { appeal }),
  };
}

/** Open ones first, and of each the newest. */
export function sortedAlerts(alerts: Iterable<SiteAlert>): SiteAlert[] {
  return [...alerts].sort(
    (left, right) =>
      Number(left.state !== 'open') - Number(right.state !== 'open') || right.raisedAtMs - left.raisedAtMs,
  );
}

/** Shows one more camera, and stops the one that was chosen first where there are too many; or stops one that is shown. */
export function toggleCamera(store: SiteStore, cameraId: string): void {
  const { watched } = store.getState();
  store.setState({
    watched: watched.includes(cameraId)
      ? watched.filter((one) => one !== cameraId)
      : [...watched, cameraId].slice(-maxWatchedCameras),
  });
}

/** A new state of the site: the first of its cameras that are online are shown when nothing was chosen yet. */
export function takeSite(store: SiteStore, site: SiteSnapshot): void {
  const { site: before, watched } = store.getState();
  const known = new Set(site.cameras.map(({ cameraId }) => cameraId));
  const isOther = before?.siteId !== site.siteId;
  const first = site.cameras.filter(({ condition }) => condition === 'online' || condition === 'unknown');
  store.setState({
    site,
    watched: isOther
      ? first.slice(0, maxWatchedCameras).map(({ cameraId }) => cameraId)
      : watched.filter((cameraId) => known.has(cameraId)),
    ...(isOther ? { alerts: undefined, openAlertId: undefined, refused: new Map() } : {}),
  });
}
