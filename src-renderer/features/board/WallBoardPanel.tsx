import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { BoardPanelProps } from './BoardPanel.tsx';
import { BoardAge, GroupTable, OpenBars, RateBars, StepTiles } from './BoardParts.tsx';
import { alertKindName, districtName } from './boardWords.ts';
import { refusalText } from '../../ui/refusalText.ts';
import './board.css';
import './wallBoard.css';

/** The board as all that a screen of the wall shows: today's figures, in letters that are read from five metres. */
export default function WallBoardPanel({
  board,
  names,
  times,
  nowMs,
  enabled,
  children,
}: BoardPanelProps & {
  /** Lies over the board, such as a spotlight. */
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const { figures, problem } = useStore(board.store);
  useEffect(() => (enabled ? board.keepReading() : undefined), [board, enabled]);
  return (
    <div className="wall-board">
      <header>
        <h1>{t('board.title')}</h1>
        <span>{t('board.period.today')}</span>
        {figures !== undefined && <BoardAge figures={figures} times={times} nowMs={nowMs} />}
      </header>
      {figures === undefined && problem !== undefined && <p role="alert">{refusalText(problem, t)}</p>}
      {figures !== undefined && (
        <>
          <StepTiles figures={figures} />
          <div className="wall-board-columns">
            <section>
              <h2>{t('board.openTitle', { count: figures.open.total, overdue: figures.open.overdue })}</h2>
              <OpenBars figures={figures} names={names} limit={5} />
            </section>
            <section>
              <h2>{t('board.byDistrict')}</h2>
              <GroupTable
                groups={figures.byDistrict.slice(0, 6)}
                heading={t('board.district')}
                nameOf={(name) => districtName(name, t)}
                steps={['arrive']}
              />
            </section>
            <section>
              <h2>{t('board.falseByKind')}</h2>
              <RateBars
                rates={figures.falseAlarms.byKind
                  .slice(0, 6)
                  .map((one) => ({ ...one, key: one.kindId, name: alertKindName(one.kindId, names) }))}
              />
            </section>
          </div>
        </>
      )}
      {children}
    </div>
  );
}
