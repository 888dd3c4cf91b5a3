import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AlertMarksStore } from '../../features/alerts/alertMarks.ts';
import { AlertTally } from '../../features/alerts/AlertTally.tsx';
import type { InsetStore } from '../../features/map/insetStore.ts';
import { WallBar } from '../../features/wall/WallBar.tsx';
import { WallGrid } from '../../features/wall/WallGrid.tsx';
import { EmergencyStrip } from '../../features/squads/EmergencyStrip.tsx';
import type { SquadsStore } from '../../features/squads/squadsStore.ts';
import type { WallStore } from '../../features/wall/wallStore.ts';
import { Message } from '../../ui/Message.tsx';
import type { Pictures } from '../../ui/tile/CameraTile.tsx';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import type { SessionStore } from '../shared/sessionStore.ts';
import { SurfaceStatus } from '../shared/SurfaceStatus.tsx';
import type { WallMap as WallMapParts } from './map/wallMapFeed.ts';
import { WallTileAlert } from './alerts/WallTileAlert.tsx';

/** What draws a map is loaded by the screens that show one. */
const WallMap = lazy(() => import('./map/WallMap.tsx'));

export interface WallSurfaceProps {
  session: SessionStore;
  wallStore: WallStore;
  marks: AlertMarksStore;
  squads: SquadsStore;
  wallMap: WallMapParts;
  inset: InsetStore;
  pictures: Pictures;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
}

/** One screen of the wall: bar and tiles or the city map, or why there is neither. */
export function WallSurface(props: WallSurfaceProps) {
  const { session, wallStore, marks, squads, inset, pictures, nowMs } = props;
  const everJoined = useStore(session, (state) => state.everJoined);
  const times = useStore(session, (state) => state.times);
  const isMap = useStore(wallStore, (state) => state.wall?.content === 'map');
  const hasTiles = useStore(
    wallStore,
    (state) => state.wall?.tiles.some((tile) => tile.camera !== undefined) ?? false,
  );
  return (
    <div className="wall">
      <WallBar store={wallStore}>
        <AlertTally store={marks} />
        <SurfaceStatus session={session} />
      </WallBar>
      <WallEmergencies squads={squads} session={session} />
      {!everJoined && <ConnectionMessage session={session} />}
      {everJoined && isMap && (
        <Suspense>
          <WallMap {...props} />
        </Suspense>
      )}
      {everJoined && !isMap && !hasTiles && <NothingToShow wallStore={wallStore} />}
      {everJoined && !isMap && hasTiles && (
        <WallGrid
          store={wallStore}
          pictures={pictures}
          times={times}
          nowMs={nowMs}
          around={(tile) => <WallTileAlert tile={tile} marks={marks} times={times} inset={inset} />}
        />
      )}
    </div>
  );
}

function WallEmergencies({ squads, session }: Pick<WallSurfaceProps, 'squads' | 'session'>) {
  const nowMs = useStore(session, (state) => state.nowMs);
  return <EmergencyStrip store={squads} nowMs={nowMs} />;
}

function NothingToShow({ wallStore }: { wallStore: WallStore }) {
  const { t } = useTranslation();
  const cameras = useStore(wallStore, (state) => state.wall?.counts.cameras ?? 0);
  const title = cameras === 0 ? t('notice.emptyTitle') : t('notice.idleTitle');
  const text = cameras === 0 ? t('notice.emptyText') : t('notice.idleText', { cameras });
  return (
    <Message title={title} quiet>
      <p>{text}</p>
    </Message>
  );
}
