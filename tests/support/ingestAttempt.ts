import { pino } from 'pino';
import { startIngest } from '../../src-sfu/media/ingest/ingest.ts';
import type { IngestTimeouts } from '../../src-sfu/media/ingest/ingestWaits.ts';
import type { IngestEvent } from '../../src-sfu/media/ingest/ingestEvents.ts';
import { fileSources } from '../../src-sfu/media/sources/file/fileSource.ts';
import { rtspSources } from '../../src-sfu/media/sources/rtsp/rtspSources.ts';
import { createMediaOutput, type MediaOutput } from '../../src-sfu/media/ingest/mediaOutput.ts';
import { createTranscoder, type Transcoder } from '../../src-sfu/media/ingest/transcode.ts';

/** An ingest under test: what it sent and what it said. */
export interface IngestAttempt {
  output: MediaOutput;
  events: IngestEvent[];
  /** RTP packets that left for the media worker. */
  video: Buffer[];
  audio: Buffer[];
  /** The event of this type, when it has come or comes; rejects when another end comes first, or none in time. */
  event<Type extends IngestEvent['type']>(
    type: Type,
    withinMs?: number,
  ): Promise<Extract<IngestEvent, { type: Type }>>;
  close(): void;
}

export const silentLogger = pino({ level: 'silent' });

/** Transcodes one stream at a time with the machine's ffmpeg. */
export function oneTranscoder(maxConcurrent = 1): Transcoder {
  return createTranscoder({ ffmpegPath: 'ffmpeg', maxConcurrent, logger: silentLogger });
}

/** An output that keeps copies of what it sends. */
export function recordingOutput(nowMs: () => number = Date.now): {
  output: MediaOutput;
  video: Buffer[];
  audio: Buffer[];
} {
  const video: Buffer[] = [];
  const audio: Buffer[] = [];
  const output = createMediaOutput({
    videoSsrc: 0x1234_5678,
    videoPayloadType: 102,
    audioSsrc: 0x1234_5679,
    audioPayloadType: 8,
    sendVideo: (packet) => video.push(Buffer.from(packet)),
    sendAudio: (packet) => audio.push(Buffer.from(packet)),
    nowMs,
  });
  return { output, video, audio };
}

/** Starts one attempt at a camera. */
export function attemptIngest(
  url: string,
  options: {
    username?: string;
    password?: string;
    digestOnly?: boolean;
    withoutSound?: boolean;
    lowerTransport?: 'tcp' | 'udp';
    transcoder?: Transcoder;
    timeouts?: Partial<IngestTimeouts>;
    recording?: ReturnType<typeof recordingOutput>;
  } = {},
): IngestAttempt {
  const { lowerTransport = 'tcp', transcoder = oneTranscoder(), recording = recordingOutput() } = options;
  const { username, password, digestOnly, withoutSound, timeouts } = options;
  const events: IngestEvent[] = [];
  const waiting = new Set<() => void>();
  const ingest = startIngest({
    createSource: (events, limits) => {
      const kinds = [fileSources(), rtspSources({ lowerTransport })];
      const kind = kinds.find(({ serves }) => serves(url));
      if (kind === undefined) throw new Error(`No kind of source serves ${url}.`);
      const credentials = {
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      };
      return kind.create(
        { url, ...credentials, ...(digestOnly === undefined ? {} : { digestOnly }) },
        events,
        limits,
      );
    },
    ...(withoutSound === undefined ? {} : { withoutSound }),
    ...(timeouts === undefined ? {} : { timeouts }),
    output: recording.output,
    transcoder,
    logger: silentLogger,
    nowMs: Date.now,
    onEvent(event) {
      events.push(event);
      for (const look of [...waiting]) look();
    },
  });
  return {
    ...recording,
    events,
    event: (type, withinMs = 10_000) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          clearTimeout(timer);
          waiting.delete(look);
          settle();
        };
        const look = (): void => {
          const found = events.find((event) => event.type === type);
          const end = events.find((event) => event.type === 'ended');
          if (found !== undefined) finish(() => resolve(found as never));
          else if (end !== undefined) {
            finish(() => reject(new Error(`ended before ${type}: ${end.cause}: ${end.message}`)));
          }
        };
        const timer = setTimeout(
          () =>
            finish(() => reject(new Error(`no ${type} within ${withinMs} ms: ${JSON.stringify(events)}`))),
          withinMs,
        );
        waiting.add(look);
        look();
      }),
    close: () => ingest.close(),
  };
}
