import type { Producer } from 'mediasoup-client/types';
import { LocalTrack, type DeviceState } from './localTrack.ts';
import type { SendingTransport } from './sendingTransport.ts';
import type { Signalling } from './signalling.ts';

/** How the body cam does: `starting` until the hub has its picture. */
export type CameraState = Exclude<DeviceState, 'ready'> | 'starting' | 'live';

export interface BodyCamSendingOptions {
  signalling: Pick<Signalling, 'request'>;
  onState(state: CameraState): void;
  /** There is a picture to send, or another one than before: `send` is to be called. */
  onTrack(): void;
}

/** A third, two thirds and all of the picture: each viewer and each network gets what suits it. */
const simulcast = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];
/** With the browser's usual 300 kbit/s the first key pictures would take a second and more. */
const startKilobits = 800;

/** The body cam of this phone: its camera, the preview, and the picture and sound that are sent to the hub. */
export class BodyCamSending {
  readonly #options: BodyCamSendingOptions;
  readonly #camera: LocalTrack;
  #picture: Producer | undefined;
  #sound: Producer | undefined;
  #isFilming = false;
  #preview: HTMLVideoElement | undefined;

  constructor(options: BodyCamSendingOptions) {
    this.#options = options;
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
        options.onState(state === 'ready' ? ready : state);
      },
      onTrack: () => {
        this.#showPreview();
        options.onTrack();
      },
    });
  }

  start(): void {
    this.#isFilming = true;
    this.#camera.start();
  }

  /** Ends the picture on this side; whoever calls this notifies the hub. */
  stop(): void {
    this.#isFilming = false;
    this.#picture?.close();
    this.#picture = undefined;
    this.#endSound();
    this.#camera.stop();
    this.#showPreview();
  }

  /** The transport is closed, and all that it sent with it. The camera stays on. */
  transportClosed(): void {
    this.#picture = undefined;
    this.#endSound();
  }

  /** Where the member sees what is sent; undefined takes it away. */
  attachPreview(element: HTMLVideoElement | undefined): void {
    this.#preview = element;
    this.#showPreview();
  }

  /** Brings what the hub has to what the camera has. Rejects with the hub's refusal. */
  async send(
    sending: Pick<SendingTransport, 'send'>,
    microphone: MediaStreamTrack | undefined,
  ): Promise<void> {
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
    this.#options.onState('live');
    await this.#sendSound(sending, microphone);
  }

  /** A track of its own: the picture's sound goes on while the talk key is up. */
  async #sendSound(
    sending: Pick<SendingTransport, 'send'>,
    microphone: MediaStreamTrack | undefined,
  ): Promise<void> {
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

  #showPreview(): void {
    if (this.#preview === undefined) return;
    const { track } = this.#camera;
    this.#preview.srcObject = track === undefined ? null : new MediaStream([track]);
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
}
