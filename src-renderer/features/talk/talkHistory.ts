import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { TalkRecord } from '../../../src-shared/talk/talk.protocol.ts';

/** Who spoke, as far as it was read. */
export interface TalkHistoryState {
  /** The newest first. */
  talks: readonly TalkRecord[];
  isRead: boolean;
  /** The hub has older ones. */
  hasMore: boolean;
  /** Why the last reading failed. */
  problem: string | undefined;
}

export interface TalkHistory {
  store: StoreApi<TalkHistoryState>;
  /** Reads what is new, and how those ended that went on. */
  refresh(): Promise<void>;
  /** Reads the next older ones. */
  readOlder(): Promise<void>;
}

const pageSize = 50;

/** Makes it; nothing is read before it is asked for. */
export function createTalkHistory(options: {
  read(input: InputOf<'talk:readHistory'>): Promise<Ack<OutputOf<'talk:readHistory'>>>;
}): TalkHistory {
  const store = createStore<TalkHistoryState>(() => ({
    talks: [],
    isRead: false,
    hasMore: false,
    problem: undefined,
  }));
  let reading: Promise<void> | undefined;

  const read = async (beforeTalkId: number | undefined): Promise<void> => {
    const answer = await options.read({
      limit: pageSize,
      ...(beforeTalkId === undefined ? {} : { beforeTalkId }),
    });
    if (!answer.ok) return store.setState({ problem: answer.message });
    const { talks } = answer.data;
    const { talks: known, isRead, hasMore } = store.getState();
    const isFull = talks.length === pageSize;
    // Where many were added since the last reading, those between are not known: the older ones are read again when asked for.
    const isJoined = beforeTalkId !== undefined || talks.some(({ talkId }) => talkId === known[0]?.talkId);
    const kept = new Map((isJoined ? known : []).map((talk) => [talk.talkId, talk]));
    for (const talk of talks) kept.set(talk.talkId, talk);
    store.setState({
      talks: [...kept.values()].sort((left, right) => right.talkId - left.talkId),
      isRead: true,
      hasMore: beforeTalkId === undefined && isRead && isJoined ? hasMore : isFull,
      problem: undefined,
    });
  };
  /** One at a time, so that an older answer never overwrites a newer one. */
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const next = (reading ?? Promise.resolve()).then(task);
    reading = next;
    return next;
  };

  return {
    store,
    refresh: () => inTurn(() => read(undefined)),
    readOlder: () => inTurn(() => read(store.getState().talks.at(-1)?.talkId)),
  };
}
