import { byteAt, uint16At } from '../../ingest/rtpPacket.ts';

/** Bytes of an interleaved frame before its data: `$`, channel, length (RFC 2326, 10.12). */
export const FRAME_HEAD_BYTES = 4;
export const DOLLAR = 0x24;

/** What a channel carries, in a table by channel number: 0 for one that was not set up. */
export const channelUse = { none: 0, rtp: 1, rtcp: 2 } as const;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const shortestRtpBytes = 12;
const shortestRtcpBytes = 4;
/** Where a camera's messages begin; enough letters that stray bytes do not look like one. */
const messageStarts = [
  'RTSP/',
  'OPTIO',
  'ANNOU',
  'GET_P',
  'SET_P',
  'REDIR',
  'TEARD',
  'PLAY_',
  'PAUSE',
  'DESCR',
].map((text) => Buffer.from(text, 'latin1'));

/** Bytes of the frame that begins at `offset`, its head included. */
export function frameBytes(bytes: Uint8Array, offset: number): number {
  return FRAME_HEAD_BYTES + uint16At(bytes, offset + 2);
}

/**
 * Whether a media frame may begin at `offset`: a channel that was set up, a sane length, and version 2 of RTP or RTCP with
 * a type of that kind, as far as the bytes before `end` show.
 */
export function isMediaFrame(bytes: Uint8Array, offset: number, end: number, channels: Uint8Array): boolean {
  if (end - offset < FRAME_HEAD_BYTES || byteAt(bytes, offset) !== DOLLAR) return false;
  const use = channels[byteAt(bytes, offset + 1)];
  if (use === undefined || use === channelUse.none) return false;
  const length = uint16At(bytes, offset + 2);
  if (length < (use === channelUse.rtp ? shortestRtpBytes : shortestRtcpBytes)) return false;
  if (end - offset > FRAME_HEAD_BYTES && byteAt(bytes, offset + 4) >> 6 !== 2) return false;
  if (end - offset <= FRAME_HEAD_BYTES + 1) return true;
  const type = byteAt(bytes, offset + 5);
  // RFC 5761, 4: these second bytes are RTCP's. Cameras mix RTCP into the channel of RTP, but not the other way about.
  return use === channelUse.rtp || (type >= 192 && type <= 223);
}

/** Whether a frame or a message may begin at `offset`, or an empty line between two. */
export function mayBegin(bytes: Buffer, offset: number): boolean {
  const byte = bytes[offset];
  if (byte === DOLLAR || byte === carriageReturn || byte === lineFeed) return true;
  return isMessageStart(bytes, offset, bytes.length);
}

/** Whether a message may begin at `offset`, as far as the bytes before `end` show. */
export function isMessageStart(bytes: Buffer, offset: number, end: number): boolean {
  const known = Math.min(end - offset, 5);
  return messageStarts.some((start) => bytes.compare(start, 0, known, offset, offset + known) === 0);
}

/**
 * Where in `from` to `end` a whole media frame begins behind which another one begins at once; -1 when there is none. This
 * distinguishes a frame that was cut short, and so seems to contain the frames behind it, from a frame that stray bytes follow.
 */
export function findChainedFrame(bytes: Buffer, from: number, end: number, channels: Uint8Array): number {
  for (let at = bytes.indexOf(DOLLAR, from); at !== -1 && at < end; at = bytes.indexOf(DOLLAR, at + 1)) {
    if (!isMediaFrame(bytes, at, bytes.length, channels)) continue;
    const next = at + frameBytes(bytes, at);
    if (next + 1 < bytes.length && isMediaFrame(bytes, next, bytes.length, channels)) return at;
  }
  return -1;
}

/** Where behind stray bytes the next frame or message may begin; the length of the bytes when nowhere. */
export function findNextStart(bytes: Buffer, from: number, channels: Uint8Array): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === DOLLAR) {
      // A head that the chunk cuts off is decided when the rest of it is here.
      if (bytes.length - at < FRAME_HEAD_BYTES) return at;
      if (!isMediaFrame(bytes, at, bytes.length, channels)) continue;
      const next = at + frameBytes(bytes, at);
      if (next >= bytes.length || mayBegin(bytes, next)) return at;
    } else if (byte >= 0x41 && byte <= 0x5a && isMessageStart(bytes, at, bytes.length)) return at;
  }
  return bytes.length;
}
