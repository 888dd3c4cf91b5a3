import type { Ear, EarFault } from '../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';

/** A camera could not be spoken to, or not any longer. */
export class EarError extends Error {
  override name = 'EarError';
  readonly fault: EarFault;

  constructor(fault: EarFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** How a camera is reached. Never logged, never sent. */
export interface EarAddress {
  url: string;
  username?: string;
  password?: string;
  /** The password is not sent in plain text. */
  digestOnly?: boolean;
}

/** A camera that takes a voice. No protocol says whether its loudspeaker can be heard. */
export interface OpenEar {
  /** One frame of 20 ms, G.711 A-law at 8 kHz. Called every 20 ms; what the camera does not read in time is left out. */
  send(frame: Uint8Array): void;
  close(): void;
}

/** How cameras of one protocol are spoken to. */
export interface Ears {
  serves(url: string): boolean;
  /** What is known without speaking; the camera may be asked. Never rejects. */
  read(address: EarAddress): Promise<Ear>;
  /** Rejects with EarError. `onEnded`: the camera ended it; not called after `close()`. `signal` gives the opening up. */
  open(address: EarAddress, how: { signal: AbortSignal; onEnded(error: EarError): void }): Promise<OpenEar>;
}

/** The voices of desks for kitchens: each sends while its key is held. */
export interface KitchenVoices {
  has(connectionId: string): boolean;
  /** Passes on what a desk says, frame by frame in their order, until the function that it answers with is called. */
  listen(connectionId: string, onFrame: (sequence: number, frame: Uint8Array) => void): () => void;
}

/** What the feature asks of the registry. */
export interface SpokenCameras {
  siteOf(cameraId: string): string | undefined;
  camera(cameraId: string): { urls: { main: string } } | undefined;
}
