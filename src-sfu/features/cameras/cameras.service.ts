import type {
  CameraView,
  KeyPicture,
  StreamKind,
  StreamStatus,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import { idleCameraStream, type CameraStream } from '../../../src-shared/cameras/cameraStream.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import { probeShare, StreamShares, type StreamShare } from '../../base/streamShares.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { SourceStatistics } from './cameras.ports.ts';
import type { Camera } from './cameras.repository.ts';
import {
  detailsOf,
  servedKind,
  statusOf,
  type Stream,
  type StreamChange,
  type StreamDetails,
  type StreamObservation,
} from './runningStream.ts';
import { createRunningStreams, type RunningStreamsOptions } from './runningStreams.ts';

export interface CamerasService {
  listCameras(): CameraView[];
  findCamera(cameraId: string): CameraView | undefined;
  counts(): { sites: number; cameras: number };
  /** Whether a camera is expected to show pictures: false after failed attempts, until one succeeds. */
  isOnline(cameraId: string): boolean;
  /** Called when cameras went online or offline. */
  onOnlineChanged(listener: () => void): void;
  /** The share is held from this call on, also before the answer. It is released when the answer is a refusal. */
  openStream(
    share: StreamShare,
    cameraId: string,
    stream: StreamKind,
  ): Promise<Ack<OutputOf<'cameras:openStream'>>>;
  closeStream(share: StreamShare, streamId: string): Ack<Record<string, never>>;
  /** Whether the share is held in the stream now. */
  isHeld(share: StreamShare, streamId: string): boolean;
  /** From now on the share is held in exactly these streams; cameras that are not registered are left out. */
  holdStreams(share: StreamShare, streams: readonly { cameraId: string; stream: StreamKind }[]): void;
  /** A surface that views a running stream reports whether its browser decodes it. */
  reportDecoding(share: StreamShare, streamId: string, decodes: boolean): Ack<Record<string, never>>;
  keyPicture(streamId: string): Promise<KeyPicture | undefined>;
  /** Releases the share in every stream, because its holder has disconnected. */
  releaseShares(share: StreamShare): void;
  /** Running streams of these cameras start again with the new address. */
  camerasChanged(cameraIds: string[]): void;
  /** `connectionIds`: the surfaces that view the stream. */
  onStreamChanged(listener: (connectionIds: readonly string[], change: StreamChange) => void): void;
  /**
   * Opens a stream for a health probe: the stream that is already live, otherwise the sub stream. It takes no place on a worker,
   * and a stream that the probe started stops without a linger. Returns the stream's id, or undefined for an unknown camera.
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

export interface CamerasServiceOptions extends RunningStreamsOptions {
  directory: CameraDirectory;
}

/** Camera streams on demand: the first share starts a stream, and it is released after the last share and a linger. */
export function createCamerasService(options: CamerasServiceOptions): CamerasService {
  const { directory, media, nowMs } = options;
  const running = createRunningStreams(options);
  const { streams, posters, refusals, dispatch, announce } = running;

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

  /** The stream that is served for a wish, with a place on a worker once the promise resolves. */
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
      // Notices may have been sent in the meantime. The answer comes after them, so it must not be older than they are.
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
    isOnline: running.isOnline,
    onOnlineChanged: (listener) => void running.onlineChanged.add(listener),
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
    isHeld: (share, streamId) => streams.get(streamId)?.shares.has(share) === true,
    reportDecoding(share, streamId, decodes) {
      const stream = streams.get(streamId);
      if (stream?.shares.has(share) !== true || stream.state.name !== 'live') {
        return refuse('not_found', `This surface watches no stream ${streamId} that runs.`, {
          reason: 'cameras.stream_not_running',
        });
      }
      const decoding = decodes ? 'proved' : (stream.decoding ?? 'failed');
      if (decoding === stream.decoding) return ok({});
      const isNews = decoding === 'failed' || stream.decoding === 'failed';
      stream.decoding = decoding;
      if (!isNews) return ok({});
      announce(stream);
      running.observed.notify({ type: 'decoding', cameraId: stream.camera.id, streamId, decodes });
      return ok({});
    },
    keyPicture: async (streamId) =>
      (await streams.get(streamId)?.source?.keyPicture()) ?? posters.find(streamId),
    releaseShares(share) {
      for (const stream of [...streams.values()]) leave(stream, share);
    },
    camerasChanged(cameraIds) {
      const changed = new Set(cameraIds);
      for (const cameraId of cameraIds) running.forgetFailures(cameraId);
      running.forgetOffline((cameraId) => directory.camera(cameraId) !== undefined);
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
    onStreamChanged: (listener) => void running.streamChanged.add(listener),
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
    onObserved: (listener) => void running.observed.add(listener),
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
    close: running.close,
  };
}
