import { squadsView } from './squadsView.ts';
import type { Snapshot } from '../../../../src-shared/protocol/index.ts';
import {
  createSquadsActions,
  type SquadOutcome,
  type SquadsActions,
} from '../../../features/squads/squadsActions.ts';
import {
  createSquadsStore,
  resetSquads,
  type SquadsState,
  type SquadsStore,
} from '../../../features/squads/squadsStore.ts';
import { bodyCamView } from '../bodycam/bodyCamView.ts';
import { readFieldAddress, readFingerprints } from '../fieldAddress.ts';
import type { DeskState } from '../DeskState.ts';
import type { HubLink } from '../../../server/hubLink.ts';

/** Squads at the desk. */
export interface DeskSquads {
  store: SquadsStore;
  actions: SquadsActions;
  snapshotArrived(snapshot: Snapshot): void;
}

/** Builds them. */
export function createDeskSquads(parts: {
  link: Pick<HubLink, 'request'>;
  newId(): string;
  notify(outcome: SquadOutcome): void;
}): DeskSquads {
  const store = createSquadsStore();
  const actions = createSquadsActions({
    store,
    request: parts.link.request,
    newId: parts.newId,
    fieldAddress: readFieldAddress,
    fingerprints: readFingerprints,
    notify: parts.notify,
  });
  return {
    store,
    actions,
    snapshotArrived(snapshot) {
      resetSquads(store, snapshot.squads);
      store.setState({ lacksPushContact: snapshot.lacksPushContact === true });
    },
  };
}

/** The member whose card is shown: whose body cam is large, or who is chosen in the view of squads. */
export function shownMemberId(
  { view, largeCameraId }: Pick<DeskState, 'view' | 'largeCameraId'>,
  squads: Pick<SquadsState, 'members' | 'squads' | 'memberId'>,
): string | undefined {
  if (largeCameraId !== undefined) return bodyCamView(squads, largeCameraId)?.memberId;
  return view === squadsView ? squads.memberId : undefined;
}
