import type { EarFault } from '../../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import { EarError, type OpenEar } from '../../../features/kitchenTalk/kitchenTalk.ports.ts';
import type { RecorderDirectory } from '../../../features/recorders/recorders.ports.ts';
import type { Manscdp } from './manscdp.ts';
import type { MediaPlaces } from './mediaPlaces.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import { headerOf, sequenceOf, type SipRequest, type SipResponse } from './sipMessage.ts';
import type { SipRequests } from './sipRequests.ts';
import type { SipPeer } from './sipTransport.ts';
import { VoiceBroadcasts } from './voiceBroadcasts.ts';
import { VoiceCalls, type VoiceWish } from './voiceCalls.ts';
import { VoiceTalks } from './voiceTalks.ts';

type VoiceWay = 'broadcast' | 'talk';

export interface GbVoicesOptions {
  settings: SipDoorSettings;
  directory: RecorderDirectory;
  requests: SipRequests;
  places: MediaPlaces;
  own(): string;
  send(peer: SipPeer, bytes: Buffer): boolean;
  /** Sends a MESSAGE to a recorder; undefined when no answer came in time. */
  notify(recorderId: string, body: Buffer, limitMs: number): Promise<SipResponse | undefined>;
}

/** A device that ends a talk sooner than this has refused it. Milliseconds. */
const atOnceMs = 1_000;

/** Voices to recorders: by broadcast, where the device calls us, or by talk, where we call it. Which of the two is learned. */
export class GbVoices {
  readonly #directory: RecorderDirectory;
  readonly #calls: VoiceCalls;
  readonly #broadcasts: VoiceBroadcasts;
  readonly #talks: VoiceTalks;

  constructor(options: GbVoicesOptions) {
    this.#directory = options.directory;
    this.#calls = new VoiceCalls({ ...options, onForgotten: (callId) => this.#broadcasts.forget(callId) });
    this.#broadcasts = new VoiceBroadcasts({ ...options, calls: this.#calls });
    this.#talks = new VoiceTalks({ ...options, calls: this.#calls });
  }

  /** Rejects with EarError. */
  async open(wish: VoiceWish): Promise<OpenEar> {
    const { recorderId } = wish;
    const directory = this.#directory;
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
    const directory = this.#directory;
    await this.#calls.targetFree(wish);
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
    ear = await (way === 'broadcast' ? this.#broadcasts : this.#talks).open(own, peer);
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
    return this.#broadcasts.invited(request, peer);
  }

  /** ACK of a device. */
  acknowledged(request: SipRequest, peer: SipPeer): void {
    this.#broadcasts.acknowledged(request, peer);
  }

  /** What a recorder says of a broadcast that it was notified of. */
  broadcastAnswered(recorderId: string, message: Pick<Manscdp, 'sequence' | 'text'>): void {
    this.#broadcasts.answered(recorderId, message);
  }

  /** The device says that it ends a call; false when it has none of this id. */
  endedByDevice(callId: string, peer: SipPeer): boolean {
    return this.#calls.endedByDevice(callId, peer);
  }

  /** A repeated 200 of a device to a talk of ours; false when it belongs to none. */
  answeredAgain(response: SipResponse, peer: SipPeer): boolean {
    if (sequenceOf(response)?.method !== 'INVITE') return false;
    return this.#calls.acknowledgeAgain(headerOf(response, 'call-id') ?? '', peer);
  }

  /** The recorder may not be called any more. */
  revoke(recorderId: string): void {
    this.#broadcasts.revoke(recorderId);
    this.#calls.revoke(recorderId);
  }

  /** Ends all calls. Resolves when their ends are answered or given up. */
  close(): Promise<void> {
    return this.#calls.closeAll();
  }
}
