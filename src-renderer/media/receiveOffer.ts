import type { ConsumerDescription } from '../../src-shared/media/media.protocol.ts';
import type { ReceivedTrack } from './subscription.ts';

/** What one transport can receive of streams that are about to be opened. */
export interface ReceiveOffer {
  readonly workerId: string;
  readonly transportId: string;
  /** The names of the slots that are kept free for them. */
  readonly mids: string[];
  /** Receives a stream for which the hub has made a consumer on this transport. */
  receive(streamId: string, consumer: ConsumerDescription): Promise<ReceivedTrack>;
  /** Gives back the slots that were not used. `areUntouched`: surely nothing was sent under their names. */
  end(areUntouched: boolean): void;
}
