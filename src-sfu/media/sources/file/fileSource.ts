import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FU_A_HEADER_BYTES, nalType } from '../../ingest/h264Payload.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../ingest/rtpPacket.ts';
import {
  SourceError,
  type SourceAddress,
  type StreamDescription,
  type StreamSource,
  type StreamSourceEvents,
  type StreamSourceKind,
} from '../streamSource.ts';
import { readAnnexBFile, type AnnexBFile } from './annexBFile.ts';

const payloadType = 96;
const clockRate = 90_000;
/** The rate of the simulated kitchens. */
const usualPicturesPerSecond = 15;
const maxPicturesPerSecond = 240;
/** Larger NAL units are sent in fragments. What cameras send over Ethernet is about as large. */
const maxPayloadBytes = 1_388;
const fragmentBytes = maxPayloadBytes - FU_A_HEADER_BYTES;

/**
 * Files of H.264 (Annex B), played at an even pace, such as `file:///srv/kitchen.h264?picturesPerSecond=25&repeats=true`. A
 * file that repeats begins again after its last picture; another one ends there.
 */
export function fileSources(): StreamSourceKind {
  return {
    serves: (url) => url.startsWith('file:'),
    create: ({ url }: SourceAddress, events) => new FileSource(url, events),
  };
}

class FileSource implements StreamSource {
  readonly #url: string;
  readonly #events: StreamSourceEvents;
  readonly #ssrc = 1 + Math.floor(Math.random() * 0x7fff_fffe);
  /** Every packet is written here; listeners are done with it when they return. */
  readonly #packet = Buffer.allocUnsafeSlow(RTP_HEADER_BYTES + maxPayloadBytes);
  #file: AnnexBFile | undefined;
  #picturesPerSecond = usualPicturesPerSecond;
  #repeats = false;
  #sequence = 0;
  #sentPictures = 0;
  #startedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, events: StreamSourceEvents) {
    this.#url = url;
    this.#events = events;
  }

  async open(): Promise<StreamDescription> {
    const url = this.#parse();
    const bytes = await readFile(url.path).catch((error: unknown) => {
      throw new SourceError('notFound', `The file cannot be read: ${(error as Error).message}.`);
    });
    const file = readAnnexBFile(bytes);
    if (file.pictures.length === 0)
      throw new SourceError(
        'protocolError',
        'The file holds no picture of H.264. Give one in Annex B format.',
      );
    this.#file = file;
    const { parameterSets } = file;
    const track = { kind: 'video', codec: 'H264', payloadType, clockRate, channels: 1 } as const;
    return { video: { ...track, parameterSets } };
  }

  play(): Promise<void> {
    this.#startedAtMs = performance.now();
    // Nothing is sent before the caller knows that the source plays.
    if (!this.#closed) this.#timer = setTimeout(() => this.#sendDuePictures(), 0);
    return Promise.resolve();
  }

  isReliable(): boolean {
    return true;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #parse(): { path: string } {
    try {
      const url = new URL(this.#url);
      const wanted = Number(url.searchParams.get('picturesPerSecond') ?? usualPicturesPerSecond);
      if (!(wanted > 0 && wanted <= maxPicturesPerSecond))
        throw new Error(`picturesPerSecond must be above 0 and at most ${maxPicturesPerSecond}`);
      this.#picturesPerSecond = wanted;
      this.#repeats = url.searchParams.get('repeats') === 'true';
      url.search = '';
      return { path: fileURLToPath(url) };
    } catch (error) {
      throw new SourceError(
        'protocolError',
        `The file’s address is not usable: ${(error as Error).message}.`,
      );
    }
  }

  /** Timers ring late now and then: all pictures whose time has come are sent, so that the pace stays even. */
  #sendDuePictures(): void {
    const pictures = this.#file?.pictures ?? [];
    const pictureMs = 1_000 / this.#picturesPerSecond;
    const due = 1 + Math.floor((performance.now() - this.#startedAtMs) / pictureMs);
    while (!this.#closed && this.#sentPictures < due) {
      if (this.#sentPictures >= pictures.length && !this.#repeats) {
        this.close();
        this.#events.onEnded(new SourceError('closedByCamera', 'The file was played to its end.'));
        return;
      }
      this.#sendPicture(pictures[this.#sentPictures % pictures.length] ?? []);
      this.#sentPictures += 1;
    }
    if (this.#closed) return;
    const nextAtMs = this.#startedAtMs + this.#sentPictures * pictureMs;
    this.#timer = setTimeout(() => this.#sendDuePictures(), Math.max(1, nextAtMs - performance.now()));
  }

  #sendPicture(nals: readonly Buffer[]): void {
    const timestamp = Math.round((this.#sentPictures * clockRate) / this.#picturesPerSecond) >>> 0;
    for (const [index, nal] of nals.entries()) this.#sendNal(nal, timestamp, index === nals.length - 1);
  }

  #sendNal(nal: Buffer, timestamp: number, isLastOfPicture: boolean): void {
    if (nal.length <= maxPayloadBytes) {
      nal.copy(this.#packet, RTP_HEADER_BYTES);
      this.#send(nal.length, timestamp, isLastOfPicture);
      return;
    }
    const header = nal[0] ?? 0;
    for (let from = 1; from < nal.length && !this.#closed; from += fragmentBytes) {
      const to = Math.min(nal.length, from + fragmentBytes);
      const isEnd = to === nal.length;
      this.#packet[RTP_HEADER_BYTES] = (header & 0xe0) | nalType.fuA;
      this.#packet[RTP_HEADER_BYTES + 1] = (header & 0x1f) | (from === 1 ? 0x80 : 0) | (isEnd ? 0x40 : 0);
      nal.copy(this.#packet, RTP_HEADER_BYTES + FU_A_HEADER_BYTES, from, to);
      this.#send(FU_A_HEADER_BYTES + to - from, timestamp, isEnd && isLastOfPicture);
    }
  }

  #send(payloadBytes: number, timestamp: number, marker: boolean): void {
    if (this.#closed) return;
    const type = payloadType | (marker ? 0x80 : 0);
    writeRtpHeader(this.#packet, 0, type, this.#sequence, timestamp, this.#ssrc);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#events.onPacket('video', this.#packet.subarray(0, RTP_HEADER_BYTES + payloadBytes));
  }
}
