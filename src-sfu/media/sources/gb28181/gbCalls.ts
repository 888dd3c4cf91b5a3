import type { RecorderDirectory, StoredCall } from '../../../features/recorders/recorders.ports.ts';
import { SourceError } from '../streamSource.ts';
import { endedByDevice, recorderRevoked, refusalOfCall } from './callErrors.ts';
import type { CallEvents, CallWish, GbCall } from './gbCall.ts';
import { readAnswer, writeOffer } from './gbSessionDescription.ts';
import { LeftCalls } from './leftCalls.ts';
import type { DatagramWay } from '../../datagramReceiver.ts';
import type { MediaPlaces } from './mediaPlaces.ts';
import { openMediaSocket, type MediaSocket } from './mediaSocket.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import {
  ackOf,
  acknowledgeLateRefusal,
  dialogOfStored,
  isOwnCallId,
  lateCallOf,
  requestWithin,
  SipInvitation,
  type SipDialog,
  type StoredDialog,
} from './sipDialog.ts';
import { headerOf, sequenceOf, type SipResponse } from './sipMessage.ts';
import type { SipRequests } from './sipRequests.ts';
import type { SipPeer } from './sipTransport.ts';
import { RecorderPictureError } from './recorderPictureError.ts';

export interface GbCallsOptions {
  settings: SipDoorSettings;
  directory: RecorderDirectory;
  requests: SipRequests;
  places: MediaPlaces;
  own(): string;
  nowMs(): number;
  /** As of `openMediaSocket`. */
  onWay(receiver: DatagramWay): void;
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
  /** Takes the question back; nothing happens while it is not asked. */
  cancel(): void;
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
    const { settings, directory, requests, places } = this.#options;
    const subject = `${recorderId}/${channelId}${recorded === undefined ? '' : ' recorded'}`;
    await this.#busy.get(subject);
    const peer = directory.placeOf(recorderId);
    if (peer === undefined)
      throw new SourceError(
        'unreachable',
        'The recorder has not registered. Check that it runs and that this platform is entered in it.',
      );
    const { platformId, mediaPorts, host, address } = settings;
    const invitation = new SipInvitation({
      ...{ requests, peer, platformId },
      targetId: channelId,
      contact: () => this.#options.own(),
    });
    const { callId } = invitation;
    const asking: Asking = { recorderId, isRevoked: false, cancel: () => invitation.cancel() };
    this.#asking.set(callId, asking);
    let ended = false;
    const media = await openMediaSocket({
      way,
      host,
      ports: mediaPorts,
      from: peer.address,
      onPacket: (packet) => {
        if (!ended && !asking.isRevoked) events.onPacket(packet);
      },
      onClosed: () => this.#ended(callId, endedByDevice('The recorder closed its connection.')),
      onFirst: (isFromNamed) => places.came(recorderId, isFromNamed),
      onWay: (receiver) => this.#options.onWay(receiver),
    }).catch((error: unknown) => {
      this.#asking.delete(callId);
      throw error;
    });
    this.#serial = (this.#serial + 1) % 10_000;
    const ssrc = `${recorded === undefined ? 0 : 1}${platformId.slice(3, 8)}${String(this.#serial).padStart(4, '0')}`;
    const body = writeOffer({
      ...{ platformId, address, way, ssrc, line },
      port: media.port,
      recorded: recorded === undefined ? undefined : { channelId, ...recorded },
    });
    const outcome = asking.isRevoked
      ? ({ answer: 'none' } as const)
      : await invitation.send({ ssrc, body, limitMs });
    this.#asking.delete(callId);
    const give = (error: SourceError): never => {
      ended = true;
      media.close();
      throw asking.isRevoked ? recorderRevoked() : error;
    };
    if (outcome.answer === 'none')
      return give(
        new RecorderPictureError(
          'no_answer',
          'timeout',
          'The recorder did not answer when it was asked for the picture.',
        ),
      );
    if (outcome.answer === 'refused') return give(refusalOfCall(outcome.status));
    const call: OpenCall = {
      ...{ callId, recorderId, channelId, peer, media, events, subject },
      localTag: invitation.tag,
      remote: outcome.dialog.to,
      remoteUri: outcome.dialog.uri,
      sequence: 1,
    };
    this.#calls.set(callId, call);
    directory.callBegan(call);
    if (asking.isRevoked) {
      ended = true;
      this.#close(call);
      throw recorderRevoked();
    }
    const answer = readAnswer(outcome.body);
    if (answer === undefined || answer.port === 0) {
      ended = true;
      this.#close(call);
      throw new SourceError('protocolError', 'The recorder agreed to send, but described no picture.');
    }
    media.answered(answer.port, places.named(recorderId, answer.address));
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
      ...requestWithin(this.#dialogOf(call), 'INFO', call.sequence),
      headers: [['Content-Type', contentType]] as const,
      body,
    };
    return (await this.#options.requests.send(call.peer, request, informLimitMs))?.start.status;
  }

  /**
   * The device says that what it recorded has come to its end: within the call, or by the id of the channel or of the recorder alone. Of several that
   * are sent at once that does not say which: they end by their silence. A word within a call of ours that is over, such as a repeated one, means no other.
   */
  recordingEnded(recorderId: string, deviceId: string, callId: string | undefined): void {
    const meant = [...this.#calls.values()].filter(
      (call) =>
        call.recorderId === recorderId &&
        (call.channelId === deviceId || deviceId === recorderId) &&
        call.subject.endsWith(' recorded'),
    );
    const [only] = meant.length === 1 && !isOwnCallId(callId ?? '') ? meant : [];
    const call = meant.find((one) => one.callId === callId) ?? only;
    if (call !== undefined)
      this.#ended(call.callId, endedByDevice('The recorder has sent what it recorded.'));
  }

  /** The recorder is not let in any more: its calls end, and what it is being asked for ends as soon as it says yes. */
  revoke(recorderId: string): void {
    for (const asking of this.#asking.values()) {
      if (asking.recorderId !== recorderId || asking.isRevoked) continue;
      asking.isRevoked = true;
      // It may send already, before its answer comes or without one.
      asking.cancel();
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
      if (known.peer.address === peer.address && status < 300)
        this.#options.requests.sendOnly(known.peer, ackOf(this.#dialogOf(known)));
      return;
    }
    const late = this.#options.directory.isKnownAddress(peer.address) ? lateCallOf(response) : undefined;
    if (late === undefined) return;
    if (status >= 300)
      return acknowledgeLateRefusal(this.#options.requests, response, peer, this.#dialogOf(late));
    this.#options.requests.sendOnly(peer, ackOf(this.#dialogOf(late)));
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

  async #sayBye(call: StoredDialog, peer: SipPeer, sequence: number): Promise<boolean> {
    const bye = requestWithin(this.#dialogOf(call), 'BYE', sequence);
    return (await this.#options.requests.send(peer, bye, byeLimitMs)) !== undefined;
  }

  #dialogOf(call: StoredDialog): SipDialog {
    return dialogOfStored(call, this.#options.settings.platformId);
  }
}
