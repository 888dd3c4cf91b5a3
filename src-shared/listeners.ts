/** The listeners of one event. Example: `const spoke = createListeners<[memberId: string]>(); spoke.notify('member-7')`. */
interface Listeners<Arguments extends unknown[]> {
  /** Adds a listener. The function it returns removes this listener; a second call of that function does nothing. */
  add(listener: (...args: Arguments) => void): () => void;
  /** Calls every listener in the order in which they were added. An error of one is thrown, and the later ones are not called. */
  notify(...args: Arguments): void;
}

/** An event without listeners. */
export function createListeners<Arguments extends unknown[] = []>(): Listeners<Arguments> {
  const entries = new Set<{ listener: (...args: Arguments) => void }>();
  return {
    add(listener) {
      // The same function may be added twice, and each addition is removed on its own.
      const entry = { listener };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    notify(...args) {
      // A copy: a listener may remove itself, and one that is added meanwhile waits for the next event.
      for (const { listener } of [...entries]) listener(...args);
    },
  };
}
