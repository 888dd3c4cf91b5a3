import type { LearnedHabits, RecorderPlace, StoredCall } from './recorders.ports.ts';

/** A recorder as it is kept. */
export interface RecorderRecord {
  /** 20 digits. */
  recorderId: string;
  name: string;
  /** Undefined when it cannot be read any more: it was sealed with another key. */
  password: string | undefined;
  /** Where it registered last, until it signs off. */
  place: RecorderPlace | undefined;
  learned: LearnedHabits;
  /** Whether it is sent the date when it registers, by which it sets its clock. */
  setsClock: boolean;
}

/** A channel of a recorder. `isOn` is what the recorder says; undefined when it says nothing. */
export interface ChannelRecord {
  channelId: string;
  name: string;
  isOn: boolean | undefined;
  /** The recorder has left it out of two whole catalogues in a row, or has said that it is deleted. */
  isGone: boolean;
}

/** A channel with its recorder. */
export type OwnedChannel = ChannelRecord & { recorderId: string };

/** One habit that a person sets. */
export type SetHabit = { asksSha256: boolean } | { alertsOnMotion: boolean };

/** Where recorders are kept. What resolved is durable. */
export interface RecordersRepository {
  list(): Promise<RecorderRecord[]>;
  channels(): Promise<OwnedChannel[]>;
  calls(): Promise<StoredCall[]>;
  /** One that is there already has the new name and password from now on. */
  add(
    recorder: { recorderId: string; name: string; password: string; createdAtMs: number },
    actor: string,
  ): Promise<void>;
  setClock(recorderId: string, setsClock: boolean, actor: string, atMs: number): Promise<void>;
  setHabit(recorderId: string, habit: SetHabit, actor: string, atMs: number): Promise<void>;
  remove(recorderId: string, actor: string, atMs: number): Promise<void>;
  savePlaces(places: ReadonlyMap<string, RecorderPlace | undefined>): Promise<void>;
  saveChannels(channels: readonly OwnedChannel[]): Promise<void>;
  /** What a person has set stays as it is. */
  saveLearned(learned: ReadonlyMap<string, LearnedHabits>): Promise<void>;
  addCall(call: StoredCall): Promise<void>;
  removeCall(callId: string): Promise<void>;
}
