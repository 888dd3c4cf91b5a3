import { may } from '../../src-shared/session/principal.ts';
import { createMediaHandlers } from '../features/media/media.handlers.ts';
import type { MediaDirectory } from '../features/media/media.ports.ts';
import type { ProducerDirectory } from '../media/producerDirectory.ts';
import { createSurfaceMedia } from '../media/surfaceMedia.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';
import type { HubFeature, StreamOffer } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** Media workers and what surfaces receive from them. */
export interface MediaFeature extends HubFeature<Extract<keyof RequestHandlers, `media:${string}`>> {
  directory: MediaDirectory;
}

/** `offers`: the features whose streams surfaces consume; the first that owns a stream's id answers for it. */
export function createMediaFeature(drivers: Drivers, offers: readonly StreamOffer[]): MediaFeature {
  const { pool, config, nowMs } = drivers;
  // mediasoup types the capabilities more widely than the wire does.
  const workers = (() =>
    pool.list().map(({ workerId, router }) => ({
      workerId,
      routerRtpCapabilities: router.rtpCapabilities,
    }))) as MediaDirectory['workers'];
  const offerOf = (streamId: string): StreamOffer | undefined => offers.find(({ owns }) => owns(streamId));
  const producers: ProducerDirectory = {
    find: async (streamId, kind) => offerOf(streamId)?.producers.find(streamId, kind),
    listen: (streamId) => offerOf(streamId)?.producers.listen(streamId) ?? (() => undefined),
    catchUp: (streamId, sinceMs) => offerOf(streamId)?.producers.catchUp(streamId, sinceMs),
  };
  const mayConsume = (context: SurfaceContext, streamId: string): boolean =>
    context.identity !== undefined && offerOf(streamId)?.mayConsume(context, streamId) === true;
  let deaths = 0;
  return {
    directory: {
      workers,
      openSurface: (events) => createSurfaceMedia(pool, producers, events, nowMs),
    },
    handlers: createMediaHandlers({ mayConsume }),
    snapshotFor: ({ identity }) =>
      identity !== undefined && may(identity.principal, 'media:receive') ? { workers: workers() } : {},
    announceTo(surfaces) {
      pool.onWorkerReplaced(({ workerId }) => {
        deaths += 1;
        surfaces.broadcast('media:workerReplaced', { workerId, workers: workers() });
      });
    },
    metrics: [
      { name: 'mingchu_media_workers', help: 'Running media workers', read: () => pool.list().length },
      {
        name: 'mingchu_media_worker_deaths_total',
        help: 'Media workers that died and were replaced',
        read: () => deaths,
      },
    ],
    healthz() {
      const running = pool.list().length;
      const wanted = config.mediaWorkers;
      return { healthy: running === wanted, detail: { mediaWorkers: { running, wanted } } };
    },
  };
}
