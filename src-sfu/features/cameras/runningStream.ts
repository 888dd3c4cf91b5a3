import type { Timer } from '../../base/timers.ts';
import type { KeyPicture, StreamKind, StreamStatus } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { CameraStream, StreamEndCause, StreamWait } from '../../../src-shared/cameras/cameraStream.ts';
import {
  announcedGroup,
  announcedInterval,
  type PictureInterval,
} from '../../../src-shared/cameras/pictureLimits.ts';
import type { AttemptEvent, CameraSource, SourceStatistics } from './cameras.ports.ts';
import type { Camera } from './cameras.repository.ts';
import type { StreamShares } from '../../base/streamShares.ts';

/** What changed in a stream, for those who hold a share in it. */
export interface StreamChange {
  streamId: string;
  cameraId: string;
  stream: StreamKind;
  status: StreamStatus;
}

/** What happened to a stream, whoever holds a share in it. */
export type StreamObservation = { cameraId: string; streamId: string } &
  /** `isWatched`: the stream runs for more than a health probe. */
  (
    | { type: 'live'; isWatched: boolean }
    /** A surface reports whether its browser decodes the stream. */
    | { type: 'decoding'; decodes: boolean }
    /** For the first time since it became live, or since it froze, its picture changed. */
    | { type: 'advanced' }
    | { type: 'froze'; sinceMs: number }
    | { type: 'ended'; cause: StreamEndCause; message: string; codec?: string; isPasswordWithheld?: true }
    /** The stream is about to be stopped or restarted; these are its last measurements. */
    | { type: 'stopped'; details: StreamDetails }
  );

/** The properties of a stream's pictures. */
export interface StreamDetails {
  picture?: KeyPicture;
  codec?: string;
  frameRate?: number;
}

/** One stream of one camera, from its first share until it is idle. */
export interface Stream {
  streamId: string;
  camera: Camera;
  kind: StreamKind;
  state: CameraStream;
  shares: StreamShares;
  /** When the last share that was no health probe was given back. */
  leftAtMs?: number;
  /** Whether its picture changed since it became live. */
  hasAdvanced: boolean;
  source?: CameraSource;
  /** What was measured last, up to `measureIntervalMs` ago. */
  statistics?: SourceStatistics;
  /** Counts attempts, so that a late report of a past attempt is not taken for one of the present attempt. */
  attemptNumber: number;
  attempt?: { close(): void };
  described?: Extract<AttemptEvent, { type: 'described' }>;
  timer?: Timer;
  /** What the present attempt waits for, when it takes longer than usual. */
  waitingFor?: StreamWait | undefined;
  /** Whether its pictures come out of order, and are put in order. */
  reordered?: 'converted' | 'passed' | undefined;
  /** What surfaces reported about decoding its pictures. One surface that can decode them is enough. */
  decoding?: 'proved' | 'failed' | undefined;
  /** The state that was announced last. */
  pictureInterval?: PictureInterval;
  groupMs?: number | undefined;
}

/** Records how often pictures come. Returns whether the value that surfaces know has changed. */
export function measureStream(stream: Stream): boolean {
  const { pictureInterval, groupMs } = stream.statistics ?? {};
  const interval = announcedInterval(pictureInterval);
  const group = announcedGroup(groupMs, stream.groupMs);
  const changed = interval !== stream.pictureInterval || group !== stream.groupMs;
  stream.pictureInterval = interval;
  stream.groupMs = group;
  return changed;
}

/** Whether the stream runs for a health probe alone. */
export function isOnlyProbed({ shares }: Stream): boolean {
  return shares.size > 0 && shares.sizeWithoutProbes === 0;
}

/** Whether anybody needs the stream for something else than a health probe, or did since it started. */
export function wasWatched({ shares, leftAtMs }: Stream): boolean {
  return leftAtMs !== undefined || shares.sizeWithoutProbes > 0;
}

/** The stream that is really served: main where there is no sub. */
export function servedKind(camera: Camera, wanted: StreamKind): StreamKind {
  return wanted === 'sub' && camera.urls.sub !== undefined ? 'sub' : 'main';
}

/** What is known of a stream's pictures when this is called, even if the stream ends right after it. */
export async function detailsOf({ source, described, statistics }: Stream): Promise<StreamDetails> {
  const frameRate = statistics?.estimatedFps;
  const picture = await source?.keyPicture();
  return {
    ...(picture === undefined ? {} : { picture }),
    ...(described === undefined ? {} : { codec: described.codec }),
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}

/** The stream's status as surfaces get it. */
export function statusOf(stream: Stream): StreamStatus {
  const { state, described, pictureInterval, groupMs, waitingFor, reordered, decoding } = stream;
  return {
    state: state.name,
    sinceMs: state.sinceMs,
    ...('frozenSinceMs' in state && state.frozenSinceMs !== undefined
      ? { frozenSinceMs: state.frozenSinceMs }
      : {}),
    ...(state.name === 'retrying' ? { retryAtMs: state.retryAtMs } : {}),
    ...('message' in state ? { message: state.message } : {}),
    ...(state.name === 'unsupported' ? { codec: state.codec } : {}),
    ...(described === undefined
      ? {}
      : { codec: described.codec, transcoded: described.transcoded || reordered === 'converted' }),
    ...(state.name === 'starting' && waitingFor !== undefined ? { waitingFor } : {}),
    ...(decoding === 'failed' ? { isUndecodable: true } : {}),
    ...(reordered === 'passed' ? { isReordered: true } : {}),
    ...(pictureInterval === undefined ? {} : { pictureIntervalMs: pictureInterval }),
    ...(groupMs === undefined ? {} : { groupMs }),
    ...(described?.audio === undefined ? {} : { audio: described.audio }),
    ...(described?.soundFault === undefined ? {} : { soundFault: described.soundFault }),
  };
}
