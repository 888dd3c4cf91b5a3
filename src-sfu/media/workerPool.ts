import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { createListeners } from '../../src-shared/listeners.ts';
import type { Logger } from '../logger.ts';
import { StartError } from '../base/startError.ts';
import { takesBundles } from './packetBundles.ts';
import type { RtcAddress } from './rtcAddresses.ts';
import { routerCodecs } from './routerCodecs.ts';

/** One running mediasoup worker with its router and its one WebRtcServer. */
export interface MediaWorker {
  workerId: string;
  /** Its place in the pool; a worker that takes a dead one's place takes its index and ports too. */
  index: number;
  pid: number;
  router: types.Router;
  webRtcServer: types.WebRtcServer;
  /** Whether several packets of a stream may come in one datagram (packetBundles.ts). */
  takesBundles: boolean;
  /** Streams carried now: new ones go where there are fewest. */
  load: number;
  closed: boolean;
}

export interface WorkerPool {
  list(): MediaWorker[];
  find(workerId: string): MediaWorker | undefined;
  /** The worker that carries least. Throws when none runs, which lasts moments after a death. */
  leastLoaded(): MediaWorker;
  /** Called with a worker that died, before another takes its place. */
  onWorkerDied(listener: (dead: MediaWorker) => void): void;
  /** Called with a worker that died and the one that took its place. All that the dead one carried is gone. */
  onWorkerReplaced(listener: (dead: MediaWorker, successor: MediaWorker) => void): void;
  close(): void;
}

export interface WorkerPoolOptions {
  count: number;
  addresses: RtcAddress[];
  /** First port; worker n uses `rtcPort + n`. 0 takes free ones. */
  rtcPort: number;
  logger: Logger;
}

const portTries = 12;
const portRetryMs = 250;

/** Starts the workers. Throws when one does not start: a hub without media is of no use. */
export async function startWorkerPool(options: WorkerPoolOptions): Promise<WorkerPool> {
  const { logger } = options;
  const workers: (MediaWorker | undefined)[] = [];
  const workerDied = createListeners<[dead: MediaWorker]>();
  const workerReplaced = createListeners<[dead: MediaWorker, successor: MediaWorker]>();
  let closing = false;

  const replace = async (dead: MediaWorker): Promise<void> => {
    for (let failures = 0; !closing; failures += 1) {
      try {
        const successor = await startMediaWorker(dead.index, options, onDied);
        if (closing) {
          closeAll([successor]);
          return;
        }
        workers[dead.index] = successor;
        logger.warn(
          { workerId: successor.workerId, pid: successor.pid, took: dead.workerId },
          'a media worker was replaced',
        );
        workerReplaced.notify(dead, successor);
        return;
      } catch (error) {
        logger.error({ err: error, failures }, 'a media worker could not be replaced; it is tried again');
        await delay(Math.min(5_000, 100 * 2 ** failures));
      }
    }
  };
  const onDied = (dead: MediaWorker): void => {
    if (closing) return;
    logger.error(
      { workerId: dead.workerId, pid: dead.pid },
      'a media worker ended unexpectedly; it is replaced',
    );
    workers[dead.index] = undefined;
    workerDied.notify(dead);
    void replace(dead);
  };

  /** A hub that was killed a moment ago may still hold its ports: its workers end when they notice. */
  const startFirst = async (index: number): Promise<MediaWorker> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await startMediaWorker(index, options, onDied);
      } catch (error) {
        if (!/address already in use/i.test(String(error))) throw error;
        if (tries < portTries) {
          await delay(portRetryMs);
          continue;
        }
        const port = options.rtcPort + index;
        throw new StartError(
          `Media port ${port} is taken by another program. Stop it, or set MINGCHU_RTC_PORT to another port.`,
        );
      }
    }
  };

  try {
    const starting = Array.from({ length: options.count }, (_, index) =>
      startFirst(index).then((worker) => (workers[index] = worker)),
    );
    // All of them, so that none starts after the others were closed.
    await Promise.allSettled(starting);
    await Promise.all(starting);
  } catch (error) {
    closing = true;
    closeAll(workers);
    throw error;
  }

  const running = (): MediaWorker[] => workers.filter((worker) => worker !== undefined);
  return {
    list: running,
    find: (workerId) => running().find((worker) => worker.workerId === workerId),
    leastLoaded() {
      const [first, ...others] = running();
      if (first === undefined) throw new Error('no media worker runs at this moment');
      return others.reduce((least, worker) => (worker.load < least.load ? worker : least), first);
    },
    onWorkerDied: (listener) => void workerDied.add(listener),
    onWorkerReplaced: (listener) => void workerReplaced.add(listener),
    close() {
      closing = true;
      closeAll(workers);
    },
  };
}

async function startMediaWorker(
  index: number,
  options: WorkerPoolOptions,
  onDied: (worker: MediaWorker) => void,
): Promise<MediaWorker> {
  const worker = await mediasoup.createWorker({ logLevel: 'warn' });
  try {
    const port = options.rtcPort === 0 ? 0 : options.rtcPort + index;
    const webRtcServer = await worker.createWebRtcServer({
      listenInfos: options.addresses.flatMap((address) =>
        (['udp', 'tcp'] as const).map((protocol) => ({
          protocol,
          ip: address.ip,
          ...(address.announcedAddress === undefined ? {} : { announcedAddress: address.announcedAddress }),
          ...(port === 0 ? {} : { port }),
        })),
      ),
    });
    const router = await worker.createRouter({ mediaCodecs: routerCodecs, appData: { worker } });
    const mediaWorker: MediaWorker = {
      workerId: randomUUID(),
      index,
      pid: worker.pid,
      router,
      webRtcServer,
      takesBundles: await takesBundles(router),
      load: 0,
      closed: false,
    };
    worker.on('died', () => {
      mediaWorker.closed = true;
      onDied(mediaWorker);
    });
    return mediaWorker;
  } catch (error) {
    worker.close();
    throw error;
  }
}

function closeAll(workers: (MediaWorker | undefined)[]): void {
  for (const worker of workers) {
    if (worker === undefined) continue;
    worker.closed = true;
    (worker.router.appData.worker as types.Worker).close();
  }
}
