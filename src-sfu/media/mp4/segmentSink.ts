import { parseSequenceParameters } from '../ingest/h264ParameterSets.ts';
import { aggregatedNalBytes, isSliceType, nalType } from '../ingest/h264Payload.ts';
import type { MediaSink } from '../ingest/mediaSinks.ts';
import { rtpPayloadEnd, rtpPayloadStart, rtpSequenceNumber, rtpTimestamp } from '../ingest/rtpPacket.ts';
import { initSegment, mediaSegment, mp4TimeScale, type Mp4Sample } from './fragmentedMp4.ts';

/** One segment of a stream, which begins with a key picture. */
export interface PictureSegment {
  init: Buffer;
  /** RFC 6381, such as `avc1.42c00d`. */
  codec: string;
  bytes: Buffer;
  /** From the first picture of the stream on, milliseconds. */
  startMs: number;
  durationMs: number;
}

/** A segment with more pictures or bytes is no softened copy. */
const maxPictures = 64;
const maxBytes = 512 * 1_024;
/** How long the very last picture is shown. */
const lastPictureUnits = mp4TimeScale / 15;
/** Two pictures that are further apart than this are no one stream. Seconds. */
const maxGapSeconds = 10;

interface Picture {
  time: number;
  nals: Buffer[];
  isKey: boolean;
}

/**
 * Makes segments of the packets of a stream, from key picture to key picture. After a loss, the pictures until the next key picture are
 * left out. `end` makes the last segment of a stream that does not go on.
 */
export function createSegmentSink(onSegment: (segment: PictureSegment) => void): MediaSink & { end(): void } {
  let sequence = 0;
  let expected: number | undefined;
  let isWhole = false;
  let sets: { sps?: Buffer; pps?: Buffer } = {};
  let picture: Picture | undefined;
  let group: Picture[] = [];
  let bytes = 0;
  /** The half of a NAL unit that has come. */
  let fragments: Buffer[] = [];
  let origin: number | undefined;
  let last: { timestamp: number; time: number } | undefined;

  const drop = (): void => {
    isWhole = false;
    picture = undefined;
    group = [];
    bytes = 0;
    fragments = [];
  };
  /** Units since the first picture; RTP's own time wraps after 13 hours. */
  const timeOf = (timestamp: number): number => {
    const step = last === undefined ? 0 : (timestamp - last.timestamp) | 0;
    const time = (last?.time ?? 0) + (step < 0 ? 1 : Math.min(step, maxGapSeconds * mp4TimeScale));
    last = { timestamp, time };
    origin ??= time;
    return time;
  };
  const finish = (endTime: number): void => {
    const { sps, pps } = sets;
    const [first] = group;
    const parameters = sps === undefined ? undefined : parseSequenceParameters(sps);
    if (first === undefined || sps === undefined || pps === undefined || parameters === undefined) return;
    const samples = group.map(({ nals, isKey, time }, index): Mp4Sample => ({
      nals,
      isKey,
      duration: (group[index + 1]?.time ?? endTime) - time,
    }));
    sequence += 1;
    const inMs = (units: number): number => Math.round((units * 1_000) / mp4TimeScale);
    onSegment({
      init: initSegment({ sps, pps, width: parameters.width, height: parameters.height }),
      codec: `avc1.${parameters.profileLevelId}`,
      bytes: mediaSegment({ sequence, startTime: first.time - (origin ?? 0), samples }),
      startMs: inMs(first.time - (origin ?? 0)),
      durationMs: inMs(endTime - first.time),
    });
  };
  const take = (nal: Buffer, timestamp: number): void => {
    const type = (nal[0] ?? 0) & 0x1f;
    if (type === nalType.sps) sets = { sps: nal };
    else if (type === nalType.pps) sets = { ...sets, pps: nal };
    if (!isSliceType(type)) return;
    if (last?.timestamp !== timestamp || picture === undefined) {
      const isKey = type === nalType.idrSlice;
      const isKnown = picture !== undefined || group.length > 0;
      if (picture !== undefined) group.push(picture);
      const time = timeOf(timestamp);
      if (isKey) {
        if (isWhole && isKnown) finish(time);
        group = [];
        bytes = 0;
        isWhole = true;
      }
      picture = { time, nals: [], isKey };
    }
    bytes += nal.length;
    if (!isWhole || group.length >= maxPictures || bytes > maxBytes) return drop();
    picture.nals.push(nal);
  };

  return {
    writeVideo(packet) {
      const number = rtpSequenceNumber(packet);
      if (expected !== undefined && number !== expected) drop();
      expected = (number + 1) & 0xffff;
      const start = rtpPayloadStart(packet);
      const end = rtpPayloadEnd(packet, start);
      if (start < 0 || end <= start) return;
      const timestamp = rtpTimestamp(packet);
      // The bytes are used again after the call.
      const payload = Buffer.from(packet.subarray(start, end));
      const type = (payload[0] ?? 0) & 0x1f;
      if (type === nalType.fuA) {
        const header = payload[1] ?? 0;
        if ((header & 0x80) !== 0) fragments = [Buffer.from([((payload[0] ?? 0) & 0xe0) | (header & 0x1f)])];
        if (fragments.length > 0) fragments.push(payload.subarray(2));
        if ((header & 0x40) !== 0 && fragments.length > 0) {
          const nal = Buffer.concat(fragments);
          fragments = [];
          take(nal, timestamp);
        }
      } else if (type === nalType.stapA) {
        for (let at = 1; ;) {
          const length = aggregatedNalBytes(payload, at, payload.length);
          if (length < 0) break;
          take(payload.subarray(at + 2, at + 2 + length), timestamp);
          at += 2 + length;
        }
      } else take(payload, timestamp);
    },
    writeAudio: () => undefined,
    end() {
      if (picture !== undefined && isWhole) {
        group.push(picture);
        finish(picture.time + lastPictureUnits);
      }
      drop();
    },
  };
}
