import type { TransportDescription } from '../../../src-shared/media/media.protocol.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { OfferRefusal } from '../../base/iceSessions.ts';
import type { WhipMedia } from '../../features/bodycam/whipSessions.ts';
import type { SendingMedia } from '../sendingMedia.ts';
import { readIceFragment, writeIceFragment } from './iceFragment.ts';
import { writeWhipAnswer } from './whipAnswer.ts';
import { readWhipOffer } from './whipOffer.ts';

interface Known {
  transport: TransportDescription;
  media: { kind: string; mid: string | undefined };
}

/** WHIP over the sending media of surfaces: a session sends as a phone does, and its end of SDP is spoken here. */
export function createWhipMedia(sending: SendingMedia): WhipMedia {
  const sessions = new Map<string, Known>();
  const failed = (error: { code: string; message: string }): OfferRefusal => ({
    ok: false,
    status: error.code === 'unavailable' ? 503 : 422,
    code: error.code === 'unavailable' ? 'unavailable' : 'unusable_offer',
    message: error.message,
  });
  const stop = (connectionId: string): void => {
    sessions.delete(connectionId);
    sending.surfaceLeft(connectionId);
  };

  return {
    async start(connectionId, memberId, text) {
      const read = readWhipOffer(text);
      if (!read.ok) return read;
      const { offer } = read;
      const refuse = (error: { code: string; message: string }): OfferRefusal => {
        stop(connectionId);
        return failed(error);
      };
      const opened = await sending.open(connectionId);
      if (!opened.ok) return refuse(opened);
      const { transport } = opened.data;
      const { transportId } = transport;
      const dtlsParameters = offer.dtls as InputOf<'talk:connectSending'>['dtlsParameters'];
      const connected = await sending.connect(connectionId, { transportId, dtlsParameters });
      if (!connected.ok) return refuse(connected);
      const taken = offer.sections.flatMap((section) => section.taken ?? []);
      // The sound belongs to a picture: that one first.
      for (const { kind, rtpParameters } of [
        ...taken.filter((one) => one.kind === 'video'),
        ...taken.filter((one) => one.kind === 'audio'),
      ]) {
        const made = await sending.produceBodyCam(connectionId, memberId, {
          transportId,
          kind,
          rtpParameters,
        });
        if (!made.ok) return refuse(made);
      }
      const first = offer.sections.find((section) => section.taken !== undefined);
      const media = { kind: first?.media.type ?? 'video', mid: first?.mid };
      sessions.set(connectionId, { transport, media });
      return { ok: true, answer: writeWhipAnswer(offer, transport), ice: offer.ice };
    },
    readFragment: readIceFragment,
    async restart(connectionId) {
      const known = sessions.get(connectionId);
      if (known === undefined) {
        return { ok: false, status: 404, code: 'not_found', message: 'There is no such session any more.' };
      }
      const restarted = await sending.restartIce(connectionId, known.transport.transportId);
      if (!restarted.ok) return failed(restarted);
      const { iceParameters } = restarted.data;
      return {
        ok: true,
        fragment: writeIceFragment(iceParameters, known.transport.iceCandidates, known.media),
      };
    },
    stop,
  };
}
