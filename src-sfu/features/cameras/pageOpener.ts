import type {
  OpenedStream,
  StreamKind,
  StreamOpening,
  StreamWish,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import type { ConsumerDescription } from '../../../src-shared/media/media.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import { may } from '../../../src-shared/session/principal.ts';
import type { Logger } from '../../logger.ts';
import type { RequestHandler, SurfaceContext } from '../../signaling/handlers.ts';

/**
 * The longest time until a page is answered. Anything that is not ready by then is left out: a poster on a slow disk, or a stream
 * that could not be received, which the surface asks for again by itself. Milliseconds; sixteen consumers take about 20.
 */
export const pageLimitMs = 150;

/**
 * The most bytes of key pictures in one answer; further ones are left out. Eight such answers fit into the limit of what may wait
 * for one surface.
 */
const maxPictureBytes = 2 * 1024 * 1024;

export interface PageOpenerOptions {
  open(context: SurfaceContext, cameraId: string, stream: StreamKind): Promise<Ack<OpenedStream>>;
  /** Whether the surface has a share in the stream now: it may have closed it while it was opened. */
  isHeld(context: SurfaceContext, streamId: string): boolean;
  /** Adds the stored picture of a camera to a stream that has none; reads a file. */
  addPoster(cameraId: string, opened: OpenedStream): Promise<OpenedStream>;
  logger: Logger;
}

const tooSlow = 'The stream was not opened in time. Ask for it again.';

type Receiver = NonNullable<InputOf<'cameras:openStreams'>['receiver']>;

/** Opens the streams of a page at the same time, and makes consumers of those that run. */
export function createPageOpener(options: PageOpenerOptions): RequestHandler<'cameras:openStreams'> {
  const { open, isHeld, addPoster, logger } = options;

  return async (context, { streams, receiver, omitsFlowingPictures = false }) => {
    const consume =
      receiver === undefined
        ? undefined
        : createConsuming(context, receiver, (streamId) => isHeld(context, streamId));
    const limit = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => limit.resolve(undefined), pageLimitMs);

    const openOne = async (wish: StreamWish): Promise<Ack<StreamOpening>> => {
      const { cameraId, stream, receive } = wish;
      const answer = await Promise.race([open(context, cameraId, stream), limit.promise]);
      // The share is held already, so a repeated request gets the same stream.
      if (answer === undefined) return refuse('timeout', tooSlow, { reason: 'session.no_answer' });
      if (!answer.ok) return answer;
      const opened = answer.data;
      const { state } = opened.status;
      const isRunning = state === 'live' || state === 'lingering';
      if (isRunning && receive !== undefined && consume !== undefined) {
        const consumer = await consume(opened, receive === 'flowing', limit.promise);
        if (consumer !== undefined) {
          const { keyPicture, ...rest } = opened;
          const isOmitted = keyPicture === undefined || (omitsFlowingPictures && consumer.isFlowing);
          return ok({ ...rest, ...(isOmitted ? {} : { keyPicture }), consumer });
        }
      }
      const withPoster = addPoster(cameraId, opened).catch((error: unknown) => {
        logger.warn({ err: error, camera: cameraId }, 'the poster of a camera could not be read');
        return opened;
      });
      return ok((await Promise.race([withPoster, limit.promise])) ?? opened);
    };
    const openGuarded = (wish: StreamWish): Promise<Ack<StreamOpening>> =>
      openOne(wish).catch((error: unknown) => {
        logger.error({ err: error, camera: wish.cameraId }, 'a stream of a page could not be opened');
        return refuse('internal', 'The stream could not be opened. See the log of the hub.', {
          reason: 'session.failed',
        });
      });

    /** A stream that is named twice is opened once, and has one answer. */
    const asked = new Map<string, Promise<Ack<StreamOpening>>>();
    const answers = streams.map((wish): Ack<StreamOpening> | Promise<Ack<StreamOpening>> => {
      if (wish === undefined) {
        return refuse('bad_request', 'cameras:openStreams: a stream of the page was not understood.', {
          reason: 'session.not_understood',
        });
      }
      const key = `${wish.stream} ${wish.cameraId}`;
      const answer = asked.get(key) ?? openGuarded(wish);
      asked.set(key, answer);
      return answer;
    });
    try {
      return ok({ answers: withinSize(await Promise.all(answers)) });
    } finally {
      clearTimeout(timer);
    }
  };
}

function withinSize(answers: Ack<StreamOpening>[]): Ack<StreamOpening>[] {
  let bytes = 0;
  return answers.map((answer) => {
    if (!answer.ok || answer.data.keyPicture === undefined) return answer;
    const { keyPicture, ...rest } = answer.data;
    bytes += keyPicture.annexB.length;
    return bytes <= maxPictureBytes ? answer : ok(rest);
  });
}

/** Makes consumers on the transports of a surface, each under a name of its own while there are any. */
function createConsuming(
  context: SurfaceContext,
  { rtpCapabilities, transports }: Receiver,
  isHeld: (streamId: string) => boolean,
) {
  const { media, identity } = context;
  const isAllowed = identity !== undefined && may(identity.principal, 'media:receive');
  const byWorker = new Map(
    transports.map(({ workerId, transportId, mids }) => [
      workerId,
      { transportId, mids: [...new Set(mids)] },
    ]),
  );

  /** Undefined where the stream cannot be received now, is closed, or is not received before `limit`; what comes later is closed. */
  return async (
    { streamId, workerId }: OpenedStream,
    mayFlow: boolean,
    limit: Promise<undefined>,
  ): Promise<ConsumerDescription | undefined> => {
    const transport = byWorker.get(workerId);
    if (!isAllowed || transport === undefined || !isHeld(streamId)) return undefined;
    const mid = transport.mids.shift();
    const consuming = media.consume({
      streamId,
      transportId: transport.transportId,
      kind: 'video',
      rtpCapabilities,
      ...(mid === undefined ? {} : { mid, mayFlow }),
    });
    const answer = await Promise.race([consuming.catch(() => undefined), limit]);
    if (answer?.ok === true && isHeld(streamId)) return answer.data;
    if (answer?.ok === true) await media.closeConsumers([answer.data.consumerId]);
    if (answer === undefined) {
      consuming.then(
        (late) => void (late.ok && media.closeConsumers([late.data.consumerId])),
        () => undefined,
      );
    }
    return undefined;
  };
}
