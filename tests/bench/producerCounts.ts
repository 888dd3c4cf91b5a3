/**
 * Loaded into a hub under test by `NODE_OPTIONS=--import`: counts what mediasoup's producers received and missed, and
 * answers requests over the IPC channel. The hub itself knows nothing of it.
 */
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';

/** What all video producers of a hub have received so far, by their RTP sequence numbers. */
export interface ProducerCounts {
  producers: number;
  packets: number;
  /** Packets that never came: gaps in the sequence numbers. */
  lost: number;
  bytes: number;
}

const question = 'countProducers';
const producers = new Set<types.Producer>();

mediasoup.observer.on('newworker', (worker) => {
  worker.observer.on('newrouter', (router) => {
    router.observer.on('newtransport', (transport) => {
      transport.observer.on('newproducer', (producer) => {
        if (producer.kind !== 'video') return;
        producers.add(producer);
        producer.observer.once('close', () => producers.delete(producer));
      });
    });
  });
});

process.on('message', (message) => {
  if (message === question) void count().then((counts) => process.send?.({ [question]: counts }));
});
// Only who has something to say keeps a process running: without this the channel of a hub without a parent would.
process.channel?.unref();

async function count(): Promise<ProducerCounts> {
  const counts: ProducerCounts = { producers: 0, packets: 0, lost: 0, bytes: 0 };
  await Promise.all(
    [...producers].map(async (producer) => {
      const [stats] = await producer.getStats().catch(() => []);
      if (stats === undefined) return;
      counts.producers += 1;
      counts.packets += stats.packetCount;
      counts.lost += stats.packetsLost;
      counts.bytes += stats.byteCount;
    }),
  );
  return counts;
}
