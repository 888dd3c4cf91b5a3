import type { MediaWay } from '../../../features/recorders/recorders.ports.ts';
import type { SourceError } from '../streamSource.ts';

/** What becomes of a call. */
export interface CallEvents {
  /** One RTP packet from the device, in order. */
  onPacket(packet: Buffer): void;
  onEnded(error: SourceError): void;
}

/** A channel that sends. */
export interface GbCall {
  /** Sends an INFO within the call, such as one of MANSRTSP. Answers with the status; undefined when no answer came. */
  inform(contentType: string, body: Buffer): Promise<number | undefined>;
  close(): void;
}

/** What is asked for. */
export interface CallWish {
  recorderId: string;
  channelId: string;
  way: MediaWay;
  /** A line of the maker's own for its sub stream, without `a=`. */
  line?: string | undefined;
  /** What was recorded, from and to in Unix seconds; left out: what is seen now. */
  recorded?: { from: number; to: number } | undefined;
  events: CallEvents;
  /** How long an answer is waited for, in milliseconds. */
  limitMs: number;
}
