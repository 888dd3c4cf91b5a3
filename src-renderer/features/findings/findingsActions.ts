import type { SavedFindingTimes } from '../../../src-shared/findings/findingTimes.ts';
import type { Clause } from '../../../src-shared/findings/clauses.ts';
import type {
  FindingContent,
  FindingReview,
  FindingWork,
} from '../../../src-shared/findings/findings.protocol.ts';
import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { createFindingSearches, type FindingSearches } from './findingSearches.ts';
import {
  takeFindings,
  type FindingListFilter,
  type FindingPart,
  type FindingsStore,
  type FindingStart,
  type FindingWish,
} from './findingsStore.ts';

/** What a desk does with findings. */
export type FindingCommand =
  'create' | 'saveClause' | 'saveTimes' | FindingWork['type'] | FindingReview['type'];
export type FindingOutcome = { command: FindingCommand; ok: true } | ({ command: FindingCommand } & Refused);

export interface FindingsActionsOptions {
  store: FindingsStore;
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  newId(): string;
  notify(outcome: FindingOutcome): void;
  /** An address of this page for a picture, and its end. */
  makeUrl(jpeg: Uint8Array): string;
  dropUrl(url: string): void;
}

export interface FindingsActions extends FindingSearches {
  show(part: FindingPart): void;
  filter(changed: Partial<FindingListFilter>): void;
  choose(findingId: string | undefined): void;
  /** Reads the chosen finding's history and pictures again. */
  refresh(): void;
  /** Opens the form; undefined closes it. */
  write(start: FindingStart | undefined): void;
  /** A press that comes again while the hub has not answered does nothing. */
  create(start: FindingStart, content: FindingContent): Promise<boolean>;
  work(findingId: string, revision: number, deed: FindingWork): Promise<boolean>;
  /** Where the finding changed meanwhile, what was wanted is kept in the store, so that it can be done again on the new state. */
  review(findingId: string, revision: number, deed: FindingReview): Promise<boolean>;
  /** Does again, on the finding as it is now, what was refused. */
  again(revision: number): Promise<boolean>;
  leaveConflict(): void;
  saveClause(clause: Clause): Promise<boolean>;
  saveTimes(wanted: SavedFindingTimes): Promise<boolean>;
}

/** Makes the actions; each notifies the officer of its result. */
export function createFindingsActions(options: FindingsActionsOptions): FindingsActions {
  const { store, request, newId, notify } = options;
  const searches = createFindingSearches(options);
  let isCreating = false;
  const report = <T>(command: FindingCommand, answer: Ack<T>): boolean => {
    notify(answer.ok ? { command, ok: true } : { command, ...answer });
    return answer.ok;
  };
  const dropPictures = (): void => {
    const { before, now } = store.getState().pictures;
    if (before !== undefined) options.dropUrl(before.url);
    if (now !== undefined) options.dropUrl(now.url);
  };
  const isChosen = (findingId: string): boolean => store.getState().chosenId === findingId;
  const readChosen = async (): Promise<void> => {
    const { chosenId } = store.getState();
    if (chosenId === undefined) return;
    const answer = await request('findings:read', { findingId: chosenId });
    if (answer.ok && isChosen(chosenId)) store.setState({ read: answer.data });
  };
  const readPictures = async (findingId: string): Promise<void> => {
    const answer = await request('findings:getPictures', { findingId });
    if (!answer.ok || !isChosen(findingId)) return;
    dropPictures();
    const { before, now, isTurned } = answer.data;
    const shown = (picture: { jpeg: Uint8Array; atMs: number }) => ({
      url: options.makeUrl(picture.jpeg),
      atMs: picture.atMs,
    });
    store.setState({
      pictures: {
        ...(before === undefined ? {} : { before: shown(before) }),
        ...(now === undefined ? {} : { now: shown(now) }),
        ...(isTurned === undefined ? {} : { isTurned }),
      },
    });
  };
  const readPart = async (part: FindingPart): Promise<void> => {
    if (part === 'ended') {
      await searches.search(store.getState().ended.filter);
    } else if (part === 'offenders') {
      const answer = await request('findings:listOffenders', {});
      if (answer.ok) store.setState({ offenders: answer.data.sites });
    } else if (part === 'clauses') {
      await readClauses();
    } else if (part === 'times') {
      await readTimes();
    }
  };
  const readTimes = async (): Promise<void> => {
    const answer = await request('findings:readTimes', {});
    if (answer.ok) store.setState({ times: answer.data });
  };
  const readClauses = async (): Promise<void> => {
    const answer = await request('findings:listClauses', { all: true });
    if (answer.ok) store.setState({ clauses: answer.data.clauses });
  };
  const choose = (findingId: string | undefined): void => {
    dropPictures();
    store.setState({ chosenId: findingId, read: undefined, pictures: {}, writing: undefined });
    void readChosen();
    if (findingId !== undefined) void readPictures(findingId);
  };
  const carryOut = async (findingId: string, revision: number, wish: FindingWish): Promise<boolean> => {
    const command = { commandId: newId(), findingId, revision };
    const answer =
      wish.kind === 'work'
        ? await request('findings:work', { ...command, deed: wish.deed })
        : await request('findings:review', { ...command, deed: wish.deed });
    const isChanged = !answer.ok && answer.reason === 'findings.changed_meanwhile';
    store.setState({ conflict: isChanged ? { findingId, revision, wish } : undefined });
    if (answer.ok) takeFindings(store, [answer.data.finding]);
    void readChosen();
    return report(wish.deed.type, answer);
  };
  return {
    ...searches,
    show(part) {
      store.setState({ part });
      void readPart(part);
    },
    filter: (changed) => store.setState({ filter: { ...store.getState().filter, ...changed } }),
    choose,
    refresh: () => void readChosen(),
    write(start) {
      dropPictures();
      store.setState({ writing: start, chosenId: undefined, read: undefined, pictures: {}, part: 'open' });
      if (start !== undefined) void readClauses();
    },
    async create({ siteId, orderId, alertId, cameraId }, content) {
      if (isCreating) return false;
      isCreating = true;
      try {
        const findingId = newId();
        const origin = {
          ...(siteId === undefined ? {} : { siteId }),
          ...(orderId === undefined ? {} : { orderId }),
          ...(alertId === undefined ? {} : { alertId }),
          ...(cameraId === undefined ? {} : { cameraId }),
        };
        const answer = await request('findings:create', { findingId, ...origin, content });
        if (!report('create', answer) || !answer.ok) return false;
        takeFindings(store, [answer.data.finding]);
        choose(findingId);
        return true;
      } finally {
        isCreating = false;
      }
    },
    work: (findingId, revision, deed) => carryOut(findingId, revision, { kind: 'work', deed }),
    review: (findingId, revision, deed) => carryOut(findingId, revision, { kind: 'review', deed }),
    async again(revision) {
      const { conflict } = store.getState();
      return conflict === undefined ? false : carryOut(conflict.findingId, revision, conflict.wish);
    },
    leaveConflict: () => store.setState({ conflict: undefined }),
    async saveTimes(wanted) {
      const answer = await request('findings:saveTimes', wanted);
      // After a refusal what somebody else saved is shown.
      await readTimes();
      return report('saveTimes', answer);
    },
    async saveClause(clause) {
      const answer = await request('findings:saveClause', { clause });
      if (answer.ok) void readClauses();
      return report('saveClause', answer);
    },
  };
}
