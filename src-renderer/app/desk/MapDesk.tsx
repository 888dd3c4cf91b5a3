import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DirectoryState } from '../../features/cameras/directoryStore.ts';
import { MapPanel } from '../../features/map/MapPanel.tsx';
import { MapSiteCard, type CardCamera } from '../../features/map/MapSiteCard.tsx';
import { chosenScreen } from '../../features/wall/deskWallStore.ts';
import { DrawnWall } from '../../features/wall/DrawnWall.tsx';
import { startCameraDrag } from '../../ui/desk/cameraDrag.ts';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { DeskSurfaceProps } from './DeskSurface.tsx';
import './MapDesk.css';

const connecting: TileState = { kind: 'connecting' };

/** The map as a view of the desk: the chosen site's card over it, and the wall to drop on while something is in hand. */
export function MapDesk(props: DeskSurfaceProps) {
  const { map, directory, session, wall, actions, alertActions } = props;
  const times = useStore(session, (state) => state.times);
  const siteId = useStore(map.store, (state) => state.selectedSiteId);
  const cameras = useStore(directory, (state) => state.cameras);
  const health = useStore(directory, (state) => state.health);
  const isCarrying = useStore(wall, (state) => state.carried !== undefined);
  return (
    <MapPanel
      store={map.store}
      points={map.points}
      variant="desk"
      accessKey={map.accessKey}
      onMap={map.setMap}
      drag={{
        start(transfer, from) {
          const [first] = camerasOf(directory.getState(), from);
          if (first === undefined) return false;
          startCameraDrag(transfer, first.cameraId);
          wall.carry(first.cameraId, actions.titleOf(first.cameraId));
          return true;
        },
        end: () => wall.putDown(),
      }}
    >
      <MapSiteCard
        store={map.store}
        cameras={siteId === undefined ? [] : camerasOf({ cameras, health }, siteId)}
        times={times}
        onOpenCamera={actions.openLarge}
        onCarryCamera={(cameraId) => actions.carry(cameraId)}
        onAlert={alertActions.choose}
      />
      {isCarrying && <WallDock {...props} />}
    </MapPanel>
  );
}

/** The screen looked at, small in a corner of the map. */
function WallDock({ wall, session, pictures, receiver, actions }: DeskSurfaceProps) {
  const { t } = useTranslation();
  const screen = useStore(wall, chosenScreen);
  const times = useStore(session, (state) => state.times);
  const states = useStore(pictures, (state) => state.states);
  if (screen === undefined) return null;
  return (
    <div className="map-wall-dock">
      <p>{t('map.dock')}</p>
      <DrawnWall
        store={wall}
        screen={screen}
        pictures={receiver}
        stateOf={(targetId) => states.get(targetId) ?? connecting}
        times={times}
        onOpen={actions.openLarge}
        onPlace={actions.placeOn}
      />
    </div>
  );
}

/** Cameras of a site, those that are online first: the first is what a drag of the whole site takes along. */
function camerasOf(state: Pick<DirectoryState, 'cameras' | 'health'>, siteId: string): CardCamera[] {
  return [...state.cameras.values()]
    .filter((camera) => camera.siteId === siteId)
    .map(({ cameraId, cameraName, cameraNameEn }) => ({
      cameraId,
      cameraName,
      cameraNameEn,
      condition: state.health.get(cameraId)?.condition ?? ('unknown' as const),
    }))
    .sort((a, b) => Number(b.condition === 'online') - Number(a.condition === 'online'));
}
