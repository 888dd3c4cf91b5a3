import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { OfferRefusal } from '../../base/iceSessions.ts';
import type { District, KeyPicture, SiteType } from '../../../src-shared/cameras/cameras.protocol.ts';

/** A site of the registry, as far as the public may know it. */
export interface RegistrySite {
  id: string;
  name: string;
  nameEn?: string;
  type: SiteType;
  district: District;
  /** WGS-84 degrees. */
  position?: { latitude: number; longitude: number };
}

/** A camera of the registry. */
export interface RegistryCamera {
  id: string;
  /** As the registry's tables name it. */
  externalId?: string;
  siteId: string;
  name: string;
  nameEn?: string;
}

/** The registry in memory. */
export interface Registry {
  site(siteId: string): RegistrySite | undefined;
  camera(cameraId: string): RegistryCamera | undefined;
  camerasOf(siteId: string): readonly RegistryCamera[];
}

/** Cameras that are kept open for the public, and their last pictures, which are not softened yet. */
export interface SourceCameras {
  /** From now on exactly these cameras are kept open. */
  hold(cameraIds: readonly string[]): void;
  /** The newest picture that the hub has of a camera. */
  picture(cameraId: string): Promise<KeyPicture | undefined>;
}

/** One softened copy that runs. */
export interface SoftenedCopy {
  /** Undefined while no media worker runs. */
  place(): Promise<{ workerId: string } | undefined>;
  /** Its streams end at every viewer, at once. */
  close(): void;
}

export interface SoftenedCopies {
  /** `onEnded`: the copy ended by itself and is not there any more. */
  open(cameraId: string, headPercent: number | undefined, onEnded: (message: string) => void): SoftenedCopy;
}

/** Softened copies over WebRTC, to clients without our signalling. */
export interface LiveMedia {
  /** Answers an SDP offer to receive the copy of a camera, which must run. */
  start(
    connectionId: string,
    cameraId: string,
    offer: string,
  ): Promise<{ ok: true; answer: string } | OfferRefusal>;
  stop(connectionId: string): void;
}

/** What a surface that watches is answered. */
export type WatchAnswer = Ack<{ streamId: string; workerId: string; width: number; height: number }>;
