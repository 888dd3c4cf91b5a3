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

/**
 * Softened copies as streams of their own: what comes out of ffmpeg is treated as a camera's stream is. The camera itself must be
 * open (`StreamSinks.attach`); a copy never opens one, and it never has sound.
 */
export function createSoftenedMedia(options: {
  pool: WorkerPool;
  cameraMedia: StreamSinks;
  ffmpegPath: string;
  /** ffmpeg processes at one time. */
  maxConcurrent: number;
  logger: Logger;
  nowMs(): number;
}): CameraMedia & ProducerDirectory & StreamSinks {
  const { pool, cameraMedia, logger, nowMs } = options;
  const transcoder = createTranscoder(options);
  // What a copy consists of needs no further conversion.
  const none: Transcoder = { start: () => undefined, running: () => 0 };
  return createCameraMedia({
    pool,
    transcoder: none,
    sparingTranscoder: none,
    sources: [softenedSources(cameraMedia, transcoder)],
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

function softenedSources(cameraMedia: StreamSinks, transcoder: Transcoder): StreamSourceKind {
  return {
    serves: (url) => url.startsWith('soften:'),
    create: ({ url }, events) => new SoftenedSource(new URL(url), cameraMedia, transcoder, events),
  };
}

class SoftenedSource implements StreamSource {
  readonly #cameraId: string;
  readonly #headPercent: number | undefined;
  readonly #cameraMedia: StreamSinks;
  readonly #transcoder: Transcoder;
  readonly #events: StreamSourceEvents;
  #detach: (() => void) | undefined;
  #transcoding: Transcoding | undefined;
  #closed = false;

  constructor(url: URL, cameraMedia: StreamSinks, transcoder: Transcoder, events: StreamSourceEvents) {
    this.#cameraId = decodeURIComponent(url.pathname);
    const headPercent = url.searchParams.get('headPercent');
    this.#headPercent = headPercent === null ? undefined : Number(headPercent);
    this.#cameraMedia = cameraMedia;
    this.#transcoder = transcoder;
    this.#events = events;
  }

  open(): Promise<StreamDescription> {
    return Promise.resolve({ video: softenedTrack });
  }

  async play(): Promise<void> {
    const sink = {
      writeVideo: (packet: Buffer): void => this.#write(packet),
      writeAudio: (): void => undefined,
    };
    const attach = (kind: 'sub' | 'main'): (() => void) | undefined =>
      this.#cameraMedia.attach(`${this.#cameraId}:${kind}`, sink);
    this.#detach = attach('sub') ?? attach('main');
    if (this.#detach === undefined)
      throw new SourceError('unreachable', 'The camera of this softened copy is not open.');
  }

  isReliable(): boolean {
    return false;
  }

  close(): void {
    this.#closed = true;
    this.#detach?.();
    this.#transcoding?.close();
  }

  /** ffmpeg is started by the first packet, which begins a key picture: it gives up when it waits long for one. */
  #write(packet: Buffer): void {
    if (this.#closed) return;
    this.#transcoding ??= this.#start();
    this.#transcoding?.write(packet);
  }

  #start(): Transcoding | undefined {
    const { width, height } = softenedBox(this.#headPercent);
    const started = this.#transcoder.start(
      cameraTrack,
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
