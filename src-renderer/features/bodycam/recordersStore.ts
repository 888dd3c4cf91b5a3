import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WhipDevice } from '../../../src-shared/bodycam/whip.protocol.ts';

/** A recorder that was just made. Its token is in the answer of the hub only this once. */
export interface MadeRecorder {
  name: string;
  address: string;
  token: string;
}

/** The recorders and encoders that send body cams by WHIP, as a desk knows them. */
export interface RecordersState {
  /** Those of all members, as far as this desk may manage them. */
  devices: readonly WhipDevice[];
  made: MadeRecorder | undefined;
}

export type RecordersStore = StoreApi<RecordersState>;

/** The store of a desk that knows of no recorder yet. */
export function createRecordersStore(): RecordersStore {
  return createStore<RecordersState>(() => ({ devices: [], made: undefined }));
}
