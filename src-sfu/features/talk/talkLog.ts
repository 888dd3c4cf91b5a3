import type { FloorPriority } from '../../../src-shared/talk/floorState.ts';
import type { Talker, TalkRecord } from '../../../src-shared/talk/talk.protocol.ts';
import type { Logger } from '../../logger.ts';
import type { TalkRepository } from './talk.repository.ts';

/** Writes who spoke to the store, in order, without delaying anybody. */
export interface TalkLog {
  began(talk: {
    groupId: string;
    epoch: number;
    talker: Talker;
    priority: FloorPriority;
    atMs: number;
    place: { latitude: number; longitude: number } | undefined;
  }): void;
  ended(groupId: string, epoch: number, atMs: number, cause: NonNullable<TalkRecord['endCause']>): void;
  /** Resolves when everything so far is written. */
  written(): Promise<void>;
}

const afterAnswers = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

export function createTalkLog(options: {
  repository: TalkRepository;
  lastTalkId: number;
  logger: Logger;
}): TalkLog {
  const { repository, logger } = options;
  let { lastTalkId } = options;
  const running = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();
  const write = (work: () => Promise<void>): void => {
    // A write that is synced holds the hub up for milliseconds: the answers go out first.
    writing = writing
      .then(afterAnswers)
      .then(work)
      .catch((error: unknown) => {
        logger.error({ err: error }, 'a talk could not be written down');
      });
  };
  return {
    began({ groupId, epoch, talker, priority, atMs, place }) {
      lastTalkId += 1;
      running.set(`${groupId} ${epoch}`, lastTalkId);
      const { speakerId: _connection, ...who } = talker;
      const record: TalkRecord = {
        talkId: lastTalkId,
        groupId,
        talker: who,
        priority,
        startedAtMs: atMs,
        ...(place === undefined ? {} : { place }),
      };
      write(() => repository.begin(record, epoch));
    },
    ended(groupId, epoch, atMs, cause) {
      const talkId = running.get(`${groupId} ${epoch}`);
      running.delete(`${groupId} ${epoch}`);
      if (talkId !== undefined) write(() => repository.end(talkId, atMs, cause));
    },
    written: () => writing,
  };
}
