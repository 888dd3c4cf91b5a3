import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';

/** Upper platforms; their list is a part of the registry's view. */
export function createCascadeFeature({
  cascade,
  rights,
}: Pick<DeskParts, 'cascade' | 'rights'>): DeskFeature<'cascade:changed'> {
  return {
    takeSnapshot() {
      // What an administrator saw is not the next person's.
      if (rights.standing('cascade:list') === 'may') cascade.changed();
      else cascade.forget();
    },
    takeNotice: { 'cascade:changed': cascade.changed },
  };
}
