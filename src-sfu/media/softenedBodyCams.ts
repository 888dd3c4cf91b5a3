import type { types } from 'mediasoup';
import { bodyCamStreamId } from '../../src-shared/bodycam/bodycam.protocol.ts';
import type { ProducerDirectory } from './producerDirectory.ts';
import { createSoftenedStreams, softenedAddress, type SofteningInput } from './softenedMedia.ts';
import { SourceError } from './sources/streamSource.ts';

/**
 * How much of the picture's width a head takes before a body-worn camera, in hundredths of it: people who are spoken to stand nearer than in a
 * kitchen, 60 cm at the least. It is the most that the rule knows (softening.ts).
 */
const bodyCamHeadPercent = 25;

/**
 * Phones send a key picture only when they are asked for one: the converter needs one when it begins, some hundred milliseconds after the
 * first packets, and after a loss. Milliseconds.
 */
const keyPictureEveryMs = 2_000;

/** Body-worn cameras as softened streams, without sound, in the streams that `createSoftenedStreams` makes. */
export function createSoftenedBodyCams(
  options: Parameters<typeof createSoftenedStreams>[0] & { sending: Pick<ProducerDirectory, 'find'> },
): ReturnType<typeof createSoftenedStreams> {
  const { sending } = options;
  return createSoftenedStreams(options, async (address, write, onLost) => {
    const memberId = decodeURIComponent(address.pathname);
    const found = await sending.find(bodyCamStreamId(memberId), 'video');
    if (found === undefined)
      throw new SourceError('notFound', 'This body-worn camera sends no picture at this moment.');
    const { router } = found.worker;
    const transport = await router.createDirectTransport();
    try {
      const consumer = await transport.consume({
        producerId: found.producerId,
        rtpCapabilities: router.rtpCapabilities,
        paused: true,
      });
      consumer.on('rtp', write);
      // The smallest of its pictures is large enough.
      if (consumer.type === 'simulcast') await consumer.setPreferredLayers({ spatialLayer: 0 });
      await found.keyRequests?.untilHeard();
      await consumer.resume();
      const timer = setInterval(() => {
        // It fails only where the transport is being closed.
        consumer.requestKeyFrame().catch(() => undefined);
      }, keyPictureEveryMs).unref();
      consumer.observer.once('close', () => {
        clearInterval(timer);
        onLost();
      });
      return inputOf(transport, consumer);
    } catch (error) {
      transport.close();
      throw new SourceError(
        'unreachable',
        `The body-worn camera cannot be softened: ${(error as Error).message}.`,
      );
    }
  });
}

/** The address of a member's softened body-worn camera. */
export function softenedBodyCamAddress(memberId: string): string {
  return softenedAddress(memberId, bodyCamHeadPercent);
}

function inputOf(transport: types.DirectTransport, consumer: types.Consumer): SofteningInput {
  const [codec] = consumer.rtpParameters.codecs;
  if (codec === undefined) throw new Error('it has no codec');
  const { payloadType, clockRate, mimeType } = codec;
  const codecName = mimeType.split('/')[1] ?? '';
  return {
    track: {
      kind: 'video',
      codec: codecName,
      payloadType,
      clockRate,
      channels: 1,
      parameterSets: [],
      ...(codecName.toUpperCase() === 'H264' ? { formatParameters: 'packetization-mode=1' } : {}),
    },
    detach: () => transport.close(),
  };
}
