import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Tile, WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import { turnLeadMs } from '../../../src-shared/wall/turnRhythm.ts';
import { CameraTile, type Pictures } from '../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { arrangeTiles } from './arrangeTiles.ts';
import { enteringSlots, leavingTiles, slotIdOf } from './slots.ts';
import { useGlide } from './useGlide.ts';
import type { WallStore } from './wallStore.ts';
import './wall.css';

export interface WallGridProps {
  store: WallStore;
  pictures: Pictures;
  times: TimeFormat;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
  /** The words around a tile's picture, such as the alert that is open in its kitchen. */
  around?(tile: Tile): ReactNode;
}

/** Letters a tile's strip must have room for; narrower tiles flow into fewer columns. */
const smallestTileLetters = 14;
const connecting: TileState = { kind: 'connecting' };

/** The tiles of this screen, edge to edge. */
export function WallGrid(props: WallGridProps) {
  const { store } = props;
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

  const { leaving, entering } = useTurn(wall);
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
          {wall !== undefined &&
            arrangement.tiles.map((tile) => {
              const slotId = slotIdOf(tile, wall);
              return (
                <WallTile
                  key={slotId}
                  slotId={slotId}
                  tile={tile}
                  wall={wall}
                  entering={entering.has(slotId)}
                  {...props}
                />
              );
            })}
          {wall !== undefined &&
            arrangement.rowHeight === undefined &&
            leaving.map(({ slotId, tile }) => (
              <WallTile key={slotId} slotId={slotId} tile={tile} wall={wall} leaving {...props} />
            ))}
        </div>
      )}
    </div>
  );
}

/** What glides out of a scrolling page and into it until its next turn. */
function useTurn(wall: WallSnapshot | undefined): Turn {
  const [shown, setShown] = useState<Turn & { wall: WallSnapshot | undefined }>({
    wall,
    leaving: [],
    entering: new Set(),
  });
  if (shown.wall !== wall) {
    const before = shown.wall;
    const turned = before?.tour?.page !== wall?.tour?.page || wall?.tour?.scroll === undefined;
    if (turned && wall !== undefined) {
      const left = leavingTiles(before, wall);
      const leaving = left.map((tile) => ({ slotId: slotIdOf(tile, before!), tile }));
      setShown({ wall, leaving, entering: enteringSlots(before, wall) });
    } else setShown({ ...shown, wall });
  }
  return shown;
}

interface Turn {
  leaving: readonly { slotId: string; tile: Tile }[];
  entering: ReadonlySet<string>;
}

interface WallTileProps extends WallGridProps {
  slotId: string;
  tile: Tile;
  wall: WallSnapshot;
  leaving?: boolean;
  entering?: boolean;
}

function WallTile(props: WallTileProps) {
  const { slotId, tile, wall, leaving = false, entering = false } = props;
  const { store, pictures, times, nowMs, around } = props;
  const state = useStore(store, (wallState) => wallState.tileStates[slotId]) ?? connecting;
  const element = useRef<HTMLElement>(null);
  const { camera, pinned = false, spotlight } = tile;
  const { tour } = wall;
  useGlide(element, {
    column: tile.column,
    row: tile.row,
    scroll: pinned || spotlight !== undefined ? undefined : tour?.scroll,
    leaving,
    entering,
    glideMs: () => (tour?.turnAtMs === undefined ? 0 : tour.turnAtMs + turnLeadMs - nowMs()),
    paused: tour?.state === 'paused',
  });
  return (
    <section
      ref={element}
      className={tileClass(tile)}
      data-tile-id={tile.tileId}
      data-tile-state={camera === undefined ? 'no_camera' : state.kind}
      style={{
        gridColumn: `${tile.column + 1} / span ${tile.columnSpan}`,
        gridRow: `${tile.row + 1} / span ${tile.rowSpan}`,
      }}
    >
      {camera !== undefined && (
        <CameraTile
          tileId={slotId}
          camera={camera}
          stream={tile.stream}
          live={tile.live}
          state={state}
          pictures={pictures}
          times={times}
        >
          {around?.(tile)}
        </CameraTile>
      )}
    </section>
  );
}

/** What is pinned or has the spotlight lies above tiles that glide past. */
function tileClass({ pinned = false, spotlight }: Tile): string {
  if (spotlight !== undefined) return 'wall-tile wall-tile--spotlight';
  return pinned ? 'wall-tile wall-tile--pinned' : 'wall-tile';
}
