import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { Growth } from '../../../src-shared/retention/retention.protocol.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';

export interface GrowthState {
  /** What was read last; undefined before the first answer. */
  growth: Growth | undefined;
  isReading: boolean;
  problem: RefusalWords | undefined;
}

/** What grows on the server's disk, as it was read last. */
export interface GrowthReader {
  store: StoreApi<GrowthState>;
  read(): Promise<void>;
}

export function createGrowthReader(ask: () => Promise<Ack<Growth>>): GrowthReader {
  const store = createStore<GrowthState>(() => ({ growth: undefined, isReading: false, problem: undefined }));
  return {
    store,
    async read() {
      if (store.getState().isReading) return;
      store.setState({ isReading: true });
      const answer = await ask();
      store.setState(
        answer.ok
          ? { growth: answer.data, isReading: false, problem: undefined }
          : { isReading: false, problem: answer },
      );
    },
  };
}
