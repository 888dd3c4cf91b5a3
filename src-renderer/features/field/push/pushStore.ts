import { createStore, type StoreApi } from 'zustand/vanilla';

/**
 * Whether this phone rings for orders while it is locked. `unsupported`: the browser cannot; `ask`: the member has to allow it; `denied`:
 * forbidden in the settings of the phone; `not_set_up`: the hub uses no push services; `unreachable`: none from this network.
 */
export type PushStanding = 'unknown' | 'unsupported' | 'ask' | 'denied' | 'not_set_up' | 'unreachable' | 'on';

export type PushStore = StoreApi<{ standing: PushStanding }>;

export function createPushStore(): PushStore {
  return createStore(() => ({ standing: 'unknown' as PushStanding }));
}
