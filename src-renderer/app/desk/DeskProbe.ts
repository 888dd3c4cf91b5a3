import type { SearchTiming, SearchTimings } from '../../features/cameras/searchTimings.ts';
import { largeTargetId } from '../../features/cameras/LargeCamera.tsx';
import type { CityMap } from '../../features/map/cityMap.ts';
import type { MapView } from '../../features/map/mapStore.ts';
import { drawnTargetId } from '../../features/wall/DrawnWall.tsx';
import { chosenScreen, type DeskWallStore } from '../../features/wall/deskWallStore.ts';
import type { Receiver } from '../../media/receiver.ts';
import type { SoundState } from '../../media/sound.ts';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { DeskStore } from './DeskState.ts';
import type { PictureStates } from './DeskPictures.ts';
import type { DeskMap } from './map/MapFeed.ts';
import type { Probe, ProbedTile } from '../shared/probe.ts';

/** `window.mingchuProbe` of the desk: the tiles are those of the drawn wall. It changes nothing. */
export interface DeskProbe extends Probe {
  /** Keystrokes in a search field so far, the oldest first. */
  searches(): SearchTiming[];
  /** Cameras that can be searched. */
  searchable(): number;
  /** The screen looked at, as the hub last said. */
  screen(): { screenId: string; revision: number } | undefined;
  /** The map, while it is shown: what it has drawn and where it looks, and where a site is on the page. */
  map(): (ReturnType<CityMap['figures']> & MapView) | undefined;
  siteOnMap(siteId: string): { x: number; y: number } | undefined;
  /** The large picture, while there is one. */
  large():
    | { cameraId: string; stream: 'main'; state: TileState; framesPresented: number; sound: SoundState }
    | undefined;
}

/** Makes the probe of a desk. */
export function createDeskProbe(parts: {
  wall: DeskWallStore;
  desk: DeskStore;
  receiver: Receiver;
  pictures: PictureStates;
  timings: SearchTimings;
  searchable(): number;
  map: DeskMap['current'];
}): DeskProbe {
  const { wall, desk, receiver, pictures, timings } = parts;
  const stateOf = (targetId: string): TileState =>
    pictures.getState().states.get(targetId) ?? { kind: 'connecting' };
  return {
    tiles() {
      const screen = chosenScreen(wall.getState());
      return (screen?.tiles ?? []).map(({ tileId, camera }): ProbedTile => {
        const targetId = drawnTargetId(screen?.screenId ?? '', tileId);
        const clock = receiver.report(targetId)?.clock;
        return {
          tileId,
          cameraId: camera?.cameraId,
          state: camera === undefined ? { kind: 'no_camera' } : stateOf(targetId),
          framesPresented: clock?.framesPresented ?? 0,
          lastFrameAtMs: clock?.lastFrameAtMs,
          firstPictureMs: clock?.firstPictureMs,
          firstFrameMs: clock?.firstFrameMs,
          firstPictureAtMs: clock?.firstPictureAtMs,
          firstPictureAgeMs: clock?.firstPictureAgeMs,
          hasPicture: receiver.hasPicture(targetId),
        };
      });
    },
    peerConnections: () => receiver.peerConnections,
    searches: () => timings.list(),
    searchable: () => parts.searchable(),
    screen() {
      const screen = chosenScreen(wall.getState());
      return screen === undefined ? undefined : { screenId: screen.screenId, revision: screen.revision };
    },
    map: () => parts.map.map && { ...parts.map.map.figures(), ...parts.map.map.view() },
    siteOnMap: (siteId) => parts.map.map?.placeOf(siteId),
    large() {
      const { largeCameraId, sound } = desk.getState();
      const report = receiver.report(largeTargetId);
      if (largeCameraId === undefined || report === undefined) return undefined;
      return {
        cameraId: report.cameraId,
        stream: 'main',
        state: stateOf(largeTargetId),
        framesPresented: report.clock.framesPresented,
        sound,
      };
    },
  };
}
