import type { PublicKitchen, PublicSiteState } from '../../../src-shared/public/public.protocol.ts';
import type { HiddenReason } from '../../../src-shared/public/publicView.ts';
import type { Registry, RegistryCamera } from './public.ports.ts';
import type { PublicCameraRecord, PublicSiteRecord } from './public.repository.ts';

/** A site as desks see it, and as the public sees it. */
export function createPublicationViews(parts: {
  registry: Registry;
  camera(cameraId: string): PublicCameraRecord | undefined;
  /** Why the public does not see a camera now; undefined when it does. */
  reasonOf(camera: RegistryCamera): HiddenReason | undefined;
  isShown(cameraId: string): boolean;
}): {
  stateOf(record: PublicSiteRecord): PublicSiteState;
  /** Undefined where the public sees no camera of the site. */
  kitchen(siteId: string): PublicKitchen | undefined;
} {
  const { registry, reasonOf, isShown } = parts;
  const stateOf = (record: PublicSiteRecord): PublicSiteState => {
    const { siteId, code, publication, curtain } = record;
    return {
      siteId,
      code,
      publication,
      ...(curtain === undefined ? {} : { curtain }),
      cameras: registry.camerasOf(siteId).map((camera) => {
        const hidden = reasonOf(camera);
        const { room, headPercent, curtain: ofCamera } = parts.camera(camera.id) ?? {};
        return {
          cameraId: camera.id,
          cameraName: camera.name,
          ...(camera.nameEn === undefined ? {} : { cameraNameEn: camera.nameEn }),
          ...(room === undefined ? {} : { room }),
          ...(headPercent === undefined ? {} : { headPercent }),
          ...(ofCamera === undefined ? {} : { curtain: ofCamera }),
          ...(hidden === undefined ? {} : { hidden }),
        };
      }),
    };
  };

  const kitchen = (siteId: string): PublicKitchen | undefined => {
    const site = registry.site(siteId);
    if (site === undefined) return undefined;
    const seen = registry.camerasOf(siteId).filter(({ id }) => isShown(id));
    if (seen.length === 0) return undefined;
    return {
      siteId,
      siteName: site.name,
      ...(site.nameEn === undefined ? {} : { siteNameEn: site.nameEn }),
      siteType: site.type,
      district: site.district,
      cameras: seen.map(({ id, name, nameEn }) => {
        const room = parts.camera(id)?.room;
        return {
          cameraId: id,
          cameraName: name,
          ...(nameEn === undefined ? {} : { cameraNameEn: nameEn }),
          ...(room === undefined ? {} : { room }),
        };
      }),
    };
  };

  return { stateOf, kitchen };
}
