/** The listeners of one event. Example: `const spoke = createListeners<[memberId: string]>(); spoke.notify('member-7')`. */
export interface Listeners<Arguments extends unknown[]> {
  /** Adds a listener. The function it returns removes this listener; a second call of that function does nothing. */
  add(listener: (...args: Arguments) => void): () => void;
  /** Calls every listener in the order in which they were added. An error of one is thrown, and the later ones are not called. */
  notify(...args: Arguments): void;
}

/** As `Listeners`, for an event whose sender waits until each listener is done. */
interface AwaitedListeners<Arguments extends unknown[]> {
  add(listener: (...args: Arguments) => void | Promise<void>): () => void;
  /** Calls the listeners one after the other, each after the promise of the one before. A rejection ends it, and the later ones are not called. */
  notify(...args: Arguments): Promise<void>;
}

/** An event without listeners. */
export function createListeners<Arguments extends unknown[] = []>(): Listeners<Arguments> {
  const { add, present } = createEntries<(...args: Arguments) => void>();
  return {
    add,
    notify(...args) {
      for (const listener of present()) listener(...args);
    },
  };
}

/** An event without listeners, whose sender waits. Example: an import that is answered when every feature knows of it. */
export function createAwaitedListeners<Arguments extends unknown[] = []>(): AwaitedListeners<Arguments> {
  const { add, present } = createEntries<(...args: Arguments) => void | Promise<void>>();
  return {
    add,
    async notify(...args) {
      for (const listener of present()) await listener(...args);
    },
  };
}

function createEntries<Listener>() {
  const entries = new Set<{ listener: Listener }>();
  return {
    add(listener: Listener): () => void {
      // The same function may be added twice, and each addition is removed on its own.
      const entry = { listener };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    /** A copy: a listener may remove itself, and one that is added meanwhile waits for the next event. */
    present: (): Listener[] => [...entries].map(({ listener }) => listener),
  };
}
