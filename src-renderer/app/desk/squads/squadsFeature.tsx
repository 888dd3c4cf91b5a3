import { squadsView } from './squadsView.ts';
import { useStore } from 'zustand';
import { LargeButtons, type LargeButtonsParts } from '../cameras/DeskLarge.tsx';
import { squadNoticeTakers, type SquadNotices } from '../../shared/squadNotices.ts';
import type { DeskFeature } from '../deskFeature.ts';
import { shownMemberId } from './DeskSquads.ts';
import { DeskEmergencies, DeskMember, DeskSquadsView, type DeskMemberParts } from './DeskSquadsView.tsx';
import { createSquadKeys } from './squadKeys.ts';

export type SquadsFeatureParts = DeskMemberParts & LargeButtonsParts;

/** Squads: their members and phones, the card of one member, and SOS. */
export function createSquadsFeature(parts: SquadsFeatureParts): DeskFeature<SquadNotices> {
  const { desk, squads } = parts;
  const { store } = squads;
  return {
    view: {
      name: squadsView,
      title: (t) => t('desk.view.squads'),
      View: () => <DeskSquadsView {...parts} />,
    },
    panels: {
      over: () => <DeskEmergencies {...parts} />,
      right: {
        reads: [desk, store],
        isShown: () => shownMemberId(desk.getState(), store.getState()) !== undefined,
        Panel: () => <Member {...parts} />,
      },
    },
    keys: createSquadKeys(parts),
    takeSnapshot: ({ snapshot }) => squads.snapshotArrived(snapshot),
    takeNotice: squadNoticeTakers(store),
  };
}

function Member(parts: SquadsFeatureParts) {
  const { desk, squads } = parts;
  const largeCameraId = useStore(desk, (state) => state.largeCameraId);
  const view = useStore(desk, (state) => state.view);
  const memberId = useStore(squads.store, (state) => shownMemberId({ largeCameraId, view }, state));
  if (memberId === undefined) return null;
  return (
    <DeskMember {...parts} memberId={memberId}>
      {largeCameraId !== undefined && <LargeButtons {...parts} cameraId={largeCameraId} />}
    </DeskMember>
  );
}
