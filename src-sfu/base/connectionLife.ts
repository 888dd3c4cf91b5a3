/**
 * How long one connection lasts, for whoever makes something that belongs to it. The rule: what was made for a connection
 * that is gone is undone. Example: `life.undoAtEnd(() => transport.close())` right after the transport was made.
 */
export interface ConnectionLife {
  isOver(): boolean;
  /**
   * Calls `undo` once, when the connection ends; at once, when it ended while the thing was being made. The function answered
   * forgets it, for what ended by itself before.
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
      // The same function may stand for two things.
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
