import { useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Tile } from '../../../src-shared/wall/wall.protocol.ts';
import { CameraTile, type Pictures } from '../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { arrangeTiles } from './arrangeTiles.ts';
import type { WallStore } from './wallStore.ts';
import './wall.css';

export interface WallGridProps {
  store: WallStore;
  pictures: Pictures;
  times: TimeFormat;
}

/** Letters a tile's strip must have room for; narrower tiles flow into fewer columns. */
const smallestTileLetters = 14;
const connecting: TileState = { kind: 'connecting' };

/** The tiles of this screen, edge to edge. */
export function WallGrid({ store, pictures, times }: WallGridProps) {
  const wall = useStore(store, (state) => state.wall);
  const roomRef = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 1920, height: 1036, smallestTileWidth: 168 });

  useLayoutEffect(() => {
    const element = roomRef.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const letter = Number.parseFloat(getComputedStyle(element).fontSize);
      setRoom({
        width: element.clientWidth,
        height: element.clientHeight,
        smallestTileWidth: letter * smallestTileLetters,
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const arrangement = wall === undefined ? undefined : arrangeTiles(wall, room);
  return (
    <div ref={roomRef} className="wall-room">
      {arrangement !== undefined && (
        <div
          className="wall-grid"
          style={{
            gridTemplateColumns: `repeat(${arrangement.columns}, minmax(0, 1fr))`,
            gridTemplateRows:
              arrangement.rowHeight === undefined
                ? `repeat(${arrangement.rows}, minmax(0, 1fr))`
                : `repeat(${arrangement.rows}, ${arrangement.rowHeight}px)`,
            height: arrangement.rowHeight === undefined ? '100%' : 'auto',
          }}
        >
          {arrangement.tiles.map((tile) => (
            <WallTile key={tile.tileId} tile={tile} store={store} pictures={pictures} times={times} />
          ))}
        </div>
      )}
    </div>
  );
}

function WallTile({ tile, store, pictures, times }: WallGridProps & { tile: Tile }) {
  const state = useStore(store, (wallState) => wallState.tileStates[tile.tileId]) ?? connecting;
  const { camera } = tile;
  return (
    <section
      className="wall-tile"
      data-tile-id={tile.tileId}
      data-tile-state={camera === undefined ? 'no_camera' : state.kind}
      style={{
        gridColumn: `${tile.column + 1} / span ${tile.columnSpan}`,
        gridRow: `${tile.row + 1} / span ${tile.rowSpan}`,
      }}
    >
      {camera !== undefined && (
        <CameraTile
          tileId={tile.tileId}
          camera={camera}
          stream={tile.stream}
          live={tile.live}
          state={state}
          pictures={pictures}
          times={times}
        />
      )}
    </section>
  );
}
