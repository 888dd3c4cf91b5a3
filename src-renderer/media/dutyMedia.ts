import type { Producer } from 'mediasoup-client/types';
import type { WorkerDescription } from '../../src-shared/media/media.protocol.ts';
import type { NoticeOf } from '../../src-shared/protocol/index.ts';
import { talkStreamId } from '../../src-shared/talk/talk.protocol.ts';
import { BodyCamSending, type CameraState } from './bodyCamSending.ts';
import { ConsumerBatch } from './consumerBatch.ts';
import { KitchenVoice } from './kitchenVoice.ts';
import { LocalTrack, type DeviceState } from './localTrack.ts';
import type { SoundRoute } from './loudspeakers.ts';
import { ReceiveTransports } from './receiveTransports.ts';
import { ReceivingDevice } from './receivingDevice.ts';
import { SendingTransport } from './sendingTransport.ts';
import { RequestRefused, type Signalling } from './signalling.ts';
import { TalkListening } from './talkListening.ts';
import type { ReceivedTrack } from './subscription.ts';

export interface DutyMediaOptions {
  signalling: Signalling;
  onMicrophone(state: DeviceState): void;
  /** Whether the hub has this surface's voice. */
  onVoice(hasVoice: boolean): void;
  /** Only where there is a body cam. */
  onCamera?(state: CameraState): void;
  onAudible(isAudible: boolean): void;
  /** To the loudspeaker of talk, where this surface chooses one. */
  route?: SoundRoute;
  /** Where what the hub's media can do is kept for the next start. */
  storage?: Pick<Storage, 'getItem' | 'setItem'>;
  /** The receive transports of a page that receives other things too: talk comes through them. */
  transports?: Pick<ReceiveTransports, 'receiveSound'>;
}

/** What a snapshot means to the media. */
export interface DutyMediaArrival {
  workers: readonly WorkerDescription[];
  /** Where talk is and where everybody sends to, as far as it is known. */
  talkWorkerId: string | undefined;
  isNewConnection: boolean;
  isSomebodySpeaking: boolean;
}

const sendAgainMs = 1_000;
/** So long this surface waits for the voice of somebody who speaks, before it prepares its own voice. Milliseconds. */
const hearingAheadMs = 400;

/** Media of somebody on duty: the voice, the talk that is heard, and on a phone the body cam. Comes back by itself whatever is lost. */
export class DutyMedia {
  readonly #options: DutyMediaOptions;
  readonly #device: ReceivingDevice;
  readonly #batch: ConsumerBatch;
  readonly #listening: TalkListening;
  readonly #microphone: LocalTrack;
  readonly #bodyCam: BodyCamSending;
  readonly #kitchenVoice = new KitchenVoice();
  /** Where this page receives nothing but talk; undefined where it has transports for other things. */
  readonly #ownTransports: ReceiveTransports | undefined;
  readonly #transports: Pick<ReceiveTransports, 'receiveSound'>;
  #workers: readonly WorkerDescription[] = [];
  #talkWorkerId: string | undefined;
  #isConnected = false;
  #hearsFirst = false;
  /** Fulfilled while the hub is connected. */
  #connection = Promise.withResolvers<void>();
  #sending: SendingTransport | undefined;
  #voice: Producer | undefined;
  #isMicrophoneOpen = false;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** One after the other: a transport that is made again must not be made twice. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: DutyMediaOptions) {
    this.#options = options;
    this.#device = new ReceivingDevice(options.storage);
    const { signalling } = options;
    this.#batch = new ConsumerBatch(signalling);
    const own = new ReceiveTransports({ device: this.#device, signalling });
    this.#transports = options.transports ?? own;
    if (options.transports === undefined) this.#ownTransports = own;
    this.#listening = new TalkListening({
      consume: (streamId) => this.#consume(streamId),
      resume: (consumerId) => this.#batch.resumeSurely(consumerId),
      closeConsumer: (consumerId) => void this.#batch.close(consumerId),
      onAudible: options.onAudible,
      route: options.route ?? (() => () => undefined),
    });
    this.#microphone = new LocalTrack({
      kind: 'audio',
      constraints: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      onState: options.onMicrophone,
      onTrack: (track) => {
        track.enabled = this.#isMicrophoneOpen;
        this.#sendSoon();
      },
    });
    this.#bodyCam = new BodyCamSending({
      signalling,
      onState: (state) => options.onCamera?.(state),
      onTrack: () => this.#sendSoon(),
    });
  }

  /**
   * A snapshot came for a signed-in member. On a new connection the hub holds nothing of ours any more. Who comes while
   * somebody speaks hears first and is heard then: both ways made at once would each take twice as long.
   */
  snapshotArrived({ workers, talkWorkerId, isNewConnection, isSomebodySpeaking }: DutyMediaArrival): void {
    this.#workers = workers;
    this.#talkWorkerId = talkWorkerId;
    this.#ownTransports?.setWorkers(workers);
    this.#hearsFirst = isNewConnection && isSomebodySpeaking;
    this.#isConnected = true;
    if (isNewConnection) this.#dropTransports();
    this.#connection.resolve();
    this.#sendSoon();
  }

  connectionLost(): void {
    if (this.#isConnected) this.#connection = Promise.withResolvers<void>();
    this.#isConnected = false;
    this.#options.onVoice(false);
  }

  workerReplaced(notice: NoticeOf<'media:workerReplaced'>): void {
    const { workerId, workers } = notice;
    this.#workers = workers;
    this.#ownTransports?.workerReplaced(notice);
    this.#talkWorkerId = undefined;
    if (this.#sending?.workerId === workerId) this.#dropTransports();
    this.#sendSoon();
  }

  consumersClosed(notice: NoticeOf<'media:consumersClosed'>): void {
    this.#ownTransports?.consumersClosed(notice);
  }

  /** The phone is on another network: its media should not wait until the old path is found dead. */
  networkChanged(): void {
    if (this.#isConnected) this.#sending?.networkChanged();
  }

  /** Asks for the microphone, or asks again. */
  startMicrophone(): void {
    this.#microphone.start();
  }

  /** Lets the microphone be heard by the hub, which passes it on while this phone has the floor. */
  openMicrophone(isOpen: boolean): void {
    this.#isMicrophoneOpen = isOpen;
    if (this.#microphone.track !== undefined) this.#microphone.track.enabled = isOpen;
    this.#listening.mute(isOpen);
  }

  /** Declares the voice for kitchens at the hub; false while there is no microphone. Rejects with the hub's refusal. */
  async prepareKitchenVoice(): Promise<boolean> {
    const { track } = this.#microphone;
    if (track === undefined || !this.#isConnected || this.#workers.length === 0) return false;
    await this.#kitchenVoice.prepare(() => this.#openSending(), track);
    return true;
  }

  /** Sends the microphone as the voice for kitchens. What squads say goes on to be heard: it may be a call for help. */
  openKitchenVoice(isOpen: boolean): void {
    this.#kitchenVoice.open(isOpen);
  }

  /** Hears these talk groups, each as loud as said. */
  listenTo(groups: ReadonlyMap<string, number>): void {
    this.#listening.listenTo(
      new Map([...groups].map(([groupId, volume]) => [talkStreamId(groupId), volume])),
    );
  }

  /** Called in a gesture. */
  wake(): void {
    this.#listening.wake();
  }

  startCamera(): void {
    this.#bodyCam.start();
  }

  /** Ends the picture on this side; whoever calls this notifies the hub. */
  stopCamera(): void {
    this.#bodyCam.stop();
  }

  /** Where the member sees what is sent; undefined takes it away. */
  attachPreview(element: HTMLVideoElement | undefined): void {
    this.#bodyCam.attachPreview(element);
  }

  /** Nobody is signed in any more. */
  stop(): void {
    this.connectionLost();
    this.stopCamera();
    this.#microphone.stop();
    this.#kitchenVoice.stop();
    this.#listening.listenTo(new Map());
    this.#dropTransports();
  }

  #dropTransports(): void {
    const sending = this.#sending;
    this.#forgetSent();
    sending?.close();
    this.#ownTransports?.closeAll();
  }

  #forgetSent(): void {
    this.#sending = undefined;
    this.#voice = undefined;
    this.#bodyCam.transportClosed();
    this.#kitchenVoice.transportClosed();
    this.#options.onVoice(false);
  }

  #sendSoon(): void {
    this.#work = this.#work.then(() => this.#send()).catch(() => this.#sendLater());
  }

  #sendLater(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#sendSoon(), sendAgainMs);
  }

  /** Brings what the hub has to what this phone has: voice first, then the picture. */
  async #send(): Promise<void> {
    if (!this.#isConnected || this.#workers.length === 0) return;
    const sending = this.#openSending();
    const workerId = await sending.assigned();
    if (this.#hearsFirst && this.#ownTransports !== undefined) {
      this.#hearsFirst = false;
      await this.#ownTransports.to(workerId).connectedWithin(hearingAheadMs);
    }
    const microphone = this.#microphone.track;
    if (microphone !== undefined) {
      if (this.#voice === undefined || this.#voice.closed) {
        this.#voice = await sending.send('voice', {
          track: microphone,
          codecOptions: { opusFec: true, opusDtx: true, opusStereo: false, opusMaxPlaybackRate: 48_000 },
          disableTrackOnPause: false,
          zeroRtpOnPause: false,
        });
      } else if (this.#voice.track !== microphone) await this.#voice.replaceTrack({ track: microphone });
      this.#options.onVoice(true);
    }
    await this.#bodyCam.send(sending, microphone);
  }

  #openSending(): SendingTransport {
    if (this.#sending !== undefined) return this.#sending;
    const sending = new SendingTransport({
      workers: this.#workers,
      device: this.#device,
      signalling: this.#options.signalling,
      onClosed: () => {
        if (this.#sending !== sending) return;
        this.#forgetSent();
        if (this.#isConnected) this.#sendLater();
      },
    });
    this.#sending = sending;
    return sending;
  }

  /** Talk runs on the worker that everybody sends to. */
  async #consume(streamId: string): Promise<ReceivedTrack> {
    await this.#connection.promise;
    if (this.#workers.length === 0) {
      throw new RequestRefused('unavailable', 'The hub has no media worker at the moment.');
    }
    const workerId = this.#talkWorkerId ?? (await this.#openSending().assigned());
    return this.#transports.receiveSound(workerId, streamId);
  }
}
