import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { AlertBadge } from '../features/alerts/AlertBadge.tsx';
import type { AlertMarksStore } from '../features/alerts/alertMarks.ts';
import { WallBar } from '../features/wall/WallBar.tsx';
import { WallGrid } from '../features/wall/WallGrid.tsx';
import type { WallStore } from '../features/wall/wallStore.ts';
import { Message } from '../ui/Message.tsx';
import type { Pictures } from '../ui/tile/CameraTile.tsx';
import { ConnectionMessage } from './ConnectionMessage.tsx';
import type { SessionStore } from './sessionStore.ts';
import { SurfaceStatus } from './SurfaceStatus.tsx';

export interface WallSurfaceProps {
  session: SessionStore;
  wallStore: WallStore;
  marks: AlertMarksStore;
  pictures: Pictures;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
}

/** One screen of the wall: bar and tiles, or why there are none. */
export function WallSurface({ session, wallStore, marks, pictures, nowMs }: WallSurfaceProps) {
  const everJoined = useStore(session, (state) => state.everJoined);
  const times = useStore(session, (state) => state.times);
  const hasTiles = useStore(
    wallStore,
    (state) => state.wall?.tiles.some((tile) => tile.camera !== undefined) ?? false,
  );
  return (
    <div className="wall">
      <WallBar store={wallStore}>
        <SurfaceStatus session={session} />
      </WallBar>
      {!everJoined && <ConnectionMessage session={session} />}
      {everJoined && !hasTiles && <NothingToShow wallStore={wallStore} />}
      {everJoined && hasTiles && (
        <WallGrid store={wallStore} pictures={pictures} times={times} nowMs={nowMs} />
      )}
    </div>
  );
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
