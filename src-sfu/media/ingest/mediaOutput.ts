import type { PictureInterval } from '../../../src-shared/cameras/pictureLimits.ts';
import type { IntervalMeter } from './intervalMeter.ts';
import type { CollectedKeyPicture } from './keyPictureCollector.ts';
import {
  isRtpPacket,
  RTP_HEADER_BYTES,
  rtpMarker,
  rtpPayloadEnd,
  rtpPayloadStart,
  rtpSequenceNumber,
  rtpTimestamp,
  writeRtpHeader,
} from './rtpPacket.ts';
import type { MediaSink } from './mediaSinks.ts';
import { StreamNumbers } from './streamNumbers.ts';
import { VideoOutput } from './videoOutput.ts';

export interface MediaOutputOptions {
  videoSsrc: number;
  videoPayloadType: number;
  audioSsrc: number;
  audioPayloadType: number;
  /** Must be done with the packet when it returns (a connected UDP socket's `send` is): the bytes are used again. */
  sendVideo(packet: Buffer): void;
  /** As `sendVideo`. */
  sendAudio(packet: Buffer): void;
  nowMs(): number;
}

/** What came in since the output was made. Times are Unix milliseconds. */
export interface MediaStatistics {
  packets: number;
  bytes: number;
  lostPackets: number;
  framesReceived: number;
  keyPictures: number;
  lastPacketAtMs: number | undefined;
  lastFrameAtMs: number | undefined;
  lastPictureChangeAtMs: number | undefined;
  /** Pictures per second as they came in, over the last 2 s in which any came; undefined before that. */
  estimatedFps: number | undefined;
  /** Pictures from one key picture to the next; undefined before two were seen. */
  gopFrames: number | undefined;
  /** The longest usual time between two pictures, in milliseconds. */
  pictureInterval: PictureInterval;
  /** How long a group of pictures is, in milliseconds, as far as is known; undefined before the first key picture. */
  groupMs: number | undefined;
}

/**
 * The steady end of a camera stream: whatever the camera does (reconnects, changes its encoder, restarts its counters),
 * one RTP stream with one SSRC, rising sequence numbers and timestamps leaves here, parameter sets before each key
 * picture and no packet larger than the media worker takes.
 */
export interface MediaOutput {
  /**
   * A source begins, or begins again; `parameterSets` are those announced out of band. `intervals` measures the camera's
   * pictures where those that are written come from a converter, at its own rate.
   */
  beginSource(options: {
    videoClockRate: number;
    parameterSets?: readonly Buffer[];
    intervals?: IntervalMeter;
  }): void;
  /** The source goes on under another SSRC: its numbers begin again, and the picture at its next key picture. */
  changeSource(kind: 'video' | 'audio'): void;
  /** Called with each whole key picture that was passed on, until another listener or none takes its place. */
  onKeyPicture(listener: (() => void) | undefined): void;
  /**
   * One RTP packet of H.264 that came at `atMs` (Unix milliseconds; now if missing). The bytes are written to. Anything
   * else is dropped.
   */
  writeVideo(packet: Buffer, atMs?: number): void;
  /** One RTP packet of G.711. The bytes are written to. */
  writeAudio(packet: Buffer): void;
  /**
   * Whether somebody consumes the video; true in the beginning. While nobody does, it is only measured and kept. From then
   * on it is sent again from a key picture on, and its sequence numbers follow those that were sent last.
   */
  setConsumed(isConsumed: boolean): void;
  /**
   * Sends the video since the last key picture (again), for a viewer who just came; nothing when that began before
   * `sinceMs` (Unix milliseconds), up to which the viewer has seen it.
   */
  catchUp(sinceMs: number): void;
  /** A viewer asks for a key picture: it may have lost a packet, and the camera's next key picture may be long in coming. */
  keyPictureWanted(): void;
  /** A viewer who just came reports packets as lost. */
  packetsLost(): void;
  /** Whether the next key picture may be long in coming. */
  readonly hasLongGroup: boolean;
  /** Another sink beside `sendVideo` and `sendAudio`; returns the function that detaches it. */
  attach(sink: MediaSink): () => void;
  /** The same for a sink that is given what was kept since the last key picture, and goes on from there. */
  attachFromKey(sink: MediaSink): { kept: Buffer[]; detach: () => void };
  /** The payload type of the sound's packets from now on. */
  setAudioPayloadType(payloadType: number): void;
  /** Whether browsers cannot show the pictures as they are: B-pictures, or colours other than 4:2:0 with 8 bits. */
  readonly needsConversion: boolean;
  /** Whether somebody consumes the video (`setConsumed`). */
  readonly isConsumed: boolean;
  /** Whether any sink is attached beside `sendVideo` and `sendAudio`. */
  readonly hasSinks: boolean;
  /** Whether it is known that the pictures come in the order in which they are shown; false until enough of them came. */
  readonly isInOrder: boolean;
  /**
   * While it is held back, the video goes to no viewer; afterwards viewers get it from its last key picture on. Sinks get it all
   * the time. Not held back in the beginning.
   */
  setHeldBack(isHeldBack: boolean): void;
  /** A copy of the last complete key picture. */
  keyPicture(): CollectedKeyPicture | undefined;
  /** The longest usual time between two pictures, in milliseconds: that of `statistics`, alone. */
  readonly pictureInterval: PictureInterval;
  statistics(nowMs?: number): MediaStatistics;
  /** Gives back what is kept. */
  close(): void;
}

const audioClockRate = 8000;
/** G.711 takes a byte a tick, so a packet can be cut anywhere; 150 ms. */
const maxAudioPayloadBytes = 1200;

/** A new output; it lives as long as consumers may want the stream. */
export function createMediaOutput(options: MediaOutputOptions): MediaOutput {
  const { nowMs, sendAudio, audioSsrc } = options;
  let { audioPayloadType } = options;
  const video = new VideoOutput(
    options.videoSsrc,
    options.videoPayloadType,
    (packet) => options.sendVideo(packet),
    nowMs,
  );
  const audio = new StreamNumbers(audioClockRate, 160);
  let sourceIntervals: IntervalMeter | undefined;

  return {
    beginSource({ videoClockRate, parameterSets = [], intervals }) {
      sourceIntervals = intervals;
      video.beginSource(videoClockRate, parameterSets);
      audio.rebase(audioClockRate);
    },
    changeSource(kind) {
      if (kind === 'video') video.changeSource();
      else audio.rebase();
    },
    onKeyPicture(listener) {
      video.onKeyPicture = listener;
    },
    writeVideo: (packet, atMs = nowMs()) => video.write(packet, atMs),
    writeAudio(packet) {
      if (!isRtpPacket(packet)) return;
      const start = rtpPayloadStart(packet);
      if (start === -1) return;
      const end = rtpPayloadEnd(packet, start);
      if (end <= start) return audio.passOver(rtpSequenceNumber(packet));
      const missing = audio.accept(rtpSequenceNumber(packet));
      if (missing === -1) return;
      audio.skip(missing);
      audio.stamp(rtpTimestamp(packet), nowMs());
      const marker = rtpMarker(packet) ? 0x80 : 0;
      for (let from = start; from < end; from += maxAudioPayloadBytes) {
        const to = Math.min(end, from + maxAudioPayloadBytes);
        writeRtpHeader(
          packet,
          from - RTP_HEADER_BYTES,
          audioPayloadType | (from === start ? marker : 0),
          audio.nextSequenceNumber(),
          (audio.timestamp + from - start) >>> 0,
          audioSsrc,
        );
        const sent = packet.subarray(from - RTP_HEADER_BYTES, to);
        sendAudio(sent);
        video.forwarding.sinks.writeAudio(sent);
      }
    },
    attach: (sink) => video.forwarding.sinks.attach(sink),
    attachFromKey: (sink) => video.forwarding.attachFromKey(sink),
    setAudioPayloadType(payloadType) {
      audioPayloadType = payloadType;
    },
    setConsumed: (isConsumed) => video.forwarding.setConsumed(isConsumed),
    catchUp: (sinceMs) => video.forwarding.catchUp(sinceMs),
    keyPictureWanted: () => video.forwarding.keyPictureWanted(),
    packetsLost: () => video.forwarding.packetsLost(),
    get hasLongGroup() {
      return video.forwarding.hasLongGroup;
    },
    get needsConversion() {
      return video.needsConversion;
    },
    get isInOrder() {
      return video.isInOrder;
    },
    setHeldBack: (isHeldBack) => video.forwarding.setHeldBack(isHeldBack),
    get isConsumed() {
      return video.forwarding.isConsumed;
    },
    get hasSinks() {
      return !video.forwarding.sinks.isEmpty;
    },
    get pictureInterval() {
      return (sourceIntervals ?? video.meter.intervals).interval;
    },
    keyPicture: () => video.collector.picture(),
    statistics: (atMs = nowMs()) => ({
      packets: video.packets,
      bytes: video.bytes,
      lostPackets: video.lostPackets,
      framesReceived: video.meter.framesReceived,
      keyPictures: video.keyPictures,
      lastPacketAtMs: video.lastPacketAtMs,
      lastFrameAtMs: video.meter.lastFrameAtMs,
      lastPictureChangeAtMs: video.meter.lastPictureChangeAtMs,
      estimatedFps: video.meter.estimatedFps,
      gopFrames: video.meter.gopFrames,
      pictureInterval: (sourceIntervals ?? video.meter.intervals).interval,
      groupMs: video.meter.groupMs(atMs),
    }),
    close: () => video.close(),
  };
}
