import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';

/** Recorders of kitchens; their list is a part of the registry's view. */
export function createRecordersFeature({
  recorders,
  rights,
}: Pick<DeskParts, 'recorders' | 'rights'>): DeskFeature<'recorders:changed'> {
  return {
    takeSnapshot() {
      // What an administrator saw is not the next person's.
      if (rights.standing('recorders:list') === 'may') recorders.changed();
      else recorders.forget();
    },
    takeNotice: { 'recorders:changed': recorders.changed },
  };
}
