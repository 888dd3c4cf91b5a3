import { z } from 'zod';
import { alertNotices, alertRequests, alertSnapshotFields } from '../alerts/alerts.protocol.ts';
import { attachmentNotices, attachmentRequests } from '../attachments/attachments.protocol.ts';
import { auditRequests } from '../audit/audit.protocol.ts';
import { boardRequests } from '../board/board.protocol.ts';
import { cameraNotices, cameraRequests, cameraSnapshotFields } from '../cameras/cameras.protocol.ts';
import { citizenNotices, citizenRequests, citizenSnapshotFields } from '../citizens/citizens.protocol.ts';
import { diagnosticsNotices, diagnosticsSnapshotFields } from '../diagnostics/diagnostics.protocol.ts';
import {
  kitchenTalkNotices,
  kitchenTalkRequests,
  kitchenTalkSnapshotFields,
} from '../kitchenTalk/kitchenTalk.protocol.ts';
import { mapNotices, mapRequests } from '../map/map.protocol.ts';
import { mediaNotices, mediaRequests, mediaSnapshotFields } from '../media/media.protocol.ts';
import { onvifNotices, onvifRequests } from '../onvif/onvif.protocol.ts';
import { publicNotices, publicRequests } from '../public/public.protocol.ts';
import { pushRequests, pushSnapshotFields } from '../push/push.protocol.ts';
import { cascadeNotices, cascadeRequests } from '../cascade/cascade.protocol.ts';
import { recorderNotices, recorderRequests } from '../recorders/recorders.protocol.ts';
import { retentionRequests } from '../retention/retention.protocol.ts';
import { createSessionRequests, sessionNotices, sessionSnapshotFields } from '../session/session.protocol.ts';
import { bodyCamNotices, bodyCamRequests } from '../bodycam/bodycam.protocol.ts';
import { showcaseNotices, showcaseRequests, showcaseSnapshotFields } from '../showcase/showcase.protocol.ts';
import { shiftNotices, shiftRequests } from '../shifts/shifts.protocol.ts';
import { squadRequests } from '../squads/squadRequests.ts';
import { squadNotices, squadSnapshotFields } from '../squads/squads.protocol.ts';
import { whipNotices, whipRequests } from '../bodycam/whip.protocol.ts';
import { orderNotices, orderRequests, orderSnapshotFields } from '../orders/orders.protocol.ts';
import { findingNotices, findingRequests, findingSnapshotFields } from '../findings/findings.protocol.ts';
import { sendingRequests } from '../talk/sending.protocol.ts';
import { siteNotices, siteRequests, siteSnapshotFields } from '../sites/sites.protocol.ts';
import { talkNotices, talkRequests, talkSnapshotFields } from '../talk/talk.protocol.ts';
import { timelineRequests } from '../timeline/timeline.protocol.ts';
import { turningNotices, turningRequests } from '../turning/turning.protocol.ts';
import { webhookNotices, webhookRequests, webhookSnapshotFields } from '../webhooks/webhooks.protocol.ts';
import { wallNotices, wallRequests, wallSnapshotFields } from '../wall/wall.protocol.ts';
import type { CapabilityOf, Role } from '../session/roles.ts';
import type { NoticeEvents, NoticePayload, RequestEvents, RequestInput, RequestOutput } from './define.ts';

export { protocolVersion } from './version.ts';

/** Everything a surface needs to draw itself once; numbered notices bring it forward from there. */
export const snapshotSchema = z.object({
  ...sessionSnapshotFields,
  ...mediaSnapshotFields,
  ...cameraSnapshotFields,
  ...wallSnapshotFields,
  ...alertSnapshotFields,
  ...squadSnapshotFields,
  ...talkSnapshotFields,
  ...kitchenTalkSnapshotFields,
  ...diagnosticsSnapshotFields,
  ...orderSnapshotFields,
  ...findingSnapshotFields,
  ...siteSnapshotFields,
  ...webhookSnapshotFields,
  ...pushSnapshotFields,
  ...showcaseSnapshotFields,
  ...citizenSnapshotFields,
});
export type Snapshot = z.output<typeof snapshotSchema>;

/** Every request a surface can send. */
export const requests = {
  ...createSessionRequests(snapshotSchema),
  ...mediaRequests,
  ...cameraRequests,
  ...turningRequests,
  ...recorderRequests,
  ...onvifRequests,
  ...cascadeRequests,
  ...wallRequests,
  ...alertRequests,
  ...mapRequests,
  ...auditRequests,
  ...retentionRequests,
  ...squadRequests,
  ...bodyCamRequests,
  ...whipRequests,
  ...talkRequests,
  ...sendingRequests,
  ...kitchenTalkRequests,
  ...orderRequests,
  ...pushRequests,
  ...findingRequests,
  ...attachmentRequests,
  ...boardRequests,
  ...siteRequests,
  ...timelineRequests,
  ...shiftRequests,
  ...webhookRequests,
  ...publicRequests,
  ...showcaseRequests,
  ...citizenRequests,
};
/** Every notice the hub can send. */
export const notices = {
  ...sessionNotices,
  ...mediaNotices,
  ...cameraNotices,
  ...turningNotices,
  ...recorderNotices,
  ...onvifNotices,
  ...cascadeNotices,
  ...wallNotices,
  ...alertNotices,
  ...mapNotices,
  ...squadNotices,
  ...bodyCamNotices,
  ...whipNotices,
  ...talkNotices,
  ...kitchenTalkNotices,
  ...diagnosticsNotices,
  ...orderNotices,
  ...shiftNotices,
  ...findingNotices,
  ...attachmentNotices,
  ...siteNotices,
  ...webhookNotices,
  ...publicNotices,
  ...showcaseNotices,
  ...citizenNotices,
};

export type Requests = typeof requests;
export type Notices = typeof notices;
export type RequestName = keyof Requests;
export type NoticeName = keyof Notices;
export type InputOf<Name extends RequestName> = RequestInput<Requests, Name>;
/** Notices that are broadcast: all but those that are addressed to one surface. */
export type BroadcastName = {
  [Name in NoticeName]: Notices[Name]['audience']['to'] extends 'addressee' ? never : Name;
}[NoticeName];
export type OutputOf<Name extends RequestName> = RequestOutput<Requests, Name>;
export type NoticeOf<Name extends NoticeName> = NoticePayload<Notices, Name>;

/** Whether a role, or one of several roles, may receive a notice of this audience. */
type Reaches<Audience, R extends Role> = Audience extends { to: 'holders'; without: CapabilityOf<R> }
  ? false
  : Audience extends
        | { to: 'addressee' | 'everyone' }
        | { to: 'holders' | 'scope'; capability: CapabilityOf<R> }
        | { to: 'scope'; scopedCapability: CapabilityOf<R> }
    ? true
    : false;
/** The notices that a surface of this role may receive, by what each notice declares. */
export type NoticesFor<R extends Role> = {
  [Name in NoticeName]: Reaches<Notices[Name]['audience'], R> extends true ? Name : never;
}[NoticeName];

export type SurfaceToHubEvents = RequestEvents<Requests>;
export type HubToSurfaceEvents = NoticeEvents<Notices>;

/** The fields that a surface sends in the socket.io handshake (`auth`). */
export const handshakeSchema = z.object({
  protocolVersion: z.number().int(),
  /**
   * A squad member's phone: nobody has signed in on it, and it is let in to sign in (`squads:signIn`) and to join as `field`, and
   * to nothing else.
   */
  isPhone: z.literal(true).optional(),
  /** The token that a phone signed in with: it has a place of its own, however full the hub is. */
  memberToken: z.string().max(200).optional(),
  /** The id of the connection before this one, whose end the hub may explain. */
  previousConnectionId: z.string().max(64).optional(),
});
export type Handshake = z.output<typeof handshakeSchema>;

/** Why a handshake was refused: socket.io's `connect_error` carries it as `error.data`. */
export interface HandshakeRefusal {
  code:
    | 'version_mismatch'
    | 'bad_handshake'
    | 'access_denied'
    | 'hub_full'
    | 'wrong_origin'
    | 'too_slow'
    | 'too_busy';
  message: string;
  hubProtocolVersion: number;
}
