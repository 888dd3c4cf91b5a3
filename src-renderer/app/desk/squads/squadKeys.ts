import { squadsView } from './squadsView.ts';
import type { DeskFeatureKeys } from '../deskFeature.ts';
import type { DeskStore } from '../DeskState.ts';
import type { DeskSquads } from './DeskSquads.ts';

export interface SquadKeysParts {
  desk: DeskStore;
  squads: Pick<DeskSquads, 'store' | 'actions'>;
}

/** The keys of squads: Escape ends the choice of a member. */
export function createSquadKeys({ desk, squads }: SquadKeysParts): DeskFeatureKeys {
  return {
    escape: {
      selection() {
        const isChosen =
          desk.getState().view === squadsView && squads.store.getState().memberId !== undefined;
        if (isChosen) squads.actions.choose(undefined);
        return isChosen;
      },
    },
  };
}
