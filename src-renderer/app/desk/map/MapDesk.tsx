import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { OrderPlace } from '../../../../src-shared/orders/orders.protocol.ts';
import type { AlertActions } from '../../../features/alerts/alertActions.ts';
import type { DirectoryState, DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import { MapPanel } from '../../../features/map/MapPanel.tsx';
import { MapSiteCard, type CardCamera } from '../../../features/map/MapSiteCard.tsx';
import { chosenScreen } from '../../../features/wall/deskWallStore.ts';
import { startCameraDrag } from '../../../ui/desk/cameraDrag.ts';
import { useMay } from '../../../ui/May.tsx';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskStore } from '../DeskState.ts';
import { readDistrictShapes } from '../../../features/map/districtShapes.ts';
import type { PlaceDistrict } from '../../../features/orders/ordersStore.ts';
import { placeOfSite } from '../orders/orderPlaces.ts';
import { districtOfPoint } from '../orders/pointDistrict.ts';
import { DeskSiteMark, type FindingsFeatureParts } from '../findings/findingsFeature.tsx';
import { DeskDrawnWall, type DeskDrawnWallParts } from '../wall/DeskDrawnWall.tsx';
import type { DeskMap } from './MapFeed.ts';
import { MapOrder, type MapOrderParts } from '../orders/MapOrder.tsx';
import './MapDesk.css';

export interface MapDeskProps
  extends DeskDrawnWallParts, MapOrderParts, Pick<FindingsFeatureParts, 'findings' | 'desk'> {
  map: DeskMap;
  directory: DirectoryStore;
  actions: Pick<DeskActions, 'openLarge' | 'placeOn' | 'titleOf' | 'carry'>;
  alertActions: Pick<AlertActions, 'choose'>;
  desk: DeskStore;
}

/** The map as a view of the desk: the chosen site's card over it, and the wall to drop on while a camera is carried. */
export function MapDesk(props: MapDeskProps) {
  const { map, directory, session, wall, actions, alertActions, findings, desk } = props;
  const writeOrder = (place: OrderPlace, district?: PlaceDistrict): void => {
    props.orders.actions.show('write', place, district);
    desk.show('orders');
  };
  const writeAt = async (point: { latitude: number; longitude: number }): Promise<void> => {
    const operators = map.store.getState().settings?.districts;
    // Without borders that can be read, the district is that of the nearest site.
    const borders =
      operators === undefined
        ? undefined
        : await readDistrictShapes(operators, 'wgs84').catch(() => undefined);
    const from = districtOfPoint(point, borders, directory.getState().sites.values());
    const district = from === undefined ? {} : { district: from.district };
    writeOrder({ name: t('map.placeOnMap'), ...point, ...district }, from);
  };
  const mayOrder = useMay('orders:create').isAllowed;
  const { t } = useTranslation();
  const times = useStore(session, (state) => state.times);
  const siteId = useStore(map.store, (state) => state.selectedSiteId);
  const siteName = useStore(map.store, (state) => state.sites.get(siteId ?? '')?.siteName);
  const cameras = useStore(directory, (state) => state.cameras);
  const health = useStore(directory, (state) => state.health);
  const { isAllowed } = useMay('wall:placeCamera');
  const isCarrying = useStore(wall, (state) => state.carried !== undefined);
  return (
    <MapPanel
      store={map.store}
      points={map.points}
      variant="desk"
      onMap={map.setMap}
      onOrder={(orderId) => {
        map.store.setState({ selectedSiteId: undefined });
        props.orders.actions.choose(orderId);
      }}
      onPlace={(place) => {
        if (mayOrder) void writeAt(place);
      }}
      drag={{
        start(transfer, from) {
          const [first] = camerasOf(directory.getState(), from);
          if (first === undefined || !isAllowed) return false;
          startCameraDrag(transfer, first.cameraId);
          wall.carry(first.cameraId, actions.titleOf(first.cameraId));
          return true;
        },
        end: () => wall.putDown(),
      }}
    >
      {siteId === undefined && <MapOrder {...props} />}
      <MapSiteCard
        store={map.store}
        cameras={siteId === undefined ? [] : camerasOf({ cameras, health }, siteId)}
        times={times}
        onOpenCamera={actions.openLarge}
        onCarryCamera={(cameraId) => actions.carry(cameraId)}
        onAlert={alertActions.choose}
        onOrder={(site) => writeOrder(placeOfSite(site))}
        mark={<DeskSiteMark findings={findings} desk={desk} siteId={siteId} siteName={siteName} />}
      />
      {isCarrying && <WallDock {...props} />}
    </MapPanel>
  );
}

/** The chosen screen, small in a corner of the map. */
function WallDock(props: MapDeskProps) {
  const { t } = useTranslation();
  const screen = useStore(props.wall, chosenScreen);
  if (screen === undefined) return null;
  return (
    <div className="map-wall-dock">
      <p>{t('map.dock')}</p>
      <DeskDrawnWall {...props} screen={screen} />
    </div>
  );
}

/** The cameras of a site, online ones first: dragging the whole site carries the first. */
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
