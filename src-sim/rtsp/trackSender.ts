import { randomInt } from 'node:crypto';
import type { TrackTransport } from './transport.ts';

/** One track on its way to one client. */
export interface TrackSender {
  transport: TrackTransport;
  source: number;
  nextSequence: number;
  timestampOffset: number;
  packetCount: number;
  payloadBytes: number;
}

/** A track that nothing was sent of yet. */
export function newTrack(transport: TrackTransport): TrackSender {
  return {
    transport,
    source: randomInt(2 ** 32),
    nextSequence: randomInt(2 ** 16),
    timestampOffset: randomInt(2 ** 32),
    packetCount: 0,
    payloadBytes: 0,
  };
}
