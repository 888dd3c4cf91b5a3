/** Makes one steady RTP stream of what talkers with streams of their own say one after the other. */
export interface VoiceRewriter {
  /** Somebody else speaks, or the same one again. */
  begin(): void;
  /** The packet to pass on, or undefined for one that belongs to no talk or is not RTP. */
  pass(packet: Uint8Array, nowMs: number): Buffer | undefined;
  /** One frame of silence after what was passed on last. */
  silence(nowMs: number): Buffer;
}

const clockRate = 48_000;
/** One 20 ms frame of Opus. */
const frameTicks = 960;
const headerBytes = 12;
/** CELT, full band, mono, 20 ms, its silence flag set (RFC 6716, 3.1 and 4.3). */
const silentFrame = Buffer.from([0xf8, 0xff, 0xfe]);

/**
 * Numbers and times follow on from talk to talk, so that a listener's jitter buffer stays as it is; gaps within a talk stay
 * gaps, so that it can conceal them. Header extensions are the talker's transport's and are left out.
 *
 * A decoder foretells each frame from the one before. What a talker's coder made between two talks did not reach it, nor
 * did what another talker's made: a first frame on top of a loud last one would be decoded as a roar of a fifth of a second.
 * Silence after each talk brings the decoder to where a coder is that begins.
 */
export function createVoiceRewriter(stream: { ssrc: number; payloadType: number }): VoiceRewriter {
  let lastSequence = 0;
  let lastTimestamp = 0;
  let lastAtMs: number | undefined;
  let talk: { sequenceOffset: number; timestampOffset: number; firstSequence: number } | undefined;
  let isFirst = true;

  const packetOf = (parts: {
    sequence: number;
    timestamp: number;
    isFirst: boolean;
    payload: Buffer;
  }): Buffer => {
    const out = Buffer.allocUnsafe(headerBytes + parts.payload.byteLength);
    out[0] = 0x80;
    out[1] = (parts.isFirst ? 0x80 : 0) | stream.payloadType;
    out.writeUInt16BE(parts.sequence, 2);
    out.writeUInt32BE(parts.timestamp, 4);
    out.writeUInt32BE(stream.ssrc, 8);
    parts.payload.copy(out, headerBytes);
    return out;
  };

  return {
    begin() {
      talk = undefined;
      isFirst = true;
    },
    pass(packet, nowMs) {
      const view = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
      const payload = payloadOf(view);
      if (payload === undefined) return undefined;
      const sequence = view.readUInt16BE(2);
      const timestamp = view.readUInt32BE(4);
      if (talk === undefined) {
        const pausedTicks = lastAtMs === undefined ? 0 : Math.round(((nowMs - lastAtMs) * clockRate) / 1000);
        const firstTimestamp = lastTimestamp + Math.max(frameTicks, pausedTicks);
        talk = {
          sequenceOffset: lastSequence + 1 - sequence,
          timestampOffset: firstTimestamp - timestamp,
          firstSequence: sequence,
        };
      }
      // One that is older than the talk's first is of what came before.
      if (((sequence - talk.firstSequence) & 0xffff) >= 0x8000) return undefined;
      const outSequence = (sequence + talk.sequenceOffset) & 0xffff;
      const outTimestamp = (timestamp + talk.timestampOffset) >>> 0;
      const out = packetOf({ sequence: outSequence, timestamp: outTimestamp, isFirst, payload });
      isFirst = false;
      if (((outSequence - lastSequence) & 0xffff) < 0x8000) {
        lastSequence = outSequence;
        lastTimestamp = outTimestamp;
      }
      lastAtMs = nowMs;
      return out;
    },
    silence(nowMs) {
      lastSequence = (lastSequence + 1) & 0xffff;
      lastTimestamp = (lastTimestamp + frameTicks) >>> 0;
      lastAtMs = nowMs;
      return packetOf({
        sequence: lastSequence,
        timestamp: lastTimestamp,
        isFirst: false,
        payload: silentFrame,
      });
    },
  };
}

/** What an RTP packet carries, without header, extension and padding (RFC 3550, 5.1). */
function payloadOf(packet: Buffer): Buffer | undefined {
  if (packet.byteLength < headerBytes) return undefined;
  const first = packet.readUInt8(0);
  if (first >> 6 !== 2) return undefined;
  let start = headerBytes + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (packet.byteLength < start + 4) return undefined;
    start += 4 + packet.readUInt16BE(start + 2) * 4;
  }
  const padding = (first & 0x20) === 0 ? 0 : packet.readUInt8(packet.byteLength - 1);
  const end = packet.byteLength - padding;
  return end > start ? packet.subarray(start, end) : undefined;
}
