import type { SearchTiming, SearchTimings } from '../../features/cameras/searchTimings.ts';
import { largeTargetId } from '../../features/cameras/LargeCamera.tsx';
import { drawnTargetId } from '../../features/wall/DrawnWall.tsx';
import { chosenScreen, type DeskWallStore } from '../../features/wall/deskWallStore.ts';
import type { Receiver } from '../../media/receiver.ts';
import type { SoundState } from '../../media/sound.ts';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { CamerasStore } from './cameras/camerasStore.ts';
import type { DeskStore } from './DeskState.ts';
import type { PictureStates } from './DeskPictures.ts';
import type { DeskMap } from './map/MapFeed.ts';
import { createProbe, probeTile, type Probe } from '../shared/probe.ts';

/** `window.mingchuProbe` of the desk: the tiles are those of the drawn wall. It changes nothing. */
export interface DeskProbe extends Probe {
  /** Keystrokes in a search field so far, the oldest first. */
  searches(): SearchTiming[];
  /** Cameras that can be searched. */
  searchable(): number;
  /** The chosen screen, as the hub last sent it. */
  screen(): { screenId: string; revision: number } | undefined;
  /** The large picture, while there is one. */
  large():
    | { cameraId: string; stream: 'main'; state: TileState; framesPresented: number; sound: SoundState }
    | undefined;
}

/** Makes the probe of a desk. */
export function createDeskProbe(parts: {
  wall: DeskWallStore;
  desk: DeskStore;
  cameras: CamerasStore;
  receiver: Receiver;
  pictures: PictureStates;
  timings: SearchTimings;
  searchable(): number;
  map: DeskMap['current'];
}): DeskProbe {
  const { wall, desk, cameras, receiver, pictures, timings } = parts;
  const stateOf = (targetId: string): TileState =>
    pictures.getState().states.get(targetId) ?? { kind: 'connecting' };
  return {
    ...createProbe(parts),
    tiles() {
      const screen = chosenScreen(wall.getState());
      return (screen?.tiles ?? []).map(({ tileId, camera }) => {
        const targetId = drawnTargetId(screen?.screenId ?? '', tileId);
        const state: TileState = camera === undefined ? { kind: 'no_camera' } : stateOf(targetId);
        return probeTile(receiver, targetId, { tileId, cameraId: camera?.cameraId, state });
      });
    },
    searches: () => timings.list(),
    searchable: () => parts.searchable(),
    screen() {
      const screen = chosenScreen(wall.getState());
      return screen === undefined ? undefined : { screenId: screen.screenId, revision: screen.revision };
    },
    large() {
      const { largeCameraId } = desk.getState();
      const report = receiver.report(largeTargetId);
      if (largeCameraId === undefined || report === undefined) return undefined;
      return {
        cameraId: report.cameraId,
        stream: 'main',
        state: stateOf(largeTargetId),
        framesPresented: report.clock.framesPresented,
        sound: cameras.getState().sound,
      };
    },
  };
}
