import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { createBoard, type Board } from '../../../features/board/boardStore.ts';
import { saveBlob } from '../../../features/cameras/snapshot.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';

/** What draws the board is loaded when somebody opens it. */
const BoardPanel = lazy(() => import('../../../features/board/BoardPanel.tsx'));

type BoardFeatureParts = Pick<DeskParts, 'session' | 'link' | 'http' | 'squads' | 'alerts'>;

/** The supervisor's board. */
export function createBoardFeature(parts: BoardFeatureParts): DeskFeature {
  const board = createBoard({
    ...parts.http,
    ask: (period) => parts.link.request('board:readFigures', { period }),
    saveFile: saveBlob,
  });
  return {
    view: {
      name: 'board',
      title: (t) => t('desk.view.board'),
      View: () => <BoardView {...parts} board={board} />,
    },
  };
}

function BoardView({ session, squads, alerts, board }: BoardFeatureParts & { board: Board }) {
  const { i18n } = useTranslation();
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const all = useStore(squads.store, (state) => state.squads);
  const kinds = useStore(alerts, (state) => state.kinds);
  const names = { squads: all, kinds, language: i18n.language };
  return (
    <Suspense>
      <BoardPanel board={board} names={names} times={times} nowMs={nowMs} enabled={enabled} />
    </Suspense>
  );
}
