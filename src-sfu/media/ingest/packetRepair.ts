import { AnnexBSplitter } from './annexBSplitter.ts';
import { isRtpPacket, rtpSequenceNumber } from './rtpPacket.ts';

/** A jump beyond this is a new start of the camera's counter. */
const longestGap = 64;
/** With so many gaps among so few packets, over TCP, the camera counts something else along; loss is never so dense. */
const denseGaps = { packets: 16, gaps: 6 } as const;
/** The same for a counter that the sound shares with much larger pictures. */
const steadyGaps = { packets: 256, gaps: 20 } as const;
/** So often the other track's number was found in a gap: they share a counter. */
const sharedGaps = 3;

/**
 * Gives the packets of one track sequence numbers that mean what they should: a gap is a loss. TCP loses nothing, so a
 * camera whose numbers have gaps all the time counts something else along (its picture and sound together, for example),
 * and is counted anew. Rare gaps stay: a recorder passes on what it lost itself. Also takes NAL units apart that a camera
 * sent as one. Packets are changed where they lie.
 */
export class PacketRepair {
  readonly #send: (packet: Buffer) => void;
  readonly #splitter: AnnexBSplitter | undefined;
  /** The camera's number of the last packet; -1 before the first. */
  #lastIn = -1;
  #lastOut = 0;
  /** By how much the numbers are ahead of the camera's, because packets were split. */
  #ahead = 0;
  #isMiscounted = false;
  readonly #dense = { packets: 0, gaps: 0 };
  readonly #steady = { packets: 0, gaps: 0 };
  #sharedGaps = 0;

  /** `splits`: the packets are H.264. */
  constructor(send: (packet: Buffer) => void, { splits }: { splits: boolean }) {
    this.#send = send;
    this.#splitter = splits ? new AnnexBSplitter((piece, index) => this.#pass(piece, index)) : undefined;
  }

  /** Some packets are missing: where the numbers are not the camera's, the next one shows a gap. */
  noteLoss(): void {
    if (this.#isMiscounted) this.#lastOut = (this.#lastOut + 1) & 0xffff;
  }

  /**
   * One RTP packet; `isReliable`: over a path that keeps the order and loses nothing. `other` is the repair of the other
   * track of this camera.
   */
  write(packet: Buffer, isReliable: boolean, other?: PacketRepair): void {
    if (!isRtpPacket(packet)) return;
    const sequence = rtpSequenceNumber(packet);
    if (isReliable && !this.#isMiscounted && this.#lastIn !== -1) this.#judge(sequence, other);
    // The same packet once more.
    if (this.#isMiscounted && sequence === this.#lastIn) return;
    this.#lastIn = sequence;
    if (this.#splitter?.split(packet) !== true) this.#pass(packet, 0);
  }

  #judge(sequence: number, other: PacketRepair | undefined): void {
    const step = (sequence - this.#lastIn) & 0xffff;
    const hasGap = step > 1 && step <= longestGap;
    const otherStep = other === undefined ? 0 : (other.#lastIn - this.#lastIn) & 0xffff;
    if (hasGap && otherStep > 0 && otherStep < step) this.#sharedGaps += 1;
    const isDense = countGap(this.#dense, denseGaps, hasGap);
    const isSteady = countGap(this.#steady, steadyGaps, hasGap);
    this.#isMiscounted = isDense || isSteady || this.#sharedGaps >= sharedGaps;
  }

  /** `index` counts the pieces of one packet. */
  #pass(packet: Buffer, index: number): void {
    if (index > 0) this.#ahead = (this.#ahead + 1) & 0xffff;
    this.#lastOut = (this.#isMiscounted ? this.#lastOut + 1 : this.#lastIn + this.#ahead) & 0xffff;
    packet.writeUInt16BE(this.#lastOut, 2);
    this.#send(packet);
  }
}

/** Whether there are as many gaps as the limit says; counts begin again after as many packets. */
function countGap(
  counts: { packets: number; gaps: number },
  limit: { packets: number; gaps: number },
  hasGap: boolean,
): boolean {
  counts.packets += 1;
  if (hasGap) counts.gaps += 1;
  if (counts.gaps >= limit.gaps) return true;
  if (counts.packets >= limit.packets) {
    counts.packets = 0;
    counts.gaps = 0;
  }
  return false;
}
