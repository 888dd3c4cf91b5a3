import { createStore, type StoreApi } from 'zustand/vanilla';
import { isFindingEnded } from '../../../src-shared/findings/finding.ts';
import { isWithSite } from '../../../src-shared/findings/findingTimes.ts';
import type {
  SiteFinding,
  SiteFindingChange,
  SiteFindingDeed,
} from '../../../src-shared/findings/siteFindings.ts';
import type { FindingSayingRefusal, WaitingFindingSaying } from './findingSayings.ts';

/** What the hub did not take: why, what changed meanwhile where that is why, and what was said, so that it can be sent again. */
export interface RefusedSaying {
  refusal: FindingSayingRefusal;
  change: SiteFindingChange | undefined;
  deed: SiteFindingDeed;
}

/** What the page of a site knows of its findings. */
export interface SiteFindingsState {
  /** By id; undefined until they were read. */
  findings: ReadonlyMap<string, SiteFinding> | undefined;
  /** What was said and the hub has not answered yet. */
  waiting: readonly WaitingFindingSaying[];
  /** What the hub did not take, by the finding. */
  refused: ReadonlyMap<string, RefusedSaying>;
  /** The finding that is opened. */
  openFindingId: string | undefined;
}

export type SiteFindingsStore = StoreApi<SiteFindingsState>;

export function createSiteFindingsStore(): SiteFindingsStore {
  return createStore<SiteFindingsState>(() => ({
    findings: undefined,
    waiting: [],
    refused: new Map(),
    openFindingId: undefined,
  }));
}

/** Takes findings as the hub has them now, never an older state; returns those that this page did not know. */
export function takeSiteFindings(store: SiteFindingsStore, changed: readonly SiteFinding[]): SiteFinding[] {
  const findings = new Map(store.getState().findings);
  const arrived: SiteFinding[] = [];
  for (const finding of changed) {
    const before = findings.get(finding.findingId);
    if (before === undefined) arrived.push(finding);
    if (before === undefined || finding.revision >= before.revision) findings.set(finding.findingId, finding);
  }
  store.setState({ findings });
  return arrived;
}

/** Those that the site has to do something about first, by their dates; then those that others look at; ended ones last, the newest first. */
export function sortedFindings(findings: Iterable<SiteFinding>): SiteFinding[] {
  const place = (finding: SiteFinding): number => (isFindingEnded(finding) ? 2 : isWithSite(finding) ? 0 : 1);
  return [...findings].sort(
    (left, right) =>
      place(left) - place(right) ||
      (isFindingEnded(left) ? right.foundAtMs - left.foundAtMs : left.dueAtMs - right.dueAtMs),
  );
}
