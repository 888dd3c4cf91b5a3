import type { Logger } from '../../logger.ts';
import type { LearnedHabits, RecorderPlace } from './recorders.ports.ts';
import type { OwnedChannel, RecordersRepository } from './recorders.repository.ts';

/** Stores what recorders report, many at a time. */
export interface RecorderWrites {
  place(recorderId: string, place: RecorderPlace | undefined): void;
  channel(channel: OwnedChannel): void;
  learned(recorderId: string, habits: LearnedHabits): void;
  /** The recorder is not ours any more: what waits of it is not stored. */
  forget(recorderId: string): void;
  /** Stores what waits, as far as it can be stored. */
  close(): Promise<void>;
}

/** Thousands of messages of one moment are one write. Milliseconds. */
const gatherMs = 50;
/** A full disk is tried again so often. Milliseconds. */
const againMs = 5_000;

/**
 * Gathers what recorders report for so short a time that a restart loses nothing that they do not say again, and keeps what
 * could not be stored, at most one state of each recorder and channel, until it can be.
 */
export function createRecorderWrites({
  repository,
  logger,
}: {
  repository: RecordersRepository;
  logger: Logger;
}): RecorderWrites {
  const places = new Map<string, RecorderPlace | undefined>();
  const channels = new Map<string, OwnedChannel>();
  const habits = new Map<string, LearnedHabits>();
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let isClosed = false;
  const soon = (ms = gatherMs): void => {
    if (!isClosed) timer ??= setTimeout(flush, ms);
  };
  /** What is newer by now is left as it is. */
  const putBack = <Key, Value>(target: Map<Key, Value>, taken: ReadonlyMap<Key, Value>): void => {
    for (const [key, value] of taken) if (!target.has(key)) target.set(key, value);
  };
  const taken = <Key, Value>(from: Map<Key, Value>): Map<Key, Value> => {
    const all = new Map(from);
    from.clear();
    return all;
  };
  const write = async (): Promise<void> => {
    const now = { places: taken(places), channels: taken(channels), habits: taken(habits) };
    try {
      if (now.places.size > 0) await repository.savePlaces(now.places);
      now.places.clear();
      if (now.channels.size > 0) await repository.saveChannels([...now.channels.values()]);
      now.channels.clear();
      if (now.habits.size > 0) await repository.saveLearned(now.habits);
    } catch (error) {
      logger.warn({ err: error }, 'what recorders report could not be stored; it is tried again');
      putBack(places, now.places);
      putBack(channels, now.channels);
      putBack(habits, now.habits);
      soon(againMs);
    }
  };
  const flush = (): void => {
    timer = undefined;
    running = running.then(write);
  };
  return {
    place(recorderId, place) {
      places.set(recorderId, place);
      soon();
    },
    channel(channel) {
      channels.set(`${channel.recorderId}/${channel.channelId}`, channel);
      soon();
    },
    learned(recorderId, learned) {
      habits.set(recorderId, learned);
      soon();
    },
    forget(recorderId) {
      places.delete(recorderId);
      habits.delete(recorderId);
      for (const [key, channel] of channels) if (channel.recorderId === recorderId) channels.delete(key);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      flush();
      await running;
    },
  };
}
