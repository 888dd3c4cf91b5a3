import type { District, SiteType, StreamKind } from '../../../src-shared/cameras/cameras.protocol.ts';

/** A food business. Positions are WGS-84 degrees. */
export interface Site {
  id: string;
  externalId: string;
  name: string;
  nameEn?: string;
  type: SiteType;
  district: District;
  address: string;
  phone?: string;
  position?: { latitude: number; longitude: number };
}

/** A camera without its password, which is read only when a connection is opened. */
export interface Camera {
  id: string;
  externalId: string;
  siteId: string;
  name: string;
  nameEn?: string;
  urls: { main: string; sub?: string };
  username?: string;
}

/** How to reach one stream of a camera. Never logged, never sent. */
export interface StreamAddress {
  stream: StreamKind;
  url: string;
  username?: string;
  password?: string;
  /** The stored password was given for another host and port, so it is not used. */
  isPasswordUnusable?: boolean;
  /**
   * The camera accepted the password encrypted (Digest) before, so it is not sent in plain text (Basic) until a person allows it.
   */
  digestOnly?: boolean;
}

/** Sites and cameras as the streams need them. */
export interface CamerasRepository {
  listSites(): Promise<Site[]>;
  listCameras(): Promise<Camera[]>;
  /** The stream asked for, or main where there is no sub. Undefined for an unknown camera. */
  findStreamAddress(cameraId: string, stream: StreamKind): Promise<StreamAddress | undefined>;
  /** Records that the camera at this URL accepted the password encrypted (Digest). */
  rememberDigest(cameraId: string, url: string, nowMs: number): Promise<void>;
  /**
   * Records that a person (`actor`) allows the password in plain text for the camera where it is registered now. False when
   * nothing withholds it.
   */
  allowClearPassword(cameraId: string, actor: string, nowMs: number): Promise<boolean>;
}
