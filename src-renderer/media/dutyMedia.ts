import type { Producer } from 'mediasoup-client/types';
import type { WorkerDescription } from '../../src-shared/media/media.protocol.ts';
import type { NoticeOf } from '../../src-shared/protocol/index.ts';
import { talkStreamId } from '../../src-shared/talk/talk.protocol.ts';
import { ConsumerBatch } from './consumerBatch.ts';
import { LocalTrack, type DeviceState } from './localTrack.ts';
import { ReceivingDevice } from './receivingDevice.ts';
import { SendingTransport } from './sendingTransport.ts';
import { RequestRefused, type Signalling } from './signalling.ts';
import { TalkListening } from './talkListening.ts';
import { WorkerTransport } from './workerTransport.ts';
import type { ReceivedTrack } from './subscription.ts';

/** How the body cam does: `starting` until the hub has its picture. */
export type CameraState = Exclude<DeviceState, 'ready'> | 'starting' | 'live';

export interface DutyMediaOptions {
  signalling: Signalling;
  onMicrophone(state: DeviceState): void;
  /** Whether the hub has this surface's voice. */
  onVoice(hasVoice: boolean): void;
  /** Only where there is a body cam. */
  onCamera?(state: CameraState): void;
  onAudible(isAudible: boolean): void;
  /** Where what the hub's media can do is kept for the next start. */
  storage?: Pick<Storage, 'getItem' | 'setItem'>;
  /** A page that receives other things too has one transport to each worker for all of it: talk comes through that. */
  receiveSound?(workerId: string, streamId: string): Promise<ReceivedTrack>;
}

/** What a snapshot means to the media. */
export interface DutyMediaArrival {
  workers: readonly WorkerDescription[];
  /** Where talk is and where everybody sends to, as far as it is known. */
  talkWorkerId: string | undefined;
  isNewConnection: boolean;
  isSomebodySpeaking: boolean;
}

/** A third, two thirds and all of the picture: each viewer and each network gets what suits it. */
const simulcast = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];
/** With the browser's usual 300 kbit/s the first key pictures would take a second and more. */
const startKilobits = 800;
const sendAgainMs = 1_000;
/** What is being said is worth waiting for so long before this surface can speak itself. */
const hearingAheadMs = 400;

/** Media of somebody on duty: the voice, the talk that is heard, and on a phone the body cam. Comes back by itself whatever is lost. */
export class DutyMedia {
  readonly #options: DutyMediaOptions;
  readonly #device: ReceivingDevice;
  readonly #batch: ConsumerBatch;
  readonly #listening: TalkListening;
  readonly #microphone: LocalTrack;
  readonly #camera: LocalTrack;
  readonly #received = new Map<string, () => void>();
  #workers: readonly WorkerDescription[] = [];
  #talkWorkerId: string | undefined;
  #isConnected = false;
  #hearsFirst = false;
  /** Fulfilled while the hub is connected. */
  #connection = Promise.withResolvers<void>();
  #sending: SendingTransport | undefined;
  #receiving: WorkerTransport | undefined;
  #voice: Producer | undefined;
  #picture: Producer | undefined;
  #sound: Producer | undefined;
  #isMicrophoneOpen = false;
  #isFilming = false;
  #preview: HTMLVideoElement | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** One after the other: a transport that is made anew must not be made twice. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: DutyMediaOptions) {
    this.#options = options;
    this.#device = new ReceivingDevice(options.storage);
    this.#batch = new ConsumerBatch(options.signalling);
    this.#listening = new TalkListening({
      consume: (streamId) => this.#consume(streamId),
      resume: (consumerId) => this.#batch.resumeSurely(consumerId),
      closeConsumer: (consumerId) => {
        this.#received.delete(consumerId);
        void this.#batch.close(consumerId);
      },
      onAudible: options.onAudible,
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
    this.#camera = new LocalTrack({
      kind: 'video',
      constraints: {
        facingMode: { ideal: 'environment' },
        width: { ideal: 1280 },
        height: { ideal: 720 },
        frameRate: { ideal: 25, max: 30 },
      },
      onState: (state) => {
        // One that another app had is the same as before.
        const ready = this.#isPictureSent() ? 'live' : 'starting';
        options.onCamera?.(state === 'ready' ? ready : state);
      },
      onTrack: () => {
        this.#showPreview();
        this.#sendSoon();
      },
    });
  }

  /**
   * A snapshot came for a signed-in member. On a new connection the hub holds nothing of ours any more. Who comes while
   * somebody speaks hears first and is heard then: both ways made at once would each take twice as long.
   */
  snapshotArrived({ workers, talkWorkerId, isNewConnection, isSomebodySpeaking }: DutyMediaArrival): void {
    this.#workers = workers;
    this.#talkWorkerId = talkWorkerId;
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

  workerReplaced({ workerId, workers }: NoticeOf<'media:workerReplaced'>): void {
    this.#workers = workers;
    this.#talkWorkerId = undefined;
    if (this.#sending?.workerId === workerId) this.#dropTransports();
    this.#sendSoon();
  }

  consumersClosed({ consumerIds }: NoticeOf<'media:consumersClosed'>): void {
    for (const consumerId of consumerIds) this.#received.get(consumerId)?.();
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
    this.#isFilming = true;
    this.#camera.start();
  }

  /** Ends the picture on this side; the hub is told by whoever calls this. */
  stopCamera(): void {
    this.#isFilming = false;
    this.#picture?.close();
    this.#picture = undefined;
    this.#endSound();
    this.#camera.stop();
    this.#showPreview();
  }

  /** Where the member sees what is sent; undefined takes it away. */
  attachPreview(element: HTMLVideoElement | undefined): void {
    this.#preview = element;
    this.#showPreview();
  }

  /** Nobody is signed in any more. */
  stop(): void {
    this.connectionLost();
    this.stopCamera();
    this.#microphone.stop();
    this.#listening.listenTo(new Map());
    this.#dropTransports();
  }

  #showPreview(): void {
    if (this.#preview === undefined) return;
    const { track } = this.#camera;
    this.#preview.srcObject = track === undefined ? null : new MediaStream([track]);
  }

  #dropTransports(): void {
    const sending = this.#sending;
    const receiving = this.#receiving;
    this.#sending = undefined;
    this.#receiving = undefined;
    this.#voice = undefined;
    this.#picture = undefined;
    this.#endSound();
    this.#options.onVoice(false);
    sending?.close();
    receiving?.close();
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
    if (this.#hearsFirst && this.#options.receiveSound === undefined) {
      this.#hearsFirst = false;
      await this.#openReceiving(workerId).connectedWithin(hearingAheadMs);
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
    const camera = this.#camera.track;
    if (camera === undefined || !this.#isFilming) return;
    if (this.#picture === undefined || this.#picture.closed) {
      this.#picture = await sending.send('picture', {
        track: camera,
        encodings: simulcast,
        codecOptions: { videoGoogleStartBitrate: startKilobits },
      });
      if (!this.#isFilming) return this.#endLatePicture();
    } else if (this.#picture.track !== camera) await this.#picture.replaceTrack({ track: camera });
    if (!this.#isFilming) return;
    this.#options.onCamera?.('live');
    await this.#sendSound(sending, microphone);
  }

  /** A track of its own: the picture's sound goes on while the talk key is up. */
  async #sendSound(sending: SendingTransport, microphone: MediaStreamTrack | undefined): Promise<void> {
    const before = this.#sound?.closed === false ? this.#sound : undefined;
    if (microphone === undefined || before?.track?.readyState === 'live') return;
    const sound = microphone.clone();
    sound.enabled = true;
    try {
      if (before !== undefined) await before.replaceTrack({ track: sound });
      else this.#sound = await sending.send('sound', { track: sound, codecOptions: { opusFec: true } });
    } catch (error) {
      sound.stop();
      throw error;
    }
    if (!this.#isFilming) this.#endSound();
  }

  #isPictureSent(): boolean {
    const { track } = this.#camera;
    return track !== undefined && this.#picture?.closed === false && this.#picture.track === track;
  }

  /** It was ended while the hub took it: the hub shows it still. */
  #endLatePicture(): void {
    this.#picture?.close();
    this.#picture = undefined;
    void this.#options.signalling.request('bodycam:stop', {});
  }

  #endSound(): void {
    const sound = this.#sound;
    this.#sound = undefined;
    sound?.track?.stop();
    sound?.close();
  }

  #openSending(): SendingTransport {
    if (this.#sending !== undefined) return this.#sending;
    const sending = new SendingTransport({
      workers: this.#workers,
      device: this.#device,
      signalling: this.#options.signalling,
      onClosed: () => {
        if (this.#sending !== sending) return;
        this.#sending = undefined;
        this.#voice = undefined;
        this.#picture = undefined;
        this.#endSound();
        this.#options.onVoice(false);
        if (this.#isConnected) this.#sendLater();
      },
    });
    this.#sending = sending;
    return sending;
  }

  #openReceiving(workerId: string): WorkerTransport {
    if (this.#receiving !== undefined) return this.#receiving;
    const worker = this.#workers.find((candidate) => candidate.workerId === workerId);
    if (worker === undefined) throw new RequestRefused('unavailable', 'The media worker is being replaced.');
    const receiving = new WorkerTransport({
      worker,
      device: this.#device,
      signalling: this.#options.signalling,
      onClosed: () => {
        if (this.#receiving === receiving) this.#receiving = undefined;
      },
    });
    this.#receiving = receiving;
    return receiving;
  }

  /** Talk runs on the worker that everybody sends to. */
  async #consume(streamId: string): Promise<ReceivedTrack> {
    await this.#connection.promise;
    if (this.#workers.length === 0) {
      throw new RequestRefused('unavailable', 'The hub has no media worker at the moment.');
    }
    const workerId = this.#talkWorkerId ?? (await this.#openSending().assigned());
    if (this.#options.receiveSound !== undefined) return this.#options.receiveSound(workerId, streamId);
    const track = await this.#openReceiving(workerId).consume(streamId, 'audio');
    const closedByHub = Promise.withResolvers<void>();
    this.#received.set(track.consumerId, closedByHub.resolve);
    return { ...track, lost: Promise.race([track.lost, closedByHub.promise]) };
  }
}
