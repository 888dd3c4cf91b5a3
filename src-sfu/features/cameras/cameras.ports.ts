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
  | { type: 'live' }
  /** The camera took its password encrypted (Digest). */
  | { type: 'tookDigest' }
  /** `status`: of the camera's answer, when it refused with one. */
  | { type: 'ended'; cause: StreamEndCause; message: string; codec?: string; status?: number };

/** What is known of the media that came in. Times are Unix milliseconds. */
export interface SourceStatistics {
  lastFrameAtMs: number | undefined;
  /** When the picture last differed from the one before. */
  lastPictureChangeAtMs: number | undefined;
  framesReceived: number;
  /** Pictures per second, and pictures from one key picture to the next; once they are known. */
  estimatedFps?: number | undefined;
  gopFrames?: number | undefined;
  pictureInterval?: PictureInterval;
  /** How long a group of pictures is, in milliseconds. */
  groupMs?: number | undefined;
  bytes: number;
  lostPackets: number;
}

/**
 * The media of one camera stream: its place on a worker and what viewers consume. It stays the same over any number of
 * attempts at the camera, so that viewers keep their consumers when the camera comes back.
 */
export interface CameraSource {
  /** Takes a place on a worker, once; until then its pictures are only measured, and cost no worker anything. */
  takePlace(): void;
  /** The worker that carries it now; another one after a worker died. */
  workerId(): string | undefined;
  /**
   * Starts an attempt. At most one at a time: close the one before. One that is `sparing` leaves a place for changing
   * codecs free, and ends with `transcodeBudget` otherwise.
   */
  startAttempt(
    address: StreamAddress,
    onEvent: (event: AttemptEvent) => void,
    options: { sparing: boolean },
  ): { close(): void };
  keyPicture(): KeyPicture | undefined;
  statistics(): SourceStatistics;
  close(): void;
}

/** The media side of the hub as the cameras feature needs it. */
export interface CameraMedia {
  openSource(streamId: string): CameraSource;
}
