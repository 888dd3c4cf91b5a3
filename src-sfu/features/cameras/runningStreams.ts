import { createListeners } from '../../../src-shared/listeners.ts';
import {
  needsSource,
  nextCameraStreamDeadline,
  transitionCameraStream,
  type CameraStreamEvent,
} from '../../../src-shared/cameras/cameraStream.ts';
import { frozenSince } from '../../../src-shared/cameras/freeze.ts';
import { createStallGuard } from '../../../src-shared/time/stallGuard.ts';
import { startTimer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import { measureIntervalMs, type CameraMedia } from './cameras.ports.ts';
import type { CamerasRepository } from './cameras.repository.ts';
import { FailureLog } from './failureLog.ts';
import { createPosterShelf } from './posterShelf.ts';
import { Refusals } from './refusals.ts';
import {
  measureStream,
  statusOf,
  type Stream,
  type StreamChange,
  type StreamObservation,
} from './runningStream.ts';
import { createStreamAttempts } from './streamAttempts.ts';

/** One failed attempt may be a camera that restarts; after the second the tour goes on without it. */
const failuresUntilOffline = 2;

export interface RunningStreamsOptions {
  repository: Pick<CamerasRepository, 'findStreamAddress' | 'rememberDigest'>;
  media: CameraMedia;
  logger: Logger;
  lingerMs: number;
  nowMs(): number;
  /** 0…1, for spreading retries. */
  random(): number;
}

/** The machines of all streams that run: their attempts, deadlines and freezes, and who is notified of them. */
export function createRunningStreams(options: RunningStreamsOptions) {
  const { repository, media, logger, nowMs, random } = options;
  const streams = new Map<string, Stream>();
  const posters = createPosterShelf();
  const streamChanged = createListeners<[connectionIds: readonly string[], change: StreamChange]>();
  const observed = createListeners<[observation: StreamObservation]>();
  const onlineChanged = createListeners();
  const offline = new Set<string>();
  const refusals = new Refusals();
  const failures = new FailureLog(logger);
  let closed = false;

  const noteOnline = ({ camera, state }: Stream): void => {
    const failing =
      (state.name === 'retrying' && state.failures >= failuresUntilOffline) ||
      state.name === 'unauthorized' ||
      state.name === 'unsupported';
    if (!failing && state.name !== 'live') return;
    const changed = failing ? !offline.has(camera.id) : offline.delete(camera.id);
    if (failing) offline.add(camera.id);
    if (changed) onlineChanged.notify();
  };

  const announce = (stream: Stream): void => {
    const { streamId, camera, kind } = stream;
    const change = { streamId, cameraId: camera.id, stream: kind, status: statusOf(stream) };
    streamChanged.notify(stream.shares.holders('view'), change);
  };

  const dispatch = (stream: Stream, event: CameraStreamEvent, lingerMs: number = options.lingerMs): void => {
    const result = transitionCameraStream(stream.state, event, nowMs(), lingerMs);
    if (!result.ok) return;
    const before = stream.state;
    stream.state = result.state;
    const restarts =
      event.type === 'cameraChanged' || (before.name !== 'starting' && stream.state.name === 'starting');
    if (!needsSource(stream.state) || restarts) attempts.stop(stream);
    if (stream.state.name === 'starting' && stream.attempt === undefined) attempts.start(stream);
    if (stream.state.name === 'idle') letGo(stream);
    setDeadline(stream);
    noteOnline(stream);
    if (before.name !== stream.state.name) {
      logger.debug({ streamId: stream.streamId, from: before.name, to: stream.state.name }, 'camera stream');
    }
    announce(stream);
  };

  const letGo = (stream: Stream): void => {
    stream.source?.close();
    delete stream.source;
    delete stream.statistics;
    delete stream.described;
    streams.delete(stream.streamId);
    stream.timer?.cancel();
  };

  const setDeadline = (stream: Stream): void => {
    stream.timer?.cancel();
    const deadlineMs = nextCameraStreamDeadline(stream.state);
    if (deadlineMs === undefined || closed) return;
    stream.timer = startTimer(
      () => {
        dispatch(stream, { type: 'deadlineReached' });
        // A timer may fire a millisecond early. The machine then refuses, and must be asked again.
        if (nextCameraStreamDeadline(stream.state) === deadlineMs) setDeadline(stream);
      },
      Math.max(1, deadlineMs - nowMs()),
    );
  };

  const attempts = createStreamAttempts({
    repository,
    media,
    refusals,
    failures,
    logger,
    dispatch,
    announce,
    observe: observed.notify,
    keepPicture: posters.keep,
    nowMs,
    random,
  });

  const checkFrozen = (stream: Stream): void => {
    const { state, statistics, camera, streamId } = stream;
    if ((state.name !== 'live' && state.name !== 'lingering') || statistics === undefined) return;
    if (measureStream(stream)) announce(stream);
    const sinceMs = frozenSince(statistics, nowMs());
    const liveSinceMs = state.name === 'live' ? state.sinceMs : state.liveSinceMs;
    if (sinceMs !== undefined) {
      if (state.frozenSinceMs !== undefined) return;
      stream.hasAdvanced = false;
      dispatch(stream, { type: 'pictureFroze', sinceMs });
      observed.notify({ type: 'froze', cameraId: camera.id, streamId, sinceMs });
    } else {
      if (state.frozenSinceMs !== undefined) dispatch(stream, { type: 'pictureMoved' });
      if (stream.hasAdvanced || (statistics.lastPictureChangeAtMs ?? 0) <= liveSinceMs) return;
      stream.hasAdvanced = true;
      observed.notify({ type: 'advanced', cameraId: camera.id, streamId });
    }
  };

  const freezeGuard = createStallGuard(measureIntervalMs, nowMs());
  media.onMeasured((measured) => {
    if (closed) return;
    for (const stream of streams.values()) {
      const statistics = measured.get(stream.streamId);
      if (statistics !== undefined) stream.statistics = statistics;
    }
    // The hub process was suspended, or its clock was set: the packets that cameras sent during this time are read before the
    // cameras are judged.
    if (freezeGuard.look(nowMs()) !== 0) return;
    for (const stream of streams.values()) checkFrozen(stream);
  });

  return {
    /** By id. A stream is added by whoever takes the first share in it, and removed when it is idle. */
    streams,
    posters,
    refusals,
    /** Gives a stream's machine an event and does what follows from it. */
    dispatch,
    /** Notifies the surfaces that view a stream of its status. */
    announce,
    onlineChanged,
    streamChanged,
    observed,
    isOnline: (cameraId: string): boolean => !offline.has(cameraId),
    /** The registration of a camera changed: what its refusals and failures were does not count any more. */
    forgetFailures(cameraId: string): void {
      refusals.forget(cameraId);
      failures.forget(cameraId);
    },
    /** Cameras that are not registered any more are not offline either. */
    forgetOffline(isRegistered: (cameraId: string) => boolean): void {
      for (const cameraId of [...offline]) if (!isRegistered(cameraId)) offline.delete(cameraId);
    },
    close(): void {
      closed = true;
      attempts.close();
      for (const stream of [...streams.values()]) {
        attempts.stop(stream);
        letGo(stream);
      }
    },
  };
}
