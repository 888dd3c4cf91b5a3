import type { EarFault } from '../../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import { EarError, type OpenEar } from '../../../features/kitchenTalk/kitchenTalk.ports.ts';
import type { RecorderDirectory } from '../../../features/recorders/recorders.ports.ts';
import { broadcastNotice, fieldOf, type Manscdp } from './manscdp.ts';
import { newTag, RepeatedAnswer } from './sipDialog.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import { headerOf, uriOf, userOf, writeResponse, type SipRequest, type SipResponse } from './sipMessage.ts';
import type { SipPeer } from './sipTransport.ts';
import { faultOfStatus, type VoiceCalls, type VoiceWish } from './voiceCalls.ts';
import { readVoice, writeVoice } from './voiceDescription.ts';
import { VoiceTurns } from './voiceTurns.ts';

export interface VoiceBroadcastsOptions {
  settings: SipDoorSettings;
  directory: RecorderDirectory;
  /** Our address and port. */
  own(): string;
  send(peer: SipPeer, bytes: Buffer): boolean;
  /** Sends a MESSAGE to a recorder; undefined when no answer came in time. */
  notify(recorderId: string, body: Buffer, limitMs: number): Promise<SipResponse | undefined>;
  calls: VoiceCalls;
}

/** A broadcast that a recorder was notified of, and of which nothing is decided yet: it calls us. */
interface Expected {
  recorderId: string;
  channelId: string;
  targetId: string;
  sequence: number;
  peer: SipPeer;
  invited(request: SipRequest): void;
  refused(fault: EarFault): void;
}

/** An invitation of a device that was taken; once it is answered, the answer is repeated until the device acknowledges it. */
interface Answered {
  peer: SipPeer;
  bytes: Buffer | undefined;
  acknowledged(): void;
}

const messageLimitMs = 2_000;
/** A recorder that agreed to a broadcast calls within this time. Milliseconds. */
const calledWithinMs = 3_000;
/** An answer that is not acknowledged is sent again four times. Some devices never acknowledge, and play all the same. Milliseconds. */
const againMs = 500;
const lastAgainMs = 2_000;
const unacknowledgedMs = 400;

/** Voices to recorders by broadcast: the device is notified, and calls us. */
export class VoiceBroadcasts {
  readonly #options: VoiceBroadcastsOptions;
  readonly #expected = new Set<Expected>();
  readonly #answered = new Map<string, Answered>();
  /** One broadcast of a recorder after the other: many call with their own id, whatever the target is. */
  readonly #turns = new VoiceTurns();
  #sequence = 0;

  constructor(options: VoiceBroadcastsOptions) {
    this.#options = options;
  }

  /** Rejects with EarError. */
  async open(wish: VoiceWish, peer: SipPeer): Promise<OpenEar> {
    const { recorderId, channelId, signal } = wish;
    const { settings, calls } = this.#options;
    const targetId = calls.targetOf(wish);
    const pass = await this.#turns.take(recorderId, signal);
    if (signal.aborted) {
      pass();
      throw new EarError('silent', 'The talk is over.');
    }
    this.#sequence += 1;
    const called = Promise.withResolvers<SipRequest>();
    called.promise.catch(() => undefined);
    const refused = (fault: EarFault): void => {
      this.#expected.delete(expected);
      called.reject(new EarError(fault, 'The recorder refused the broadcast.'));
    };
    const expected: Expected = {
      ...{ recorderId, channelId, targetId, sequence: this.#sequence, peer },
      invited: called.resolve,
      refused,
    };
    this.#expected.add(expected);
    const giveUp = (): void => refused('silent');
    signal.addEventListener('abort', giveUp);
    let timer: NodeJS.Timeout | undefined;
    let request: SipRequest;
    try {
      const body = broadcastNotice(settings.platformId, targetId, expected.sequence);
      const asked = this.#options.notify(recorderId, body, messageLimitMs).then((response) => {
        if (response === undefined) expected.refused('silent');
        else if (response.start.status >= 300) expected.refused(faultOfStatus(response.start.status));
        else timer = setTimeout(() => expected.refused('silent'), calledWithinMs);
      });
      request = await called.promise;
      void asked;
    } finally {
      clearTimeout(timer);
      this.#expected.delete(expected);
      signal.removeEventListener('abort', giveUp);
      pass();
    }
    return this.#answerInvitation(wish, peer, request);
  }

  /** An INVITE of a device; false when none is awaited from there. */
  invited(request: SipRequest, peer: SipPeer): boolean {
    const callId = headerOf(request, 'call-id') ?? '';
    const known = this.#answered.get(callId);
    if (known?.peer.address === peer.address) {
      if (known.bytes !== undefined) this.#options.send(peer, known.bytes);
      return true;
    }
    const expected = this.#expectedBy(request, peer);
    if (expected === undefined || known !== undefined || this.#options.calls.has(callId)) return false;
    this.#expected.delete(expected);
    this.#answered.set(callId, { peer, bytes: undefined, acknowledged: () => undefined });
    expected.invited(request);
    return true;
  }

  /** ACK of a device. */
  acknowledged(request: SipRequest, peer: SipPeer): void {
    const known = this.#answered.get(headerOf(request, 'call-id') ?? '');
    if (known?.peer.address === peer.address) known.acknowledged();
  }

  /** What a recorder says of a broadcast that it was notified of. */
  answered(recorderId: string, message: Pick<Manscdp, 'sequence' | 'text'>): void {
    for (const expected of this.#expected)
      if (expected.recorderId === recorderId && expected.sequence === message.sequence)
        if (fieldOf(message.text, 'Result')?.toUpperCase() === 'ERROR') expected.refused('cameraRefused');
  }

  /** The recorder may not be called any more. */
  revoke(recorderId: string): void {
    for (const expected of this.#expected) if (expected.recorderId === recorderId) expected.refused('away');
  }

  /** A call is over: its answer is not repeated any more. */
  forget(callId: string): void {
    this.#answered.get(callId)?.acknowledged();
    this.#answered.delete(callId);
  }

  /**
   * The broadcast that an INVITE belongs to. Most devices name the target, as sender or in the subject; others call with the recorder's id alone,
   * and mean the broadcast that is under way there.
   */
  #expectedBy(request: SipRequest, peer: SipPeer): Expected | undefined {
    const from = userOf(headerOf(request, 'from'));
    const subject =
      headerOf(request, 'subject')
        ?.slice(0, 200)
        .match(/\d{20}/g) ?? [];
    const named = new Set([from, userOf(headerOf(request, 'to')), ...subject]);
    const here = [...this.#expected].filter((one) => one.peer.address === peer.address);
    const meant = here.find(({ targetId }) => named.has(targetId));
    if (meant !== undefined) return meant;
    return here.find(({ recorderId, channelId }) => {
      if (from !== recorderId) return false;
      if (named.has(channelId)) return true;
      // A late call for another channel must not take this voice into the wrong kitchen.
      return ![...this.#options.directory.channelIdsOf(recorderId)].some((id) => named.has(id));
    });
  }

  async #answerInvitation(wish: VoiceWish, peer: SipPeer, request: SipRequest): Promise<OpenEar> {
    const { settings, send, calls } = this.#options;
    const { platformId, address } = settings;
    const callId = headerOf(request, 'call-id') ?? '';
    const localTag = newTag();
    const refuse = (status: string): void => {
      this.#answered.delete(callId);
      send(peer, writeResponse(request, status, { from: peer, toTag: localTag }));
    };
    const voice = readVoice(request.body);
    if (voice === undefined) {
      refuse('488 Not Acceptable Here');
      throw new EarError('noALaw', 'The recorder takes no G.711 A-law.');
    }
    const { way, payloadType, ssrc } = voice;
    const remote = headerOf(request, 'from') ?? '';
    const remoteUri = uriOf(headerOf(request, 'contact')) ?? uriOf(remote) ?? '';
    const call = await calls
      .prepare(wish, peer, way, { callId, localTag, remote, remoteUri })
      .catch((error: unknown) => {
        refuse('503 Service Unavailable');
        throw error;
      });
    calls.described(call, voice);
    const acknowledged = Promise.withResolvers<void>();
    const bytes = writeResponse(request, '200 OK', {
      from: peer,
      toTag: localTag,
      headers: [
        ['Contact', `<sip:${platformId}@${this.#options.own()}>`],
        ['Content-Type', 'APPLICATION/SDP'],
      ],
      body: writeVoice({
        ...{ platformId, address, way, payloadType },
        port: call.socket.port,
        session: 'Play',
        ssrc: ssrc === undefined ? undefined : String(ssrc).padStart(10, '0'),
      }),
    });
    const answer = new RepeatedAnswer({
      send: () => void send(peer, bytes),
      firstWaitMs: againMs,
      longestWaitMs: againMs,
      limitMs: lastAgainMs,
    });
    this.#answered.set(callId, {
      ...{ peer, bytes },
      acknowledged() {
        answer.stop();
        acknowledged.resolve();
      },
    });
    calls.began(call);
    answer.begin();
    const late = setTimeout(acknowledged.resolve, unacknowledgedMs);
    try {
      await acknowledged.promise;
      return await calls.ready(call, voice, wish);
    } finally {
      clearTimeout(late);
      if (!calls.has(callId)) answer.stop();
    }
  }
}
