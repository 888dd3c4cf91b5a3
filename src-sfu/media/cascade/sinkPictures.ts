import { aggregatedNalBytes, FU_A_HEADER_BYTES, isSliceType, nalType } from '../ingest/h264Payload.ts';
import {
  byteAt,
  rtpMarker,
  rtpPayloadEnd,
  rtpPayloadStart,
  rtpSequenceNumber,
  rtpTimestamp,
} from '../ingest/rtpPacket.ts';

/** One whole picture; its bytes are the receiver's to keep. */
export interface SinkPicture {
  /** NAL units without start codes; parameter sets stand before the slices of a key picture. */
  nals: Buffer[];
  isKey: boolean;
  /** RTP time of 90 kHz. */
  timestamp: number;
}

/** Larger pictures do not come from a kitchen's camera and are dropped. */
const maxPictureBytes = 4 * 1024 * 1024;

/**
 * The packets that a stream gives its sinks (H.264, RFC 6184, in order) as whole pictures. After a gap nothing comes until the next
 * key picture, because what lies between could only be shown smeared.
 */
export class SinkPictures {
  readonly #onPicture: (picture: SinkPicture) => void;
  #nals: Buffer[] = [];
  #fragments: Buffer[] = [];
  #bytes = 0;
  #isKey = false;
  #hasSlice = false;
  #timestamp = -1;
  #expected = -1;
  #awaitsKey = true;
  #isDamaged = false;

  constructor(onPicture: (picture: SinkPicture) => void) {
    this.#onPicture = onPicture;
  }

  /** Whether pictures are left out until the next key picture. */
  get awaitsKey(): boolean {
    return this.#awaitsKey;
  }

  /** What was sent on did not get through: the next picture is a key picture. */
  waitForKey(): void {
    this.#awaitsKey = true;
  }

  /** The packets that follow are numbered otherwise: those of a group that is sent once more. */
  restart(): void {
    this.#drop();
    this.#expected = -1;
    this.#timestamp = -1;
  }

  /** The picture goes on, in packets with other numbers. */
  renumber(): void {
    this.#expected = -1;
  }

  /** One packet; its bytes may be used again afterwards. */
  write(packet: Buffer): void {
    const start = rtpPayloadStart(packet);
    const end = start === -1 ? -1 : rtpPayloadEnd(packet, start);
    if (end <= start) return;
    const sequence = rtpSequenceNumber(packet);
    const isGap = this.#expected !== -1 && sequence !== this.#expected;
    this.#expected = (sequence + 1) & 0xffff;
    const timestamp = rtpTimestamp(packet);
    if (timestamp !== this.#timestamp) this.#finish();
    if (isGap) {
      this.#isDamaged = true;
      this.#awaitsKey = true;
    }
    this.#timestamp = timestamp;
    this.#payload(packet, start, end);
    if (rtpMarker(packet)) this.#finish();
  }

  #payload(packet: Buffer, start: number, end: number): void {
    const type = byteAt(packet, start) & 0x1f;
    if (type === nalType.fuA) return this.#fragment(packet, start, end);
    if (type !== nalType.stapA) return this.#nal(Buffer.from(packet.subarray(start, end)));
    let offset = start + 1;
    for (;;) {
      const length = aggregatedNalBytes(packet, offset, end);
      if (length === -1) return;
      this.#nal(Buffer.from(packet.subarray(offset + 2, offset + 2 + length)));
      offset += 2 + length;
    }
  }

  #fragment(packet: Buffer, start: number, end: number): void {
    const header = byteAt(packet, start + 1);
    if ((header & 0x80) !== 0) {
      this.#fragments = [Buffer.from([(byteAt(packet, start) & 0xe0) | (header & 0x1f)])];
    } else if (this.#fragments.length === 0) {
      this.#isDamaged = true;
      return;
    }
    const piece = Buffer.from(packet.subarray(start + FU_A_HEADER_BYTES, end));
    this.#fragments.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > maxPictureBytes) return this.#drop();
    if ((header & 0x40) === 0) return;
    const nal = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#bytes -= nal.length - 1;
    this.#nal(nal);
  }

  #nal(nal: Buffer): void {
    const type = (nal[0] ?? 0) & 0x1f;
    // Filler marks the end of a picture whose camera forgot to; it says nothing.
    if (type === nalType.fillerData || type === 0) return;
    this.#bytes += nal.length;
    if (this.#bytes > maxPictureBytes) return this.#drop();
    if (isSliceType(type)) this.#hasSlice = true;
    if (type === nalType.idrSlice) this.#isKey = true;
    this.#nals.push(nal);
  }

  #finish(): void {
    const [nals, isKey, timestamp] = [this.#nals, this.#isKey, this.#timestamp];
    const isWhole = this.#hasSlice && !this.#isDamaged && this.#fragments.length === 0;
    if (!this.#hasSlice && !this.#isDamaged) return;
    this.#clear();
    if (!isWhole) {
      this.#awaitsKey = true;
      return;
    }
    if (this.#awaitsKey && !isKey) return;
    this.#awaitsKey = false;
    this.#onPicture({ nals, isKey, timestamp });
  }

  #drop(): void {
    this.#clear();
    this.#awaitsKey = true;
  }

  #clear(): void {
    this.#nals = [];
    this.#fragments = [];
    this.#bytes = 0;
    this.#isKey = false;
    this.#hasSlice = false;
    this.#isDamaged = false;
  }
}
