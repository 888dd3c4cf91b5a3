import {
  aggregatedNalBytes,
  FU_A_HEADER_BYTES,
  isFirstSliceOfPicture,
  isNoiseType,
  isSliceType,
  nalType,
} from './h264Payload.ts';
import { ParameterSetStore } from './h264ParameterSets.ts';
import { KeyPictureCollector, type CollectedKeyPicture } from './keyPictureCollector.ts';
import {
  byteAt,
  isRtpPacket,
  RTP_HEADER_BYTES,
  rtpMarker,
  rtpPayloadEnd,
  rtpPayloadStart,
  rtpSequenceNumber,
  rtpTimestamp,
  writeRtpHeader,
} from './rtpPacket.ts';
import { StillnessMeter } from './stillness.ts';

export interface MediaOutputOptions {
  videoSsrc: number;
  videoPayloadType: number;
  audioSsrc: number;
  audioPayloadType: number;
  /** Each packet is a buffer that may be kept until it is sent. */
  sendVideo(packet: Buffer): void;
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
}

/**
 * The steady end of a camera stream: whatever the camera does (reconnects, changes its encoder, restarts its counters),
 * one RTP stream with one SSRC, rising sequence numbers and timestamps leaves here, parameter sets before each key
 * picture and no packet larger than the media worker takes.
 */
export interface MediaOutput {
  /** A source begins, or begins anew; `parameterSets` are those announced out of band. */
  beginSource(options: { videoClockRate: number; parameterSets?: readonly Buffer[] }): void;
  /** One RTP packet of H.264. The bytes are written to. Anything that is none is dropped. */
  writeVideo(packet: Buffer): void;
  /** One RTP packet of G.711. The bytes are written to. */
  writeAudio(packet: Buffer): void;
  /** A copy of the last complete key picture. */
  keyPicture(): CollectedKeyPicture | undefined;
  statistics(): MediaStatistics;
}

/** RTP payload above this is split: with SRTP, UDP and IP it still fits every path, and the worker takes 1500. */
const maxPayloadBytes = 1200;
/** A jump of the sequence number beyond this is a new start of the camera's counter, not a loss. */
const maxPlausibleLoss = 2000;
/** A jump of the timestamp beyond this is a new start of the camera's clock. */
const maxTimestampJumpSeconds = 10;
const videoClockRate = 90_000;
const audioClockRate = 8000;

/** A new output; it lives as long as consumers may want the stream. */
export function createMediaOutput(options: MediaOutputOptions): MediaOutput {
  const { nowMs, sendVideo, videoPayloadType, videoSsrc } = options;
  const video = new StreamRewriter(videoClockRate, 3000);
  const audio = new StreamRewriter(audioClockRate, 160);
  const sets = new ParameterSetStore();
  const collector = new KeyPictureCollector();
  const stillness = new StillnessMeter();

  let frameOpen = false;
  let frameTimestamp = 0;
  let frameBytes = 0;
  let frameIsKey = false;
  let frameDamaged = false;
  let setsSentInFrame = false;
  let bytes = 0;
  let packets = 0;
  let framesReceived = 0;
  let keyPictures = 0;
  let lastPacketAtMs: number | undefined;
  let lastFrameAtMs: number | undefined;
  let lastPictureChangeAtMs: number | undefined;

  const emit = (packet: Buffer, headerStart: number, end: number, marker: boolean): void => {
    writeRtpHeader(
      packet,
      headerStart,
      videoPayloadType | (marker ? 0x80 : 0),
      video.nextSequenceNumber(),
      video.timestamp,
      videoSsrc,
    );
    sendVideo(packet.subarray(headerStart, end));
  };

  /** Sends a NAL unit, or the piece of one behind an FU-A header, in pieces that fit. `prefix` is its NAL header byte. */
  const emitFragments = (
    source: Buffer,
    start: number,
    end: number,
    nalHeader: number,
    isStart: boolean,
    isEnd: boolean,
    marker: boolean,
  ): void => {
    const room = maxPayloadBytes - FU_A_HEADER_BYTES;
    for (let from = start; from < end; from += room) {
      const to = Math.min(end, from + room);
      const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + FU_A_HEADER_BYTES + to - from);
      const first = isStart && from === start;
      const last = isEnd && to === end;
      packet[RTP_HEADER_BYTES] = (nalHeader & 0xe0) | nalType.fuA;
      packet[RTP_HEADER_BYTES + 1] = (nalHeader & 0x1f) | (first ? 0x80 : 0) | (last ? 0x40 : 0);
      source.copy(packet, RTP_HEADER_BYTES + FU_A_HEADER_BYTES, from, to);
      emit(packet, 0, packet.length, marker && to === end);
    }
  };

  const emitNal = (source: Buffer, start: number, end: number, marker: boolean): void => {
    if (end - start > maxPayloadBytes) {
      emitFragments(source, start + 1, end, byteAt(source, start), true, true, marker);
      return;
    }
    const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + end - start);
    source.copy(packet, RTP_HEADER_BYTES, start, end);
    emit(packet, 0, packet.length, marker);
  };

  const sendParameterSets = (): void => {
    if (setsSentInFrame) return;
    setsSentInFrame = true;
    for (const set of sets.list()) emitNal(set, 0, set.length, false);
  };

  const endFrame = (): void => {
    if (!frameOpen) return;
    frameOpen = false;
    if (frameBytes === 0) {
      // Parameter sets alone are no picture.
      collector.abandon();
      return;
    }
    const now = nowMs();
    framesReceived += 1;
    lastFrameAtMs = now;
    if (frameIsKey && collector.active && !frameDamaged && collector.finish(sets, now)) keyPictures += 1;
    else collector.abandon();
    const macroblocks = sets.sequence?.macroblocks ?? 920;
    if (stillness.pictureChanged(frameIsKey, frameBytes, macroblocks)) lastPictureChangeAtMs = now;
  };

  const beginFrame = (timestamp: number): void => {
    frameOpen = true;
    frameTimestamp = timestamp;
    frameBytes = 0;
    frameIsKey = false;
    frameDamaged = false;
    setsSentInFrame = false;
  };

  /** A slice begins at `start`, the NAL header; `end` bounds what of it is in this packet. */
  const noteSlice = (packet: Buffer, nalHeader: number, dataStart: number, end: number): void => {
    frameBytes += end - dataStart;
    if ((nalHeader & 0x1f) !== nalType.idrSlice) return;
    if (!frameIsKey) {
      frameIsKey = true;
      sendParameterSets();
      if (isFirstSliceOfPicture(packet, dataStart)) collector.begin();
    }
    if (collector.active) {
      collector.beginNal(nalHeader);
      collector.append(packet, dataStart, end);
    }
  };

  const noteParameterSet = (nal: Buffer): void => {
    sets.put(nal);
    setsSentInFrame ||= sets.complete && (byteAt(nal, 0) & 0x1f) === nalType.pps;
  };

  const writeSingle = (packet: Buffer, start: number, end: number, marker: boolean): void => {
    const header = byteAt(packet, start);
    const type = header & 0x1f;
    if (isNoiseType(type)) return;
    if (type === nalType.sps || type === nalType.pps) noteParameterSet(packet.subarray(start, end));
    else if (isSliceType(type)) noteSlice(packet, header, start + 1, end);
    if (end - start > maxPayloadBytes) {
      emitFragments(packet, start + 1, end, header, true, true, marker);
    } else {
      emit(packet, start - RTP_HEADER_BYTES, end, marker);
    }
  };

  const writeFragment = (packet: Buffer, start: number, end: number, marker: boolean): void => {
    if (end - start <= FU_A_HEADER_BYTES) return;
    const indicator = byteAt(packet, start);
    const fragmentHeader = byteAt(packet, start + 1);
    const nalHeader = (indicator & 0xe0) | (fragmentHeader & 0x1f);
    const type = fragmentHeader & 0x1f;
    if (isNoiseType(type)) return;
    const dataStart = start + FU_A_HEADER_BYTES;
    const isStart = (fragmentHeader & 0x80) !== 0;
    const isEnd = (fragmentHeader & 0x40) !== 0;
    if (isStart && isSliceType(type)) noteSlice(packet, nalHeader, dataStart, end);
    else if (isSliceType(type)) {
      frameBytes += end - dataStart;
      if (type === nalType.idrSlice && collector.active) collector.append(packet, dataStart, end);
    }
    if (end - start > maxPayloadBytes) {
      emitFragments(packet, dataStart, end, nalHeader, isStart, isEnd, marker);
    } else {
      emit(packet, start - RTP_HEADER_BYTES, end, marker);
    }
  };

  const writeAggregate = (packet: Buffer, start: number, end: number, marker: boolean): void => {
    // Taken apart: a key picture's parameter sets may have to go between, and noise is left out.
    let offset = start + 1;
    for (;;) {
      const length = aggregatedNalBytes(packet, offset, end);
      if (length === -1) return;
      const nalStart = offset + 2;
      const nalEnd = nalStart + length;
      offset = nalEnd;
      const header = byteAt(packet, nalStart);
      const type = header & 0x1f;
      if (isNoiseType(type) || type >= nalType.stapA || type === 0) continue;
      if (type === nalType.sps || type === nalType.pps) noteParameterSet(packet.subarray(nalStart, nalEnd));
      else if (isSliceType(type)) noteSlice(packet, header, nalStart + 1, nalEnd);
      emitNal(packet, nalStart, nalEnd, marker && aggregatedNalBytes(packet, offset, end) === -1);
    }
  };

  return {
    beginSource({ parameterSets = [] }) {
      endFrame();
      video.rebase();
      audio.rebase();
      sets.clear();
      stillness.reset();
      for (const set of parameterSets) sets.put(set);
      // A camera that just came back gets its full time before its picture counts as stuck.
      lastPictureChangeAtMs = nowMs();
    },
    writeVideo(packet) {
      if (!isRtpPacket(packet)) return;
      const start = rtpPayloadStart(packet);
      if (start === -1) return;
      const end = rtpPayloadEnd(packet, start);
      if (end === -1 || end <= start) return;
      const now = nowMs();
      const timestamp = rtpTimestamp(packet);
      const missing = video.accept(rtpSequenceNumber(packet), timestamp, now);
      if (missing === -1) return;
      packets += 1;
      bytes += packet.length;
      lastPacketAtMs = now;
      if (missing > 0) frameDamaged = true;
      if (frameOpen && timestamp !== frameTimestamp) endFrame();
      if (!frameOpen) beginFrame(timestamp);
      const marker = rtpMarker(packet);
      const type = byteAt(packet, start) & 0x1f;
      if (type === nalType.fuA) writeFragment(packet, start, end, marker);
      else if (type === nalType.stapA) writeAggregate(packet, start, end, marker);
      else if (type > 0 && type < nalType.stapA) writeSingle(packet, start, end, marker);
      if (marker) endFrame();
    },
    writeAudio(packet) {
      if (!isRtpPacket(packet)) return;
      const start = rtpPayloadStart(packet);
      if (start === -1) return;
      const end = rtpPayloadEnd(packet, start);
      if (end === -1 || end <= start || end - start > maxPayloadBytes) return;
      if (audio.accept(rtpSequenceNumber(packet), rtpTimestamp(packet), nowMs()) === -1) return;
      writeRtpHeader(
        packet,
        start - RTP_HEADER_BYTES,
        options.audioPayloadType | (rtpMarker(packet) ? 0x80 : 0),
        audio.nextSequenceNumber(),
        audio.timestamp,
        options.audioSsrc,
      );
      options.sendAudio(packet.subarray(start - RTP_HEADER_BYTES, end));
    },
    keyPicture: () => collector.picture(),
    statistics: () => ({
      packets,
      bytes,
      lostPackets: video.lost,
      framesReceived,
      keyPictures,
      lastPacketAtMs,
      lastFrameAtMs,
      lastPictureChangeAtMs,
    }),
  };
}

/** Numbers and times of one outgoing RTP stream, carried on over any number of sources. */
class StreamRewriter {
  readonly #clockRate: number;
  readonly #frameTicks: number;
  #started = false;
  #rebasing = true;
  #lastSequence = 0;
  #lastSourceTimestamp = 0;
  #timestampOffset = 0;
  #lastArrivalMs = 0;
  #outSequence = 0;
  timestamp = 0;
  lost = 0;

  constructor(clockRate: number, frameTicks: number) {
    this.#clockRate = clockRate;
    this.#frameTicks = frameTicks;
  }

  rebase(): void {
    this.#rebasing = true;
  }

  /** Takes a source packet's numbers in: how many are missing before it, or -1 when it is late or doubled. */
  accept(sequence: number, timestamp: number, nowMs: number): number {
    let missing = 0;
    if (!this.#rebasing) {
      const step = (sequence - this.#lastSequence) & 0xffff;
      if (step === 0) return -1;
      if (step > 0x8000) {
        if (0x10000 - step < maxPlausibleLoss) return -1;
        this.#rebasing = true;
      } else if (step - 1 > maxPlausibleLoss) this.#rebasing = true;
      else missing = step - 1;
    }
    const jump = (timestamp - this.#lastSourceTimestamp) | 0;
    if (Math.abs(jump) > maxTimestampJumpSeconds * this.#clockRate) this.#rebasing = true;
    if (this.#rebasing) {
      const elapsedTicks = this.#started
        ? Math.max(0, nowMs - this.#lastArrivalMs) * (this.#clockRate / 1000)
        : 0;
      const base = this.#started ? this.timestamp + Math.max(this.#frameTicks, Math.round(elapsedTicks)) : 0;
      this.#timestampOffset = (base - timestamp) >>> 0;
      this.#rebasing = false;
      this.#started = true;
    }
    this.lost += missing;
    // The gap stays a gap, so that receivers ask for the picture anew instead of showing a damaged one.
    this.#outSequence += missing;
    this.#lastSequence = sequence;
    this.#lastSourceTimestamp = timestamp;
    this.#lastArrivalMs = nowMs;
    this.timestamp = (timestamp + this.#timestampOffset) >>> 0;
    return missing;
  }

  nextSequenceNumber(): number {
    this.#outSequence = (this.#outSequence + 1) & 0xffff;
    return this.#outSequence;
  }
}
