import { useStore } from 'zustand';
import { MapPanel } from '../../../features/map/MapPanel.tsx';
import { urgentMarks } from '../../../features/map/siteMarks.ts';
import { SpotlightOver } from '../../../features/wall/SpotlightOver.tsx';
import type { AlertMarksStore } from '../../../features/alerts/alertMarks.ts';
import type { InsetStore } from '../../../features/map/insetStore.ts';
import type { WallStore } from '../../../features/wall/wallStore.ts';
import type { Pictures } from '../../../ui/tile/CameraTile.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { WallMap as WallMapParts } from './wallMapFeed.ts';
import { WallTileAlert } from '../alerts/WallTileAlert.tsx';

export interface WallMapProps {
  session: SessionStore;
  wallStore: WallStore;
  marks: AlertMarksStore;
  inset: InsetStore;
  receiver: Pictures;
  wallMap: WallMapParts;
}

/** The city map as all that a screen shows: it flies to the class 1 that has the spotlight, with its live picture beside it. */
export default function WallMap(props: WallMapProps) {
  const { wallMap, wallStore, receiver, session, marks, inset } = props;
  const times = useStore(session, (state) => state.times);
  const spotlitId = useStore(wallStore, (state) => state.wall?.spotlight?.eventId);
  const alerts = useStore(wallMap.store, (state) => state.alerts);
  const sites = useStore(wallMap.store, (state) => state.sites);
  const urgent = urgentMarks(alerts.values(), sites);
  const attention =
    urgent.find(({ alertId }) => alertId === spotlitId) ??
    urgent.find(({ unacknowledged }) => unacknowledged);
  return (
    <MapPanel
      store={wallMap.store}
      points={wallMap.points}
      variant="wall"
      attention={attention}
      onMap={wallMap.setMap}
    >
      <SpotlightOver
        store={wallStore}
        pictures={receiver}
        times={times}
        around={(tile) => (
          <WallTileAlert tile={tile} marks={marks} times={times} inset={inset} withInset={false} />
        )}
      />
    </MapPanel>
  );
}
