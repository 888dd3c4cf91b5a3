import type { EarFault } from '../../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import { EarError, type OpenEar } from '../../../features/kitchenTalk/kitchenTalk.ports.ts';
import type { MediaWay, RecorderDirectory } from '../../../features/recorders/recorders.ports.ts';
import { SipInvitation } from './sipDialog.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import type { SipRequests } from './sipRequests.ts';
import type { SipPeer } from './sipTransport.ts';
import { faultOfStatus, type VoiceCalls, type VoiceWish } from './voiceCalls.ts';
import { readVoice, writeVoice } from './voiceDescription.ts';

export interface VoiceTalksOptions {
  settings: SipDoorSettings;
  directory: RecorderDirectory;
  requests: SipRequests;
  /** Our address and port. */
  own(): string;
  calls: VoiceCalls;
}

const inviteLimitMs = 3_000;

/** Voices to recorders by talk: we call the device. */
export class VoiceTalks {
  readonly #options: VoiceTalksOptions;
  #serial = 0;

  constructor(options: VoiceTalksOptions) {
    this.#options = options;
  }

  /** Rejects with EarError. */
  async open(wish: VoiceWish, peer: SipPeer): Promise<OpenEar> {
    const { way } = this.#options.directory.learnedOf(wish.recorderId);
    const ways: readonly MediaWay[] =
      way === undefined || way === 'udp' ? ['udp', 'tcpPassive'] : ['tcpPassive', 'udp'];
    let refused: EarError | undefined;
    for (const one of ways) {
      try {
        return await this.#invite(wish, peer, one);
      } catch (error) {
        // A device that does not answer, or is busy, is not asked twice.
        if (!(error instanceof EarError) || !(error.fault === 'refused' || error.fault === 'notReached'))
          throw error;
        if (refused?.fault !== 'notReached') refused = error;
      }
    }
    throw refused ?? new EarError('refused', 'The recorder refused the talk.');
  }

  async #invite(wish: VoiceWish, peer: SipPeer, way: MediaWay): Promise<OpenEar> {
    const { settings, requests, calls } = this.#options;
    const { platformId, address } = settings;
    const targetId = calls.targetOf(wish);
    const contact = (): string => this.#options.own();
    const invitation = new SipInvitation({ requests, peer, platformId, targetId, contact });
    this.#serial = (this.#serial + 1) % 10_000;
    const ssrc = `0${platformId.slice(3, 8)}${String(9_999 - this.#serial).padStart(4, '0')}`;
    const call = await calls.prepare(wish, peer, way, {
      callId: invitation.callId,
      localTag: invitation.tag,
      remote: invitation.to,
      remoteUri: invitation.uri,
    });
    const { port } = call.socket;
    const body = writeVoice({
      ...{ platformId, address, port, way, ssrc },
      session: 'Talk',
      payloadType: 8,
    });
    const outcome = await invitation.send({ ssrc, body, limitMs: inviteLimitMs, signal: wish.signal });
    const give = (fault: EarFault, message: string): never => {
      call.socket.close();
      throw new EarError(fault, message);
    };
    if (outcome.answer === 'none') return give('silent', 'The recorder did not answer the talk.');
    if (outcome.answer === 'refused') {
      const { status } = outcome;
      return give(faultOfStatus(status), `The recorder refused the talk (${status}).`);
    }
    call.remote = outcome.dialog.to;
    call.remoteUri = outcome.dialog.uri;
    calls.began(call);
    const voice = readVoice(outcome.body);
    if (voice === undefined) {
      calls.close(call);
      throw new EarError('noALaw', 'The recorder takes no G.711 A-law.');
    }
    calls.described(call, voice);
    return calls.ready(call, { ...voice, ssrc: Number(ssrc) }, wish);
  }
}
