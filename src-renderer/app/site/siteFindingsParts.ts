import { ageMs, type Moment } from '../../features/field/moment.ts';
import { FindingSayings } from '../../features/site/findingSayings.ts';
import type { SiteFindingPictures } from '../../features/site/SiteFindingPhotographs.tsx';
import type { SitePicture } from '../../features/site/SitePair.tsx';
import {
  createSiteFindingsStore,
  takeSiteFindings,
  type SiteFindingsStore,
} from '../../features/site/siteFindingsStore.ts';
import type { SiteFinding, SiteFindingDeed } from '../../../src-shared/findings/siteFindings.ts';
import type { HubLink } from '../../server/hubLink.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { siteHeaders } from '../../server/siteSession.ts';
import { createPhoneAttachments, type PhoneAttachments } from '../shared/phoneAttachments.ts';

/** The findings of a site's page. */
export interface SiteFindingsParts {
  store: SiteFindingsStore;
  attachments: PhoneAttachments;
  pictures: SiteFindingPictures;
  /** The page joined as this site. */
  joined(siteId: string): Promise<void>;
  connectionLost(): void;
  takeChanged(changed: readonly SiteFinding[]): void;
  say(finding: SiteFinding, deed: SiteFindingDeed): void;
  signedOut(): void;
}

export function createSiteFindingsParts(parts: {
  link: Pick<HubLink, 'request'>;
  siteId(): string | undefined;
  moment(): Moment;
  newId(): string;
  delay(delayMs: number): Promise<void>;
  /** Findings that came while the page is open, or that were missed. */
  onArrived(findings: readonly SiteFinding[]): void;
}): SiteFindingsParts {
  const { link, siteId, moment, newId, delay } = parts;
  const store = createSiteFindingsStore();
  const sayings = new FindingSayings({
    request: link.request,
    storage: pageStorage.local,
    moment,
    ageMs,
    newId,
    delay,
    onWaiting: (waiting) => store.setState({ waiting }),
    onRefused({ findingId, deed }, refusal, change) {
      const refused = new Map(store.getState().refused).set(findingId, { refusal, change, deed });
      store.setState({ refused });
      // What the page shows may be old: it is refused because something changed.
      void read();
    },
  });
  store.setState({ waiting: sayings.waiting });
  const attachments = createPhoneAttachments({
    asker: () =>
      siteId() === undefined ? undefined : { headers: siteHeaders(), credentials: 'same-origin' },
    memberId: () => ownerOf(siteId()),
    place: () => undefined,
    moment,
    newId,
    delay,
  });
  const read = async (): Promise<void> => {
    const answer = await link.request('findings:readOwn', {});
    if (answer.ok) parts.onArrived(takeSiteFindings(store, answer.data.findings));
  };
  const picture = async (path: string): Promise<SitePicture | undefined> => {
    try {
      const answer = await window.fetch(path, { headers: siteHeaders() });
      return answer.ok ? { jpeg: await answer.blob(), takenAtMs: undefined } : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    store,
    attachments,
    pictures: {
      async pairOf(findingId) {
        const answer = await link.request('findings:getOwnPictures', { findingId });
        if (!answer.ok) return {};
        const { before, now, isTurned = false } = answer.data;
        return {
          ...(before === undefined ? {} : { before: pictureOf(before) }),
          ...(now === undefined ? {} : { now: pictureOf(now) }),
          isTurned,
        };
      },
      photograph: (attachmentId, part) =>
        picture(`/api/v1/attachments/${attachmentId}/${part === 'file' ? 'file' : 'thumbnail.jpg'}`),
    },
    async joined(joinedSiteId) {
      if (store.getState().findings !== undefined && joinedSiteId !== siteId()) forget(store);
      sayings.signedInAs(joinedSiteId);
      sayings.connected(true);
      attachments.outbox.setMember(ownerOf(joinedSiteId));
      attachments.outbox.connected(true);
      await read();
    },
    connectionLost() {
      sayings.connected(false);
      attachments.outbox.connected(false);
    },
    takeChanged: (changed) => parts.onArrived(takeSiteFindings(store, changed)),
    say(finding, deed) {
      const own = siteId();
      if (own === undefined) return;
      const refused = new Map(store.getState().refused);
      refused.delete(finding.findingId);
      store.setState({ refused });
      sayings.say(own, finding, deed);
    },
    signedOut() {
      sayings.forgetAll();
      attachments.outbox.setMember('');
      forget(store);
    },
  };
}

/** Whose photographs on this phone are the site's: members of squads may use the same browser. */
function ownerOf(siteId: string | undefined): string {
  return siteId === undefined ? '' : `site:${siteId}`;
}

function forget(store: SiteFindingsStore): void {
  store.setState({ findings: undefined, refused: new Map(), openFindingId: undefined });
}

function pictureOf({ jpeg, atMs }: { jpeg: Uint8Array; atMs: number }): SitePicture {
  return { jpeg: new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' }), takenAtMs: atMs };
}
