import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';
import { createPersonWatch } from '../nextPerson.ts';

/** Upper platforms; their list is a part of the registry's view. */
export function createCascadeFeature({
  cascade,
  rights,
}: Pick<DeskParts, 'cascade' | 'rights'>): DeskFeature<'cascade:changed'> {
  const isOfAnother = createPersonWatch();
  return {
    takeSnapshot({ snapshot }) {
      const isAllowed = rights.standing('cascade:list') === 'may';
      const wasRead = cascade.store.getState().platforms !== undefined;
      const isNext = isOfAnother(snapshot);
      // What an administrator saw is not the next person's.
      if (isNext || !isAllowed) cascade.forget();
      if (!isAllowed) return;
      if (isNext && wasRead) void cascade.read();
      else cascade.changed();
    },
    takeNotice: { 'cascade:changed': cascade.changed },
  };
}
