import { bodyCamMemberId } from '../../src-shared/bodycam/bodycam.protocol.ts';
import { may } from '../../src-shared/session/principal.ts';
import { createBodyCamHandlers } from '../features/bodycam/bodycam.handlers.ts';
import { createBodyCams } from '../features/bodycam/bodyCams.ts';
import { createBodyCamStreams, type BodyCamStreams } from '../features/bodycam/bodyCamStreams.ts';
import { isWhipConnection } from '../features/bodycam/whipSessions.ts';
import type { BodyCamViewing } from '../features/cameras/cameras.handlers.ts';
import { createSendingMedia, type SendingMedia } from '../media/sendingMedia.ts';
import type { Voices } from '../media/voices.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import type { HubFeature, StreamOffer } from './contract.ts';
import type { DenialLog } from './denials.ts';
import type { Drivers } from './drivers.ts';
import type { SquadsFeature } from './squads.ts';
import { startWhip } from './whip.ts';

/** Pictures of members, from their phones and recorders. */
export interface BodyCamFeature extends HubFeature<
  Extract<keyof RequestHandlers, `bodycam:${string}` | `whip:${string}`>
> {
  streams: StreamOffer;
  /** Body cams as cameras are shown. */
  shown: BodyCamStreams;
  viewing: BodyCamViewing;
  /** Whose recorder it is. */
  memberOfDevice(deviceId: string): string | undefined;
  /** What phones and recorders send: pictures, and the voices of talk. */
  sending: SendingMedia;
}

/** Composes body cams and recorders, and loads the stored devices. */
export async function createBodyCamFeature(
  { store, logger, nowMs }: Drivers,
  parts: { squads: SquadsFeature; voices: Voices; denied: DenialLog['denied'] },
): Promise<BodyCamFeature> {
  const { roster, connections, emergencies, phones } = parts.squads;
  const sending = createSendingMedia(parts.voices, {
    bodyCamKinds: (memberId, kinds, connectionId) =>
      bodyCams.producing(memberId, kinds, {
        connectionId,
        sender: isWhipConnection(connectionId) ? 'recorder' : 'phone',
      }),
    bodyCamLost: (memberId) => bodyCams.mediaLost(memberId),
    bodyCamStalled: (memberId, isStalled) => bodyCams.stalled(memberId, isStalled ? nowMs() : undefined),
    bodyCamTakenOver(memberId, connectionId) {
      if (connections.of(memberId)?.connectionId === connectionId) bodyCams.takenOver(memberId);
      else whip.endConnection(connectionId);
    },
    pathChanged: (connectionId, state) => whip.pathChanged(connectionId, state),
  });
  const bodyCams = createBodyCams({
    roster,
    stopMedia(memberId) {
      sending.stopBodyCam(memberId);
      whip.endMember(memberId);
    },
    tellPhone: (memberId, name, payload) => connections.of(memberId)?.notify(name, payload),
    nowMs,
  });
  const { senderOf, stopped } = bodyCams;
  const whip = await startWhip({
    ...{ store, roster, sending, senderOf, stopped, logger, nowMs },
    denied: parts.denied,
  });
  const streams = createBodyCamStreams({ roster, findPlace: parts.voices.findPlace });

  emergencies.onRaised(({ memberId, squadId }) => {
    if (roster.squad(squadId)?.startsBodyCamInEmergency === true) bodyCams.ask(memberId, 'SOS', true);
  });
  phones.onSignedOut((memberId) => {
    // A recorder continues without the phone, but the phone's own picture is not started again.
    if (whip.isLive(memberId)) return;
    sending.stopBodyCam(memberId);
    bodyCams.stopped(memberId);
  });
  connections.onDisconnected((memberId) => {
    // The picture of a member's recorder is not sent over the phone.
    if (!whip.isLive(memberId)) bodyCams.lost(memberId);
  });
  const isBodyCam = (id: string): boolean => bodyCamMemberId(id) !== undefined;
  const mayView: BodyCamViewing['mayView'] = ({ identity }) =>
    identity !== undefined && may(identity.principal, 'bodycam:view');

  return {
    shown: streams,
    viewing: { ...streams, isBodyCam, mayView },
    sending,
    memberOfDevice: whip.memberOfDevice,
    handlers: { ...createBodyCamHandlers({ bodyCams, sending }), ...whip.handlers },
    routes: whip.routes,
    left({ connectionId }) {
      streams.releaseShares({ holder: connectionId, purpose: 'view' });
      sending.surfaceLeft(connectionId);
    },
    streams: {
      owns: isBodyCam,
      mayConsume({ identity }, streamId) {
        const squadId = roster.member(bodyCamMemberId(streamId) ?? '')?.squadId;
        return identity !== undefined && may(identity.principal, 'bodycam:view', { squadId });
      },
      isOpen: ({ connectionId }, streamId) =>
        streams.isHeld({ holder: connectionId, purpose: 'view' }, streamId),
      producers: sending,
    },
    announceTo(surfaces) {
      whip.announceTo(surfaces);
      streams.onStreamChanged((connectionIds, change) => {
        for (const connectionId of connectionIds)
          surfaces.find(connectionId)?.notify('cameras:streamChanged', change);
      });
    },
    close() {
      whip.close();
      bodyCams.close();
    },
  };
}
