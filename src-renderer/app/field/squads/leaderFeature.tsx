import { useStore } from 'zustand';
import type { FieldStore } from '../../../features/field/fieldStore.ts';
import { createLeaderActions } from '../../../features/field/leader/leaderActions.ts';
import { LeaderPanel, LeaderRow } from '../../../features/field/leader/LeaderPanel.tsx';
import {
  forgetSquad,
  resetSquad,
  takeSquadMembers,
  takeSquadOrders,
  takeSquadPositions,
  type LeaderStore,
} from '../../../features/field/leader/leaderStore.ts';
import { isEmergencyEnded } from '../../../../src-shared/squads/emergency.ts';
import type { Place } from '../../../features/field/positionRate.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { FieldFeature } from '../fieldFeature.ts';

export interface LeaderFeatureParts {
  session: SessionStore;
  field: FieldStore;
  leader: LeaderStore;
  link: Pick<HubLink, 'request'>;
  sharing: { place: Place | undefined };
}

/** The squad on the phone of its leader; other members see nothing of this. */
export function createLeaderFeature({
  session,
  field,
  leader: store,
  link,
  sharing,
}: LeaderFeatureParts): FieldFeature<
  'squads:membersChanged' | 'squads:positionsChanged' | 'orders:squadChanged'
> {
  const actions = createLeaderActions({
    store,
    request: link.request,
    newId: () => crypto.randomUUID(),
    place: () => (field.getState().sharing.state === 'off' ? undefined : sharing.place),
  });
  function Page() {
    const nowMs = useStore(session, (state) => state.nowMs);
    const emergency = useStore(field, (state) => state.emergency);
    const isCalling = emergency.progress.state !== 'idle' && !isEmergencyEnded(emergency.progress);
    return isCalling ? null : <LeaderPanel store={store} actions={actions} nowMs={nowMs} />;
  }
  return {
    panels: { over: Page, row: () => <LeaderRow store={store} /> },
    takeSnapshot: ({ snapshot }) => resetSquad(store, snapshot),
    takeNotice: {
      'squads:membersChanged': (payload) => takeSquadMembers(store, payload),
      'squads:positionsChanged': (payload) => takeSquadPositions(store, payload),
      'orders:squadChanged': ({ orders }) => takeSquadOrders(store, orders),
    },
    signedOut: () => forgetSquad(store),
  };
}
