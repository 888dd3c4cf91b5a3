import type { DecodeCounts } from './decodeWatch.ts';

/** Counted since a stream began to be received. */
export interface VideoCounts {
  framesReceived: number;
  framesDecoded: number;
  framesDropped: number;
  /** Time spent in the decoder. */
  decodeMs: number;
  /** Packets that the network lost or that had to be asked for again. */
  packetsMissed: number;
  /** Pictures that left the jitter buffer, and the sum of the delays that the network's jitter asked for, milliseconds. */
  jitterBufferEmitted: number;
  jitterTargetMs: number;
}

/** The counts of each video in a browser's report, by the id of its track. */
export function videoCountsOf(report: RTCStatsReport | undefined): Map<string, VideoCounts> {
  const counts = new Map<string, VideoCounts>();
  for (const entry of report?.values() ?? []) {
    const stream = entry as RTCInboundRtpStreamStats & { jitterBufferTargetDelay?: number };
    if (stream.type !== 'inbound-rtp' || stream.kind !== 'video') continue;
    counts.set(stream.trackIdentifier, {
      framesReceived: stream.framesReceived ?? 0,
      framesDecoded: stream.framesDecoded ?? 0,
      framesDropped: stream.framesDropped ?? 0,
      decodeMs: (stream.totalDecodeTime ?? 0) * 1_000,
      packetsMissed: Math.max(0, stream.packetsLost ?? 0) + (stream.nackCount ?? 0),
      jitterBufferEmitted: stream.jitterBufferEmittedCount ?? 0,
      jitterTargetMs: (stream.jitterBufferTargetDelay ?? 0) * 1_000,
    });
  }
  return counts;
}

/** The counts of the one stream in a receiver's report; undefined where the browser has none. */
export function decodeCountsOf(report: RTCStatsReport | undefined): DecodeCounts | undefined {
  for (const each of report?.values() ?? []) {
    const stream = each as RTCInboundRtpStreamStats;
    if (stream.type === 'inbound-rtp')
      return { packets: stream.packetsReceived ?? 0, decoded: stream.framesDecoded ?? 0 };
  }
  return undefined;
}
