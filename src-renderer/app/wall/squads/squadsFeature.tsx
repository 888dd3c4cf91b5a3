import { useStore } from 'zustand';
import { EmergencyStrip } from '../../../features/squads/EmergencyStrip.tsx';
import { resetSquads, type SquadsStore } from '../../../features/squads/squadsStore.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import { squadNoticeTakers, type SquadNotices } from '../../shared/squadNotices.ts';
import type { WallFeature } from '../wallFeature.ts';

interface SquadsFeatureParts {
  session: SessionStore;
  squads: SquadsStore;
}

/** Members who share their position, and SOS over everything. */
export function createSquadsFeature({ session, squads }: SquadsFeatureParts): WallFeature<SquadNotices> {
  return {
    panels: { over: () => <Emergencies session={session} squads={squads} /> },
    takeSnapshot: ({ snapshot }) => resetSquads(squads, snapshot.squads),
    takeNotice: squadNoticeTakers(squads),
  };
}

function Emergencies({ session, squads }: SquadsFeatureParts) {
  const nowMs = useStore(session, (state) => state.nowMs);
  return <EmergencyStrip store={squads} nowMs={nowMs} />;
}
