import type { types } from 'mediasoup';
import type { ConsumerDescription, TransportDescription } from '../../src-shared/media/media.protocol.ts';

/** A transport as its surface needs it. */
export function describeTransport(transport: types.WebRtcTransport, workerId: string): TransportDescription {
  return {
    transportId: transport.id,
    workerId,
    iceParameters: transport.iceParameters,
    iceCandidates: transport.iceCandidates,
    dtlsParameters: transport.dtlsParameters,
  } as TransportDescription;
}

/** A consumer as its surface needs it. */
export function describeConsumer(
  consumer: types.Consumer,
): Omit<ConsumerDescription, 'isSlotted' | 'isFlowing'> {
  return {
    consumerId: consumer.id,
    producerId: consumer.producerId,
    kind: consumer.kind,
    rtpParameters: consumer.rtpParameters as unknown as Record<string, unknown>,
  };
}
