import type { Receiver } from '../../media/receiver.ts';
import type { SurfaceFeature } from './surfaceFeature.ts';

/** Keeps the receiver of pictures and sound in step with the hub's media workers. */
export function createMediaFeature(
  receiver: Pick<
    Receiver,
    'snapshotArrived' | 'connectionLost' | 'streamChanged' | 'consumersClosed' | 'workerReplaced'
  >,
): SurfaceFeature<'cameras:streamChanged' | 'media:consumersClosed' | 'media:workerReplaced'> {
  return {
    takeSnapshot: ({ snapshot, newConnection }) => receiver.snapshotArrived(snapshot.workers, newConnection),
    takeNotice: {
      'cameras:streamChanged': (payload) => receiver.streamChanged(payload),
      'media:consumersClosed': (payload) => receiver.consumersClosed(payload),
      'media:workerReplaced': (payload) => receiver.workerReplaced(payload),
    },
    connectionLost: () => receiver.connectionLost(),
  };
}
