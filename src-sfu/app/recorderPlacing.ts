import { parseOnvifUrl } from '../base/onvifUrl.ts';
import { parseRecorderUrl } from '../base/recorderUrl.ts';
import type { StreamAddress } from '../features/cameras/cameras.repository.ts';
import { pinyinOf } from '../features/cameras/pinyin.ts';
import type {
  FormerSource,
  FormerSourcesRepository,
} from '../features/recorders/formerSources.repository.ts';
import type { PlacingRegistry } from '../features/recorders/recorderMatches.ts';
import type { CamerasFeature } from './cameras.ts';
import { createCameraSources, type SourceChange } from './cameraSources.ts';

/** What was kept in the last minute may be of a camera that is about to be changed. Milliseconds. */
const keptAnywayMs = 60_000;

/** Forgets the former sources of cameras that are gone, or that were given another source by other means. */
export async function forgetFormerSources(
  { directory }: Pick<CamerasFeature, 'directory'>,
  formerSources: Pick<FormerSourcesRepository, 'forget'>,
  nowMs: number,
): Promise<void> {
  const isNeeded = (cameraId: string): boolean => {
    const url = directory.camera(cameraId)?.urls.main ?? '';
    return parseRecorderUrl(url) !== undefined || parseOnvifUrl(url) !== undefined;
  };
  await formerSources.forget(isNeeded, nowMs - keptAnywayMs);
}

/** The registry as matching channels with cameras needs it, with what cameras had before. */
export function createPlacingRegistry({
  directory,
  registry,
  formerSources,
  streamAddressOf,
  nowMs,
}: Pick<CamerasFeature, 'directory' | 'registry'> & {
  formerSources: FormerSourcesRepository;
  /** Where a camera's main stream is now, with its password. */
  streamAddressOf(cameraId: string): Promise<StreamAddress | undefined>;
  nowMs(): number;
}): PlacingRegistry {
  const cameraSources = createCameraSources({ directory, registry, streamAddressOf });
  const { change } = cameraSources;
  return {
    async sites() {
      const { sites, cameras } = await directory.read();
      const bySite = Map.groupBy(cameras, ({ siteId }) => siteId);
      return sites.map(({ siteId, siteName, sitePinyin, district }) => ({
        siteId,
        name: siteName,
        pinyin: sitePinyin,
        district,
        cameras: (bySite.get(siteId) ?? []).map(({ cameraId, cameraName, cameraPinyin }) => ({
          cameraId,
          name: cameraName,
          pinyin: cameraPinyin,
          url: directory.camera(cameraId)?.urls.main ?? '',
        })),
      }));
    },
    pinyinOf: (name) => pinyinOf(name).join(' '),
    async setSources(sources, actor) {
      const former = new Map<string, FormerSource>();
      for (const cameraId of sources.keys()) {
        // What another channel replaced before is still what the camera had.
        const source = await cameraSources.read(cameraId, (url) => parseRecorderUrl(url) !== undefined);
        if (source !== undefined) former.set(cameraId, source);
      }
      // Kept before it is replaced: what is kept and not replaced is what the camera has.
      await formerSources.save(former, actor, nowMs());
      const changes = new Map<string, SourceChange>();
      for (const [cameraId, url] of sources) {
        const sub = `${url}?stream=sub`;
        const hasSub = parseRecorderUrl(sub) !== undefined;
        changes.set(cameraId, { streams: { main: { url }, ...(hasSub ? { sub: { url: sub } } : {}) } });
      }
      return change(changes, actor);
    },
    releasable: () => formerSources.cameraIds(),
    async release(cameraId, actor) {
      const former = await formerSources.find(cameraId);
      const url = directory.camera(cameraId)?.urls.main ?? '';
      const isReplaced = parseRecorderUrl(url) !== undefined || parseOnvifUrl(url) !== undefined;
      if (former === undefined || !isReplaced) return 'nothing_kept';
      const { main, sub, username, password } = former;
      const streams = { main: { url: main }, ...(sub === undefined ? {} : { sub: { url: sub } }) };
      const credentials = {
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      };
      const problem = await change(new Map([[cameraId, { streams, ...credentials }]]), actor);
      if (problem !== undefined) return { problem };
      await formerSources.released(cameraId, actor, nowMs());
      return 'released';
    },
  };
}
