import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';
import { createPersonWatch } from '../nextPerson.ts';

/** Recorders of kitchens; their list is a part of the registry's view. */
export function createRecordersFeature({
  recorders,
  rights,
}: Pick<DeskParts, 'recorders' | 'rights'>): DeskFeature<'recorders:changed'> {
  const isOfAnother = createPersonWatch();
  return {
    takeSnapshot({ snapshot }) {
      const isAllowed = rights.standing('recorders:list') === 'may';
      const wasRead = recorders.store.getState().list !== undefined;
      const isNext = isOfAnother(snapshot);
      // What an administrator saw is not the next person's.
      if (isNext || !isAllowed) recorders.forget();
      if (!isAllowed) return;
      if (isNext && wasRead) void recorders.read();
      else recorders.changed();
    },
    takeNotice: { 'recorders:changed': recorders.changed },
  };
}
