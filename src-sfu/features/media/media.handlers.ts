import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';

type MediaRequestName = Extract<keyof RequestHandlers, `media:${string}`>;

/** Requests about transports and consumers: each surface has its own, so they go straight to its media. */
export function createMediaHandlers(options: {
  /** Whether a surface may see and hear a stream. */
  mayConsume(context: SurfaceContext, streamId: string): boolean;
  /** Whether the surface holds the stream open. */
  isOpen(context: SurfaceContext, streamId: string): boolean;
}): RequestHandlers<MediaRequestName> {
  const refusalOf = (context: SurfaceContext, streamId: string): Ack<never> | undefined => {
    if (!options.mayConsume(context, streamId)) {
      return refuse('forbidden', `You may not see or hear the stream ${streamId}.`, {
        reason: 'media.may_not_consume',
      });
    }
    if (options.isOpen(context, streamId)) return undefined;
    return refuse('not_found', `This surface holds no share in stream ${streamId}. Open it first.`, {
      reason: 'cameras.stream_not_held',
    });
  };
  return {
    'media:createTransport': ({ media }, input) => media.createTransport(input),
    'media:connectTransport': ({ media }, input) => media.connectTransport(input),
    'media:restartIce': ({ media }, { transportId }) => media.restartIce(transportId),
    'media:closeTransport': ({ media }, { transportId }) => media.closeTransport(transportId),
    'media:consume': async (context, input) => {
      const refused = refusalOf(context, input.streamId);
      if (refused !== undefined) return refused;
      const made = await context.media.consume(input);
      // The stream may have been closed while the consumer was made.
      const late = made.ok ? refusalOf(context, input.streamId) : undefined;
      if (!made.ok || late === undefined) return made;
      await context.media.closeConsumers([made.data.consumerId]);
      return late;
    },
    'media:resumeConsumers': async ({ media }, { consumerIds }) =>
      ok(await media.resumeConsumers(consumerIds)),
    'media:pauseConsumers': async ({ media }, { consumerIds }) => ok(await media.pauseConsumers(consumerIds)),
    'media:closeConsumers': async ({ media }, { consumerIds }) => ok(await media.closeConsumers(consumerIds)),
  };
}
