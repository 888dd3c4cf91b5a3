import type { SnapshotArrival } from '../../server/hubLink.ts';

/**
 * A question to ask of each snapshot: whether it is of another person than the one before it. What one person saw and chose is not the
 * next one's, even where both may do the same. The first snapshot is of nobody new.
 */
export function createPersonWatch(): (snapshot: Pick<SnapshotArrival['snapshot'], 'desk'>) => boolean {
  let before: string | undefined;
  return ({ desk }) => {
    const isOther = before !== undefined && before !== desk?.accountId;
    before = desk?.accountId;
    return isOther;
  };
}
