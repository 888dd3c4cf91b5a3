import type {
  CameraView,
  KeyPicture,
  StreamKind,
  StreamStatus,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import {
  idleCameraStream,
  needsSource,
  nextCameraStreamDeadline,
  transitionCameraStream,
  type CameraStream,
  type CameraStreamEvent,
} from '../../../src-shared/cameras/cameraStream.ts';
import { frozenSince } from '../../../src-shared/cameras/freeze.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import { createStallGuard } from '../../../src-shared/time/stallGuard.ts';
import type { Logger } from '../../logger.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { AttemptEvent, CameraMedia, SourceStatistics } from './cameras.ports.ts';
import type { Camera, CamerasRepository, StreamAddress } from './cameras.repository.ts';
import { startTimer } from '../../base/timers.ts';
import { FailureLog } from './failureLog.ts';
import { createPosterShelf } from './posterShelf.ts';
import { Refusals } from './refusals.ts';
import {
  detailsOf,
  isOnlyProbed,
  probeViewerId,
  measureStream,
  servedKind,
  statusOf,
  wasWatched,
  type Stream,
  type StreamChange,
  type StreamDetails,
  type StreamObservation,
} from './runningStream.ts';

/** One failed attempt may be a camera that restarts; after the second the tour goes on without it. */
const failuresUntilOffline = 2;
const passwordOfAnotherPlace =
  'The stored password was given for another address than the one that is registered now, and is not sent to it. Import the camera with its password.';
/** How often running streams are looked at for frozen pictures. */
const freezeCheckMs = 250;

export interface CamerasService {
  listCameras(): CameraView[];
  findCamera(cameraId: string): CameraView | undefined;
  counts(): { sites: number; cameras: number };
  /** Whether pictures are to be expected of a camera: false after attempts at it failed, until one succeeds. */
  isOnline(cameraId: string): boolean;
  /** Called when cameras went online or offline. */
  onOnlineChanged(listener: () => void): void;
  openStream(viewerId: string, cameraId: string, stream: StreamKind): Ack<OutputOf<'cameras:openStream'>>;
  closeStream(viewerId: string, streamId: string): Ack<Record<string, never>>;
  /** A viewer says whether its browser makes pictures of a running stream. */
  reportDecoding(viewerId: string, streamId: string, decodes: boolean): Ack<Record<string, never>>;
  keyPicture(streamId: string): KeyPicture | undefined;
  /** Gives back every share of a viewer that went away. */
  releaseViewer(viewerId: string): void;
  /** Running streams of these cameras start anew with the new address. */
  camerasChanged(cameraIds: string[]): void;
  onStreamChanged(listener: (viewerIds: ReadonlySet<string>, change: StreamChange) => void): void;
  /**
   * The hub looks at a camera itself: at the stream that is live already, else at the small one. It shares what runs,
   * takes no place on a worker, and what it started stops without a linger. Undefined for an unknown camera.
   */
  startProbe(cameraId: string): string | undefined;
  endProbe(streamId: string): void;
  /** A stream's measured media while it is live. */
  liveStatistics(streamId: string): SourceStatistics | undefined;
  /** What is known of a stream's pictures now; copies its key picture. */
  details(streamId: string): StreamDetails;
  onObserved(listener: (observation: StreamObservation) => void): void;
  status(streamId: string): StreamStatus | undefined;
  /** Streams by state, for the metrics. */
  streamCounts(): Record<CameraStream['name'], number>;
  close(): void;
}

export interface CamerasServiceOptions {
  directory: CameraDirectory;
  repository: Pick<CamerasRepository, 'findStreamAddress' | 'rememberDigest'>;
  media: CameraMedia;
  logger: Logger;
  lingerMs: number;
  nowMs(): number;
  /** 0…1, for spreading retries. */
  random(): number;
}

/** Camera streams on demand: started by the first viewer, shared by all, let go after the last one and a linger. */
export function createCamerasService(options: CamerasServiceOptions): CamerasService {
  const { directory, repository, media, logger, nowMs, random } = options;
  const streams = new Map<string, Stream>();
  const posters = createPosterShelf();
  const listeners: ((viewerIds: ReadonlySet<string>, change: StreamChange) => void)[] = [];
  const observers: ((observation: StreamObservation) => void)[] = [];
  const onlineListeners: (() => void)[] = [];
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
    if (changed) for (const listener of onlineListeners) listener();
  };

  const announce = (stream: Stream): void => {
    const { streamId, camera, kind } = stream;
    const change = { streamId, cameraId: camera.id, stream: kind, status: statusOf(stream) };
    for (const listener of listeners) listener(stream.viewers, change);
  };

  const observe = (observation: StreamObservation): void => {
    for (const observer of observers) observer(observation);
  };

  const dispatch = (stream: Stream, event: CameraStreamEvent, lingerMs: number = options.lingerMs): void => {
    const result = transitionCameraStream(stream.state, event, nowMs(), lingerMs);
    if (!result.ok) return;
    const before = stream.state;
    stream.state = result.state;
    const restarts =
      event.type === 'cameraChanged' || (before.name !== 'starting' && stream.state.name === 'starting');
    if (!needsSource(stream.state) || restarts) stopAttempt(stream);
    if (stream.state.name === 'starting' && stream.attempt === undefined) startAttempt(stream);
    if (stream.state.name === 'idle') letGo(stream);
    setDeadline(stream);
    noteOnline(stream);
    if (before.name !== stream.state.name) {
      logger.debug({ streamId: stream.streamId, from: before.name, to: stream.state.name }, 'camera stream');
    }
    announce(stream);
  };

  const startAttempt = (stream: Stream): void => {
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
        logger.error({ err: error, streamId: stream.streamId }, 'the address of a camera could not be read');
        failed('The camera’s address could not be read from the store. See the hub’s log.');
      },
    );
  };

  const attemptReported = (stream: Stream, event: AttemptEvent, address: StreamAddress): void => {
    switch (event.type) {
      case 'tookDigest':
        if (address.digestOnly) return;
        repository.rememberDigest(stream.camera.id, address.url, nowMs()).catch((error: unknown) => {
          logger.error({ err: error }, 'how a camera took its password could not be stored');
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

  const stopAttempt = (stream: Stream): void => {
    stream.attemptNumber += 1;
    if (stream.attempt === undefined) return;
    stream.attempt.close();
    delete stream.attempt;
    const details = detailsOf(stream);
    if (details.picture === undefined) return;
    // What only the hub looked at lies on the disk; memory is for what viewers may soon come back to.
    if (wasWatched(stream)) posters.keep(stream.streamId, details.picture);
    observe({ type: 'stopped', cameraId: stream.camera.id, streamId: stream.streamId, details });
  };

  const letGo = (stream: Stream): void => {
    stream.source?.close();
    delete stream.source;
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
        // A timer may ring a millisecond early; the machine then refuses, and must be asked again.
        if (nextCameraStreamDeadline(stream.state) === deadlineMs) setDeadline(stream);
      },
      Math.max(1, deadlineMs - nowMs()),
    );
  };

  const checkFrozen = (stream: Stream): void => {
    const { state, source, camera, streamId } = stream;
    if ((state.name !== 'live' && state.name !== 'lingering') || source === undefined) return;
    if (measureStream(stream)) announce(stream);
    const statistics = source.statistics();
    const sinceMs = frozenSince(statistics, nowMs());
    const liveSinceMs = state.name === 'live' ? state.sinceMs : state.liveSinceMs;
    if (sinceMs !== undefined) {
      if (state.frozenSinceMs !== undefined) return;
      stream.hasAdvanced = false;
      dispatch(stream, { type: 'pictureFroze', sinceMs });
      observe({ type: 'froze', cameraId: camera.id, streamId, sinceMs });
    } else {
      if (state.frozenSinceMs !== undefined) dispatch(stream, { type: 'pictureMoved' });
      if (stream.hasAdvanced || (statistics.lastPictureChangeAtMs ?? 0) <= liveSinceMs) return;
      stream.hasAdvanced = true;
      observe({ type: 'advanced', cameraId: camera.id, streamId });
    }
  };

  const freezeGuard = createStallGuard(freezeCheckMs, nowMs());
  const freezeTimer = setInterval(() => {
    // The hub itself stood still, or its clock was set: what cameras sent meanwhile is read before they are judged.
    if (freezeGuard.look(nowMs()) !== 0) return;
    for (const stream of streams.values()) checkFrozen(stream);
  }, freezeCheckMs);
  freezeTimer.unref();

  const streamOf = (camera: Camera, kind: StreamKind): Stream => {
    const streamId = `${camera.id}:${kind}`;
    const known = streams.get(streamId);
    if (known !== undefined) return known;
    return {
      streamId,
      camera,
      kind,
      state: idleCameraStream(nowMs()),
      viewers: new Set(),
      hasAdvanced: false,
      attemptNumber: 0,
    };
  };

  const join = (stream: Stream, viewerId: string): void => {
    streams.set(stream.streamId, stream);
    const isFirst = stream.viewers.size === 0;
    stream.viewers.add(viewerId);
    if (!isFirst) return;
    // The hub's own looks are rare enough; viewers come with every page of a tour.
    const refusal =
      viewerId === probeViewerId ? undefined : refusals.current(stream.streamId, stream.camera.id, nowMs());
    dispatch(stream, { type: 'viewerArrived', ...(refusal === undefined ? {} : { refusal }) });
  };

  const openStream: CamerasService['openStream'] = (viewerId, cameraId, wantedKind) => {
    const camera = directory.camera(cameraId);
    if (camera === undefined) {
      return refuse('not_found', `There is no camera ${cameraId} in the registry.`, {
        reason: 'cameras.not_in_registry',
        camera: cameraId,
      });
    }
    const kind = servedKind(camera, wantedKind);
    const stream = streamOf(camera, kind);
    const { streamId } = stream;
    stream.source ??= media.openSource(streamId);
    stream.source.takePlace();
    const workerId = stream.source.workerId();
    if (workerId === undefined) {
      if (!streams.has(streamId)) stream.source.close();
      return refuse('unavailable', 'No media worker runs at this moment. Try again in a second.', {
        reason: 'media.no_worker',
      });
    }
    join(stream, viewerId);
    const keyPicture = stream.source.keyPicture() ?? posters.find(streamId);
    return ok({
      streamId,
      workerId,
      stream: kind,
      status: statusOf(stream),
      ...(keyPicture === undefined ? {} : { keyPicture }),
    });
  };

  const leave = (stream: Stream, viewerId: string): void => {
    if (!stream.viewers.delete(viewerId)) return;
    if (viewerId !== probeViewerId) stream.leftAtMs = nowMs();
    if (stream.viewers.size > 0) return;
    const lingerUntilMs = (stream.leftAtMs ?? Number.NEGATIVE_INFINITY) + options.lingerMs;
    dispatch(stream, { type: 'lastViewerLeft' }, Math.max(0, lingerUntilMs - nowMs()));
    // Without a linger the deadline is now.
    dispatch(stream, { type: 'deadlineReached' });
  };

  return {
    listCameras: directory.views,
    findCamera: directory.view,
    counts: directory.counts,
    isOnline: (cameraId) => !offline.has(cameraId),
    onOnlineChanged(listener) {
      onlineListeners.push(listener);
    },
    openStream,
    closeStream(viewerId, streamId) {
      const stream = streams.get(streamId);
      if (stream === undefined || !stream.viewers.has(viewerId)) {
        return refuse('not_found', `This surface holds no share in stream ${streamId}.`, {
          reason: 'cameras.stream_not_held',
        });
      }
      leave(stream, viewerId);
      return ok({});
    },
    reportDecoding(viewerId, streamId, decodes) {
      const stream = streams.get(streamId);
      if (stream?.viewers.has(viewerId) !== true || stream.state.name !== 'live') {
        return refuse('not_found', `This surface watches no stream ${streamId} that runs.`, {
          reason: 'cameras.stream_not_running',
        });
      }
      const decoding = decodes ? 'proved' : (stream.decoding ?? 'failed');
      if (decoding === stream.decoding) return ok({});
      const tells = decoding === 'failed' || stream.decoding === 'failed';
      stream.decoding = decoding;
      if (!tells) return ok({});
      announce(stream);
      observe({ type: 'decoding', cameraId: stream.camera.id, streamId, decodes });
      return ok({});
    },
    keyPicture: (streamId) => streams.get(streamId)?.source?.keyPicture() ?? posters.find(streamId),
    releaseViewer(viewerId) {
      for (const stream of [...streams.values()]) leave(stream, viewerId);
    },
    camerasChanged(cameraIds) {
      const changed = new Set(cameraIds);
      for (const cameraId of cameraIds) {
        refusals.forget(cameraId);
        failures.forget(cameraId);
      }
      for (const cameraId of [...offline])
        if (directory.camera(cameraId) === undefined) offline.delete(cameraId);
      for (const stream of [...streams.values()]) {
        const camera = directory.camera(stream.camera.id);
        if (camera === undefined) {
          // A removed camera's stream ends at once, whoever watches it.
          dispatch(stream, { type: 'lastViewerLeft' }, 0);
          dispatch(stream, { type: 'cameraChanged' });
          continue;
        }
        stream.camera = camera;
        if (changed.has(stream.camera.id)) dispatch(stream, { type: 'cameraChanged' });
      }
    },
    onStreamChanged(listener) {
      listeners.push(listener);
    },
    startProbe(cameraId) {
      const camera = directory.camera(cameraId);
      if (camera === undefined) return undefined;
      const isLive = (kind: StreamKind): boolean => streams.get(`${cameraId}:${kind}`)?.state.name === 'live';
      const kind = !isLive('sub') && isLive('main') ? 'main' : servedKind(camera, 'sub');
      const stream = streamOf(camera, kind);
      stream.source ??= media.openSource(stream.streamId);
      join(stream, probeViewerId);
      return stream.streamId;
    },
    endProbe(streamId) {
      const stream = streams.get(streamId);
      if (stream !== undefined) leave(stream, probeViewerId);
    },
    liveStatistics(streamId) {
      const stream = streams.get(streamId);
      const isLive = stream?.state.name === 'live' || stream?.state.name === 'lingering';
      return isLive ? stream.source?.statistics() : undefined;
    },
    details(streamId) {
      const stream = streams.get(streamId);
      return stream === undefined ? {} : detailsOf(stream);
    },
    onObserved(listener) {
      observers.push(listener);
    },
    status(streamId) {
      const stream = streams.get(streamId);
      return stream === undefined ? undefined : statusOf(stream);
    },
    streamCounts() {
      const counts = {
        idle: 0,
        starting: 0,
        live: 0,
        lingering: 0,
        retrying: 0,
        unauthorized: 0,
        unsupported: 0,
      };
      for (const stream of streams.values()) counts[stream.state.name] += 1;
      return counts;
    },
    close() {
      closed = true;
      clearInterval(freezeTimer);
      for (const stream of [...streams.values()]) {
        stopAttempt(stream);
        letGo(stream);
      }
    },
  };
}
