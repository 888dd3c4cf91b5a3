/** Ids by which desks know one another: not what their connections are called. */
export interface DeskIds {
  /** The id of a connection; made at the first question. */
  of(connectionId: string): string;
  known(connectionId: string): string | undefined;
  forget(connectionId: string): void;
}

/** Counts from 1: `desk-1`. */
export function createDeskIds(): DeskIds {
  const ids = new Map<string, string>();
  let count = 0;
  return {
    of(connectionId) {
      const known = ids.get(connectionId);
      if (known !== undefined) return known;
      count += 1;
      const made = `desk-${count}`;
      ids.set(connectionId, made);
      return made;
    },
    known: (connectionId) => ids.get(connectionId),
    forget: (connectionId) => void ids.delete(connectionId),
  };
}
