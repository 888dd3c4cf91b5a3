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

/** A camera, without its password: that is asked for only when a connection is made. */
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
  /** A password is stored that was not given for this host and port: it is not used. */
  isPasswordUnusable?: boolean;
  /** The camera once took the password encrypted (Digest): it is not sent in clear (Basic) until a person allows it. */
  digestOnly?: boolean;
}

/** Sites and cameras as the streams need them. */
export interface CamerasRepository {
  listSites(): Promise<Site[]>;
  listCameras(): Promise<Camera[]>;
  /** The stream asked for, or main where there is no sub. Undefined for an unknown camera. */
  findStreamAddress(cameraId: string, stream: StreamKind): Promise<StreamAddress | undefined>;
  /** The camera at this URL took the password encrypted (Digest). */
  rememberDigest(cameraId: string, url: string, nowMs: number): Promise<void>;
  /**
   * Takes the word of a person (`actor`) that a camera may get its password in clear where it is registered now; false when
   * nothing keeps it from that.
   */
  allowClearPassword(cameraId: string, actor: string, nowMs: number): Promise<boolean>;
}
