import type { IceCredentials, IceMedia, OfferRefusal } from '../../base/iceSessions.ts';

/** The media of WHEP as this feature needs it. A connection is one session's. */
export interface WhepMedia extends IceMedia {
  /** Answers an offer to receive one stream, which must be open. Pictures flow as soon as the client is connected. */
  start(
    connectionId: string,
    streamId: string,
    offer: string,
  ): Promise<{ ok: true; answer: string; ice: IceCredentials } | OfferRefusal>;
  stop(connectionId: string): void;
}

/** The cameras of the hub as this feature needs them. */
export interface WhepCameras {
  /** Opens the stream and holds a share in it; the answer has the id of the stream that is served. */
  open(
    connectionId: string,
    cameraId: string,
    stream: 'main' | 'sub',
  ): Promise<{ ok: true; streamId: string } | OfferRefusal>;
  release(connectionId: string): void;
}
