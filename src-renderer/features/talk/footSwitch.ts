import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PageStorage } from '../../server/pageStorage.ts';

/** Keys that a foot switch can be set to send and that nothing else at the desk, in a field or in the browser uses (`KeyboardEvent.code`). */
export const footSwitchKeys = [
  ...Array.from({ length: 12 }, (_, index) => `F${index + 13}`),
  'Pause',
  'ScrollLock',
  'Insert',
] as const;

const storageKey = 'mingchu.desk.footSwitch';

/** The key of a foot switch that is a keyboard to the computer: the talk key besides the space bar, chosen on this machine. */
export interface FootSwitch {
  store: StoreApi<{ code: string | undefined }>;
  /** Undefined: no key. */
  choose(code: string | undefined): void;
  /** Whether a key of the keyboard is the foot switch's. */
  is(code: string): boolean;
}

export function createFootSwitch(storage: PageStorage): FootSwitch {
  const kept = storage.getItem(storageKey);
  const store = createStore<{ code: string | undefined }>(() => ({
    code: footSwitchKeys.find((code) => code === kept),
  }));
  return {
    store,
    choose(code) {
      if (code === undefined) storage.removeItem(storageKey);
      else storage.setItem(storageKey, code);
      store.setState({ code });
    },
    is: (code) => code !== '' && code === store.getState().code,
  };
}
