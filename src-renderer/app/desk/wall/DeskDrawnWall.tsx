import { useStore } from 'zustand';
import type { WallSnapshot } from '../../../../src-shared/wall/wall.protocol.ts';
import type { DeskWallStore } from '../../../features/wall/deskWallStore.ts';
import { DrawnWall } from '../../../features/wall/DrawnWall.tsx';
import type { Pictures } from '../../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../../ui/tile/tileState.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { PictureStates } from '../DeskPictures.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';

const connecting: TileState = { kind: 'connecting' };

export interface DeskDrawnWallParts {
  session: SessionStore;
  wall: DeskWallStore;
  receiver: Pictures;
  pictures: PictureStates;
  actions: Pick<DeskActions, 'openLarge' | 'placeOn'>;
}

/** A screen of the wall with its pictures, as the desk draws it: large in its view, small on the map. */
export function DeskDrawnWall(props: DeskDrawnWallParts & { screen: WallSnapshot }) {
  const { session, wall, receiver, pictures, actions, screen } = props;
  const times = useStore(session, (state) => state.times);
  const states = useStore(pictures, (state) => state.states);
  return (
    <DrawnWall
      store={wall}
      screen={screen}
      pictures={receiver}
      stateOf={(targetId) => states.get(targetId) ?? connecting}
      times={times}
      onOpen={actions.openLarge}
      onPlace={actions.placeOn}
    />
  );
}
