import { nalType } from '../ingest/h264Payload.ts';
import { rtpMarker, rtpPayloadEnd, rtpPayloadStart, uint16At, uint32At } from '../ingest/rtpPacket.ts';
import { SourceError, type SourceAddress, type StreamSource, type StreamSourceKind } from './streamSource.ts';

const connectMs = 3_000;
const responseMs = 3_000;
/** Cameras send a key picture every few seconds. Milliseconds. */
const waitMs = 8_000;
/** A key picture of a 4K camera stays below it. Bytes. */
const maxBytes = 4 * 1024 * 1024;
const startCode = Buffer.from([0, 0, 0, 1]);
const { stapA, fuA, sps: spsType, pps: ppsType, idrSlice } = nalType;

/** Puts the first key picture of an H.264 stream together from its packets (RFC 6184). What is lost spoils one picture, and the next is taken. */
export class OnePicture {
  readonly #sets = new Map<number, Buffer>();
  #slices: Buffer[] = [];
  #fragments: Buffer[] = [];
  #bytes = 0;
  #timestamp: number | undefined;
  #sequence: number | undefined;

  /** Parameter sets from the session description. */
  constructor(parameterSets: readonly Buffer[]) {
    for (const set of parameterSets) this.#set(set);
  }

  /** The whole picture in Annex B once this packet has ended it. */
  take(packet: Buffer): Buffer | undefined {
    const start = rtpPayloadStart(packet);
    const end = start < 0 ? -1 : rtpPayloadEnd(packet, start);
    if (end <= start || start < 0) return undefined;
    const [sequence, timestamp] = [uint16At(packet, 2), uint32At(packet, 4)];
    const whole =
      this.#timestamp !== undefined && timestamp !== this.#timestamp ? this.#picture() : undefined;
    if (whole !== undefined) return whole;
    const isLost = this.#sequence !== undefined && sequence !== ((this.#sequence + 1) & 0xffff);
    if (isLost || timestamp !== this.#timestamp) this.#begin();
    // A picture of which something may be missing is not taken.
    if (isLost) this.#bytes = maxBytes + 1;
    [this.#sequence, this.#timestamp] = [sequence, timestamp];
    this.#payload(packet.subarray(start, end));
    return rtpMarker(packet) ? this.#picture() : undefined;
  }

  #begin(): void {
    this.#slices = [];
    this.#fragments = [];
    this.#bytes = 0;
  }

  #payload(payload: Buffer): void {
    const type = (payload[0] ?? 0) & 0x1f;
    if (type === stapA)
      for (let at = 1; at + 2 < payload.length;) {
        const to = at + 2 + uint16At(payload, at);
        if (to > payload.length) return;
        this.#unit(Buffer.from(payload.subarray(at + 2, to)));
        at = to;
      }
    else if (type === fuA) {
      const header = payload[1] ?? 0;
      if ((header & 0x80) !== 0)
        this.#fragments = [Buffer.from([((payload[0] ?? 0) & 0xe0) | (header & 0x1f)])];
      if (this.#fragments.length === 0) return;
      this.#fragments.push(Buffer.from(payload.subarray(2)));
      this.#bytes += payload.length;
      if (this.#bytes > maxBytes) this.#fragments = [];
      else if ((header & 0x40) !== 0) this.#unit(Buffer.concat(this.#fragments.splice(0)));
    } else if (type > 0 && type < stapA) this.#unit(Buffer.from(payload));
  }

  #unit(unit: Buffer): void {
    const type = (unit[0] ?? 0) & 0x1f;
    if (type === spsType || type === ppsType) this.#set(unit);
    this.#bytes += unit.length;
    if (type === idrSlice && this.#bytes <= maxBytes) this.#slices.push(unit);
  }

  #set(unit: Buffer): void {
    this.#sets.set((unit[0] ?? 0) & 0x1f, unit);
  }

  #picture(): Buffer | undefined {
    const [sps, pps] = [this.#sets.get(spsType), this.#sets.get(ppsType)];
    if (this.#slices.length === 0 || sps === undefined || pps === undefined || this.#bytes > maxBytes)
      return undefined;
    return Buffer.concat([sps, pps, ...this.#slices].flatMap((unit) => [startCode, unit]));
  }
}

/** The first key picture (Annex B, H.264) of a stream that nobody watches; undefined where none comes within seconds. Never rejects for what a camera does. */
export async function readOnePicture(
  kind: StreamSourceKind,
  address: SourceAddress,
): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  let picture: OnePicture | undefined;
  const limit = setTimeout(() => resolve(undefined), waitMs);
  let source: StreamSource | undefined;
  try {
    source = kind.create(
      address,
      {
        onPacket(of, packet) {
          const whole = of === 'video' ? picture?.take(packet) : undefined;
          if (whole !== undefined) resolve(whole);
        },
        onNamedSource: () => undefined,
        mayWait: () => false,
        endsWith: () => false,
        onSoundRefused: () => undefined,
        onMediaLost: () => undefined,
        onDigestTaken: () => undefined,
        onEnded: () => resolve(undefined),
      },
      { connectMs, responseMs },
    );
    const { video } = await source.open();
    if (video?.codec !== 'H264') return undefined;
    picture = new OnePicture(video.parameterSets);
    await source.play({ withSound: false });
    return await promise;
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  } finally {
    clearTimeout(limit);
    source?.close();
  }
}
