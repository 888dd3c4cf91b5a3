import { createSequence, type Sequence } from './sequence.ts';

/** Runs the tasks of one key one after the other, so that no task reads data that another task is about to write. */
export function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const sequences = new Map<string, { sequence: Sequence; waiting: number }>();
  return async (key, work) => {
    const turn = sequences.get(key) ?? { sequence: createSequence(), waiting: 0 };
    sequences.set(key, turn);
    turn.waiting += 1;
    try {
      return await turn.sequence.exclusive(work);
    } finally {
      turn.waiting -= 1;
      if (turn.waiting === 0) sequences.delete(key);
    }
  };
}
