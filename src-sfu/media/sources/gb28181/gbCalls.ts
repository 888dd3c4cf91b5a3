import { randomBytes } from 'node:crypto';
import { SourceError } from '../streamSource.ts';
import { endedByDevice, recorderRevoked, refusalOfCall } from './callErrors.ts';
import { readAnswer, writeOffer, type MediaWay } from './gbSessionDescription.ts';
import { LeftCalls } from './leftCalls.ts';
import { openMediaSocket, type MediaSocket } from './mediaSocket.ts';
import type { RecorderDirectory, StoredCall } from './recorderDirectory.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import { headerOf, parameterOf, sequenceOf, uriOf, userOf, type SipResponse } from './sipMessage.ts';
import { newBranch, type OutgoingRequest, type SipRequests } from './sipRequests.ts';
import type { SipPeer } from './sipTransport.ts';
import { RecorderPictureError } from './recorderPictureError.ts';

export interface CallEvents {
  /** One RTP packet from the device, in order. */
  onPacket(packet: Buffer): void;
  onEnded(error: SourceError): void;
}

/** A channel that sends. */
export interface GbCall {
  /** Sends an INFO within the call, such as one of MANSRTSP. Answers with the status; undefined when no answer came. */
  inform(contentType: string, body: Buffer): Promise<number | undefined>;
  close(): void;
}

/** What is asked for. */
export interface CallWish {
  recorderId: string;
  channelId: string;
  way: MediaWay;
  /** A line of the maker's own for its sub stream, without `a=`. */
  line?: string | undefined;
  /** What was recorded, from and to in Unix seconds; left out: what is seen now. */
  recorded?: { from: number; to: number } | undefined;
  events: CallEvents;
  /** How long an answer is waited for, in milliseconds. */
  limitMs: number;
}

export interface GbCallsOptions {
  settings: SipDoorSettings;
  directory: RecorderDirectory;
  requests: SipRequests;
  own(): string;
  nowMs(): number;
}

interface OpenCall extends StoredCall {
  peer: SipPeer;
  media: MediaSocket;
  events: CallEvents;
  /** Number of the last request of ours within the call. */
  sequence: number;
  /** What was asked for, so that the next call for it waits for the end of this one. */
  subject: string;
}

interface Asking {
  recorderId: string;
  /** The recorder may not send it any more. */
  isRevoked: boolean;
  /** Takes the question back; undefined while it is not asked. */
  cancel?: () => void;
}

/** A device has so long to say yes to BYE before its channel is asked again. Milliseconds. */
const byeLimitMs = 2_000;
const informLimitMs = 4_000;
/** Higher than any number that an earlier run used within a call. */
const leftSequence = 1_000;

/** The calls of a platform: one at a time for what a channel shows now, and one for what it recorded. */
export class GbCalls {
  readonly #options: GbCallsOptions;
  readonly #calls = new Map<string, OpenCall>();
  /** What is being ended. */
  readonly #busy = new Map<string, Promise<void>>();
  /** What is being asked for, by the call's id. */
  readonly #asking = new Map<string, Asking>();
  readonly #left: LeftCalls;
  #serial = 0;

  constructor(options: GbCallsOptions) {
    this.#options = options;
    const { directory, nowMs } = options;
    this.#left = new LeftCalls({
      placeOf: (recorderId) => directory.placeOf(recorderId),
      sayBye: (call, peer, sequence) => this.#sayBye(call, peer, sequence),
      ended: (callId) => directory.callEnded(callId),
      nowMs,
    });
  }

  /** Ends the calls of an earlier run, each as soon as its device is there. */
  endLeft(calls: readonly StoredCall[]): void {
    for (const call of calls) {
      // Nobody answers for a recorder that was removed.
      if (this.#options.directory.passwordOf(call.recorderId) === undefined)
        this.#options.directory.callEnded(call.callId);
      else void this.#left.add(call, leftSequence);
    }
  }

  /** The device is there: what it was not yet heard to have ended is ended. */
  recorderHeard(recorderId: string): void {
    this.#left.heard(recorderId);
  }

  /** Rejects with SourceError. */
  async begin(wish: CallWish): Promise<GbCall> {
    const { recorderId, channelId, way, line, recorded, events, limitMs } = wish;
    const { settings, directory, requests } = this.#options;
    const subject = `${recorderId}/${channelId}${recorded === undefined ? '' : ' recorded'}`;
    await this.#busy.get(subject);
    const peer = directory.placeOf(recorderId);
    if (peer === undefined)
      throw new SourceError(
        'unreachable',
        'The recorder has not registered. Check that it runs and that this platform is entered in it.',
      );
    const callId = randomBytes(12).toString('hex');
    const asking: Asking = { recorderId, isRevoked: false };
    this.#asking.set(callId, asking);
    let ended = false;
    const media = await openMediaSocket({
      way,
      host: settings.host,
      ports: settings.mediaPorts,
      from: peer.address,
      onPacket: (packet) => {
        if (!ended && !asking.isRevoked) events.onPacket(packet);
      },
      onClosed: () => this.#ended(callId, endedByDevice('The recorder closed its connection.')),
    }).catch((error: unknown) => {
      this.#asking.delete(callId);
      throw error;
    });
    const localTag = randomBytes(6).toString('hex');
    const realm = settings.platformId.slice(0, 10);
    this.#serial = (this.#serial + 1) % 10_000;
    const ssrc = `${recorded === undefined ? 0 : 1}${settings.platformId.slice(3, 8)}${String(this.#serial).padStart(4, '0')}`;
    const invite: OutgoingRequest = {
      method: 'INVITE',
      uri: `sip:${channelId}@${peer.address}:${peer.port}`,
      callId,
      sequence: 1,
      from: `<sip:${settings.platformId}@${realm}>;tag=${localTag}`,
      to: `<sip:${channelId}@${realm}>`,
      headers: [
        ['Contact', `<sip:${settings.platformId}@${this.#options.own()}>`],
        ['Subject', `${channelId}:${ssrc},${settings.platformId}:0`],
        ['Content-Type', 'APPLICATION/SDP'],
      ],
      body: writeOffer({
        platformId: settings.platformId,
        address: settings.address,
        port: media.port,
        way,
        ssrc,
        line,
        recorded: recorded === undefined ? undefined : { channelId, ...recorded },
      }),
    };
    const branch = newBranch();
    const ask = (): Promise<SipResponse | undefined> => {
      asking.cancel = () => {
        const { headers: _headers, body: _body, ...cancel } = invite;
        requests.sendOnly(peer, { ...cancel, method: 'CANCEL' }, branch);
      };
      return requests.send(peer, invite, limitMs, branch);
    };
    const response = asking.isRevoked ? undefined : await ask();
    this.#asking.delete(callId);
    const give = (error: SourceError): never => {
      ended = true;
      media.close();
      throw asking.isRevoked ? recorderRevoked() : error;
    };
    if (response === undefined) {
      asking.cancel?.();
      return give(
        new RecorderPictureError(
          'no_answer',
          'timeout',
          'The recorder did not answer when it was asked for the picture.',
        ),
      );
    }
    const { status } = response.start;
    if (status >= 300) {
      const { headers: _headers, body: _body, ...ack } = invite;
      requests.sendOnly(peer, { ...ack, method: 'ACK', to: headerOf(response, 'to') ?? invite.to }, branch);
      return give(refusalOfCall(status));
    }
    const call: OpenCall = {
      callId,
      recorderId,
      channelId,
      localTag,
      remote: headerOf(response, 'to') ?? invite.to,
      remoteUri: uriOf(headerOf(response, 'contact')) ?? invite.uri,
      peer,
      media,
      events,
      sequence: 1,
      subject,
    };
    this.#acknowledge(call);
    this.#calls.set(callId, call);
    directory.callBegan(call);
    if (asking.isRevoked) {
      ended = true;
      this.#close(call);
      throw recorderRevoked();
    }
    const answer = readAnswer(response.body);
    if (answer === undefined || answer.port === 0) {
      ended = true;
      this.#close(call);
      throw new SourceError('protocolError', 'The recorder agreed to send, but described no picture.');
    }
    media.answered(answer.port);
    return {
      inform: (contentType, body) => this.#inform(call, contentType, body),
      close: () => {
        ended = true;
        this.#close(call);
      },
    };
  }

  async #inform(call: OpenCall, contentType: string, body: Buffer): Promise<number | undefined> {
    if (!this.#calls.has(call.callId)) return undefined;
    call.sequence += 1;
    const request = {
      ...this.#within(call, 'INFO', call.sequence),
      headers: [['Content-Type', contentType]] as const,
      body,
    };
    return (await this.#options.requests.send(call.peer, request, informLimitMs))?.start.status;
  }

  /**
   * The device says that what it recorded has come to its end: within the call, or by the id of the channel or of the recorder alone. Of several that
   * are sent at once that does not say which: they end by their silence.
   */
  recordingEnded(recorderId: string, deviceId: string, callId: string | undefined): void {
    const meant = [...this.#calls.values()].filter(
      (call) =>
        call.recorderId === recorderId &&
        (call.channelId === deviceId || deviceId === recorderId) &&
        call.subject.endsWith(' recorded'),
    );
    const call = meant.find((one) => one.callId === callId) ?? (meant.length === 1 ? meant[0] : undefined);
    if (call !== undefined)
      this.#ended(call.callId, endedByDevice('The recorder has sent what it recorded.'));
  }

  /** The recorder is not let in any more: its calls end, and what it is being asked for ends as soon as it says yes. */
  revoke(recorderId: string): void {
    for (const asking of this.#asking.values()) {
      if (asking.recorderId !== recorderId || asking.isRevoked) continue;
      asking.isRevoked = true;
      // It may send already, before its answer comes or without one.
      asking.cancel?.();
    }
    for (const call of [...this.#calls.values()])
      if (call.recorderId === recorderId) this.#ended(call.callId, recorderRevoked());
    // The BYEs of these calls are on their way; of a removed recorder no answer is waited for.
    if (!this.#options.directory.isEntered(recorderId)) this.#left.forget(recorderId);
  }

  /** An answer that nothing waits for: a repeated 200 is acknowledged again, one that comes too late is ended, a refusal such as 487 after CANCEL is acknowledged. */
  lateAnswer(response: SipResponse, peer: SipPeer): void {
    const sequence = sequenceOf(response);
    const callId = headerOf(response, 'call-id') ?? '';
    const { status } = response.start;
    if (sequence?.method !== 'INVITE' || status < 200) return;
    const known = this.#calls.get(callId);
    if (known !== undefined) {
      if (known.peer.address === peer.address && status < 300) this.#acknowledge(known);
      return;
    }
    const from = headerOf(response, 'from') ?? '';
    const localTag = /;tag=([\da-f]{12})$/.exec(from)?.[1];
    if (
      !this.#options.directory.isKnownAddress(peer.address) ||
      !/^[\da-f]{24}$/.test(callId) ||
      localTag === undefined
    )
      return;
    const remote = headerOf(response, 'to') ?? '';
    const remoteUri = uriOf(headerOf(response, 'contact')) ?? uriOf(remote) ?? '';
    const late = { callId, recorderId: '', channelId: '', localTag, remote, remoteUri };
    if (status >= 300) {
      // Of a refusal the ACK belongs to the INVITE itself: to the same address, with the same branch (RFC 3261, 17.1.1.3).
      const uri = `sip:${userOf(remote) ?? ''}@${peer.address}:${peer.port}`;
      const branch = parameterOf(headerOf(response, 'via'), 'branch');
      const ack = { ...this.#within(late, 'ACK', sequence.number), uri };
      return this.#options.requests.sendOnly(peer, ack, branch);
    }
    this.#acknowledge({ ...late, peer });
    void this.#sayBye(late, peer, leftSequence);
  }

  /** The device says that it ends a call; false when it has none of this id. */
  endedByDevice(callId: string, peer: SipPeer): boolean {
    if (this.#calls.get(callId)?.peer.address !== peer.address) return false;
    return this.#ended(callId, endedByDevice('The recorder ended the picture.'));
  }

  async close(): Promise<void> {
    for (const call of [...this.#calls.values()]) this.#close(call);
    await Promise.all(this.#busy.values());
  }

  #ended(callId: string, error: SourceError): boolean {
    const call = this.#calls.get(callId);
    if (call === undefined) return false;
    this.#close(call);
    call.events.onEnded(error);
    return true;
  }

  #close(call: OpenCall): void {
    if (!this.#calls.delete(call.callId)) return;
    call.media.close();
    const ending = this.#left.add(call, call.sequence, call.peer).finally(() => {
      if (this.#busy.get(call.subject) === ending) this.#busy.delete(call.subject);
    });
    this.#busy.set(call.subject, ending);
  }

  #acknowledge(call: StoredCall & { peer: SipPeer }): void {
    this.#options.requests.sendOnly(call.peer, this.#within(call, 'ACK', 1));
  }

  async #sayBye(call: StoredCall, peer: SipPeer, sequence: number): Promise<boolean> {
    const bye = this.#within(call, 'BYE', sequence);
    return (await this.#options.requests.send(peer, bye, byeLimitMs)) !== undefined;
  }

  #within(call: StoredCall, method: string, sequence: number): OutgoingRequest {
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
