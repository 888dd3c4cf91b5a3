import type {
  CameraHealth,
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
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import type { Logger } from '../../logger.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { AttemptEvent, CameraMedia, CameraSource } from './cameras.ports.ts';
import type { Camera, CamerasRepository } from './cameras.repository.ts';
import { createPosterShelf } from './posterShelf.ts';

/** A live stream whose frames stopped for this long is frozen. At 5 fps and more, five frames are missing by then. */
const frameGapMs = 1_200;
/** One failed attempt may be a camera that restarts; after the second the tour goes on without it. */
const failuresUntilOffline = 2;
/** How often running streams are looked at for frozen pictures. */
const freezeCheckMs = 250;

/** What changed in a stream, for those who hold a share in it. */
export interface StreamChange {
  streamId: string;
  cameraId: string;
  stream: StreamKind;
  status: StreamStatus;
}

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
  keyPicture(streamId: string): KeyPicture | undefined;
  /** Gives back every share of a viewer that went away. */
  releaseViewer(viewerId: string): void;
  /** Running streams of these cameras start anew with the new address. */
  camerasChanged(cameraIds: string[]): void;
  onStreamChanged(listener: (viewerIds: ReadonlySet<string>, change: StreamChange) => void): void;
  /** How each camera does, as far as it was watched. */
  health(): CameraHealth[];
  /** Streams by state, for the metrics. */
  streamCounts(): Record<CameraStream['name'], number>;
  close(): void;
}

export interface CamerasServiceOptions {
  directory: CameraDirectory;
  repository: Pick<CamerasRepository, 'findStreamAddress'>;
  media: CameraMedia;
  logger: Logger;
  lingerMs: number;
  nowMs(): number;
  /** 0…1, for spreading retries. */
  random(): number;
}

interface Stream {
  streamId: string;
  camera: Camera;
  kind: StreamKind;
  state: CameraStream;
  viewers: Set<string>;
  source?: CameraSource;
  /** Counts attempts, so that what a past attempt still reports is told from the present one. */
  attemptNumber: number;
  attempt?: { close(): void };
  described?: Extract<AttemptEvent, { type: 'described' }>;
  timer?: NodeJS.Timeout;
}

/** Camera streams on demand: started by the first viewer, shared by all, let go after the last one and a linger. */
export function createCamerasService(options: CamerasServiceOptions): CamerasService {
  const { directory, repository, media, logger, nowMs, random } = options;
  const streams = new Map<string, Stream>();
  const posters = createPosterShelf();
  const listeners: ((viewerIds: ReadonlySet<string>, change: StreamChange) => void)[] = [];
  const onlineListeners: (() => void)[] = [];
  const offline = new Set<string>();
  const startedAtMs = nowMs();
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

  const dispatch = (stream: Stream, event: CameraStreamEvent): void => {
    const result = transitionCameraStream(stream.state, event, nowMs(), options.lingerMs);
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
        const source = stream.source ?? media.openSource(stream.streamId);
        stream.source = source;
        closeAttempt = source.startAttempt(address, (event) => {
          if (current()) attemptReported(stream, event);
        }).close;
      },
      (error: unknown) => {
        logger.error({ err: error, streamId: stream.streamId }, 'the address of a camera could not be read');
        failed('The camera’s address could not be read from the store. See the hub’s log.');
      },
    );
  };

  const attemptReported = (stream: Stream, event: AttemptEvent): void => {
    switch (event.type) {
      case 'described':
        stream.described = event;
        announce(stream);
        return;
      case 'live':
        dispatch(stream, { type: 'pictureArrived' });
        return;
      case 'ended': {
        logger.info({ streamId: stream.streamId, cause: event.cause }, event.message);
        const { cause, message, codec } = event;
        dispatch(stream, {
          type: 'attemptEnded',
          cause,
          message,
          jitter: random(),
          ...(codec === undefined ? {} : { codec }),
        });
        return;
      }
    }
  };

  const stopAttempt = (stream: Stream): void => {
    stream.attemptNumber += 1;
    stream.attempt?.close();
    delete stream.attempt;
    const picture = stream.source?.keyPicture();
    if (picture !== undefined) posters.keep(stream.streamId, picture);
  };

  const letGo = (stream: Stream): void => {
    stream.source?.close();
    delete stream.source;
    delete stream.described;
    streams.delete(stream.streamId);
    clearTimeout(stream.timer);
  };

  const setDeadline = (stream: Stream): void => {
    clearTimeout(stream.timer);
    const deadlineMs = nextCameraStreamDeadline(stream.state);
    if (deadlineMs === undefined || closed) return;
    stream.timer = setTimeout(
      () => {
        dispatch(stream, { type: 'deadlineReached' });
        // A timer may ring a millisecond early; the machine then refuses, and must be asked again.
        if (nextCameraStreamDeadline(stream.state) === deadlineMs) setDeadline(stream);
      },
      Math.max(1, deadlineMs - nowMs()),
    );
  };

  const checkFrozen = (stream: Stream): void => {
    const { state, source } = stream;
    if ((state.name !== 'live' && state.name !== 'lingering') || source === undefined) return;
    const { lastFrameAtMs, lastPictureChangeAtMs } = source.statistics();
    const now = nowMs();
    const gapSinceMs =
      lastFrameAtMs !== undefined && now - lastFrameAtMs > frameGapMs
        ? lastFrameAtMs
        : lastPictureChangeAtMs !== undefined && now - lastPictureChangeAtMs > stillPictureMs
          ? lastPictureChangeAtMs
          : undefined;
    if (gapSinceMs !== undefined && state.frozenSinceMs === undefined) {
      dispatch(stream, { type: 'pictureFroze', sinceMs: gapSinceMs });
    } else if (gapSinceMs === undefined && state.frozenSinceMs !== undefined) {
      dispatch(stream, { type: 'pictureMoved' });
    }
  };

  const freezeTimer = setInterval(() => {
    for (const stream of streams.values()) checkFrozen(stream);
  }, freezeCheckMs);
  freezeTimer.unref();

  const openStream: CamerasService['openStream'] = (viewerId, cameraId, wantedKind) => {
    const camera = directory.camera(cameraId);
    if (camera === undefined) {
      return refuse('not_found', `There is no camera ${cameraId} in the registry.`);
    }
    const kind: StreamKind = wantedKind === 'sub' && camera.urls.sub !== undefined ? 'sub' : 'main';
    const streamId = `${camera.id}:${kind}`;
    const stream: Stream = streams.get(streamId) ?? {
      streamId,
      camera,
      kind,
      state: idleCameraStream(nowMs()),
      viewers: new Set(),
      attemptNumber: 0,
    };
    stream.source ??= media.openSource(streamId);
    const workerId = stream.source.workerId();
    if (workerId === undefined) {
      if (!streams.has(streamId)) stream.source.close();
      return refuse('unavailable', 'No media worker runs at this moment. Try again in a second.');
    }
    streams.set(streamId, stream);
    const isFirst = stream.viewers.size === 0;
    stream.viewers.add(viewerId);
    if (isFirst) dispatch(stream, { type: 'viewerArrived' });
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
    if (stream.viewers.size === 0) dispatch(stream, { type: 'lastViewerLeft' });
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
        return refuse('not_found', `This surface holds no share in stream ${streamId}.`);
      }
      leave(stream, viewerId);
      return ok({});
    },
    keyPicture: (streamId) => streams.get(streamId)?.source?.keyPicture() ?? posters.find(streamId),
    releaseViewer(viewerId) {
      for (const stream of [...streams.values()]) leave(stream, viewerId);
    },
    camerasChanged(cameraIds) {
      const changed = new Set(cameraIds);
      for (const stream of [...streams.values()]) {
        const camera = directory.camera(stream.camera.id);
        if (camera !== undefined) stream.camera = camera;
        if (changed.has(stream.camera.id)) dispatch(stream, { type: 'cameraChanged' });
      }
    },
    onStreamChanged(listener) {
      listeners.push(listener);
    },
    health: () =>
      [...directory.cameras()].map(({ id }) => ({
        cameraId: id,
        condition: offline.has(id) ? 'offline' : 'unknown',
        sinceMs: startedAtMs,
      })),
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

/**
 * A picture that has not changed at all for this long is stuck: sensor noise makes even a dark, empty kitchen differ
 * from frame to frame, while a stuck encoder repeats itself to the bit.
 */
const stillPictureMs = 8_000;

function statusOf(stream: Stream): StreamStatus {
  const { state, described } = stream;
  return {
    state: state.name,
    sinceMs: state.sinceMs,
    ...('frozenSinceMs' in state && state.frozenSinceMs !== undefined
      ? { frozenSinceMs: state.frozenSinceMs }
      : {}),
    ...(state.name === 'retrying' ? { retryAtMs: state.retryAtMs } : {}),
    ...('message' in state ? { message: state.message } : {}),
    ...(state.name === 'unsupported' ? { codec: state.codec } : {}),
    ...(described === undefined ? {} : { codec: described.codec, transcoded: described.transcoded }),
    ...(described?.audio === undefined ? {} : { audio: described.audio }),
  };
}
