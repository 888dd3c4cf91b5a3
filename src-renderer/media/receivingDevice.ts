import { Device, detectDevice } from 'mediasoup-client';
import type { RtpCapabilities, RtpParameters, Transport, TransportOptions } from 'mediasoup-client/types';
import type { InputOf } from '../../src-shared/protocol/index.ts';
import type { TransportDescription, WorkerDescription } from '../../src-shared/media/media.protocol.ts';

/** How many PeerConnections this page has made, and how many are open: a page may make about 500 in its life. */
export interface PeerConnectionCount {
  ever: number;
  now: number;
}

const keptKey = 'mingchu.routerRtpCapabilities';

/** The one mediasoup device of the page. Loaded with the first worker's capabilities: all workers route the same. */
export class ReceivingDevice {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;
  #device: Promise<Device> | undefined;
  /** The capabilities of the hub's last start, with which the device was loaded before this hub sent its own. */
  #kept: string | undefined;
  /** How the video of every camera comes, once one did. */
  cameraTemplate: RtpParameters | undefined;
  readonly #count: PeerConnectionCount = { ever: 0, now: 0 };

  /** With a storage, the device is loaded while the page still connects, with what the hub said last time. */
  constructor(storage?: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage;
    const kept = storage?.getItem(keptKey) ?? undefined;
    this.#kept = kept;
    if (kept !== undefined) {
      void this.#use(Promise.resolve(kept).then((text) => this.#create(JSON.parse(text) as RtpCapabilities)));
    }
  }

  get peerConnections(): Readonly<PeerConnectionCount> {
    return { ...this.#count };
  }

  async rtpCapabilities(worker: WorkerDescription): Promise<InputOf<'media:consume'>['rtpCapabilities']> {
    // The same shape on both sides; the contract only names the values that a codec parameter can have.
    return (await this.#load(worker)).recvRtpCapabilities as InputOf<'media:consume'>['rtpCapabilities'];
  }

  async createTransport(worker: WorkerDescription, description: TransportDescription): Promise<Transport> {
    const device = await this.#load(worker);
    return this.#counted(device.createRecvTransport(optionsOf(description)));
  }

  /** The other direction: what this page sends. */
  async createSendingTransport(
    worker: WorkerDescription,
    description: TransportDescription,
  ): Promise<Transport> {
    const device = await this.#load(worker);
    return this.#counted(device.createSendTransport(optionsOf(description)));
  }

  #counted(transport: Transport): Transport {
    this.#count.ever += 1;
    this.#count.now += 1;
    transport.observer.once('close', () => {
      this.#count.now -= 1;
    });
    return transport;
  }

  #load({ routerRtpCapabilities }: WorkerDescription): Promise<Device> {
    if (this.#storage !== undefined) this.#checkKept(this.#storage, JSON.stringify(routerRtpCapabilities));
    return this.#device ?? this.#use(this.#create(routerRtpCapabilities as RtpCapabilities));
  }

  #use(device: Promise<Device>): Promise<Device> {
    this.#device = device;
    device.catch(() => {
      if (this.#device === device) this.#device = undefined;
    });
    return device;
  }

  #checkKept(storage: Pick<Storage, 'setItem'>, received: string): void {
    if (received === this.#kept) return;
    this.#device = undefined;
    this.#kept = received;
    storage.setItem(keptKey, received);
  }

  async #create(routerRtpCapabilities: RtpCapabilities): Promise<Device> {
    // Kiosk shells and headless browsers carry user agents that mediasoup-client does not know; all are Chromium.
    const device = new Device({ handlerName: detectDevice() ?? 'Chrome111' });
    // Loading asks the browser what it can do, through a PeerConnection that is closed at once.
    this.#count.ever += 1;
    await device.load({ routerRtpCapabilities });
    return device;
  }
}

function optionsOf(description: TransportDescription): TransportOptions {
  const { transportId, iceParameters, iceCandidates, dtlsParameters } = description;
  // Optional fields that are present-but-undefined on one side and absent on the other are the same thing.
  return { id: transportId, iceParameters, iceCandidates, dtlsParameters } as TransportOptions;
}
