import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';
import { createPersonWatch } from '../nextPerson.ts';

/** ONVIF devices; their list is a part of the registry's view. */
export function createOnvifFeature({
  onvif,
  rights,
}: Pick<DeskParts, 'onvif' | 'rights'>): DeskFeature<'onvif:changed'> {
  const isOfAnother = createPersonWatch();
  return {
    takeSnapshot({ snapshot }) {
      // What an administrator saw is not the next person's.
      const isAllowed = rights.standing('onvif:list') === 'may';
      if (isOfAnother(snapshot) || !isAllowed) onvif.forget();
      if (isAllowed) onvif.changed();
    },
    takeNotice: { 'onvif:changed': onvif.changed },
  };
}
