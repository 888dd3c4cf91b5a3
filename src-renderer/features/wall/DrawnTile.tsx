import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tile } from '../../../src-shared/wall/wall.protocol.ts';
import { isCameraDrag } from '../../ui/desk/cameraDrag.ts';
import { keyOf } from '../../ui/keys.ts';
import { CameraTile, type Pictures } from '../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { PinMark, SpotlightMark, StillMark } from './TileMarks.tsx';

export interface DrawnTileProps {
  tile: Tile;
  /** Its number on the desk, from 1. */
  number: number;
  targetId: string;
  state: TileState;
  chosen: boolean;
  focusable: boolean;
  /** Whether the operator has a camera in hand. */
  carrying: boolean;
  pictures: Pictures;
  times: TimeFormat;
  onChoose(): void;
  onOpen(cameraId: string): void;
  onPlace(): void;
}

/** One tile of the drawn wall: what it shows, how, and a place to put a camera. */
export function DrawnTile(props: DrawnTileProps) {
  const { tile, number, targetId, state, chosen, focusable, carrying, pictures, times } = props;
  const { onChoose, onOpen, onPlace } = props;
  const { t, i18n } = useTranslation();
  const [over, setOver] = useState(false);
  const { camera } = tile;
  const english = i18n.language === 'en';
  const site =
    camera === undefined
      ? t('tile.noCamera')
      : ((english ? camera.siteNameEn : undefined) ?? camera.siteName);

  const act = (): void => {
    if (carrying) onPlace();
    else if (camera !== undefined) onOpen(camera.cameraId);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // With a camera in hand, Enter is the desk's: a number may have been typed before.
    if (keyOf(event.nativeEvent) !== 'Enter' || carrying) return;
    event.preventDefault();
    act();
  };
  const classes = ['drawn-tile'];
  if (chosen) classes.push('drawn-tile--chosen');
  if (over) classes.push('drawn-tile--over');
  const marks = (
    <span className="drawn-marks">
      <span className="drawn-number">{number}</span>
      {tile.pinned === true && <PinMark title={t('screen.pinned')} />}
      {tile.spotlight !== undefined && <SpotlightMark title={t('screen.spotlit')} />}
      {!tile.live && camera !== undefined && <StillMark title={t('screen.still')} />}
    </span>
  );
  return (
    <div
      className={classes.join(' ')}
      role="button"
      tabIndex={focusable ? 0 : -1}
      aria-pressed={chosen}
      aria-description={t('screen.tileLabel', { number, site })}
      data-tile-id={tile.tileId}
      data-tile-number={number}
      data-camera={camera?.cameraId}
      data-tile-state={camera === undefined ? 'no_camera' : state.kind}
      style={{
        gridColumn: `${tile.column + 1} / span ${tile.columnSpan}`,
        gridRow: `${tile.row + 1} / span ${tile.rowSpan}`,
      }}
      onClick={() => (carrying ? onPlace() : onChoose())}
      onFocus={onChoose}
      onDoubleClick={act}
      onKeyDown={onKeyDown}
      onDragOver={(event) => {
        if (!isCameraDrag(event.dataTransfer)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!isCameraDrag(event.dataTransfer)) return;
        event.preventDefault();
        onPlace();
      }}
    >
      {camera === undefined ? (
        <>
          <p className="drawn-none">{t('tile.noCamera')}</p>
          {marks}
        </>
      ) : (
        <CameraTile
          tileId={targetId}
          camera={camera}
          stream="sub"
          state={state}
          pictures={pictures}
          times={times}
        >
          {marks}
        </CameraTile>
      )}
    </div>
  );
}
