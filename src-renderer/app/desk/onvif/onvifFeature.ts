import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';

/** ONVIF devices; their list is a part of the registry's view. */
export function createOnvifFeature({
  onvif,
  rights,
}: Pick<DeskParts, 'onvif' | 'rights'>): DeskFeature<'onvif:changed'> {
  return {
    takeSnapshot() {
      // What an administrator saw is not the next person's.
      if (rights.standing('onvif:list') === 'may') onvif.changed();
      else onvif.forget();
    },
    takeNotice: { 'onvif:changed': onvif.changed },
  };
}
