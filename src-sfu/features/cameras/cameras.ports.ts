import type { KeyPicture } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { StreamEndCause, StreamWait } from '../../../src-shared/cameras/cameraStream.ts';
import type { PictureInterval } from '../../../src-shared/cameras/pictureLimits.ts';
import type { StreamAddress } from './cameras.repository.ts';

/** Why a camera's sound is not played, and what it is, such as `MPEG4-GENERIC/16000`. */
export interface SoundFault {
  cause: 'refused' | 'unsupported';
  codec: string;
}

/** What one attempt at a camera reports. `ended` comes at most once, and never after the attempt was closed. */
export type AttemptEvent =
  | {
      type: 'described';
      codec: string;
      transcoded: boolean;
      audio?: 'PCMA' | 'PCMU';
      soundFault?: SoundFault;
    }
  | { type: 'waiting'; for: StreamWait }
  | { type: 'reordered'; isConverted: boolean }
  /** The first whole key picture is there; with what was measured until then. */
  | { type: 'live'; statistics: SourceStatistics }
  /** The camera accepted its password encrypted (Digest). */
  | { type: 'tookDigest' }
  /**
   * `status`: the status of the camera's answer, when it refused. `isPasswordWithheld`: the camera asks for its password in plain
   * text, and a person must allow that first.
   */
  | {
      type: 'ended';
      cause: StreamEndCause;
      message: string;
      codec?: string;
      status?: number;
      isPasswordWithheld?: true;
    };

/** What is known about the received media. Times are Unix milliseconds. */
export interface SourceStatistics {
  lastFrameAtMs: number | undefined;
  /** When the picture last differed from the one before. */
  lastPictureChangeAtMs: number | undefined;
  framesReceived: number;
  /** Pictures per second, and pictures from one key picture to the next; once they are known. */
  estimatedFps?: number | undefined;
  gopFrames?: number | undefined;
  pictureInterval?: PictureInterval;
  /** The duration of a group of pictures, in milliseconds. */
  groupMs?: number | undefined;
  bytes: number;
  lostPackets: number;
}

/**
 * The media of one camera stream: its place on a worker and what viewers consume. It stays the same over any number of
 * attempts at the camera, so that viewers keep their consumers when the camera comes back.
 */
export interface CameraSource {
  /**
   * Takes a place on a worker, unless it has one. Before that, its pictures are only measured, and no worker is involved.
   * Resolves at once with the worker that carries the stream now, which is another one after a worker ended unexpectedly;
   * resolves with undefined while no worker runs. The stream then gets its place as soon as a worker runs.
   */
  takePlace(): Promise<{ workerId: string } | undefined>;
  /**
   * Starts an attempt. There is at most one at a time: close the earlier one first. A `sparing` attempt leaves one place for
   * transcoding free, and otherwise ends with `transcodeBudget`.
   */
  startAttempt(
    address: StreamAddress,
    onEvent: (event: AttemptEvent) => void,
    options: { sparing: boolean },
  ): { close(): void };
  /** The last whole key picture before the call, even if the source is closed right after it. */
  keyPicture(): Promise<KeyPicture | undefined>;
  /** The present measurements, for a health probe, which cannot wait for `onMeasured`. */
  statistics(): Promise<SourceStatistics>;
  close(): void;
}

/** How often every open source is measured, in milliseconds. */
export const measureIntervalMs = 250;

/**
 * The media side of the hub as the cameras feature needs it. It may run in another process: what it knows comes as a promise
 * or as an event.
 */
export interface CameraMedia {
  openSource(streamId: string): CameraSource;
  /**
   * Called every `measureIntervalMs` with what is known of each open source, by its stream's id; not while no source is open.
   * The map is the listener's to keep.
   */
  onMeasured(listener: (measured: ReadonlyMap<string, SourceStatistics>) => void): void;
}
