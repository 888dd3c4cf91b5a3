import { may } from '../../src-shared/session/principal.ts';
import { createMediaHandlers } from '../features/media/media.handlers.ts';
import type { MediaDirectory } from '../features/media/media.ports.ts';
import { createWorkerList } from '../features/media/workerList.ts';
import type { ProducerDirectory } from '../media/producerDirectory.ts';
import { createSurfaceMedia } from '../media/surfaceMedia.ts';
import { createWorkerDirectory } from '../media/workerDirectory.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';
import type { HubFeature, StreamOffer } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** Media workers and what surfaces receive from them. */
export interface MediaFeature extends HubFeature<Extract<keyof RequestHandlers, `media:${string}`>> {
  directory: MediaDirectory;
  /** What a surface may do changed: it keeps the streams that it may receive now. */
  renewed(context: SurfaceContext): void;
}

/** `offers`: the features whose streams surfaces consume; the first that owns a stream's id answers for it. */
export async function createMediaFeature(
  drivers: Drivers,
  offers: readonly StreamOffer[],
): Promise<MediaFeature> {
  const { pool, config, nowMs } = drivers;
  const workers = await createWorkerList(createWorkerDirectory(pool));
  const offerOf = (streamId: string): StreamOffer | undefined => offers.find(({ owns }) => owns(streamId));
  const producers: ProducerDirectory = {
    find: async (streamId, kind) => offerOf(streamId)?.producers.find(streamId, kind),
    listen: (streamId) => offerOf(streamId)?.producers.listen(streamId) ?? (() => undefined),
    catchUp: (streamId, sinceMs) => offerOf(streamId)?.producers.catchUp(streamId, sinceMs),
    lossReport: (streamId) => offerOf(streamId)?.producers.lossReport?.(streamId),
  };
  const mayConsume = (context: SurfaceContext, streamId: string): boolean =>
    context.identity !== undefined && offerOf(streamId)?.mayConsume(context, streamId) === true;
  /** What is seen of cameras is in the audit log by its opening, so that nothing is received which was not opened. */
  const isOpen = (context: SurfaceContext, streamId: string): boolean =>
    offerOf(streamId)?.isOpen?.(context, streamId) !== false;
  return {
    directory: {
      openSurface: (events) => createSurfaceMedia(pool, producers, events, nowMs),
    },
    renewed: (context) => context.media.keepOnly((streamId) => mayConsume(context, streamId)),
    handlers: createMediaHandlers({ mayConsume, isOpen }),
    snapshotFor: ({ identity }) =>
      identity !== undefined && may(identity.principal, 'media:receive')
        ? { workers: workers.current() }
        : {},
    announceTo(surfaces) {
      workers.onReplaced((workerId) =>
        surfaces.broadcast('media:workerReplaced', { workerId, workers: workers.current() }),
      );
    },
    metrics: [
      { name: 'mingchu_media_workers', help: 'Running media workers', read: () => workers.current().length },
      {
        name: 'mingchu_media_worker_deaths_total',
        help: 'Media workers that died and were replaced',
        read: () => workers.replacements(),
      },
    ],
    healthz() {
      const running = workers.current().length;
      const wanted = config.mediaWorkers;
      const level = running === 0 ? 'failing' : running < wanted ? 'degraded' : 'ok';
      return { level, detail: { mediaWorkers: { running, wanted } } };
    },
  };
}
