import { createStore } from 'zustand/vanilla';
import { createAlertTones } from '../../features/alerts/alertTones.ts';
import { ageMs } from '../../features/field/moment.ts';
import { newMemberToken, takeCode } from '../../features/field/signIn.ts';
import { Sayings } from '../../features/site/sayings.ts';
import type { SitePicture } from '../../features/site/SitePair.tsx';
import { createSiteStore, takeAlerts } from '../../features/site/siteStore.ts';
import { Receiver } from '../../media/receiver.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { siteHeaders, signInSite, signOutSite } from '../../server/siteSession.ts';
import { isWithSite } from '../../../src-shared/findings/findingTimes.ts';
import type { SiteAlert } from '../../../src-shared/sites/siteAlerts.ts';
import type { SiteReport } from '../../../src-shared/sites/sites.protocol.ts';
import type { TileState } from '../../ui/tile/tileState.ts';
import { followPictures } from '../shared/pictureStates.ts';
import type { SurfaceShell } from '../shared/startSurface.tsx';
import { createSiteFindingsParts } from './siteFindingsParts.ts';

export type SiteParts = ReturnType<typeof createSiteParts>;

/** Characters of a code as it stands in a link. */
const longestCode = 24;
/** How long a phone waits before it sends a code again whose answer was lost. Milliseconds. */
const signInAgainMs = 2_000;
/** A new alert is heard and felt when it came within this time; older ones were missed. Milliseconds. */
const freshMs = 60_000;
/** Characters of an id that the page makes: 132 bits. */
const idLength = 22;
/** Milliseconds on, off, on. */
const vibration = [400, 200, 400, 200, 400];

/** Builds the stores of a site's page and what it sends, connected to one another. */
export function createSiteParts({ session, clock, link }: SurfaceShell) {
  const scanned = takeCode(window.location.href, longestCode);
  const site = createSiteStore(scanned.code);
  const tiles = createStore(() => ({ states: new Map<string, TileState>() }));
  const nowMs = (): number => clock.nowMs();
  const receiver = new Receiver({ signalling: link, nowMs, onReport: () => followed.ask() });
  const followed = followPictures({
    receiver,
    session,
    nowMs,
    before: (targetId) => tiles.getState().states.get(targetId),
    take: (states) => tiles.setState({ states: new Map(states) }),
  });
  const pageId = newMemberToken();
  const making = {
    moment: () => ({ wallMs: Date.now(), runningMs: performance.now(), pageId }),
    newId: () => newMemberToken().slice(0, idLength),
    delay: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
  };
  const sayings = new Sayings({
    ...making,
    request: link.request,
    storage: pageStorage.local,
    ageMs,
    onWaiting: (waiting) => site.setState({ waiting }),
    onRefused: ({ report }, refusal) =>
      site.setState({ refused: new Map(site.getState().refused).set(report.alertId, refusal) }),
  });
  site.setState({ waiting: sayings.waiting });

  const tones = createAlertTones();
  // Not at the pointer's way down: the line about sound goes then, and the key that is pressed would move away under the finger.
  const touched = (): void => site.setState({ isSilent: false });
  for (const name of ['click', 'keydown'] as const) window.addEventListener(name, touched, { once: true });
  const announce = (arrived: readonly Pick<SiteAlert, 'state' | 'raisedAtMs' | 'class'>[]): void => {
    const fresh = arrived.filter(
      ({ state, raisedAtMs }) => state === 'open' && nowMs() - raisedAtMs < freshMs,
    );
    const [worst] = fresh.toSorted((left, right) => left.class - right.class);
    if (worst === undefined) return;
    tones.play({ class: worst.class, loudness: worst.class === 1 ? 2 : 1 });
    // iPhones have no vibration for pages.
    (navigator as Partial<Navigator>).vibrate?.(vibration);
  };

  const findings = createSiteFindingsParts({
    ...making,
    link,
    siteId: () => site.getState().site?.siteId,
    onArrived: (arrived) =>
      announce(
        arrived.map((finding) => ({
          class: finding.class,
          state: isWithSite(finding) ? 'open' : 'resolved',
          raisedAtMs: finding.foundAtMs,
        })),
      ),
  });

  const signIn = async (code: string): Promise<void> => {
    const token = newMemberToken();
    site.setState({ signIn: { code, isBusy: true, problem: undefined } });
    for (;;) {
      const answer = await signInSite(code, token, (...request) => window.fetch(...request));
      if (answer.ok) {
        // The code stays in the address until it was used, so that a page that is reloaded meanwhile loses nothing.
        window.history.replaceState(null, '', scanned.href);
        site.setState({
          signIn: { code: '', isBusy: false, problem: undefined },
          isForgotten: !answer.keeps,
        });
        return link.reconnect();
      }
      site.setState({ signIn: { code, isBusy: !answer.isFinal, problem: answer.reason } });
      if (answer.isFinal) {
        window.history.replaceState(null, '', scanned.href);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, signInAgainMs));
    }
  };
  if (scanned.code !== undefined) void signIn(scanned.code);

  return {
    session,
    link,
    site,
    tiles,
    receiver,
    sayings,
    findings,
    nowMs,
    signIn,
    async signOut(): Promise<void> {
      if (await signOutSite((...request) => window.fetch(...request))) {
        sayings.forgetAll();
        findings.signedOut();
        site.setState({ site: undefined, alerts: undefined });
        link.reconnect();
      }
    },
    /** Reads the alerts of the site, and rings for those that came while the page was away. */
    async readAlerts(): Promise<void> {
      const answer = await link.request('sites:readAlerts', {});
      if (answer.ok) announce(takeAlerts(site, answer.data.alerts));
    },
    takeChanged: (alerts: readonly SiteAlert[]) => announce(takeAlerts(site, alerts)),
    say(report: SiteReport): void {
      const { site: own, refused } = site.getState();
      if (own === undefined) return;
      const others = new Map(refused);
      others.delete(report.alertId);
      site.setState({ refused: others });
      sayings.say(own.siteId, report);
    },
    pictures: {
      async atAlert(alertId: string): Promise<SitePicture | undefined> {
        const answer = await link.request('sites:getAlertPicture', { alertId });
        if (!answer.ok || answer.data.jpeg === undefined) return undefined;
        const jpeg = new Blob([new Uint8Array(answer.data.jpeg)], { type: 'image/jpeg' });
        return { jpeg, takenAtMs: undefined, isTurned: answer.data.isTurned === true };
      },
      async now(cameraId: string): Promise<SitePicture | undefined> {
        try {
          const path = `/api/v1/cameras/${encodeURIComponent(cameraId)}/poster.jpg`;
          const answer = await window.fetch(path, { headers: siteHeaders() });
          if (!answer.ok) return undefined;
          const takenAt = Date.parse(answer.headers.get('last-modified') ?? '');
          return { jpeg: await answer.blob(), takenAtMs: Number.isNaN(takenAt) ? undefined : takenAt };
        } catch {
          return undefined;
        }
      },
    },
  };
}
