import { randomBytes } from 'node:crypto';
import type { EarFault } from '../../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import { EarError, type OpenEar } from '../../../features/kitchenTalk/kitchenTalk.ports.ts';
import type { MediaWay, RecorderDirectory, StoredCall } from '../../../features/recorders/recorders.ports.ts';
import { ALawPackets } from '../aLawPackets.ts';
import { broadcastNotice, fieldOf, type Manscdp } from './manscdp.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import {
  headerOf,
  sequenceOf,
  uriOf,
  userOf,
  writeResponse,
  type SipRequest,
  type SipResponse,
} from './sipMessage.ts';
import { newBranch, type OutgoingRequest, type SipRequests } from './sipRequests.ts';
import type { SipPeer } from './sipTransport.ts';
import { readVoice, writeVoice, type VoiceTaken } from './voiceDescription.ts';
import { openVoiceSocket, type VoiceSocket } from './voiceSocket.ts';
import { VoiceTurns } from './voiceTurns.ts';

/** A channel of a recorder that is to be spoken to. */
export interface VoiceWish {
  recorderId: string;
  channelId: string;
  signal: AbortSignal;
  onEnded(error: EarError): void;
}

type VoiceWay = 'broadcast' | 'talk';

export interface GbVoicesOptions {
  settings: SipDoorSettings;
  directory: RecorderDirectory;
  requests: SipRequests;
  own(): string;
  send(peer: SipPeer, bytes: Buffer): boolean;
  /** Sends a MESSAGE to a recorder; undefined when no answer came in time. */
  notify(recorderId: string, body: Buffer, limitMs: number): Promise<SipResponse | undefined>;
}

interface VoiceCall extends StoredCall {
  targetId: string;
  peer: SipPeer;
  socket: VoiceSocket;
  sequence: number;
  onEnded(error: EarError): void;
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
const inviteLimitMs = 3_000;
const byeLimitMs = 2_000;
/** RFC 3261, 13.3.1.4: an answer that is not acknowledged is sent again. Some devices never acknowledge, and play all the same. */
const againMs = 500;
const maxRepeats = 4;
const unacknowledgedMs = 400;
/** A device that ends a talk sooner than this has refused it. Milliseconds. */
const atOnceMs = 1_000;

/** Voices to recorders: by broadcast, where the device calls us, or by talk, where we call it. Which of the two is learned. */
export class GbVoices {
  readonly #options: GbVoicesOptions;
  readonly #calls = new Map<string, VoiceCall>();
  readonly #expected = new Set<Expected>();
  readonly #answered = new Map<string, Answered>();
  readonly #ending = new Set<Promise<void>>();
  /** Talks that end at a target are over there before the next begins: most devices have one voice. */
  readonly #ends = new VoiceTurns();
  /** One broadcast of a recorder after the other: many call with their own id, whatever the target is. */
  readonly #broadcasts = new VoiceTurns();
  #sequence = 0;
  #serial = 0;

  constructor(options: GbVoicesOptions) {
    this.#options = options;
  }

  /** Rejects with EarError. */
  async open(wish: VoiceWish): Promise<OpenEar> {
    const { recorderId } = wish;
    const { directory } = this.#options;
    const learned = directory.learnedOf(recorderId).voice;
    const ways: VoiceWay[] = learned === 'talk' ? ['talk', 'broadcast'] : ['broadcast', 'talk'];
    const faults: EarFault[] = [];
    for (const [index, way] of ways.entries()) {
      try {
        const ear = await this.#openBy(way, wish, ways[index + 1]);
        directory.learn(recorderId, { voice: way });
        return ear;
      } catch (error) {
        if (!(error instanceof EarError) || error.fault === 'away' || wish.signal.aborted) throw error;
        faults.push(error.fault);
      }
    }
    if (faults.every((fault) => fault === 'refused')) directory.learn(recorderId, { voice: 'none' });
    const saysMore = (one: EarFault): boolean => one !== 'silent' && one !== 'refused';
    const fault = faults.find(saysMore) ?? faults.find((one) => one !== 'silent') ?? 'silent';
    throw new EarError(fault, 'The recorder takes no voice.');
  }

  /** A device that ends a call at once means the other way: it is tried while the key is held. */
  async #openBy(way: VoiceWay, wish: VoiceWish, other: VoiceWay | undefined): Promise<OpenEar> {
    const { recorderId } = wish;
    const { directory } = this.#options;
    const targetId = voiceOutputOf(wish.channelId, directory.channelIdsOf(recorderId));
    await this.#ends.free(`${recorderId} ${targetId}`, wish.signal);
    if (wish.signal.aborted) throw new EarError('silent', 'The talk is over.');
    const peer = directory.placeOf(recorderId);
    if (peer === undefined) throw new EarError('away', 'The recorder has not registered.');
    let openedAtMs = performance.now();
    let ear: OpenEar | undefined;
    let isClosed = false;
    const onEnded = (error: EarError): void => {
      ear = undefined;
      if (other === undefined || performance.now() - openedAtMs >= atOnceMs || isClosed)
        return wish.onEnded(error);
      directory.learn(recorderId, { voice: other });
      this.#openBy(other, wish, undefined).then(
        (opened) => {
          if (isClosed) opened.close();
          else ear = opened;
        },
        () => wish.onEnded(error),
      );
    };
    const own = { ...wish, onEnded };
    ear = await (way === 'broadcast' ? this.#broadcast(own, peer) : this.#talk(own, peer));
    openedAtMs = performance.now();
    return {
      send: (frame) => ear?.send(frame),
      close() {
        isClosed = true;
        ear?.close();
      },
    };
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
    if (expected === undefined || known !== undefined || this.#calls.has(callId)) return false;
    this.#expected.delete(expected);
    this.#answered.set(callId, { peer, bytes: undefined, acknowledged: () => undefined });
    expected.invited(request);
    return true;
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

  acknowledged(request: SipRequest, peer: SipPeer): void {
    const known = this.#answered.get(headerOf(request, 'call-id') ?? '');
    if (known?.peer.address === peer.address) known.acknowledged();
  }

  /** What a recorder says of a broadcast that it was notified of. */
  broadcastAnswered(recorderId: string, message: Pick<Manscdp, 'sequence' | 'text'>): void {
    for (const expected of this.#expected)
      if (expected.recorderId === recorderId && expected.sequence === message.sequence)
        if (fieldOf(message.text, 'Result')?.toUpperCase() === 'ERROR') expected.refused('cameraRefused');
  }

  /** The device says that it ends a call; false when it has none of this id. */
  endedByDevice(callId: string, peer: SipPeer): boolean {
    const call = this.#calls.get(callId);
    if (call?.peer.address !== peer.address) return false;
    this.#forget(call);
    call.onEnded(new EarError('endedByDevice', 'The recorder ended the talk.'));
    return true;
  }

  /** A repeated 200 of a device to a talk of ours; false when it belongs to none. */
  answeredAgain(response: SipResponse, peer: SipPeer): boolean {
    const call = this.#calls.get(headerOf(response, 'call-id') ?? '');
    if (call?.peer.address !== peer.address || sequenceOf(response)?.method !== 'INVITE') return false;
    this.#options.requests.sendOnly(call.peer, this.#within(call, 'ACK', 1));
    return true;
  }

  /** The recorder may not be called any more. */
  revoke(recorderId: string): void {
    for (const expected of this.#expected) if (expected.recorderId === recorderId) expected.refused('away');
    for (const call of [...this.#calls.values()]) {
      if (call.recorderId !== recorderId) continue;
      this.#close(call);
      call.onEnded(new EarError('away', 'The recorder was removed, or has a new password.'));
    }
  }

  async close(): Promise<void> {
    for (const call of [...this.#calls.values()]) this.#close(call);
    await Promise.all(this.#ending);
  }

  async #broadcast(wish: VoiceWish, peer: SipPeer): Promise<OpenEar> {
    const { recorderId, channelId, signal } = wish;
    const { settings, directory } = this.#options;
    const targetId = voiceOutputOf(channelId, directory.channelIdsOf(recorderId));
    const pass = await this.#broadcasts.take(recorderId, signal);
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

  async #answerInvitation(wish: VoiceWish, peer: SipPeer, request: SipRequest): Promise<OpenEar> {
    const { settings, directory, send } = this.#options;
    const callId = headerOf(request, 'call-id') ?? '';
    const refuse = (status: string): void => {
      this.#answered.delete(callId);
      send(peer, writeResponse(request, status, { from: peer, toTag: localTag }));
    };
    const localTag = randomBytes(6).toString('hex');
    const voice = readVoice(request.body);
    if (voice === undefined) {
      refuse('488 Not Acceptable Here');
      throw new EarError('noALaw', 'The recorder takes no G.711 A-law.');
    }
    const from = headerOf(request, 'from') ?? '';
    const call = await this.#prepare(wish, peer, voice.way, {
      callId,
      localTag,
      remote: from,
      remoteUri: uriOf(headerOf(request, 'contact')) ?? uriOf(from) ?? '',
    }).catch((error: unknown) => {
      refuse('503 Service Unavailable');
      throw error;
    });
    const acknowledged = Promise.withResolvers<void>();
    const bytes = writeResponse(request, '200 OK', {
      from: peer,
      toTag: localTag,
      headers: [
        ['Contact', `<sip:${settings.platformId}@${this.#options.own()}>`],
        ['Content-Type', 'APPLICATION/SDP'],
      ],
      body: writeVoice({
        platformId: settings.platformId,
        address: settings.address,
        port: call.socket.port,
        way: voice.way,
        session: 'Play',
        payloadType: voice.payloadType,
        ssrc: voice.ssrc === undefined ? undefined : String(voice.ssrc).padStart(10, '0'),
      }),
    });
    let repeats = 0;
    const again = setInterval(() => {
      repeats += 1;
      if (repeats > maxRepeats) clearInterval(again);
      else send(peer, bytes);
    }, againMs);
    this.#answered.set(callId, {
      ...{ peer, bytes },
      acknowledged() {
        clearInterval(again);
        acknowledged.resolve();
      },
    });
    this.#calls.set(callId, call);
    directory.callBegan(call);
    send(peer, bytes);
    const late = setTimeout(acknowledged.resolve, unacknowledgedMs);
    try {
      await acknowledged.promise;
      return await this.#ready(call, voice, wish);
    } finally {
      clearTimeout(late);
      if (!this.#calls.has(callId)) clearInterval(again);
    }
  }

  async #talk(wish: VoiceWish, peer: SipPeer): Promise<OpenEar> {
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
    const { channelId, recorderId, signal } = wish;
    const { settings, directory, requests } = this.#options;
    const targetId = voiceOutputOf(channelId, directory.channelIdsOf(recorderId));
    const callId = randomBytes(12).toString('hex');
    const localTag = randomBytes(6).toString('hex');
    const realm = settings.platformId.slice(0, 10);
    this.#serial = (this.#serial + 1) % 10_000;
    const ssrc = `0${settings.platformId.slice(3, 8)}${String(9_999 - this.#serial).padStart(4, '0')}`;
    const to = `<sip:${targetId}@${realm}>`;
    const uri = `sip:${targetId}@${peer.address}:${peer.port}`;
    const call = await this.#prepare(wish, peer, way, { callId, localTag, remote: to, remoteUri: uri });
    const invite: OutgoingRequest = {
      method: 'INVITE',
      uri,
      callId,
      sequence: 1,
      from: `<sip:${settings.platformId}@${realm}>;tag=${localTag}`,
      to,
      headers: [
        ['Contact', `<sip:${settings.platformId}@${this.#options.own()}>`],
        ['Subject', `${targetId}:${ssrc},${settings.platformId}:0`],
        ['Content-Type', 'APPLICATION/SDP'],
      ],
      body: writeVoice({
        platformId: settings.platformId,
        address: settings.address,
        port: call.socket.port,
        way,
        session: 'Talk',
        payloadType: 8,
        ssrc,
      }),
    };
    const branch = newBranch();
    const response = await requests.send(peer, invite, inviteLimitMs, branch, { signal });
    const { headers: _headers, body: _body, ...bare } = invite;
    const give = (fault: EarFault, message: string): never => {
      call.socket.close();
      throw new EarError(fault, message);
    };
    if (response === undefined) {
      requests.sendOnly(peer, { ...bare, method: 'CANCEL' }, branch);
      return give('silent', 'The recorder did not answer the talk.');
    }
    const remote = headerOf(response, 'to') ?? to;
    if (response.start.status >= 300) {
      requests.sendOnly(peer, { ...bare, method: 'ACK', to: remote }, branch);
      return give(
        faultOfStatus(response.start.status),
        `The recorder refused the talk (${response.start.status}).`,
      );
    }
    call.remote = remote;
    call.remoteUri = uriOf(headerOf(response, 'contact')) ?? uri;
    requests.sendOnly(peer, this.#within(call, 'ACK', 1));
    this.#calls.set(callId, call);
    directory.callBegan(call);
    const voice = readVoice(response.body);
    if (voice === undefined) {
      this.#close(call);
      throw new EarError('noALaw', 'The recorder takes no G.711 A-law.');
    }
    return this.#ready(call, { ...voice, ssrc: Number(ssrc) }, wish);
  }

  /** The socket is open before the device learns of it. */
  async #prepare(
    wish: VoiceWish,
    peer: SipPeer,
    way: MediaWay,
    dialog: Pick<StoredCall, 'callId' | 'localTag' | 'remote' | 'remoteUri'>,
  ): Promise<VoiceCall> {
    const { settings } = this.#options;
    const socket = await openVoiceSocket({
      way,
      host: settings.host,
      ports: settings.mediaPorts,
      to: peer.address,
      onClosed: () => this.#lost(dialog.callId),
    }).catch((error: unknown) => {
      throw new EarError('notReached', String(error));
    });
    const { recorderId, channelId } = wish;
    const targetId = voiceOutputOf(channelId, this.#options.directory.channelIdsOf(recorderId));
    return {
      ...dialog,
      ...{ recorderId, channelId, targetId, peer, socket, sequence: 1 },
      // Until it is open, whoever opens it says what became of it.
      onEnded: () => undefined,
    };
  }

  async #ready(call: VoiceCall, voice: VoiceTaken, { signal, onEnded }: VoiceWish): Promise<OpenEar> {
    try {
      await call.socket.reached(voice.port);
    } catch {
      this.#close(call);
      throw new EarError('notReached', 'No connection for the voice came about.');
    }
    if (signal.aborted || !this.#calls.has(call.callId)) {
      this.#close(call);
      throw new EarError('endedByDevice', 'The recorder ended the talk at once.');
    }
    call.onEnded = onEnded;
    const packets = new ALawPackets(voice.payloadType, voice.ssrc);
    return {
      send: (frame) => call.socket.send(packets.next(frame)),
      close: () => this.#close(call),
    };
  }

  #lost(callId: string): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    this.#close(call);
    call.onEnded(new EarError('endedByDevice', 'The recorder closed its connection.'));
  }

  #close(call: VoiceCall): void {
    if (!this.#forget(call)) return;
    const bye = this.#within(call, 'BYE', call.sequence + 1);
    const ending = this.#options.requests.send(call.peer, bye, byeLimitMs).then(() => undefined);
    this.#ends.hold(`${call.recorderId} ${call.targetId}`, ending);
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }

  #forget(call: VoiceCall): boolean {
    call.socket.close();
    this.#answered.get(call.callId)?.acknowledged();
    this.#answered.delete(call.callId);
    if (!this.#calls.delete(call.callId)) return false;
    this.#options.directory.callEnded(call.callId);
    return true;
  }

  #within(call: VoiceCall, method: string, sequence: number): OutgoingRequest {
    const { platformId } = this.#options.settings;
    return {
      method,
      uri: call.remoteUri,
      callId: call.callId,
      sequence,
      from: `<sip:${platformId}@${platformId.slice(0, 10)}>;tag=${call.localTag}`,
      to: call.remote,
    };
  }
}

/** Statuses by which a device says that it cannot do this at all; all others may be over by the next press. */
const unsupported: readonly number[] = [400, 404, 405, 406, 415, 420, 488, 501, 505, 606];

function faultOfStatus(status: number): EarFault {
  return unsupported.includes(status) ? 'refused' : 'cameraRefused';
}

/**
 * Whom a voice for a channel is meant for: the recorder's voice output (type 137) where it lists one, of several the one with the channel's own
 * number; otherwise the channel itself.
 */
export function voiceOutputOf(channelId: string, listed: Iterable<string>): string {
  const outputs = [...listed].filter((id) => id.slice(10, 13) === '137');
  const [first] = outputs;
  if (outputs.length === 1 && first !== undefined) return first;
  return outputs.find((id) => id.slice(13) === channelId.slice(13)) ?? channelId;
}
