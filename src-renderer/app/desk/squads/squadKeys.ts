import { bodyCamMemberId } from '../../../../src-shared/bodycam/bodycam.protocol.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskFeatureKeys } from '../deskFeature.ts';
import { viewNames, type DeskStore } from '../DeskState.ts';
import type { DeskSquads } from './DeskSquads.ts';

export interface SquadKeysParts {
  desk: DeskStore;
  squads: Pick<DeskSquads, 'store' | 'actions'>;
  actions: Pick<DeskActions, 'watchMember'>;
  /** Whether the hub takes commands. */
  connected(): boolean;
}

/** The keys of squads: "show me" for the chosen member, or for the member whose body cam is shown. */
export function createSquadKeys({ desk, squads, actions, connected }: SquadKeysParts): DeskFeatureKeys {
  return {
    plain(key) {
      if (key !== 'v') return false;
      const { largeCameraId, view } = desk.getState();
      const chosenId = view === viewNames.squads ? squads.store.getState().memberId : undefined;
      const memberId = largeCameraId === undefined ? chosenId : bodyCamMemberId(largeCameraId);
      if (memberId === undefined || !connected()) return false;
      void actions.watchMember(memberId);
      return true;
    },
    escape: {
      selection() {
        const isChosen =
          desk.getState().view === viewNames.squads && squads.store.getState().memberId !== undefined;
        if (isChosen) squads.actions.choose(undefined);
        return isChosen;
      },
    },
    help: (t) => [{ title: t('talk.dock'), keys: [{ keys: ['v'], text: t('talk.keys.watch') }] }],
  };
}
