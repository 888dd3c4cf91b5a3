import { useElementSize } from '@mantine/hooks';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { keyOf } from '../../ui/keys.ts';
import { useStore } from 'zustand';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import type { Pictures } from '../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { DeskWallStore } from './deskWallStore.ts';
import { DrawnTile } from './DrawnTile.tsx';
import { inReadingOrder, neighbourTile, type Direction } from './tileChoice.ts';
import './drawnWall.css';

export interface DrawnWallProps {
  store: DeskWallStore;
  screen: WallSnapshot;
  pictures: Pictures;
  /** Real states by the receiver's target id. */
  stateOf(targetId: string): TileState;
  times: TimeFormat;
  onOpen(cameraId: string): void;
  /** The carried camera was put on a tile. */
  onPlace(tileId: string): void;
}

const usualDisplay = { widthPx: 1920, heightPx: 1080 };
const directions: Partial<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** The receiver's name for a tile of a screen as the desk draws it. */
export function drawnTargetId(screenId: string, tileId: string): string {
  return `drawn/${screenId}/${tileId}`;
}

/** A screen of the wall as it is now, small and live, in its own proportions. */
export function DrawnWall({ store, screen, pictures, stateOf, times, onOpen, onPlace }: DrawnWallProps) {
  const { t } = useTranslation();
  const { ref, width, height } = useElementSize();
  const chosenTileId = useStore(store, (state) => state.tileId);
  const carried = useStore(store, (state) => state.carried);
  const { display } = screen;
  const { widthPx, heightPx } = display !== undefined && display.widthPx > 0 ? display : usualDisplay;
  const drawnWidth = Math.floor(Math.min(width, (height * widthPx) / heightPx));
  const drawnHeight = Math.floor((drawnWidth * heightPx) / widthPx);
  const tiles = inReadingOrder(screen.tiles);
  const focusable = tiles.some(({ tileId }) => tileId === chosenTileId) ? chosenTileId : tiles[0]?.tileId;

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const direction = directions[keyOf(event.nativeEvent) ?? ''];
    if (direction === undefined || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    const next = neighbourTile(tiles, focusable ?? '', direction);
    store.chooseTile(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-tile-id="${CSS.escape(next)}"]`)?.focus();
  };

  return (
    <div ref={ref} className="drawn-room">
      <div
        className={carried === undefined ? 'drawn-wall' : 'drawn-wall drawn-wall--carrying'}
        role="group"
        aria-label={t('screen.drawn', { screen: screen.screenId })}
        data-screen-id={screen.screenId}
        data-revision={screen.revision}
        onKeyDown={onKeyDown}
        style={{
          width: drawnWidth,
          height: drawnHeight,
          gridTemplateColumns: `repeat(${screen.columns}, minmax(0, 1fr))`,
          gridTemplateRows: `repeat(${screen.rows}, minmax(0, 1fr))`,
        }}
      >
        {tiles.map((tile, index) => {
          const targetId = drawnTargetId(screen.screenId, tile.tileId);
          return (
            <DrawnTile
              key={tile.tileId}
              tile={tile}
              number={index + 1}
              targetId={targetId}
              state={stateOf(targetId)}
              chosen={tile.tileId === chosenTileId}
              focusable={tile.tileId === focusable}
              carrying={carried !== undefined}
              pictures={pictures}
              times={times}
              onChoose={() => store.chooseTile(tile.tileId)}
              onOpen={onOpen}
              onPlace={() => onPlace(tile.tileId)}
            />
          );
        })}
        {screen.content !== 'tiles' && (
          <p className="drawn-empty drawn-empty--map">
            <span>{t(screen.content === 'map' ? 'screen.showsMap' : 'screen.showsBoard')}</span>
            {t(screen.content === 'map' ? 'screen.mapCovers' : 'screen.boardCovers')}
          </p>
        )}
        {screen.content === 'case' && (
          <p className="drawn-empty drawn-empty--case">
            <span>{t('screen.showsCase')}</span>
            {t('screen.caseCovers')}
          </p>
        )}
        {screen.content === 'tiles' && tiles.length === 0 && (
          <p className="drawn-empty">{t('screen.noTiles')}</p>
        )}
      </div>
    </div>
  );
}
