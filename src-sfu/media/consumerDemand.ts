import type { types } from 'mediasoup';
import type { WorkerPool } from './workerPool.ts';

/** Finds out whether somebody consumes a producer: has a consumer of it that is not paused. */
export interface ConsumerDemand {
  /**
   * Calls `onChanged` whenever the first consumer of a producer begins to receive, or the last one stops. To be asked
   * before the producer has consumers; until the function answered is called.
   */
  watch(producerId: string, onChanged: (isConsumed: boolean) => void): () => void;
}

interface Watched {
  receiving: Set<types.Consumer>;
  onChanged(isConsumed: boolean): void;
}

/**
 * Follows all consumers on all routers of a pool as mediasoup reports them, so that whoever makes a consumer, and
 * however it ends, is counted. Must be made before the first transport is.
 */
export function followConsumers(pool: Pick<WorkerPool, 'list' | 'onWorkerReplaced'>): ConsumerDemand {
  const watched = new Map<string, Watched>();

  const followConsumer = (consumer: types.Consumer): void => {
    const producer = watched.get(consumer.producerId);
    if (producer === undefined) return;
    const { receiving } = producer;
    const update = (): void => {
      const wasConsumed = receiving.size > 0;
      if (consumer.closed || consumer.paused || consumer.producerPaused) receiving.delete(consumer);
      else receiving.add(consumer);
      const isConsumed = receiving.size > 0;
      if (isConsumed !== wasConsumed) producer.onChanged(isConsumed);
    };
    consumer.observer.on('pause', update);
    consumer.observer.on('resume', update);
    consumer.observer.once('close', update);
    update();
  };
  const followRouter = ({ router }: { router: types.Router }): void => {
    router.observer.on('newtransport', (transport) => {
      transport.observer.on('newconsumer', followConsumer);
    });
  };

  for (const worker of pool.list()) followRouter(worker);
  pool.onWorkerReplaced((_dead, successor) => followRouter(successor));
  return {
    watch(producerId, onChanged) {
      const entry: Watched = { receiving: new Set(), onChanged };
      watched.set(producerId, entry);
      return () => {
        entry.onChanged = () => undefined;
        watched.delete(producerId);
      };
    },
  };
}
