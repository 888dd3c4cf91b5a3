import type { CameraImport } from '../../src-shared/cameras/registryImport.ts';
import type { StreamAddress } from '../features/cameras/cameras.repository.ts';
import type { FormerSource } from '../features/recorders/formerSources.repository.ts';
import type { CamerasFeature } from './cameras.ts';

/** What another source is to a camera: its streams, with the user and password that they need. */
export type SourceChange = Pick<CameraImport, 'streams' | 'username' | 'password'>;

/** Other sources for cameras of the registry, of recorders or of ONVIF devices. */
export interface CameraSources {
  /** Gives cameras other sources, all or none; the problem where the registry refuses. */
  change(changes: ReadonlyMap<string, SourceChange>, actor: string): Promise<string | undefined>;
  /** What a camera has now, with its password; undefined for one that is not there, or whose address `isReplaced` already. */
  read(cameraId: string, isReplaced: (url: string) => boolean): Promise<FormerSource | undefined>;
}

export function createCameraSources({
  directory,
  registry,
  streamAddressOf,
}: Pick<CamerasFeature, 'directory' | 'registry'> & {
  /** Where a camera's main stream is now, with its password. */
  streamAddressOf(cameraId: string): Promise<StreamAddress | undefined>;
}): CameraSources {
  return {
    async change(changes, actor) {
      const before = await registry.exportRegistry();
      const changeOf = new Map(
        [...changes].map(([cameraId, one]) => [directory.camera(cameraId)?.externalId, one]),
      );
      const cameras = before.cameras.flatMap(({ username: _username, streams: _streams, ...camera }) => {
        const wanted = changeOf.get(camera.externalId);
        return wanted === undefined ? [] : [{ ...camera, ...wanted }];
      });
      const result = await registry.importDocument({ sites: [], cameras }, { actor });
      return result.ok ? undefined : (result.problems[0]?.message ?? '');
    },
    async read(cameraId, isReplaced) {
      const urls = directory.camera(cameraId)?.urls;
      if (urls === undefined || isReplaced(urls.main)) return undefined;
      const address = await streamAddressOf(cameraId);
      return { ...urls, username: address?.username, password: address?.password };
    },
  };
}
