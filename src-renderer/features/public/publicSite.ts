import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import type { PublicSiteState } from '../../../src-shared/public/public.protocol.ts';

export interface PublicSiteView {
  site?: PublicSiteState;
  /** Why the last change was refused, until the next one. */
  refusal?: Refused;
}

type Change = Extract<
  RequestName,
  | 'public:recordConsent'
  | 'public:withdrawConsent'
  | 'public:saveSite'
  | 'public:saveCamera'
  | 'public:drawCurtain'
>;

/** What the public sees of the site that the desk shows, and the changes of it. */
export interface PublicSite {
  store: StoreApi<PublicSiteView>;
  read(siteId: string): Promise<void>;
  change<Name extends Change>(name: Name, input: InputOf<Name>): Promise<void>;
  /** Somebody changed a site: it is read again if it is shown. */
  siteChanged(siteId: string): void;
}

export function createPublicSite(
  request: <Name extends RequestName>(name: Name, input: InputOf<Name>) => Promise<Ack<OutputOf<Name>>>,
): PublicSite {
  const store = createStore<PublicSiteView>(() => ({}));
  /** The site that the desk shows. What is answered about another one comes too late. */
  let shownSiteId: string | undefined;
  const take = (siteId: string | undefined, answer: Ack<{ site: PublicSiteState }>): void => {
    if (siteId !== shownSiteId) return;
    if (!answer.ok) store.setState({ refusal: answer });
    else if (answer.data.site.siteId === shownSiteId) store.setState({ site: answer.data.site }, true);
  };
  const read = async (siteId: string): Promise<void> => {
    shownSiteId = siteId;
    take(siteId, await request('public:readSite', { siteId }));
  };
  return {
    store,
    read,
    async change(name, input) {
      const siteId = shownSiteId;
      take(siteId, (await request(name, input)) as Ack<{ site: PublicSiteState }>);
    },
    siteChanged(siteId) {
      if (siteId === shownSiteId) void read(siteId);
    },
  };
}
