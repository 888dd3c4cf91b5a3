import { FU_A_HEADER_BYTES, nalType } from './h264Payload.ts';
import { byteAt, rtpPayloadStart, rtpSsrc } from './rtpPacket.ts';

/** A source is silent, and another may take its place, when nothing came from it for so long. Milliseconds. */
const usualSilentMs = 1_000;
/** How long packets of the SSRC that the camera named are waited for, while others come. Milliseconds. */
const namedWithinMs = 1_000;
/** A sender whose last packet is not older sends at the same time as ours, and did not replace it. Milliseconds. */
const besideMs = 500;
/** Sources that are remembered as sending beside ours; more come from nobody but an attacker. */
const maxRivals = 8;

/** What a packet is: of the source that is shown, the first of one that takes its place, or of no concern. */
export type SourceOf = 'same' | 'changed' | 'foreign';

/** What a packet's payload is for who comes upon it: a place to begin, part of a picture, or neither. */
export type PacketRole = 'begins' | 'continues' | 'neither';

/**
 * Whose packets are shown, by their SSRC (RFC 3550, 8). Cameras change theirs with each group of pictures, and old servers
 * send packets of sessions that are long over on the channel of a new one. So:
 *
 * - a source that begins where a picture can be decoded takes over at once, unless it was seen beside ours;
 * - one that was seen beside ours is passed over until ours has been silent for a second;
 * - the SSRC that the camera named in its answer to SETUP is ours, unless its packets do not come.
 *
 * Packets of two sources are never mixed.
 */
export class SourceIdentity {
  readonly #roleOf: (packet: Uint8Array) => PacketRole;
  readonly #silentMs: number;
  #current = -1;
  #lastAtMs = 0;
  #beganAtMs = -1;
  #named = -1;
  /** When packets of others were last seen, by their SSRC. */
  readonly #rivals = new Map<number, number>();
  /** Whether the present source ever was at a point where a picture can be decoded. */
  #hasBegun = false;
  #changes = 0;

  constructor(roleOf: (packet: Uint8Array) => PacketRole, silentMs = usualSilentMs) {
    this.#roleOf = roleOf;
    this.#silentMs = silentMs;
  }

  /** The camera named the SSRC that it will use. */
  name(ssrc: number | undefined): void {
    this.#named = ssrc ?? -1;
  }

  /**
   * Whether the farewell of this SSRC (RFC 3550, 6.6) ends the stream: it is the one that is shown, and this camera does not
   * change it all the time. Before the first packet, nothing says that another one is meant.
   */
  endsWith(ssrc: number): boolean {
    if (this.#current === -1) return this.#named === -1 || this.#named === ssrc;
    return ssrc === this.#current && this.#changes < 2;
  }

  /** Whether a packet is of the source that is shown. */
  isShown(packet: Uint8Array): boolean {
    return rtpSsrc(packet) === this.#current;
  }

  /** Judges one RTP packet. */
  accept(packet: Uint8Array, nowMs: number): SourceOf {
    const ssrc = rtpSsrc(packet);
    if (ssrc === this.#current) {
      this.#lastAtMs = nowMs;
      if (!this.#hasBegun) this.#hasBegun = this.#roleOf(packet) === 'begins';
      return 'same';
    }
    if (this.#beganAtMs < 0) this.#beganAtMs = nowMs;
    const role = this.#roleOf(packet);
    if (!this.#takesOver(ssrc, role === 'begins', nowMs)) {
      // A delimiter may be the first packet of a new source: the packet behind it decides.
      if (role !== 'neither') this.#remember(ssrc, nowMs);
      return 'foreign';
    }
    const isFirst = this.#current === -1;
    this.#rivals.delete(ssrc);
    if (!isFirst) {
      this.#changes += 1;
      this.#remember(this.#current, this.#lastAtMs);
    }
    this.#current = ssrc;
    this.#lastAtMs = nowMs;
    this.#hasBegun = role === 'begins';
    return isFirst ? 'same' : 'changed';
  }

  #takesOver(ssrc: number, canBegin: boolean, nowMs: number): boolean {
    if (ssrc === this.#named) return true;
    if (this.#current === -1) {
      return this.#named === -1 || canBegin || nowMs - this.#beganAtMs > namedWithinMs;
    }
    if (nowMs - this.#lastAtMs > this.#silentMs) return true;
    if (!canBegin) return false;
    // Nothing was shown of the present one yet: nothing is lost by going to one that can be shown.
    if (!this.#hasBegun) return true;
    const seenAtMs = this.#rivals.get(ssrc);
    if (seenAtMs === undefined) return true;
    return this.#current !== this.#named && nowMs - seenAtMs > besideMs;
  }

  #remember(ssrc: number, nowMs: number): void {
    this.#rivals.delete(ssrc);
    this.#rivals.set(ssrc, nowMs);
    if (this.#rivals.size <= maxRivals) return;
    const [oldest] = this.#rivals.keys();
    if (oldest !== undefined) this.#rivals.delete(oldest);
  }
}

/** The role of an RTP packet by its codec; sound can begin anywhere. */
export function packetRoles(codec: string): (packet: Uint8Array) => PacketRole {
  if (codec === 'H264') return h264Role;
  if (codec === 'H265' || codec === 'HEVC') return h265Role;
  return () => 'begins';
}

function h264Role(packet: Uint8Array): PacketRole {
  const start = rtpPayloadStart(packet);
  if (start === -1) return 'neither';
  const first = byteAt(packet, start) & 0x1f;
  let type = first;
  if (first === nalType.stapA) type = byteAt(packet, start + 3) & 0x1f;
  if (first === nalType.fuA) {
    const header = byteAt(packet, start + FU_A_HEADER_BYTES - 1);
    if ((header & 0x80) === 0) return 'continues';
    type = header & 0x1f;
  }
  if (type === nalType.idrSlice || type === nalType.sps || type === nalType.pps) return 'begins';
  return type < nalType.idrSlice ? 'continues' : 'neither';
}

/** NAL unit types of H.265 (ITU-T H.265, table 7-1) and of RTP payloads (RFC 7798, 4.4). */
const h265 = { firstKey: 16, lastKey: 23, vps: 32, pps: 34, aggregation: 48, fragment: 49 } as const;

function h265Role(packet: Uint8Array): PacketRole {
  const start = rtpPayloadStart(packet);
  if (start === -1) return 'neither';
  const first = (byteAt(packet, start) >> 1) & 0x3f;
  let type = first;
  if (first === h265.aggregation) type = (byteAt(packet, start + 4) >> 1) & 0x3f;
  if (first === h265.fragment) {
    const header = byteAt(packet, start + 2);
    if ((header & 0x80) === 0) return 'continues';
    type = header & 0x3f;
  }
  const isKey = type >= h265.firstKey && type <= h265.lastKey;
  if (isKey || (type >= h265.vps && type <= h265.pps)) return 'begins';
  return type < h265.vps ? 'continues' : 'neither';
}
