import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Tile } from '../../../src-shared/wall/wall.protocol.ts';
import { CameraTile, type Pictures } from '../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { slotIdOf } from './slots.ts';
import type { WallStore } from './wallStore.ts';
import './wall.css';

export interface SpotlightOverProps {
  store: WallStore;
  pictures: Pictures;
  times: TimeFormat;
  around(tile: Tile): ReactNode;
}

const connecting: TileState = { kind: 'connecting' };

/** The spotlight's live picture over something else that fills the screen: a third of it, or all where it asked for all. */
export function SpotlightOver({ store, pictures, times, around }: SpotlightOverProps) {
  const wall = useStore(store, (state) => state.wall);
  const tile = wall?.tiles.find(({ spotlight }) => spotlight !== undefined);
  const slotId = wall === undefined || tile === undefined ? '' : slotIdOf(tile, wall);
  const state = useStore(store, (wallState) => wallState.tileStates[slotId]) ?? connecting;
  if (tile?.camera === undefined) return null;
  const fills = wall?.spotlight?.target === 'screen';
  return (
    <section
      className={`wall-tile wall-tile--spotlight ${fills ? 'wall-tile--fills' : 'wall-tile--beside'}`}
      data-tile-id={tile.tileId}
      data-tile-state={state.kind}
    >
      <CameraTile
        tileId={slotId}
        camera={tile.camera}
        stream={tile.stream}
        live={tile.live}
        state={state}
        pictures={pictures}
        times={times}
      >
        {around(tile)}
      </CameraTile>
    </section>
  );
}
