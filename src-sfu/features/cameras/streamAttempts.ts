import type { KeyPicture } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { CameraStreamEvent } from '../../../src-shared/cameras/cameraStream.ts';
import type { Logger } from '../../logger.ts';
import type { AttemptEvent, CameraMedia } from './cameras.ports.ts';
import type { CamerasRepository, StreamAddress } from './cameras.repository.ts';
import type { FailureLog } from './failureLog.ts';
import type { Refusals } from './refusals.ts';
import {
  detailsOf,
  isOnlyProbed,
  measureStream,
  wasWatched,
  type Stream,
  type StreamObservation,
} from './runningStream.ts';

const passwordOfAnotherPlace =
  'The stored password was given for another address than the one that is registered now, and is not sent to it. Import the camera with its password.';

/** Attempts at cameras: at most one for each stream. */
export interface StreamAttempts {
  start(stream: Stream): void;
  /** Ends the attempt, if there is one. What it still reports is not heeded. */
  stop(stream: Stream): void;
  /** From now on no attempt is heeded. */
  close(): void;
}

export interface StreamAttemptsOptions {
  repository: Pick<CamerasRepository, 'findStreamAddress' | 'rememberDigest'>;
  media: CameraMedia;
  refusals: Refusals;
  failures: FailureLog;
  logger: Logger;
  dispatch(stream: Stream, event: CameraStreamEvent): void;
  announce(stream: Stream): void;
  observe(observation: StreamObservation): void;
  /** The last picture of a stream that viewers may soon open again. */
  keepPicture(streamId: string, picture: KeyPicture): void;
  nowMs(): number;
  /** 0…1, for spreading retries. */
  random(): number;
}

export function createStreamAttempts(options: StreamAttemptsOptions): StreamAttempts {
  const { repository, media, refusals, failures, logger, dispatch, announce, observe, keepPicture } = options;
  const { nowMs, random } = options;
  let closed = false;

  const start = (stream: Stream): void => {
    stream.attemptNumber += 1;
    stream.waitingFor = undefined;
    stream.reordered = undefined;
    stream.decoding = undefined;
    const number = stream.attemptNumber;
    const current = (): boolean => !closed && stream.attemptNumber === number;
    let closeAttempt: (() => void) | undefined;
    let wanted = true;
    stream.attempt = {
      close() {
        wanted = false;
        closeAttempt?.();
      },
    };
    const failed = (message: string): void => {
      if (!current()) return;
      dispatch(stream, { type: 'attemptEnded', cause: 'protocolError', message, jitter: random() });
    };
    repository.findStreamAddress(stream.camera.id, stream.kind).then(
      (address) => {
        if (!wanted || !current()) return;
        if (address === undefined) return failed('The camera is no longer in the registry.');
        if (address.isPasswordUnusable === true) {
          const ending = { type: 'ended', cause: 'unauthorized', message: passwordOfAnotherPlace } as const;
          return attemptReported(stream, ending, address);
        }
        const source = stream.source ?? media.openSource(stream.streamId);
        stream.source = source;
        closeAttempt = source.startAttempt(
          address,
          (event) => {
            if (current()) attemptReported(stream, event, address);
          },
          { sparing: isOnlyProbed(stream) },
        ).close;
      },
      (error: unknown) => {
        logger.error(
          { err: error, streamId: stream.streamId },
          'the stream address of a camera could not be read from the database',
        );
        failed('The camera’s address could not be read from the store. See the hub’s log.');
      },
    );
  };

  const attemptReported = (stream: Stream, event: AttemptEvent, address: StreamAddress): void => {
    switch (event.type) {
      case 'tookDigest':
        if (address.digestOnly) return;
        repository.rememberDigest(stream.camera.id, address.url, nowMs()).catch((error: unknown) => {
          logger.error({ err: error }, 'the login method of a camera could not be stored');
        });
        return;
      case 'described':
        stream.described = event;
        announce(stream);
        return;
      case 'waiting':
        stream.waitingFor = event.for;
        announce(stream);
        return;
      case 'reordered':
        stream.reordered = event.isConverted ? 'converted' : 'passed';
        announce(stream);
        return;
      case 'live':
        failures.live(stream.streamId);
        refusals.forget(stream.camera.id);
        stream.hasAdvanced = false;
        stream.statistics = event.statistics;
        measureStream(stream);
        dispatch(stream, { type: 'pictureArrived' });
        observe({
          type: 'live',
          cameraId: stream.camera.id,
          streamId: stream.streamId,
          isWatched: !isOnlyProbed(stream),
        });
        return;
      case 'ended': {
        const { cause, message, codec } = event;
        failures.failed(stream.streamId, cause, message, isOnlyProbed(stream) ? 'debug' : 'info');
        const refusal = refusals.ended(stream.streamId, stream.camera.id, event, nowMs());
        dispatch(stream, {
          type: 'attemptEnded',
          cause,
          message,
          jitter: random(),
          ...(codec === undefined ? {} : { codec }),
          ...(refusal === undefined ? {} : { retryAtMs: refusal.retryAtMs }),
        });
        const { type: _type, status: _status, ...ending } = event;
        observe({ type: 'ended', cameraId: stream.camera.id, streamId: stream.streamId, ...ending });
        return;
      }
    }
  };

  const stop = (stream: Stream): void => {
    stream.attemptNumber += 1;
    if (stream.attempt === undefined) return;
    stream.attempt.close();
    delete stream.attempt;
    const isWorthMemory = wasWatched(stream);
    void detailsOf(stream).then((details) => {
      if (details.picture === undefined) return;
      // The picture of a stream that was only probed is on the disk; memory is for streams that viewers may soon open again.
      if (isWorthMemory) keepPicture(stream.streamId, details.picture);
      observe({ type: 'stopped', cameraId: stream.camera.id, streamId: stream.streamId, details });
    });
  };

  return { start, stop, close: () => void (closed = true) };
}
