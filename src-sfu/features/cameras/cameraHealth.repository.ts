import type { KeyPicture } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { CameraCondition } from '../../../src-shared/cameras/cameraCondition.ts';

/** What is remembered of a camera over restarts. Times are Unix milliseconds. */
export interface HealthRecord {
  cameraId: string;
  condition: CameraCondition;
  checkedAtMs: number;
  codec?: string;
  width?: number;
  height?: number;
  frameRate?: number;
}

/** Where the health of cameras is kept. */
export interface CameraHealthRepository {
  readAll(): Promise<HealthRecord[]>;
  /** All of them or none; durable when the promise resolves. */
  save(records: readonly HealthRecord[]): Promise<void>;
  remove(cameraIds: readonly string[]): Promise<void>;
}

/** Where the last picture of each camera is kept. A picture that cannot be read back whole counts as none. */
export interface PosterRepository {
  /** When each picture that is kept was taken, by camera. */
  times(): ReadonlyMap<string, number>;
  /** Never throws: a picture that cannot be written is logged, and the earlier one is kept. */
  save(cameraId: string, picture: KeyPicture): Promise<void>;
  find(cameraId: string): Promise<KeyPicture | undefined>;
  remove(cameraIds: readonly string[]): Promise<void>;
}
