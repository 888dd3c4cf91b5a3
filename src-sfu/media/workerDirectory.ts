import type { WorkerDescription } from '../../src-shared/media/media.protocol.ts';
import type { WorkerDirectory } from '../features/media/media.ports.ts';
import type { WorkerPool } from './workerPool.ts';

/** The workers of this process as control reads them. */
export function createWorkerDirectory(
  pool: Pick<WorkerPool, 'list' | 'onWorkerDied' | 'onWorkerReplaced'>,
): WorkerDirectory {
  const workers = (): WorkerDescription[] =>
    pool.list().map(({ workerId, router }) => ({
      workerId,
      // mediasoup types the capabilities more widely than the wire does.
      routerRtpCapabilities: router.rtpCapabilities as WorkerDescription['routerRtpCapabilities'],
    }));
  return {
    readWorkers: () => Promise.resolve(workers()),
    onChanged(listener) {
      pool.onWorkerDied(() => listener({ workers: workers() }));
      pool.onWorkerReplaced(({ workerId }) => listener({ workers: workers(), replacedWorkerId: workerId }));
    },
  };
}
