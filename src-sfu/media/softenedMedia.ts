import {
  softenedBox,
  softenedKilobitsPerSecond,
  softenedPicturesPerSecond,
} from '../../src-shared/public/softening.ts';
import type { CameraMedia } from '../features/cameras/cameras.ports.ts';
import type { Logger } from '../logger.ts';
import { createCameraMedia, type StreamSinks } from './cameraMedia.ts';
import { createTranscoder, type Transcoder, type Transcoding } from './ingest/transcode.ts';
import type { ProducerDirectory } from './producerDirectory.ts';
import { cameraVideoCodec } from './routerCodecs.ts';
import {
  SourceError,
  type StreamDescription,
  type StreamSource,
  type StreamSourceEvents,
  type StreamSourceKind,
  type TrackDescription,
} from './sources/streamSource.ts';
import type { WorkerPool } from './workerPool.ts';

/** The address of a softened copy: of which camera, and how much of its picture's width a head takes. */
export function softenedAddress(cameraId: string, headPercent?: number): string {
  const query = headPercent === undefined ? '' : `?headPercent=${headPercent}`;
  return `soften:${encodeURIComponent(cameraId)}${query}`;
}

/** What a copy is made of: packets of one picture stream, until `detach`. */
export interface SofteningInput {
  track: TrackDescription;
  detach(): void;
}

/** Gives the packets of what an address names to `write`; `onLost` when no more will come. Rejects with SourceError. */
export type OpenSofteningInput = (
  address: URL,
  write: (packet: Buffer) => void,
  onLost: () => void,
) => Promise<SofteningInput>;

interface SoftenedStreamsOptions {
  pool: WorkerPool;
  ffmpegPath: string;
  /** ffmpeg processes at one time. */
  maxConcurrent: number;
  logger: Logger;
  nowMs(): number;
}

/**
 * Softened copies as streams of their own: what comes out of ffmpeg is treated as a camera's stream is. The camera itself must be
 * open (`StreamSinks.attach`); a copy never opens one, and it never has sound.
 */
export function createSoftenedMedia(
  options: SoftenedStreamsOptions & { cameraMedia: StreamSinks },
): CameraMedia & ProducerDirectory & StreamSinks {
  const { cameraMedia } = options;
  return createSoftenedStreams(options, async (address, write) => {
    const cameraId = decodeURIComponent(address.pathname);
    const sink = { writeVideo: write, writeAudio: (): void => undefined };
    const attach = (kind: 'sub' | 'main'): (() => void) | undefined =>
      cameraMedia.attach(`${cameraId}:${kind}`, sink);
    const detach = attach('sub') ?? attach('main');
    if (detach === undefined)
      throw new SourceError('unreachable', 'The camera of this softened copy is not open.');
    return { track: cameraTrack, detach };
  });
}

/** Streams that are softened copies of what `open` gives. Their addresses begin with `soften:`. */
export function createSoftenedStreams(
  options: SoftenedStreamsOptions,
  open: OpenSofteningInput,
): CameraMedia & ProducerDirectory & StreamSinks {
  const { pool, logger, nowMs } = options;
  const transcoder = createTranscoder(options);
  // What a copy consists of needs no further conversion.
  const none: Transcoder = { start: () => undefined, running: () => 0 };
  return createCameraMedia({
    pool,
    transcoder: none,
    sparingTranscoder: none,
    sources: [softenedSources(open, transcoder)],
    logger,
    nowMs,
  });
}

/** As the packets of a camera leave the hub (mediaOutput.ts): H.264 in one numbering, parameter sets before each key picture. */
const cameraTrack: TrackDescription = {
  kind: 'video',
  codec: 'H264',
  payloadType: cameraVideoCodec.payloadType,
  clockRate: cameraVideoCodec.clockRate,
  channels: 1,
  formatParameters: 'packetization-mode=1',
  parameterSets: [],
};
/** What ffmpeg sends (transcode.ts). */
const softenedTrack: TrackDescription = { ...cameraTrack, payloadType: 96 };

function softenedSources(open: OpenSofteningInput, transcoder: Transcoder): StreamSourceKind {
  return {
    serves: (url) => url.startsWith('soften:'),
    create: ({ url }, events) => new SoftenedSource(new URL(url), open, transcoder, events),
  };
}

class SoftenedSource implements StreamSource {
  readonly #address: URL;
  readonly #headPercent: number | undefined;
  readonly #openInput: OpenSofteningInput;
  readonly #transcoder: Transcoder;
  readonly #events: StreamSourceEvents;
  #input: SofteningInput | undefined;
  #transcoding: Transcoding | undefined;
  #closed = false;

  constructor(url: URL, open: OpenSofteningInput, transcoder: Transcoder, events: StreamSourceEvents) {
    this.#address = url;
    const headPercent = url.searchParams.get('headPercent');
    this.#headPercent = headPercent === null ? undefined : Number(headPercent);
    this.#openInput = open;
    this.#transcoder = transcoder;
    this.#events = events;
  }

  open(): Promise<StreamDescription> {
    return Promise.resolve({ video: softenedTrack });
  }

  async play(): Promise<void> {
    /** What comes while the input is being opened has its description a moment later. */
    const early: Buffer[] = [];
    const input = await this.#openInput(
      this.#address,
      (packet) => {
        if (this.#input === undefined) early.push(Buffer.from(packet));
        else this.#write(packet);
      },
      () => this.#end('What was softened is not sent any more.'),
    );
    if (this.#closed) return input.detach();
    this.#input = input;
    for (const packet of early) this.#write(packet);
  }

  isReliable(): boolean {
    return false;
  }

  close(): void {
    this.#closed = true;
    this.#input?.detach();
    this.#transcoding?.close();
  }

  /** ffmpeg is started by the first packet, which begins a key picture: it gives up when it waits long for one. */
  #write(packet: Buffer): void {
    if (this.#closed || this.#input === undefined) return;
    this.#transcoding ??= this.#start(this.#input.track);
    this.#transcoding?.write(packet);
  }

  #start(track: TrackDescription): Transcoding | undefined {
    const { width, height } = softenedBox(this.#headPercent);
    const started = this.#transcoder.start(
      track,
      {
        onRtp: (packet) => {
          if (!this.#closed) this.#events.onPacket('video', packet);
        },
        onFailed: (message) => this.#end(message),
      },
      {
        reorders: false,
        picture: {
          maxWidth: width,
          maxHeight: height,
          picturesPerSecond: softenedPicturesPerSecond,
          kilobitsPerSecond: softenedKilobitsPerSecond,
        },
      },
    );
    if (started === undefined) this.#end('All places for softened copies are taken.');
    return started;
  }

  #end(message: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onEnded(new SourceError('refused', message));
  }
}
