import type { FloorPriority } from '../../../src-shared/talk/floorState.ts';
import type { Talker, TalkRecord } from '../../../src-shared/talk/talk.protocol.ts';
import type { Logger } from '../../logger.ts';
import type { RecordedPrincipal } from '../../base/asking.ts';
import type { Revocation, TalkRepository } from './talk.repository.ts';

/** Stores who spoke, in order, without delaying talk. */
export interface TalkLog {
  began(talk: {
    groupId: string;
    /** Of the group of an order. */
    orderNumber?: string | undefined;
    epoch: number;
    talker: Talker;
    priority: FloorPriority;
    atMs: number;
    place: { latitude: number; longitude: number } | undefined;
    principal?: RecordedPrincipal | undefined;
  }): void;
  /** A desk takes the floor from the talker, who may end the sentence. */
  revoked(revocation: Revocation): void;
  ended(groupId: string, epoch: number, atMs: number, cause: NonNullable<TalkRecord['endCause']>): void;
  /** Resolves when all entries so far are stored, or after a second when the database does not work. */
  written(): Promise<void>;
  /** How many entries are not stored. */
  waiting(): number;
  /** Tries once more to store the entries, for the last time. */
  close(): Promise<void>;
}

/** Between two attempts to write; it doubles up to the longest. Milliseconds. */
const firstRetryMs = 250;
const longestRetryMs = 5_000;
/** The longest wait of a request for the history when the database does not work. Milliseconds. */
const patienceMs = 1_000;
/** The most entries that wait: a day of busy talk. When there are more, the oldest are dropped, and the log says how many. */
const maxWaiting = 20_000;

const afterAnswers = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

export function createTalkLog(options: {
  repository: TalkRepository;
  lastTalkId: number;
  logger: Logger;
  /** Whether the database refuses an entry for ever, in whatever state it is. Left out: never. */
  isRefusal?(error: unknown): boolean;
}): TalkLog {
  const { repository, logger, isRefusal = () => false } = options;
  let { lastTalkId } = options;
  const running = new Map<string, number>();
  const entries: (() => Promise<void>)[] = [];
  let writing: Promise<void> | undefined;
  let wake: (() => void) | undefined;
  let isClosing = false;
  let dropped = 0;

  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs).unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Stores all entries in their order. A failed one is tried again, because its content exists nowhere else. */
  const run = async (): Promise<void> => {
    let retryMs = firstRetryMs;
    let isFailing = false;
    for (let next = entries[0]; next !== undefined; next = entries[0]) {
      // A synced write takes milliseconds, so pending answers are sent first.
      await afterAnswers();
      try {
        await next();
        if (entries[0] === next) entries.shift();
        if (isFailing) logger.warn({ dropped }, 'the talk history is stored again');
        isFailing = false;
        retryMs = firstRetryMs;
      } catch (error) {
        if (isRefusal(error)) {
          logger.error({ err: error }, 'the database refused a record of a talk; the record is dropped');
          if (entries[0] === next) entries.shift();
          continue;
        }
        if (!isFailing) {
          logger.error(
            { err: error },
            'a record of a talk could not be stored; storing it is tried until it succeeds; check the disk and the database',
          );
        }
        isFailing = true;
        if (isClosing) {
          logger.error(
            { lost: entries.length },
            'the hub stops while records of talks are not stored; they are lost',
          );
          return;
        }
        await pause(retryMs);
        retryMs = Math.min(longestRetryMs, retryMs * 2);
      }
    }
  };
  const start = (): void => {
    writing ??= run().finally(() => {
      writing = undefined;
      if (entries.length > 0 && !isClosing) start();
    });
  };
  const write = (work: () => Promise<void>): void => {
    entries.push(work);
    if (entries.length > maxWaiting) {
      entries.shift();
      dropped += 1;
    }
    start();
  };
  const patiently = async (): Promise<void> => {
    if (writing === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([writing, patience]);
    clearTimeout(timer);
  };
  return {
    began({ groupId, orderNumber, epoch, talker, priority, atMs, place, principal }) {
      lastTalkId += 1;
      running.set(`${groupId} ${epoch}`, lastTalkId);
      const { speakerId: _connection, ...who } = talker;
      const record: TalkRecord = {
        talkId: lastTalkId,
        groupId,
        ...(orderNumber === undefined ? {} : { orderNumber }),
        talker: who,
        priority,
        startedAtMs: atMs,
        ...(place === undefined ? {} : { place }),
      };
      write(() => repository.begin(record, epoch, principal));
    },
    revoked: (revocation) => write(() => repository.revoked(revocation)),
    ended(groupId, epoch, atMs, cause) {
      const talkId = running.get(`${groupId} ${epoch}`);
      running.delete(`${groupId} ${epoch}`);
      if (talkId !== undefined) write(() => repository.end(talkId, atMs, cause));
    },
    written: patiently,
    waiting: () => entries.length,
    async close() {
      isClosing = true;
      wake?.();
      await patiently();
    },
  };
}
