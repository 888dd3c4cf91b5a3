import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Snapshot } from '../../../src-shared/protocol/index.ts';
import type { LinkState } from '../../server/hubLink.ts';
import type { StorageTrouble } from '../../server/pageStorage.ts';
import { createTimeFormat, type TimeFormat } from '../../ui/times.ts';

/** What every surface knows of its connection and of the time. */
export interface SessionState {
  /** Times in it are of this machine's clock; `hubLostSinceMs` has the hub's. */
  link: LinkState;
  /** Whether the hub ever let this page in: from then on its pictures stay, whatever happens. */
  everJoined: boolean;
  /** Since when the hub is away, by the hub's clock; undefined while it is there. */
  hubLostSinceMs: number | undefined;
  hub: Snapshot['hub'] | undefined;
  /** The hub's clock, updated once a second. */
  nowMs: number;
  times: TimeFormat;
  /** Why this browser keeps nothing for the next start; undefined while it does. */
  storageTrouble: StorageTrouble | undefined;
}

export type SessionStore = StoreApi<SessionState>;

/** Makes the store of a page that has not connected yet. */
export function createSessionStore(language: string, nowMs: number): SessionStore {
  return createStore<SessionState>(() => ({
    link: { state: 'connecting', sinceMs: nowMs },
    everJoined: false,
    hubLostSinceMs: undefined,
    hub: undefined,
    nowMs,
    times: createTimeFormat(language, nowMs),
    storageTrouble: undefined,
  }));
}
