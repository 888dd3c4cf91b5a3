import type { Producer, ProducerOptions, Transport } from 'mediasoup-client/types';
import type { WorkerDescription } from '../../src-shared/media/media.protocol.ts';
import type { InputOf } from '../../src-shared/protocol/index.ts';
import { connectedWithin } from './connectedWithin.ts';
import type { ReceivingDevice } from './receivingDevice.ts';
import { dataOf, RequestRefused, type Signalling } from './signalling.ts';

/** What a surface sends: its voice for squads and the one for kitchens, or its body cam's picture and sound. */
export type SentKind = 'voice' | 'kitchenVoice' | 'picture' | 'sound';

export interface SendingTransportOptions {
  workers: readonly WorkerDescription[];
  device: ReceivingDevice;
  signalling: Signalling;
  /** The transport is closed with all that it sent, and cannot be opened again; a new one is opened to send again. */
  onClosed(): void;
}

const disconnectedGraceMs = 1_000;
const iceRestartMs = 4_000;
/** After so many failed restarts a new transport is made. */
const mostRestarts = 3;

/** The one transport over which this page sends. */
export class SendingTransport {
  readonly #options: SendingTransportOptions;
  readonly #assigned = Promise.withResolvers<string>();
  readonly #ready: Promise<Transport>;
  #transport: Transport | undefined;
  #workerId: string | undefined;
  #isRecovering = false;
  #isClosed = false;

  constructor(options: SendingTransportOptions) {
    this.#options = options;
    this.#ready = this.#open();
    this.#ready.catch((error: unknown) => {
      this.#assigned.reject(error);
      this.close();
    });
    this.#assigned.promise.catch(() => undefined);
  }

  /** The worker it is on, once it is open. */
  get workerId(): string | undefined {
    return this.#workerId;
  }

  /** Resolves to the worker that the hub chose for it, before it is open. Rejects with the hub's refusal. */
  assigned(): Promise<string> {
    return this.#assigned.promise;
  }

  /** Sends a track. Rejects with the hub's refusal. */
  async send(kind: SentKind, options: ProducerOptions): Promise<Producer> {
    const transport = await this.#ready;
    return transport.produce({ ...options, stopTracks: false, appData: { kind } });
  }

  /** The network changed: new ICE credentials at once, without waiting for the old path to be found dead. */
  networkChanged(): void {
    if (this.#transport !== undefined) void this.#recover(this.#transport, true);
  }

  /** Closes it on this side only. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#transport?.close();
    this.#options.onClosed();
  }

  async #open(): Promise<Transport> {
    const { workers, device, signalling } = this.#options;
    const { transport: description } = dataOf(await signalling.request('talk:openSending', {}));
    const worker = workers.find(({ workerId }) => workerId === description.workerId);
    if (worker === undefined) throw new RequestRefused('unavailable', 'The media worker is being replaced.');
    this.#assigned.resolve(description.workerId);
    const transport = await device.createSendingTransport(worker, description);
    if (this.#isClosed) {
      transport.close();
      throw new RequestRefused('unavailable', 'The transport is closed.');
    }
    this.#transport = transport;
    this.#workerId = description.workerId;
    transport.on('connect', ({ dtlsParameters: { role, fingerprints } }, done) => {
      void signalling
        .request('talk:connectSending', {
          transportId: transport.id,
          dtlsParameters: { fingerprints, ...(role === undefined ? {} : { role }) },
        })
        .then((answer) => {
          if (!answer.ok) this.close();
        });
      // The path is looked for meanwhile: the hub's word is there before the first packet that needs it.
      done();
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, done, fail) => {
      this.#produce(transport.id, appData.kind as SentKind, kind, rtpParameters).then(
        (id) => done({ id }),
        fail,
      );
    });
    transport.on('connectionstatechange', (state) => {
      if (state === 'disconnected')
        setTimeout(() => void this.#recover(transport, false), disconnectedGraceMs);
      if (state === 'failed') void this.#recover(transport, false);
    });
    return transport;
  }

  async #produce(
    transportId: string,
    sent: SentKind,
    kind: 'audio' | 'video',
    parameters: unknown,
  ): Promise<string> {
    const { signalling } = this.#options;
    // The contract names the same shape, with bounds.
    const rtpParameters = parameters as InputOf<'talk:produceVoice'>['rtpParameters'];
    const answer =
      sent === 'voice'
        ? await signalling.request('talk:produceVoice', { transportId, rtpParameters })
        : sent === 'kitchenVoice'
          ? await signalling.request('kitchenTalk:produceVoice', { transportId, rtpParameters })
          : await signalling.request('bodycam:produce', { transportId, kind, rtpParameters });
    return dataOf<{ producerId: string }>(answer).producerId;
  }

  /** No new sign-in and no new producers: only new ICE credentials, then a new transport when that does not help. */
  async #recover(transport: Transport, isPathSuspected: boolean): Promise<void> {
    const isWell = (): boolean => transport.connectionState === 'connected';
    if (this.#isRecovering || this.#isClosed || (isWell() && !isPathSuspected)) return;
    this.#isRecovering = true;
    for (let attempt = 0; attempt < mostRestarts && !this.#isClosed; attempt += 1) {
      const isRestarted = await this.#restart(transport).catch(() => false);
      if (isRestarted && isWell()) break;
    }
    this.#isRecovering = false;
    if (!isWell() && transport.connectionState !== 'new') this.close();
  }

  async #restart(transport: Transport): Promise<boolean> {
    const answer = await this.#options.signalling.request(
      'talk:restartSendingIce',
      { transportId: transport.id },
      iceRestartMs,
    );
    const { iceLite, ...credentials } = dataOf(answer).iceParameters;
    await transport.restartIce({
      iceParameters: { ...credentials, ...(iceLite === undefined ? {} : { iceLite }) },
    });
    await connectedWithin(transport, iceRestartMs);
    return true;
  }
}
