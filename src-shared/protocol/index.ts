import { z } from 'zod';
import { alertNotices, alertRequests } from '../alerts/alerts.protocol.ts';
import { cameraNotices, cameraRequests } from '../cameras/cameras.protocol.ts';
import { mapNotices, mapRequests } from '../map/map.protocol.ts';
import { mediaNotices, mediaRequests } from '../media/media.protocol.ts';
import { sessionNotices, sessionRequests } from '../session/session.protocol.ts';
import { bodyCamNotices, bodyCamRequests } from '../squads/bodyCam.protocol.ts';
import { squadNotices, squadRequests } from '../squads/squads.protocol.ts';
import { whipNotices, whipRequests } from '../squads/whip.protocol.ts';
import { sendingRequests } from '../talk/sending.protocol.ts';
import { talkNotices, talkRequests } from '../talk/talk.protocol.ts';
import { wallNotices, wallRequests } from '../wall/wall.protocol.ts';
import type { NoticeEvents, NoticePayload, RequestEvents, RequestInput, RequestOutput } from './define.ts';

export { protocolVersion } from './version.ts';

/** Every request a surface can send. */
export const requests = {
  ...sessionRequests,
  ...mediaRequests,
  ...cameraRequests,
  ...wallRequests,
  ...alertRequests,
  ...mapRequests,
  ...squadRequests,
  ...bodyCamRequests,
  ...whipRequests,
  ...talkRequests,
  ...sendingRequests,
};
/** Every notice the hub can send. */
export const notices = {
  ...sessionNotices,
  ...mediaNotices,
  ...cameraNotices,
  ...wallNotices,
  ...alertNotices,
  ...mapNotices,
  ...squadNotices,
  ...bodyCamNotices,
  ...whipNotices,
  ...talkNotices,
};

export type Requests = typeof requests;
export type Notices = typeof notices;
export type RequestName = keyof Requests;
export type NoticeName = keyof Notices;
export type InputOf<Name extends RequestName> = RequestInput<Requests, Name>;
export type OutputOf<Name extends RequestName> = RequestOutput<Requests, Name>;
export type NoticeOf<Name extends NoticeName> = NoticePayload<Notices, Name>;

export type SurfaceToHubEvents = RequestEvents<Requests>;
export type HubToSurfaceEvents = NoticeEvents<Notices>;

/** What a surface says in the socket.io handshake (`auth`). */
export const handshakeSchema = z.object({
  protocolVersion: z.number().int(),
  /** The key of the hub's access link; not needed from the hub's own machine. */
  accessKey: z.string().max(200).optional(),
  /**
   * A squad member's phone, which has no access key: it is let in to sign in (`squads:signIn`) and to join as `field`, and
   * to nothing else.
   */
  isPhone: z.literal(true).optional(),
});
export type Handshake = z.output<typeof handshakeSchema>;

/** Why a handshake was refused: socket.io's `connect_error` carries it as `error.data`. */
export interface HandshakeRefusal {
  code: 'version_mismatch' | 'bad_handshake' | 'access_denied' | 'hub_full' | 'wrong_origin';
  message: string;
  hubProtocolVersion: number;
}
