import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { CameraView, ShownCamera } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { TourCamera } from '../../../src-shared/wall/tourSettings.ts';
import type { UpcomingStream } from '../../../src-shared/wall/wall.protocol.ts';
import type { RecordedPrincipal } from '../../base/asking.ts';

/** The answer to a command: the revision that the screen or the library has after it. */
export type Answer = Promise<Ack<{ revision: number }>>;

/** The cameras as the wall needs them. */
export interface WallCameras {
  listCameras(): CameraView[];
  findCamera(cameraId: string): ShownCamera | undefined;
  counts(): { sites: number; cameras: number };
  /** Whether the camera is expected to show pictures; true for a camera that was never probed. */
  isOnline(cameraId: string): boolean;
}

/** The cameras as a tour sees them. */
export function tourCameras(cameras: WallCameras): TourCamera[] {
  return cameras.listCameras().map(({ cameraId, siteType, district }) => ({
    cameraId,
    siteType,
    district,
    online: cameras.isOnline(cameraId),
  }));
}

/** What the audit log says of a change of the wall: the request, the screen, and what it was about. */
export interface WallLine {
  atMs: number;
  actor: string;
  /** The request's name, such as `wall:showCameras`. */
  action: string;
  /** The screen, or what was saved. */
  subject: string;
  detail: object;
  /** Left out: whoever asks for what is being done. */
  principal?: RecordedPrincipal | null;
}

/** Stores what was chosen for the wall and the progress of its tours. Durable when a promise resolves. */
export interface WallRepository {
  read(name: string): Promise<unknown>;
  /** Stores the choice of an operator, with its line of the audit log. */
  save(name: string, value: unknown, actor: string, nowMs: number, line: WallLine): Promise<void>;
  /** A state that moves by itself, with the lines of those who moved it too, such as by turning a page. */
  keep(name: string, value: unknown, lines?: readonly WallLine[]): Promise<void>;
}

/** Holds streams running for screens that are about to show them. */
export interface StreamWarmer {
  /** The streams wanted for a screen from now on; those no longer named are released. */
  warm(screenId: string, streams: readonly UpcomingStream[]): void;
}
