import type { TransportDescription } from '../../../src-shared/media/media.protocol.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { WhipMedia, WhipRefusal } from '../../features/bodycam/whipSessions.ts';
import type { SendingMedia } from '../sendingMedia.ts';
import { writeIceFragment, writeWhipAnswer } from './whipAnswer.ts';
import { readWhipOffer } from './whipOffer.ts';

interface Known {
  transport: TransportDescription;
  media: { kind: string; mid: string | undefined };
}

const maxCandidates = 64;

/** WHIP over the sending media of surfaces: a session sends as a phone does, and its end of SDP is spoken here. */
export function createWhipMedia(sending: SendingMedia): WhipMedia {
  const sessions = new Map<string, Known>();
  const failed = (error: { code: string; message: string }): WhipRefusal => ({
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
      const refuse = (error: { code: string; message: string }): WhipRefusal => {
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
    readFragment(text) {
      const malformed = (message: string): WhipRefusal => ({
        ok: false,
        status: 400,
        code: 'malformed_fragment',
        message,
      });
      const lines = text.split(/\r?\n/).filter((line) => line !== '');
      if (lines.length === 0 || lines.some((line) => !/^[a-z]=[^\0]*$/.test(line))) {
        return malformed('The body is no SDP fragment (RFC 8840): lines like "a=candidate:…".');
      }
      const candidates = lines.filter((line) => line.startsWith('a=candidate:'));
      if (candidates.length > maxCandidates) return malformed(`More than ${maxCandidates} candidates came.`);
      if (candidates.some((line) => !/^a=candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ \S+/.test(line))) {
        return malformed('A candidate is not written as RFC 8839 says.');
      }
      const valueOf = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`a=${name}:`))?.slice(`a=${name}:`.length);
      const usernameFragment = valueOf('ice-ufrag');
      const password = valueOf('ice-pwd');
      if ((usernameFragment === undefined) !== (password === undefined)) {
        return malformed('a=ice-ufrag and a=ice-pwd come together or not at all.');
      }
      if (usernameFragment === undefined || password === undefined) return { ok: true };
      return { ok: true, ice: { usernameFragment, password } };
    },
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
