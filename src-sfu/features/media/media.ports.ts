import type { Ack } from '../../../src-shared/protocol/define.ts';
import type {
  ConsumerDescription,
  TransportDescription,
  WorkerDescription,
} from '../../../src-shared/media/media.protocol.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';

/**
 * The media of one surface: one receive transport a worker, beside it at most the one it replaces, and their consumers. It may
 * be in another process, so every answer is a promise.
 */
export interface SurfaceMedia {
  createTransport(input: InputOf<'media:createTransport'>): Promise<Ack<TransportDescription>>;
  connectTransport(input: InputOf<'media:connectTransport'>): Promise<Ack<Record<string, never>>>;
  restartIce(transportId: string): Promise<Ack<{ iceParameters: TransportDescription['iceParameters'] }>>;
  closeTransport(transportId: string): Promise<Ack<Record<string, never>>>;
  consume(input: InputOf<'media:consume'>): Promise<Ack<ConsumerDescription>>;
  resumeConsumers(consumerIds: string[]): Promise<{ missing: string[] }>;
  pauseConsumers(consumerIds: string[]): Promise<{ missing: string[] }>;
  closeConsumers(consumerIds: string[]): Promise<{ missing: string[] }>;
  /** Closes the consumers of a stream that the surface itself has closed: it is not notified of that. */
  closeStream(streamId: string): void;
  /** Closes the consumers of streams that the surface may not receive any more. */
  keepOnly(mayConsume: (streamId: string) => boolean): void;
  /** Ends every transport of the surface. */
  close(): void;
}

/** Events of a surface's media that the surface is notified of. */
export interface SurfaceMediaEvents {
  consumersClosed(consumerIds: string[], streamId: string): void;
}

/** What is reported when a media worker dies, and again when another has taken its place. */
export interface WorkersReport {
  /** All workers that run now. */
  workers: WorkerDescription[];
  /** The dead worker, in the report that another has taken its place. */
  replacedWorkerId?: string;
}

/** The media workers. They may be in another process: the list is an answer, and each change of it is reported. */
export interface WorkerDirectory {
  readWorkers(): Promise<WorkerDescription[]>;
  onChanged(listener: (report: WorkersReport) => void): void;
}

/** The media side of the hub as signalling sees it. */
export interface MediaDirectory {
  openSurface(events: SurfaceMediaEvents): SurfaceMedia;
}
