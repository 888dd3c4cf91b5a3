/**
 * The lifetime of one connection, for code that creates something belonging to it. The rule: what was created for a connection
 * that is gone is undone. Example: `life.undoAtEnd(() => transport.close())` right after the transport was made.
 */
export interface ConnectionLife {
  isOver(): boolean;
  /**
   * Calls `undo` once when the connection ends, or at once when it has ended already. The returned function cancels this; it is
   * used for things that end before the connection.
   */
  undoAtEnd(undo: () => void): () => void;
  /** The connection is gone. A second call does nothing. */
  end(): void;
}

export function createConnectionLife(): ConnectionLife {
  const undoings = new Set<() => void>();
  let isOver = false;
  return {
    isOver: () => isOver,
    undoAtEnd(undo) {
      if (isOver) {
        undo();
        return () => undefined;
      }
      // The same function may be registered twice.
      const undoing = (): void => undo();
      undoings.add(undoing);
      return () => void undoings.delete(undoing);
    },
    end() {
      isOver = true;
      for (const undo of [...undoings]) {
        undoings.delete(undo);
        undo();
      }
    },
  };
}
