import { randomBytes } from 'node:crypto';
import { SourceError } from '../streamSource.ts';
import { readAnswer, writeOffer, type MediaWay } from './gbSessionDescription.ts';
import { openMediaSocket, type MediaSocket } from './mediaSocket.ts';
import type { RecorderDirectory, StoredCall } from './recorderDirectory.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import { headerOf, sequenceOf, uriOf, type SipResponse } from './sipMessage.ts';
import { newBranch, type OutgoingRequest, type SipRequests } from './sipRequests.ts';
import type { SipPeer } from './sipTransport.ts';

export interface CallEvents {
  /** One RTP packet from the device, in order. */
  onPacket(packet: Buffer): void;
  onEnded(error: SourceError): void;
}

/** A channel that sends. */
export interface GbCall {
  close(): void;
}

export interface GbCallsOptions {
  settings: SipDoorSettings;
  directory: RecorderDirectory;
  requests: SipRequests;
  own(): string;
}

interface OpenCall extends StoredCall {
  peer: SipPeer;
  media: MediaSocket;
  events: CallEvents;
}

/** A device has so long to say yes to BYE before its channel is asked again. Milliseconds. */
const byeLimitMs = 2_000;

/** The calls of a platform: one for each channel at a time. */
export class GbCalls {
  readonly #options: GbCallsOptions;
  readonly #calls = new Map<string, OpenCall>();
  /** Channels with a call, or with one that is being ended. */
  readonly #busy = new Map<string, Promise<void>>();
  #serial = 0;

  constructor(options: GbCallsOptions) {
    this.#options = options;
  }

  /** Ends the calls of an earlier run: devices count them, and send to ports that are others' by now. */
  endLeft(calls: readonly StoredCall[]): void {
    for (const call of calls) {
      const peer = this.#options.directory.placeOf(call.recorderId);
      if (peer === undefined) this.#options.directory.callEnded(call.callId);
      else void this.#sayBye(call, peer);
    }
  }

  async begin(wanted: {
    recorderId: string;
    channelId: string;
    way: MediaWay;
    events: CallEvents;
    limitMs: number;
  }): Promise<GbCall> {
    const { recorderId, channelId, way, events, limitMs } = wanted;
    const { settings, directory, requests } = this.#options;
    const channel = `${recorderId}/${channelId}`;
    await this.#busy.get(channel);
    const peer = directory.placeOf(recorderId);
    if (peer === undefined)
      throw new SourceError(
        'unreachable',
        'The recorder has not registered. Check that it runs and that this platform is entered in it.',
      );
    if (
      [...this.#calls.values()].some((call) => call.recorderId === recorderId && call.channelId === channelId)
    )
      throw new SourceError('refused', 'This channel of the recorder is already shown as another camera.');
    let ended = false;
    const media = await openMediaSocket({
      way,
      host: settings.host,
      ports: settings.mediaPorts,
      from: peer.address,
      onPacket: (packet) => {
        if (!ended) events.onPacket(packet);
      },
      onClosed: () => this.#ended(callId, 'The recorder closed its connection.'),
    });
    const callId = randomBytes(12).toString('hex');
    const localTag = randomBytes(6).toString('hex');
    const realm = settings.platformId.slice(0, 10);
    this.#serial = (this.#serial + 1) % 10_000;
    const ssrc = `0${settings.platformId.slice(3, 8)}${String(this.#serial).padStart(4, '0')}`;
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
      }),
    };
    const branch = newBranch();
    const response = await requests.send(peer, invite, limitMs, branch);
    const give = (error: SourceError): never => {
      ended = true;
      media.close();
      throw error;
    };
    if (response === undefined) {
      const { headers: _headers, body: _body, ...cancel } = invite;
      requests.sendOnly(peer, { ...cancel, method: 'CANCEL' }, branch);
      return give(
        new SourceError('timeout', 'The recorder did not answer when it was asked for the picture.'),
      );
    }
    const { status } = response.start;
    if (status >= 300) {
      const { headers: _headers, body: _body, ...ack } = invite;
      requests.sendOnly(peer, { ...ack, method: 'ACK', to: headerOf(response, 'to') ?? invite.to }, branch);
      return give(refusal(status));
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
    };
    this.#acknowledge(call);
    this.#calls.set(callId, call);
    directory.callBegan(call);
    const answer = readAnswer(response.body);
    if (answer === undefined || answer.port === 0) {
      ended = true;
      this.#close(call);
      throw new SourceError('protocolError', 'The recorder agreed to send, but described no picture.');
    }
    return {
      close: () => {
        ended = true;
        this.#close(call);
      },
    };
  }

  /** An answer that nothing waits for: a repeated 200 is acknowledged again, one that comes too late is ended. */
  lateAnswer(response: SipResponse, peer: SipPeer): void {
    const sequence = sequenceOf(response);
    const callId = headerOf(response, 'call-id') ?? '';
    const { status } = response.start;
    if (sequence?.method !== 'INVITE' || status < 200 || status >= 300) return;
    const known = this.#calls.get(callId);
    if (known !== undefined) {
      if (known.peer.address === peer.address) this.#acknowledge(known);
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
    this.#acknowledge({ ...late, peer });
    void this.#sayBye(late, peer);
  }

  /** The device says that it ends a call; false when it has none of this id. */
  endedByDevice(callId: string, peer: SipPeer): boolean {
    if (this.#calls.get(callId)?.peer.address !== peer.address) return false;
    return this.#ended(callId, 'The recorder ended the picture.');
  }

  async close(): Promise<void> {
    for (const call of [...this.#calls.values()]) this.#close(call);
    await Promise.all(this.#busy.values());
  }

  #ended(callId: string, message: string): boolean {
    const call = this.#calls.get(callId);
    if (call === undefined) return false;
    this.#close(call);
    call.events.onEnded(new SourceError('closedByCamera', message));
    return true;
  }

  #close(call: OpenCall): void {
    if (!this.#calls.delete(call.callId)) return;
    call.media.close();
    const channel = `${call.recorderId}/${call.channelId}`;
    const ending = this.#sayBye(call, call.peer).finally(() => {
      if (this.#busy.get(channel) === ending) this.#busy.delete(channel);
    });
    this.#busy.set(channel, ending);
  }

  #acknowledge(call: StoredCall & { peer: SipPeer }): void {
    this.#options.requests.sendOnly(call.peer, this.#within(call, 'ACK', 1));
  }

  async #sayBye(call: StoredCall, peer: SipPeer): Promise<void> {
    await this.#options.requests.send(peer, this.#within(call, 'BYE', 2), byeLimitMs);
    this.#options.directory.callEnded(call.callId);
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

function refusal(status: number): SourceError {
  if (status === 486)
    return new SourceError(
      'refused',
      'The recorder already sends to as many viewers as it can (486).',
      status,
    );
  if (status === 404 || status === 480)
    return new SourceError('notFound', `The recorder has no such channel, or it is off (${status}).`, status);
  if (status === 401 || status === 403)
    return new SourceError(
      'unauthorized',
      `The recorder does not let this platform watch (${status}).`,
      status,
    );
  return new SourceError('refused', `The recorder refused the picture (${status}).`, status);
}
