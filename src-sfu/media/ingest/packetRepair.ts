import { AnnexBSplitter } from './annexBSplitter.ts';
import { isRtpPacket, rtpSequenceNumber } from './rtpPacket.ts';

/** A jump beyond this is a new start of the camera's counter. */
const longestGap = 64;
/**
 * So many gaps of the same length, one packet after the other, are a counter that steps by more than one; loss is never so
 * regular.
 */
const equalGaps = 6;
/** So many gaps among so few packets, in so many windows in a row: two packets of five are missing all the time. */
const denseGaps = { packets: 16, gaps: 6, windows: 3 } as const;
/** So often a number that was missing came late, in a packet of the other track: they share a counter. */
const lateNumbers = 3;
/** After so many packets without a gap the camera's own numbers are used again. */
const packetsUntilTrusted = 512;

/**
 * Gives the packets of one track sequence numbers that mean what they should: a gap is a loss. Cameras that count the packets
 * of picture and sound together leave gaps where nothing is lost. So, over TCP, a gap whose numbers were those of the other
 * track's packets is closed, however rare or frequent such gaps are. A gap that nothing fills stays: a recorder passes on what
 * it lost itself. Only where numbers step by two or more all the time, the packets are counted here. Also takes NAL units apart
 * that a camera sent as one. Packets are changed where they lie.
 */
export class PacketRepair {
  readonly #send: (packet: Buffer) => void;
  readonly #splitter: AnnexBSplitter | undefined;
  /** The camera's number of the last packet; -1 before the first. */
  #lastIn = -1;
  #lastOut = 0;
  /** Packets that came so far, and how many the other track had when the last of this one came. */
  #count = 0;
  #otherCount = 0;
  /** By how much the numbers are ahead of the camera's: packets were split, or gaps closed, which makes it fall. */
  #ahead = 0;
  /** The numbers are not the camera's: packets are counted here. */
  #isMiscounted = false;
  #equalGaps = 0;
  #lastStep = 1;
  readonly #dense = { packets: 0, gaps: 0, windows: 0 };
  /** The gap that was found last: the number before it, and how many are missing. */
  #openGapAfter = 0;
  #openGap = 0;
  #lateNumbers = 0;
  #withoutGap = 0;

  /** `splits`: the packets are H.264. */
  constructor(send: (packet: Buffer) => void, { splits }: { splits: boolean }) {
    this.#send = send;
    this.#splitter = splits ? new AnnexBSplitter((piece, index) => this.#pass(piece, index)) : undefined;
  }

  /** Some packets are missing: where the numbers are not the camera's, the next one shows a gap. */
  noteLoss(): void {
    if (this.#isMiscounted) this.#lastOut = (this.#lastOut + 1) & 0xffff;
  }

  /** A packet of the same source that is of no concern had a number, too: where it is the next one, none is missing. */
  passOver(packet: Buffer): void {
    const sequence = rtpSequenceNumber(packet);
    if (this.#lastIn === -1 || ((sequence - this.#lastIn) & 0xffff) !== 1) return;
    this.#lastIn = sequence;
    if (!this.#isMiscounted) this.#ahead = (this.#ahead - 1) & 0xffff;
  }

  /**
   * One RTP packet; `isReliable`: over a path that keeps the order and loses nothing. `other` is the repair of the other
   * track of this camera.
   */
  write(packet: Buffer, isReliable: boolean, other?: PacketRepair): void {
    if (!isRtpPacket(packet)) return;
    const sequence = rtpSequenceNumber(packet);
    // The same packet once more.
    if (this.#isMiscounted && sequence === this.#lastIn) return;
    this.#note(sequence, isReliable, other);
    if (this.#splitter?.split(packet) !== true) this.#pass(packet, 0);
  }

  /** As `write`, for a packet that nobody wants: it counts, and is not passed on. */
  note(packet: Buffer, isReliable: boolean, other?: PacketRepair): void {
    const sequence = rtpSequenceNumber(packet);
    if (!this.#isMiscounted || sequence !== this.#lastIn) this.#note(sequence, isReliable, other);
  }

  #note(sequence: number, isReliable: boolean, other: PacketRepair | undefined): void {
    if (isReliable && this.#lastIn !== -1) this.#judge(sequence, other);
    this.#lastIn = sequence;
    this.#count += 1;
    if (other === undefined) return;
    this.#otherCount = other.#count;
    if (isReliable && other.#openGap > 0) other.#cameLate(sequence);
  }

  #judge(sequence: number, other: PacketRepair | undefined): void {
    const step = (sequence - this.#lastIn) & 0xffff;
    if (step === 1) return this.#followed();
    const missing = step - 1;
    if (missing < 1 || missing >= longestGap) return;
    this.#withoutGap = 0;
    if (other !== undefined && this.#isFilledBy(other, missing)) {
      if (!this.#isMiscounted) this.#ahead = (this.#ahead - missing) & 0xffff;
      return;
    }
    this.#openGapAfter = this.#lastIn;
    this.#openGap = missing;
    this.#equalGaps = step === this.#lastStep ? this.#equalGaps + 1 : 1;
    this.#lastStep = step;
    if (this.#countDense(true) || this.#equalGaps >= equalGaps) this.#isMiscounted = true;
  }

  /** The number is the next one: no gap. */
  #followed(): void {
    this.#equalGaps = 0;
    this.#countDense(false);
    if (!this.#isMiscounted) return;
    this.#withoutGap += 1;
    if (this.#withoutGap < packetsUntilTrusted) return;
    this.#isMiscounted = false;
    this.#lateNumbers = 0;
    this.#ahead = (this.#lastOut - this.#lastIn) & 0xffff;
  }

  /** Whether as many packets of the other track came since the last packet of this one as numbers are missing, with these numbers. */
  #isFilledBy(other: PacketRepair, missing: number): boolean {
    const ahead = (other.#lastIn - this.#lastIn) & 0xffff;
    return other.#count - this.#otherCount >= missing && ahead >= 1 && ahead <= missing;
  }

  /** The other track has this number: where it was missing here, nothing was lost. */
  #cameLate(sequence: number): void {
    const ahead = (sequence - this.#openGapAfter) & 0xffff;
    if (ahead < 1 || ahead > this.#openGap) return;
    this.#openGap = 0;
    this.#lateNumbers += 1;
    if (this.#lateNumbers >= lateNumbers) this.#isMiscounted = true;
  }

  /** Whether gaps have been dense for as many windows in a row as it takes. */
  #countDense(hasGap: boolean): boolean {
    const counts = this.#dense;
    counts.packets += 1;
    if (hasGap) counts.gaps += 1;
    if (counts.packets < denseGaps.packets) return false;
    counts.windows = counts.gaps >= denseGaps.gaps ? counts.windows + 1 : 0;
    counts.packets = 0;
    counts.gaps = 0;
    return counts.windows >= denseGaps.windows;
  }

  /** `index` counts the pieces of one packet. */
  #pass(packet: Buffer, index: number): void {
    if (index > 0) this.#ahead = (this.#ahead + 1) & 0xffff;
    this.#lastOut = (this.#isMiscounted ? this.#lastOut + 1 : this.#lastIn + this.#ahead) & 0xffff;
    packet.writeUInt16BE(this.#lastOut, 2);
    this.#send(packet);
  }
}
