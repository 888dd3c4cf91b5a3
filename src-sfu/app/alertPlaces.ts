import type { AlertPlace } from '../../src-shared/alerts/alertView.ts';
import type { AlertPlaces } from '../features/alerts/alerts.ports.ts';
import type { Camera, CamerasRepository, Site } from '../features/cameras/cameras.repository.ts';

/** The registry as alerts need it, in memory: a camera's place by either of its ids. */
export async function createAlertPlaces(
  repository: Pick<CamerasRepository, 'listSites' | 'listCameras'>,
): Promise<AlertPlaces & { reload(): Promise<void> }> {
  let places = new Map<string, AlertPlace>();

  const reload = async (): Promise<void> => {
    const [sites, cameras] = await Promise.all([repository.listSites(), repository.listCameras()]);
    const siteById = new Map(sites.map((site) => [site.id, site]));
    const next = new Map<string, AlertPlace>();
    const entries = cameras.flatMap((camera) => {
      const site = siteById.get(camera.siteId);
      return site === undefined ? [] : [{ camera, place: placeOf(camera, site) }];
    });
    for (const { camera, place } of entries) next.set(camera.id, place);
    // What the registry calls a camera comes before what the hub calls another.
    for (const { camera, place } of entries) next.set(camera.externalId, place);
    places = next;
  };

  await reload();
  return { reload, findPlace: (reported) => places.get(reported) };
}

function placeOf(camera: Camera, site: Site): AlertPlace {
  return {
    cameraId: camera.id,
    cameraName: camera.name,
    ...(camera.nameEn === undefined ? {} : { cameraNameEn: camera.nameEn }),
    siteId: site.id,
    siteName: site.name,
    ...(site.nameEn === undefined ? {} : { siteNameEn: site.nameEn }),
    siteType: site.type,
    district: site.district,
    ...(site.position ?? {}),
  };
}
