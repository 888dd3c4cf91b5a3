import type { types } from 'mediasoup';
import type { KeyRequests } from './keyRequests.ts';

export const smallestLayers = { spatialLayer: 0, temporalLayer: 0 };
/** More than there are: mediasoup takes the largest of those there are. */
const largestLayers = { spatialLayer: 7, temporalLayer: 7 };

/** The smallest key picture comes first by far; from then on every larger one is taken that the network carries. */
export function raiseLater(consumer: types.Consumer, keyRequests: KeyRequests): void {
  const raise = (layers?: types.ConsumerLayers): void => {
    if (layers === undefined) return;
    consumer.off('layerschange', raise);
    keyRequests
      .untilHeard()
      .then(() => consumer.setPreferredLayers(largestLayers))
      // The consumer or its worker may just be gone.
      .catch(() => undefined);
  };
  consumer.on('layerschange', raise);
}
