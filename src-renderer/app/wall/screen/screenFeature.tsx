import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AlertMarksStore } from '../../../features/alerts/alertMarks.ts';
import type { InsetStore } from '../../../features/map/insetStore.ts';
import { createTurnTogether } from '../../../features/wall/turnTogether.ts';
import { WallGrid } from '../../../features/wall/WallGrid.tsx';
import type { WallStore } from '../../../features/wall/wallStore.ts';
import { Message } from '../../../ui/Message.tsx';
import type { Pictures } from '../../../ui/tile/CameraTile.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import { WallTileAlert } from '../alerts/WallTileAlert.tsx';
import type { WallFeature } from '../wallFeature.ts';
import type { ScreenReporter } from './screenReporter.ts';

export interface ScreenFeatureParts {
  session: SessionStore;
  wallStore: WallStore;
  marks: AlertMarksStore;
  inset: InsetStore;
  receiver: Pictures;
  reporter: Pick<ScreenReporter, 'connected'>;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
}

/** The tiles of this screen, and what the screen reports of itself. */
export function createScreenFeature(parts: ScreenFeatureParts): WallFeature<'wall:screenChanged'> {
  const { wallStore, reporter, nowMs } = parts;
  const turns = createTurnTogether({ show: (wall) => wallStore.show(wall), nowMs });
  return {
    panels: {
      content: {
        reads: [wallStore],
        isShown: () => (wallStore.getState().wall?.content ?? 'tiles') === 'tiles',
        Panel: () => <Screen {...parts} />,
      },
    },
    takeSnapshot({ snapshot, newConnection }) {
      turns.drop();
      wallStore.reset(snapshot.wall);
      if (newConnection) reporter.connected();
    },
    takeNotice: { 'wall:screenChanged': ({ wall }) => turns.take(wall) },
  };
}

function Screen({ session, wallStore, marks, inset, receiver, nowMs }: ScreenFeatureParts) {
  const times = useStore(session, (state) => state.times);
  const hasTiles = useStore(
    wallStore,
    (state) => state.wall?.tiles.some((tile) => tile.camera !== undefined) ?? false,
  );
  if (!hasTiles) return <NothingToShow wallStore={wallStore} />;
  return (
    <WallGrid
      store={wallStore}
      pictures={receiver}
      times={times}
      nowMs={nowMs}
      around={(tile) => <WallTileAlert tile={tile} marks={marks} times={times} inset={inset} />}
    />
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
