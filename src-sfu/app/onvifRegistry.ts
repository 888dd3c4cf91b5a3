import { parseOnvifUrl } from '../base/onvifUrl.ts';
import type { StreamAddress } from '../features/cameras/cameras.repository.ts';
import type { OnvifRegistry } from '../features/onvif/onvif.ports.ts';
import type { FormerSourcesRepository } from '../features/recorders/formerSources.repository.ts';
import type { CamerasFeature } from './cameras.ts';
import { createCameraSources } from './cameraSources.ts';

/** The registry as placing ONVIF devices needs it, with what cameras had before. */
export function createOnvifRegistry({
  directory,
  registry,
  formerSources,
  streamAddressOf,
  nowMs,
}: Pick<CamerasFeature, 'directory' | 'registry'> & {
  formerSources: Pick<FormerSourcesRepository, 'save' | 'cameraIds'>;
  /** Where a camera's main stream is now, with its password. */
  streamAddressOf(cameraId: string): Promise<StreamAddress | undefined>;
  nowMs(): number;
}): OnvifRegistry {
  const sources = createCameraSources({ directory, registry, streamAddressOf });
  return {
    cameras: () =>
      [...directory.cameras()].map(({ id, name, externalId, urls }) => ({
        cameraId: id,
        name,
        externalId,
        url: urls.main,
      })),
    releasable: () => formerSources.cameraIds(),
    hasSite: (siteId) => directory.site(siteId) !== undefined,
    async add(added, actor) {
      const cameras = added.map(({ externalId, siteId, name, mainUrl, subUrl }) => ({
        externalId,
        siteExternalId: directory.site(siteId)?.externalId ?? '',
        name,
        streams: { main: { url: mainUrl }, ...(subUrl === undefined ? {} : { sub: { url: subUrl } }) },
      }));
      const result = await registry.importDocument({ sites: [], cameras }, { actor });
      return result.ok ? undefined : (result.problems[0]?.message ?? '');
    },
    async setSource(cameraId, { mainUrl, subUrl }, actor) {
      // Kept before it is replaced, as where a channel of a recorder becomes the source; what another device replaced before stays.
      const former = await sources.read(cameraId, (url) => parseOnvifUrl(url) !== undefined);
      if (former !== undefined) await formerSources.save(new Map([[cameraId, former]]), actor, nowMs());
      if (directory.camera(cameraId) === undefined) return 'The camera is not in the registry any more.';
      // The user and password of its RTSP address are the device's now.
      const streams = { main: { url: mainUrl }, ...(subUrl === undefined ? {} : { sub: { url: subUrl } }) };
      return sources.change(new Map([[cameraId, { streams }]]), actor);
    },
  };
}
