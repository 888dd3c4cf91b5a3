import { createListeners } from '../../src-shared/listeners.ts';

/** What a surface keeps for its next start. Never throws: what cannot be kept lives as long as the page. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** `blocked`: the browser's settings forbid it. `full`: it takes nothing more. */
export type StorageTrouble = 'blocked' | 'full';

/** Can be had again at the next start, so that something that cannot takes its place: about 12 kB. */
const droppableKeys = ['mingchu.routerRtpCapabilities'];

/**
 * A storage of the browser, or this page's memory in its place. `open` may throw, and every access may: browsers do both where
 * somebody forbade it, and refuse to write where it is full.
 */
export function createPageStorage(
  open: () => Storage,
  onTrouble: (trouble: StorageTrouble) => void,
): PageStorage {
  /** What the browser did not take; null is what it did not remove. */
  const memory = new Map<string, string | null>();

  const write = (key: string, value: string): void => {
    const storage = open();
    try {
      storage.setItem(key, value);
    } catch {
      // A value of before must not come back at the next start, and its place may be enough.
      storage.removeItem(key);
      for (const droppable of droppableKeys) if (droppable !== key) storage.removeItem(droppable);
      storage.setItem(key, value);
    }
  };
  const isBlocked = (): boolean => {
    try {
      open().getItem('mingchu');
      return false;
    } catch {
      return true;
    }
  };

  return {
    getItem(key) {
      const own = memory.get(key);
      if (own !== undefined) return own;
      try {
        return open().getItem(key);
      } catch {
        onTrouble('blocked');
        return null;
      }
    },
    setItem(key, value) {
      try {
        write(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
        // What can be had again is not worth a word.
        if (!droppableKeys.includes(key) || isBlocked()) onTrouble(isBlocked() ? 'blocked' : 'full');
      }
    },
    removeItem(key) {
      try {
        open().removeItem(key);
        memory.delete(key);
      } catch {
        memory.set(key, null);
        onTrouble('blocked');
      }
    },
  };
}

/** The storages of this page, for every part of every surface. */
export interface PageStorages {
  /** Over all starts. */
  local: PageStorage;
  /** For this tab only. */
  session: PageStorage;
  /** What is wrong, as far as is known. */
  trouble(): StorageTrouble | undefined;
  onTrouble(listener: (trouble: StorageTrouble) => void): void;
}

function createPageStorages(): PageStorages {
  let trouble: StorageTrouble | undefined;
  const troubleFound = createListeners<[trouble: StorageTrouble]>();
  const troubled = (found: StorageTrouble): void => {
    if (trouble !== undefined) return;
    trouble = found;
    troubleFound.notify(found);
  };
  return {
    local: createPageStorage(() => window.localStorage, troubled),
    session: createPageStorage(() => window.sessionStorage, troubled),
    trouble: () => trouble,
    onTrouble: (listener) => void troubleFound.add(listener),
  };
}

export const pageStorage: PageStorages = createPageStorages();
