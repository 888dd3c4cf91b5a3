import { createStore, type StoreApi } from 'zustand/vanilla';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import type { SiteAppeal } from '../../../src-shared/sites/siteAlerts.ts';
import type { SiteAnswer, SiteLink } from '../../../src-shared/sites/sites.protocol.ts';

/** What a desk knows of the sites' own side. */
export interface SitesState {
  /** Appeals that wait for a decision, by their alerts. */
  waiting: ReadonlyMap<string, SiteAppeal>;
  /** The site's side of one alert. */
  answer: ({ alertId: string } & OutputOf<'sites:readAlert'>) | undefined;
  /** Links of one site. */
  links: { siteId: string; links: readonly SiteLink[] } | undefined;
  /** A code that was just made. It is shown this once. */
  made: { link: SiteLink; code: string; address: string } | undefined;
}

export type SitesStore = StoreApi<SitesState>;

export function createSitesStore(): SitesStore {
  return createStore<SitesState>(() => ({
    waiting: new Map(),
    answer: undefined,
    links: undefined,
    made: undefined,
  }));
}

/** Takes what sites said and what was decided. */
export function takeAnswers(store: SitesStore, answers: readonly SiteAnswer[]): void {
  const { waiting, answer } = store.getState();
  const after = new Map(waiting);
  for (const { alertId, appeal } of answers) {
    if (appeal?.state === 'waiting') after.set(alertId, appeal);
    else after.delete(alertId);
  }
  const own = answers.findLast(({ alertId }) => alertId === answer?.alertId);
  store.setState({
    waiting: after,
    ...(answer === undefined || own === undefined ? {} : { answer: { ...answer, ...own } }),
  });
}
