import { createStore, type StoreApi } from 'zustand/vanilla';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Clause } from '../../../src-shared/findings/clauses.ts';
import { findingCard, isFindingEnded } from '../../../src-shared/findings/finding.ts';
import type {
  Finding,
  FindingCursor,
  FindingFilter,
  FindingReview,
  FindingWork,
  SiteRecord,
} from '../../../src-shared/findings/findings.protocol.ts';
import type { SavedFindingTimes } from '../../../src-shared/findings/findingTimes.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';

export const findingParts = ['open', 'ended', 'offenders', 'clauses', 'times'] as const;
export type FindingPart = (typeof findingParts)[number];

/** What narrows the list of open findings. */
export interface FindingListFilter {
  text: string;
  district: District | undefined;
  /** `site`: the site has to do something; `review`: somebody has to review or to decide; `late`: overdue or with a card. */
  waits: 'all' | 'site' | 'review' | 'late';
}

/** What a new finding comes from; empty: a site is chosen in the form. */
export interface FindingStart {
  siteId?: string;
  orderId?: string;
  alertId?: string;
  cameraId?: string;
  /** Where it is, as it is shown in the form. */
  placeName?: string;
  words?: string;
}

/** An officer's decision that was refused because the finding changed meanwhile. */
export interface FindingConflict {
  findingId: string;
  /** The revision that the officer saw. */
  revision: number;
  wish: FindingWish;
}
/** What an officer wants done with a finding. */
export type FindingWish = { kind: 'work'; deed: FindingWork } | { kind: 'review'; deed: FindingReview };

/** Findings as they were searched last. */
export interface SearchedFindings {
  filter: FindingFilter;
  found: readonly Finding[];
  next: FindingCursor | undefined;
  standing: 'searching' | 'found' | 'failed';
}

export interface FindingsState {
  /** Those not ended: the most urgent ones, where the hub has more than it sends. */
  findings: ReadonlyMap<string, Finding>;
  /** How many are not ended at the hub. */
  openCount: number;
  part: FindingPart;
  filter: FindingListFilter;
  chosenId: string | undefined;
  /** The chosen finding with its history, as it was read last. */
  read: OutputOf<'findings:read'> | undefined;
  conflict: FindingConflict | undefined;
  /** Pictures of the chosen finding, as addresses of this page. */
  pictures: {
    before?: { url: string; atMs: number };
    now?: { url: string; atMs: number };
    isTurned?: true;
  };
  /** Set while a new finding is written. */
  writing: FindingStart | undefined;
  ended: SearchedFindings;
  /** All findings of the order whose details are shown, ended ones too. */
  ofOrder: { orderId: string; found: ReadonlyMap<string, Finding> } | undefined;
  offenders: readonly SiteRecord[];
  clauses: readonly Clause[];
  /** As they were read last. */
  times: SavedFindingTimes | undefined;
}
export type FindingsStore = StoreApi<FindingsState>;

export function createFindingsStore(): FindingsStore {
  return createStore<FindingsState>(() => ({
    findings: new Map(),
    openCount: 0,
    part: 'open',
    filter: { text: '', district: undefined, waits: 'all' },
    chosenId: undefined,
    read: undefined,
    conflict: undefined,
    pictures: {},
    writing: undefined,
    ended: { filter: {}, found: [], next: undefined, standing: 'found' },
    ofOrder: undefined,
    offenders: [],
    clauses: [],
    times: undefined,
  }));
}

/** A snapshot came: these are open, and so many are at the hub. */
export function resetFindings(
  store: FindingsStore,
  {
    findings = [],
    openFindings = findings.length,
  }: { findings?: readonly Finding[] | undefined; openFindings?: number | undefined },
): void {
  store.setState({ findings: new Map(), openCount: openFindings });
  takeFindings(store, findings);
}

/** Takes findings as they are now. An older state of one that is known changes nothing. */
export function takeFindings(store: FindingsStore, changed: readonly Finding[]): void {
  const findings = new Map(store.getState().findings);
  const { ofOrder } = store.getState();
  const found = new Map(ofOrder?.found);
  for (const finding of changed) {
    if (
      finding.orderId !== undefined &&
      finding.orderId === ofOrder?.orderId &&
      isNewer(finding, found.get(finding.findingId))
    ) {
      found.set(finding.findingId, finding);
    }
    if (!isNewer(finding, findings.get(finding.findingId))) continue;
    if (isFindingEnded(finding)) findings.delete(finding.findingId);
    else findings.set(finding.findingId, finding);
  }
  store.setState({ findings, ...(ofOrder === undefined ? {} : { ofOrder: { ...ofOrder, found } }) });
}

/** As `takeFindings`, of a notice: each finding opens and ends once, so the notices count the open ones. */
export function takeFindingNotice(
  store: FindingsStore,
  { findings, areNew }: { findings: readonly Finding[]; areNew?: true | undefined },
): void {
  const ended = findings.filter(isFindingEnded).length;
  const { openCount } = store.getState();
  store.setState({ openCount: openCount + (areNew === true ? findings.length : 0) - ended });
  takeFindings(store, findings);
}

/** Whether a state of a finding is at least as new as the one that is known. */
export function isNewer(finding: Finding, known: Finding | undefined): boolean {
  return known === undefined || known.revision <= finding.revision;
}

/** Open findings that are listed: with cards first, then overdue ones, then by class and date. */
export function listedFindings({ findings, filter }: Pick<FindingsState, 'findings' | 'filter'>): Finding[] {
  const text = filter.text.trim().toLowerCase();
  return [...findings.values()]
    .filter(
      (finding) =>
        (filter.district === undefined || finding.place.district === filter.district) &&
        isWaiting(finding, filter.waits) &&
        `${finding.number} ${finding.place.name} ${finding.place.nameEn ?? ''} ${finding.words}`
          .toLowerCase()
          .includes(text),
    )
    .toSorted(
      (left, right) =>
        right.escalation - left.escalation || left.class - right.class || left.dueAtMs - right.dueAtMs,
    );
}

function isWaiting(finding: Finding, waits: FindingListFilter['waits']): boolean {
  const isReviewed =
    finding.state === 'appealed' ||
    finding.state === 'under_review' ||
    (finding.state === 'answered' && finding.answer?.kind !== 'plan');
  if (waits === 'review') return isReviewed;
  if (waits === 'site') return !isReviewed;
  return waits === 'all' || finding.escalation >= 2;
}

/** What stands beside a site: its open findings and its worst card. */
export function marksOfSite(
  findings: ReadonlyMap<string, Finding>,
  siteId: string | undefined,
): { count: number; card: 'yellow' | 'red' | undefined } {
  const own = [...findings.values()].filter(({ place }) => siteId !== undefined && place.siteId === siteId);
  const cards = own.map(findingCard);
  return {
    count: own.length,
    card: cards.includes('red') ? 'red' : cards.includes('yellow') ? 'yellow' : undefined,
  };
}
