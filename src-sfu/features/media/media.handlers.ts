import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';

type MediaRequestName = Extract<keyof RequestHandlers, `media:${string}`>;

/** Requests about transports and consumers: each surface has its own, so they go straight to its media. */
export function createMediaHandlers(options: {
  /** Whether a surface may see and hear a stream. */
  mayConsume(context: SurfaceContext, streamId: string): boolean;
}): RequestHandlers<MediaRequestName> {
  return {
    'media:createTransport': ({ media }, input) => media.createTransport(input),
    'media:connectTransport': ({ media }, input) => media.connectTransport(input),
    'media:restartIce': ({ media }, { transportId }) => media.restartIce(transportId),
    'media:closeTransport': ({ media }, { transportId }) => media.closeTransport(transportId),
    'media:consume': (context, input) =>
      options.mayConsume(context, input.streamId)
        ? context.media.consume(input)
        : refuse('forbidden', `You may not see or hear the stream ${input.streamId}.`, {
            reason: 'media.may_not_consume',
          }),
    'media:resumeConsumers': async ({ media }, { consumerIds }) =>
      ok(await media.resumeConsumers(consumerIds)),
    'media:pauseConsumers': async ({ media }, { consumerIds }) => ok(await media.pauseConsumers(consumerIds)),
    'media:closeConsumers': async ({ media }, { consumerIds }) => ok(await media.closeConsumers(consumerIds)),
  };
}
