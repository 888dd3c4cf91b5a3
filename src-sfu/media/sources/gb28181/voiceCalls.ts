import type { EarFault } from '../../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import { EarError, type OpenEar } from '../../../features/kitchenTalk/kitchenTalk.ports.ts';
import type { MediaWay, RecorderDirectory, StoredCall } from '../../../features/recorders/recorders.ports.ts';
import { ALawPackets } from '../aLawPackets.ts';
import { isPlatformId, type MediaPlaces } from './mediaPlaces.ts';
import { ackOf, dialogOfStored, requestWithin, type SipDialog, type StoredDialog } from './sipDialog.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import type { SipRequests } from './sipRequests.ts';
import type { SipPeer } from './sipTransport.ts';
import type { VoiceTaken } from './voiceDescription.ts';
import { openVoiceSocket, type VoiceSocket } from './voiceSocket.ts';
import { VoiceTurns } from './voiceTurns.ts';

/** A channel of a recorder that is to be spoken to. */
export interface VoiceWish {
  recorderId: string;
  channelId: string;
  signal: AbortSignal;
  onEnded(error: EarError): void;
}

/** A call by which a voice goes to a recorder. */
export interface VoiceCall extends StoredCall {
  targetId: string;
  peer: SipPeer;
  socket: VoiceSocket;
  sequence: number;
  onEnded(error: EarError): void;
}

export interface VoiceCallsOptions {
  settings: SipDoorSettings;
  directory: RecorderDirectory;
  requests: SipRequests;
  places: MediaPlaces;
  /** A call is over, in whatever way. */
  onForgotten(callId: string): void;
}

const byeLimitMs = 2_000;

/** The calls for voices that go on, whoever began each. */
export class VoiceCalls {
  readonly #options: VoiceCallsOptions;
  readonly #calls = new Map<string, VoiceCall>();
  readonly #ending = new Set<Promise<void>>();
  /** Talks that end at a target are over there before the next begins: most devices have one voice. */
  readonly #ends = new VoiceTurns();

  constructor(options: VoiceCallsOptions) {
    this.#options = options;
  }

  /** Whom the voice of a wish is meant for. */
  targetOf({ recorderId, channelId }: Pick<VoiceWish, 'recorderId' | 'channelId'>): string {
    const listed = this.#options.directory.channelIdsOf(recorderId);
    return isPlatformId(recorderId) ? voiceOutputBelow(channelId, listed) : voiceOutputOf(channelId, listed);
  }

  /** Resolves when no talk is being ended at the target of a wish, or its signal ends the waiting. */
  async targetFree(wish: VoiceWish): Promise<void> {
    await this.#ends.free(`${wish.recorderId} ${this.targetOf(wish)}`, wish.signal);
  }

  has(callId: string): boolean {
    return this.#calls.has(callId);
  }

  /** Opens the socket of a call, before the device learns of it. Rejects with EarError. */
  async prepare(wish: VoiceWish, peer: SipPeer, way: MediaWay, dialog: StoredDialog): Promise<VoiceCall> {
    const { host, mediaPorts } = this.#options.settings;
    const socket = await openVoiceSocket({
      way,
      host,
      ports: mediaPorts,
      to: peer.address,
      onClosed: () => this.#lost(dialog.callId),
    }).catch((error: unknown) => {
      throw new EarError('notReached', String(error));
    });
    const { recorderId, channelId } = wish;
    return {
      ...dialog,
      ...{ recorderId, channelId, targetId: this.targetOf(wish), peer, socket, sequence: 1 },
      // Until it is open, whoever opens it says what became of it.
      onEnded: () => undefined,
    };
  }

  /** The device has described how it takes sound: before it is answered where it calls. */
  described({ recorderId, peer, socket }: VoiceCall, { address }: Pick<VoiceTaken, 'address'>): void {
    socket.goesTo(this.#options.places.ofSound(recorderId, peer.address, address));
  }

  /** The device has answered a call, or was answered: it goes on until one of both ends it. */
  began(call: VoiceCall): void {
    this.#calls.set(call.callId, call);
    this.#options.directory.callBegan(call);
  }

  /** Resolves when the voice can be sent. Rejects with EarError when no connection comes about, or the device ended the call meanwhile. */
  async ready(call: VoiceCall, voice: VoiceTaken, { signal, onEnded }: VoiceWish): Promise<OpenEar> {
    try {
      await call.socket.reached(voice.port);
    } catch {
      this.close(call);
      throw new EarError('notReached', 'No connection for the voice came about.');
    }
    if (signal.aborted || !this.#calls.has(call.callId)) {
      this.close(call);
      throw new EarError('endedByDevice', 'The recorder ended the talk at once.');
    }
    call.onEnded = onEnded;
    const packets = new ALawPackets(voice.payloadType, voice.ssrc);
    return {
      send: (frame) => call.socket.send(packets.next(frame)),
      close: () => this.close(call),
    };
  }

  /** Ends a call by BYE, if it goes on. */
  close(call: VoiceCall): void {
    if (!this.#forget(call)) return;
    const bye = requestWithin(this.#dialogOf(call), 'BYE', call.sequence + 1);
    const ending = this.#options.requests.send(call.peer, bye, byeLimitMs).then(() => undefined);
    this.#ends.hold(`${call.recorderId} ${call.targetId}`, ending);
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }

  /** The device says that it ends a call; false when it has none of this id. */
  endedByDevice(callId: string, peer: SipPeer): boolean {
    const call = this.#calls.get(callId);
    if (call?.peer.address !== peer.address) return false;
    this.#forget(call);
    call.onEnded(new EarError('endedByDevice', 'The recorder ended the talk.'));
    return true;
  }

  /** A repeated 200 of a device is acknowledged again; false when it belongs to no call of ours. */
  acknowledgeAgain(callId: string, peer: SipPeer): boolean {
    const call = this.#calls.get(callId);
    if (call?.peer.address !== peer.address) return false;
    this.#options.requests.sendOnly(call.peer, ackOf(this.#dialogOf(call)));
    return true;
  }

  /** The recorder may not be called any more. */
  revoke(recorderId: string): void {
    for (const call of [...this.#calls.values()]) {
      if (call.recorderId !== recorderId) continue;
      this.close(call);
      call.onEnded(new EarError('away', 'The recorder was removed, or has a new password.'));
    }
  }

  /** Ends all calls. Resolves when their ends are answered or given up. */
  async closeAll(): Promise<void> {
    for (const call of [...this.#calls.values()]) this.close(call);
    await Promise.all(this.#ending);
  }

  #lost(callId: string): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    this.close(call);
    call.onEnded(new EarError('endedByDevice', 'The recorder closed its connection.'));
  }

  #forget(call: VoiceCall): boolean {
    call.socket.close();
    this.#options.onForgotten(call.callId);
    if (!this.#calls.delete(call.callId)) return false;
    this.#options.directory.callEnded(call.callId);
    return true;
  }

  #dialogOf(call: VoiceCall): SipDialog {
    return dialogOfStored(call, this.#options.settings.platformId);
  }
}

/** Statuses by which a device says that it cannot do this at all; all others may be over by the next press. */
const unsupported: readonly number[] = [400, 404, 405, 406, 415, 420, 488, 501, 505, 606];

/** Why no voice goes to a device that refuses with this status. */
export function faultOfStatus(status: number): EarFault {
  return unsupported.includes(status) ? 'refused' : 'cameraRefused';
}

/** Whom a voice for a channel of a platform is meant for: a voice output (type 137) with the channel's own place and number, otherwise the channel itself. */
export function voiceOutputBelow(channelId: string, listed: Iterable<string>): string {
  const own = `${channelId.slice(0, 10)}137${channelId.slice(13)}`;
  return [...listed].includes(own) ? own : channelId;
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
