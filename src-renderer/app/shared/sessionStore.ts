import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Snapshot } from '../../../src-shared/protocol/index.ts';
import type { LinkState } from '../../server/hubLink.ts';
import type { StorageTrouble } from '../../server/pageStorage.ts';
import { createTimeFormat, type TimeFormat } from '../../ui/times.ts';

/** What every surface knows of its connection and of the time. */
export interface SessionState {
  /** Times in it are of this machine's clock; `hubLostSinceMs` has the hub's. */
  link: LinkState;
  /** Whether the hub let this page in: from then on its pictures stay, whatever happens, until the hub says that it may not come in any more. */
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

/**
 * Takes where the connection stands. A page whose sign-in or pairing was ended is as one that was never let in, also when the hub goes away
 * after that: it shows nothing of what it knew. Returns whether a page that was let in is without its hub.
 */
export function takeLinkState(session: SessionStore, link: LinkState, nowMs: number): boolean {
  const { everJoined, hubLostSinceMs } = session.getState();
  const isLost = link.state !== 'joined' && everJoined;
  const isShownOut = link.state === 'refused' && link.refusal.code === 'access_denied';
  session.setState({
    link,
    hubLostSinceMs: isLost ? (hubLostSinceMs ?? nowMs) : undefined,
    ...(isShownOut ? { everJoined: false } : {}),
  });
  return isLost;
}
