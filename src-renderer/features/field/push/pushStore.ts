import { createStore, type StoreApi } from 'zustand/vanilla';

/**
 * Whether this phone rings for orders while it is locked. `unsupported`: the browser cannot; `ask`: the member has to allow it; `denied`:
 * forbidden in the settings of the phone; `unreachable`: no push service from this network, or the hub uses none.
 */
export type PushStanding = 'unknown' | 'unsupported' | 'ask' | 'denied' | 'unreachable' | 'on';

export type PushStore = StoreApi<{ standing: PushStanding }>;

export function createPushStore(): PushStore {
  return createStore(() => ({ standing: 'unknown' as PushStanding }));
}
