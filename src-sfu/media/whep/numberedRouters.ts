import type { types } from 'mediasoup';
import { cameraVideoCodec, routerCodecs } from '../routerCodecs.ts';
import type { MediaWorker } from '../workerPool.ts';

/** A camera's picture, or its sound, on a router that numbers H.264 as one client does. */
export interface NumberedPicture {
  router: types.Router;
  producerId: string;
  /** The view that took it does not need it any more. Harmless when it is called twice. */
  release(): void;
}

interface Made {
  consumer: types.Consumer | undefined;
  producerId: string;
}

interface Numbered {
  router: Promise<types.Router>;
  pictures: Map<string, { made: Promise<Made>; holders: number }>;
}

/**
 * A client of WebRTC without our own signalling says by which number it knows H.264, and a router sends every stream under one
 * number. So there is one more router for each number on each worker, and a picture is passed on to it inside the worker, once
 * for all clients with that number. Without clients neither exists.
 */
export function createNumberedRouters(): {
  take(worker: MediaWorker, producerId: string, payloadType: number): Promise<NumberedPicture>;
} {
  const all = new Map<string, Numbered>();

  const routerOf = (worker: MediaWorker, payloadType: number): Promise<types.Router> => {
    const mediaCodecs = routerCodecs
      .filter(({ mimeType }) => mimeType === cameraVideoCodec.mimeType || /PCM[AU]$/.test(mimeType))
      .map((codec) => (codec.kind === 'video' ? { ...codec, preferredPayloadType: payloadType } : codec));
    return (worker.router.appData.worker as types.Worker).createRouter({ mediaCodecs });
  };

  return {
    async take(worker, producerId, payloadType) {
      if (payloadType === cameraVideoCodec.payloadType) {
        return { router: worker.router, producerId, release: () => undefined };
      }
      const key = `${worker.workerId} ${payloadType}`;
      const numbered = all.get(key) ?? { router: routerOf(worker, payloadType), pictures: new Map() };
      all.set(key, numbered);
      const picture = numbered.pictures.get(producerId) ?? {
        made: numbered.router.then(async (router) => {
          // Ids are of a worker, not of a router.
          const made = await worker.router.pipeToRouter({ producerId, router, keepId: false });
          return { consumer: made.pipeConsumer, producerId: made.pipeProducer?.id ?? producerId };
        }),
        holders: 0,
      };
      picture.holders += 1;
      numbered.pictures.set(producerId, picture);
      let isHeld = true;
      const release = (): void => {
        if (!isHeld) return;
        isHeld = false;
        picture.holders -= 1;
        if (picture.holders > 0) return;
        if (numbered.pictures.get(producerId) === picture) numbered.pictures.delete(producerId);
        picture.made.then(
          ({ consumer }: Made) => consumer?.close(),
          () => undefined,
        );
        if (numbered.pictures.size > 0) return;
        if (all.get(key) === numbered) all.delete(key);
        numbered.router.then(
          (router) => router.close(),
          () => undefined,
        );
      };
      try {
        const made = await picture.made;
        return { router: await numbered.router, producerId: made.producerId, release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}
