import {
  createBodyCamActions,
  type BodyCamActions,
  type BodyCamOutcome,
} from '../../../features/bodycam/bodyCamActions.ts';
import { createRecordersStore, type RecordersStore } from '../../../features/bodycam/recordersStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import { readFieldAddress } from '../fieldAddress.ts';

/** Body cams at the desk, with the recorders that send them. */
export interface DeskBodyCams {
  recorders: RecordersStore;
  actions: BodyCamActions;
}

/** Builds them. */
export function createDeskBodyCams(parts: {
  link: Pick<HubLink, 'request'>;
  notify(outcome: BodyCamOutcome): void;
}): DeskBodyCams {
  const recorders = createRecordersStore();
  const actions = createBodyCamActions({
    store: recorders,
    request: parts.link.request,
    fieldAddress: readFieldAddress,
    ownAddress: window.location.href,
    notify: parts.notify,
  });
  return { recorders, actions };
}
