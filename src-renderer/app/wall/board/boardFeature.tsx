import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { createBoard, type Board } from '../../../features/board/boardStore.ts';
import { SpotlightOver } from '../../../features/wall/SpotlightOver.tsx';
import { WallTileAlert } from '../alerts/WallTileAlert.tsx';
import type { WallFeature } from '../wallFeature.ts';
import type { WallParts } from '../wallParts.ts';

/** What draws the board is loaded by the screens that show it. */
const WallBoardPanel = lazy(() => import('../../../features/board/WallBoardPanel.tsx'));

type BoardFeatureParts = Pick<
  WallParts,
  'session' | 'wallStore' | 'squads' | 'marks' | 'link' | 'inset' | 'receiver'
>;

/** The supervisor's board, on a screen that shows it in place of tiles. */
export function createBoardFeature(parts: BoardFeatureParts): WallFeature {
  const { wallStore, link } = parts;
  const board = createBoard({ ask: (period) => link.request('board:readFigures', { period }) });
  return {
    panels: {
      content: {
        reads: [wallStore],
        isShown: () => wallStore.getState().wall?.content === 'board',
        Panel: () => <WallBoard {...parts} board={board} />,
      },
    },
  };
}

function WallBoard({
  session,
  squads,
  marks,
  board,
  wallStore,
  inset,
  receiver,
}: BoardFeatureParts & { board: Board }) {
  const { i18n } = useTranslation();
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const all = useStore(squads, (state) => state.squads);
  const kinds = useStore(marks, (state) => state.kinds);
  const names = { squads: all, kinds, language: i18n.language };
  return (
    <Suspense>
      <WallBoardPanel board={board} names={names} times={times} nowMs={nowMs} enabled={enabled}>
        <SpotlightOver
          store={wallStore}
          pictures={receiver}
          times={times}
          around={(tile) => <WallTileAlert tile={tile} marks={marks} times={times} inset={inset} />}
        />
      </WallBoardPanel>
    </Suspense>
  );
}
