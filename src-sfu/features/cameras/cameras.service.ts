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
import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import { createStallGuard } from '../../../src-shared/time/stallGuard.ts';
import type { Logger } from '../../logger.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import {
  measureIntervalMs,
  type AttemptEvent,
  type CameraMedia,
  type SourceStatistics,
} from './cameras.ports.ts';
import type { Camera, CamerasRepository, StreamAddress } from './cameras.repository.ts';
import { startTimer } from '../../base/timers.ts';
import { FailureLog } from './failureLog.ts';
import { createPosterShelf } from './posterShelf.ts';
import { Refusals } from './refusals.ts';
import {
  detailsOf,
  isOnlyProbed,
  measureStream,
  servedKind,
  statusOf,
  wasWatched,
  type Stream,
  type StreamChange,
  type StreamDetails,
  type StreamObservation,
} from './runningStream.ts';
import { probeShare, StreamShares, type StreamShare } from '../../base/streamShares.ts';

/** One failed attempt may be a camera that restarts; after the second the tour goes on without it. */
const failuresUntilOffline = 2;
const passwordOfAnotherPlace =
  'The stored password was given for another address than the one that is registered now, and is not sent to it. Import the camera with its password.';

export interface CamerasService {
  listCameras(): CameraView[];
  findCamera(cameraId: string): CameraView | undefined;
  counts(): { sites: number; cameras: number };
  /** Whether pictures are to be expected of a camera: false after attempts at it failed, until one succeeds. */
  isOnline(cameraId: string): boolean;
  /** Called when cameras went online or offline. */
  onOnlineChanged(listener: () => void): void;
  /** The share is held from this call on, also before the answer; it is given back when the answer is a refusal. */
  openStream(
    share: StreamShare,
    cameraId: string,
    stream: StreamKind,
  ): Promise<Ack<OutputOf<'cameras:openStream'>>>;
  closeStream(share: StreamShare, streamId: string): Ack<Record<string, never>>;
  /** From now on the share is held in exactly these streams; cameras that are not registered are left out. */
  holdStreams(share: StreamShare, streams: readonly { cameraId: string; stream: StreamKind }[]): void;
  /** A surface that views a running stream says whether its browser makes pictures of it. */
  reportDecoding(share: StreamShare, streamId: string, decodes: boolean): Ack<Record<string, never>>;
  keyPicture(streamId: string): Promise<KeyPicture | undefined>;
  /** Gives the share back in every stream, because its holder went away. */
  releaseShares(share: StreamShare): void;
  /** Running streams of these cameras start again with the new address. */
  camerasChanged(cameraIds: string[]): void;
  /** `connectionIds`: the surfaces that view the stream. */
  onStreamChanged(listener: (connectionIds: readonly string[], change: StreamChange) => void): void;
  /**
   * The hub probes a camera: it uses the stream that is live already, else the small one. It takes no place on a worker, and a
   * stream that the probe started stops without a linger. Returns the stream's id, or undefined for an unknown camera.
   */
  startProbe(cameraId: string): string | undefined;
  endProbe(streamId: string): void;
  /** What is known now of a stream's media; undefined unless it is live. */
  liveStatistics(streamId: string): Promise<SourceStatistics | undefined>;
  /** What is known of a stream's pictures when this is called, even if the stream ends right after it. */
  details(streamId: string): Promise<StreamDetails>;
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

/** Camera streams on demand: the first share starts a stream, and it is let go after the last share and a linger. */
export function createCamerasService(options: CamerasServiceOptions): CamerasService {
  const { directory, repository, media, logger, nowMs, random } = options;
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
        stream.statistics = event.statistics;
        measureStream(stream);
        dispatch(stream, { type: 'pictureArrived' });
        observed.notify({
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
        observed.notify({ type: 'ended', cameraId: stream.camera.id, streamId: stream.streamId, ...ending });
        return;
      }
    }
  };

  const stopAttempt = (stream: Stream): void => {
    stream.attemptNumber += 1;
    if (stream.attempt === undefined) return;
    stream.attempt.close();
    delete stream.attempt;
    const isWorthMemory = wasWatched(stream);
    void detailsOf(stream).then((details) => {
      if (details.picture === undefined) return;
      // The picture of a stream that was only probed is on the disk; memory is for streams that viewers may soon open again.
      if (isWorthMemory) posters.keep(stream.streamId, details.picture);
      observed.notify({ type: 'stopped', cameraId: stream.camera.id, streamId: stream.streamId, details });
    });
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
        // A timer may ring a millisecond early; the machine then refuses, and must be asked again.
        if (nextCameraStreamDeadline(stream.state) === deadlineMs) setDeadline(stream);
      },
      Math.max(1, deadlineMs - nowMs()),
    );
  };

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
    // The hub itself stood still, or its clock was set: what cameras sent meanwhile is read before they are judged.
    if (freezeGuard.look(nowMs()) !== 0) return;
    for (const stream of streams.values()) checkFrozen(stream);
  });

  const streamOf = (camera: Camera, kind: StreamKind): Stream => {
    const streamId = `${camera.id}:${kind}`;
    const known = streams.get(streamId);
    if (known !== undefined) return known;
    return {
      streamId,
      camera,
      kind,
      state: idleCameraStream(nowMs()),
      shares: new StreamShares(),
      hasAdvanced: false,
      attemptNumber: 0,
    };
  };

  /** Whether the share is a new one. */
  const join = (stream: Stream, share: StreamShare): boolean => {
    streams.set(stream.streamId, stream);
    const isFirst = stream.shares.size === 0;
    const isNew = stream.shares.add(share);
    if (!isFirst) return isNew;
    // Health probes are rare enough; viewers come with every page of a tour.
    const refusal =
      share.purpose === 'probe' ? undefined : refusals.current(stream.streamId, stream.camera.id, nowMs());
    dispatch(stream, { type: 'viewerArrived', ...(refusal === undefined ? {} : { refusal }) });
    return isNew;
  };

  /** The stream that is served for a wish, with a place on a worker; the place comes when the promise resolves. */
  const placed = (camera: Camera, wantedKind: StreamKind) => {
    const stream = streamOf(camera, servedKind(camera, wantedKind));
    const source = (stream.source ??= media.openSource(stream.streamId));
    return { stream, source, place: source.takePlace() };
  };

  const openStream: CamerasService['openStream'] = async (share, cameraId, wantedKind) => {
    const camera = directory.camera(cameraId);
    if (camera === undefined) {
      return refuse('not_found', `There is no camera ${cameraId} in the registry.`, {
        reason: 'cameras.not_in_registry',
        camera: cameraId,
      });
    }
    const { stream, source, place } = placed(camera, wantedKind);
    const { streamId, kind } = stream;
    const isNew = join(stream, share);
    const [worker, running] = await Promise.all([place, source.keyPicture()]);
    if (worker === undefined) {
      if (isNew) leave(stream, share);
      return refuse('unavailable', 'No media worker runs at this moment. Try again in a second.', {
        reason: 'media.no_worker',
      });
    }
    const keyPicture = running ?? posters.find(streamId);
    return ok({
      streamId,
      workerId: worker.workerId,
      stream: kind,
      // Notices may have gone out meanwhile: the answer that comes after them must not be older.
      status: statusOf(streams.get(streamId) ?? stream),
      ...(keyPicture === undefined ? {} : { keyPicture }),
    });
  };

  const holdStreams: CamerasService['holdStreams'] = (share, wanted) => {
    const held = new Set<Stream>();
    for (const { cameraId, stream: kind } of wanted) {
      const camera = directory.camera(cameraId);
      if (camera === undefined) continue;
      const { stream } = placed(camera, kind);
      join(stream, share);
      held.add(stream);
    }
    // New shares are taken first, so that a stream that is wanted before and after never stops in between.
    for (const stream of [...streams.values()]) if (!held.has(stream)) leave(stream, share);
  };

  const leave = (stream: Stream, share: StreamShare): void => {
    if (!stream.shares.remove(share)) return;
    if (share.purpose !== 'probe') stream.leftAtMs = nowMs();
    if (stream.shares.size > 0) return;
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
    onOnlineChanged: (listener) => void onlineChanged.add(listener),
    openStream,
    holdStreams,
    closeStream(share, streamId) {
      const stream = streams.get(streamId);
      if (stream === undefined || !stream.shares.has(share)) {
        return refuse('not_found', `This surface holds no share in stream ${streamId}.`, {
          reason: 'cameras.stream_not_held',
        });
      }
      leave(stream, share);
      return ok({});
    },
    reportDecoding(share, streamId, decodes) {
      const stream = streams.get(streamId);
      if (stream?.shares.has(share) !== true || stream.state.name !== 'live') {
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
      observed.notify({ type: 'decoding', cameraId: stream.camera.id, streamId, decodes });
      return ok({});
    },
    keyPicture: async (streamId) =>
      (await streams.get(streamId)?.source?.keyPicture()) ?? posters.find(streamId),
    releaseShares(share) {
      for (const stream of [...streams.values()]) leave(stream, share);
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
    onStreamChanged: (listener) => void streamChanged.add(listener),
    startProbe(cameraId) {
      const camera = directory.camera(cameraId);
      if (camera === undefined) return undefined;
      const isLive = (kind: StreamKind): boolean => streams.get(`${cameraId}:${kind}`)?.state.name === 'live';
      const kind = !isLive('sub') && isLive('main') ? 'main' : servedKind(camera, 'sub');
      const stream = streamOf(camera, kind);
      stream.source ??= media.openSource(stream.streamId);
      join(stream, probeShare);
      return stream.streamId;
    },
    endProbe(streamId) {
      const stream = streams.get(streamId);
      if (stream !== undefined) leave(stream, probeShare);
    },
    async liveStatistics(streamId) {
      const stream = streams.get(streamId);
      const isLive = stream?.state.name === 'live' || stream?.state.name === 'lingering';
      return isLive ? stream.source?.statistics() : undefined;
    },
    async details(streamId) {
      const stream = streams.get(streamId);
      return stream === undefined ? {} : detailsOf(stream);
    },
    onObserved: (listener) => void observed.add(listener),
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
      for (const stream of [...streams.values()]) {
        stopAttempt(stream);
        letGo(stream);
      }
    },
  };
}
