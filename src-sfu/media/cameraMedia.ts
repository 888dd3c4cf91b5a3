import {
  measureIntervalMs,
  type CameraMedia,
  type CameraSource,
  type SourceStatistics,
} from '../features/cameras/cameras.ports.ts';
import type { Logger } from '../logger.ts';
import { createListeners } from '../../src-shared/listeners.ts';
import { closeOutlet, openOutlet, type Outlet } from './cameraOutlet.ts';
import { followConsumers, type ConsumerDemand } from './consumerDemand.ts';
import { startIngest, type Ingest } from './ingest/ingest.ts';
import { createIngestWatch, type IngestWatch } from './ingest/ingestWatch.ts';
import { createMediaOutput } from './ingest/mediaOutput.ts';
import type { MediaSink } from './ingest/mediaSinks.ts';
import { Patience } from './ingest/patience.ts';
import type { Transcoder } from './ingest/transcode.ts';
import type { StreamSourceKind } from './sources/streamSource.ts';
import { packetBundlerOf, type PacketBundler } from './packetBundles.ts';
import { cameraAudioCodecs, cameraVideoCodec } from './routerCodecs.ts';
import type { ProducerDirectory } from './producerDirectory.ts';
import type { MediaWorker, WorkerPool } from './workerPool.ts';

export interface CameraMediaOptions {
  pool: WorkerPool;
  transcoder: Transcoder;
  /** For health probes: takes no place that a viewer may want. */
  sparingTranscoder: Transcoder;
  /** The protocols by which streams come; the first that serves an address is used, and the last serves all. */
  sources: readonly [...StreamSourceKind[], StreamSourceKind];
  logger: Logger;
  nowMs(): number;
}

type AudioCodec = keyof typeof cameraAudioCodecs;

/** Where streams can be sent beside the media workers. */
export interface StreamSinks {
  /** Attaches a sink to an open source; returns the function that detaches it, or undefined when none is open. */
  attach(streamId: string, sink: MediaSink): (() => void) | undefined;
  /**
   * Attaches a sink to an open source that goes on from its last key picture: `kept` are the packets since then, with numbers of
   * their own; empty where none are kept. Undefined when no such source is open.
   */
  attachFromKey(
    streamId: string,
    sink: MediaSink,
  ): { kept: readonly Buffer[]; detach: () => void } | undefined;
}

/** Camera streams as mediasoup producers, and where each of them is. */
export function createCameraMedia(
  options: CameraMediaOptions,
): CameraMedia & ProducerDirectory & StreamSinks {
  const sources = new Map<string, SourceOnWorker>();
  const shared: SharedBySources = {
    demand: followConsumers(options.pool),
    watch: createIngestWatch(options.nowMs),
  };
  const allMeasured = createListeners<[measured: ReadonlyMap<string, SourceStatistics>]>();
  let measureTimer: NodeJS.Timeout | undefined;
  const measure = (): void => {
    const measured = new Map<string, SourceStatistics>();
    const now = options.nowMs();
    for (const [streamId, source] of sources) measured.set(streamId, source.measured(now));
    allMeasured.notify(measured);
  };
  options.pool.onWorkerReplaced((dead) => {
    for (const source of sources.values()) source.workerReplaced(dead);
  });
  return {
    openSource(streamId) {
      const source = createSource(streamId, options, shared, () => {
        if (sources.get(streamId) === source) sources.delete(streamId);
        if (sources.size > 0) return;
        clearInterval(measureTimer);
        measureTimer = undefined;
      });
      sources.set(streamId, source);
      measureTimer ??= setInterval(measure, measureIntervalMs).unref();
      return source;
    },
    onMeasured: (listener) => void allMeasured.add(listener),
    async find(streamId, kind) {
      const outlet = await sources.get(streamId)?.outlet();
      const producer = kind === 'video' ? outlet?.video : outlet?.audio;
      if (outlet === undefined || producer === undefined || producer.closed) return undefined;
      return { worker: outlet.worker, producerId: producer.id };
    },
    attach: (streamId, sink) => sources.get(streamId)?.attach(sink),
    attachFromKey: (streamId, sink) => sources.get(streamId)?.attachFromKey(sink),
    listen: (streamId) => sources.get(streamId)?.listen() ?? (() => undefined),
    catchUp: (streamId, sinceMs) => sources.get(streamId)?.catchUp(sinceMs),
    lossReport: (streamId) => sources.get(streamId)?.lossReport(),
  };
}

/** What all sources of a hub have in common. */
interface SharedBySources {
  demand: ConsumerDemand;
  watch: IngestWatch;
}

interface SourceOnWorker extends CameraSource {
  outlet(): Promise<Outlet | undefined>;
  measured(nowMs: number): SourceStatistics;
  listen(): () => void;
  catchUp(sinceMs: number): void;
  lossReport(): (() => void) | undefined;
  attach(sink: MediaSink): () => void;
  attachFromKey(sink: MediaSink): { kept: Buffer[]; detach: () => void };
  workerReplaced(dead: MediaWorker): void;
}

function createSource(
  streamId: string,
  options: CameraMediaOptions,
  { demand, watch }: SharedBySources,
  onClosed: () => void,
): SourceOnWorker {
  const { pool, logger, nowMs } = options;
  const videoSsrc = randomSsrc();
  const audioSsrc = videoSsrc + 1;
  let closed = false;
  let hasPlace = false;
  let worker: MediaWorker | undefined;
  let current: Outlet | undefined;
  let bundler: PacketBundler | undefined;
  let opening: Promise<Outlet | undefined> = Promise.resolve(undefined);
  let audioCodec: AudioCodec | undefined;
  let listeners = 0;
  let attempt: Ingest | undefined;
  const patience = new Patience();
  let isReordered = false;
  /** The camera refused its sound, perhaps by ending the connection over it: it is not asked for again. */
  let soundRefused = false;

  const send = (packet: Buffer): void => {
    if (current === undefined) return;
    if (bundler === undefined) current.socket.send(packet);
    else bundler.send(current, packet);
  };
  const output = createMediaOutput({
    videoSsrc,
    videoPayloadType: cameraVideoCodec.payloadType,
    audioSsrc,
    audioPayloadType: cameraAudioCodecs.PCMA.payloadType,
    sendVideo: send,
    sendAudio(packet) {
      // Sound is half of a stream's packets, and nobody listens to a wall.
      if (audioCodec === undefined || listeners === 0) return;
      send(packet);
    },
    nowMs,
  });
  output.setConsumed(false);
  let stopWatching = (): void => undefined;

  const place = (): void => {
    try {
      worker = pool.leastLoaded();
    } catch {
      worker = undefined;
      return;
    }
    const chosen = worker;
    chosen.load += 1;
    opening = openOutlet(chosen, videoSsrc, output.keyPictureWanted).then(
      async (outlet) => {
        if (closed || worker !== chosen) {
          closeOutlet(outlet);
          return undefined;
        }
        current = outlet;
        bundler = chosen.takesBundles ? packetBundlerOf(chosen) : undefined;
        stopWatching = demand.watch(outlet.video.id, (isConsumed) => {
          output.setConsumed(isConsumed);
          if (isConsumed) attempt?.readNow();
        });
        await ensureAudio();
        return outlet;
      },
      (error: unknown) => {
        if (!closed && !chosen.closed)
          logger.error({ err: error, streamId }, 'a camera stream could not be opened on its media worker');
        return undefined;
      },
    );
  };

  const ensureAudio = async (): Promise<void> => {
    const outlet = current;
    if (outlet === undefined || audioCodec === undefined) return;
    const { mimeType, payloadType, clockRate } = cameraAudioCodecs[audioCodec];
    const offered = outlet.audio?.rtpParameters.codecs[0];
    if (offered?.payloadType === payloadType) return;
    outlet.audio?.close();
    try {
      outlet.audio = await outlet.transport.produce({
        kind: 'audio',
        rtpParameters: {
          codecs: [{ mimeType, payloadType, clockRate, channels: 1 }],
          encodings: [{ ssrc: audioSsrc }],
        },
      });
    } catch (error) {
      if (!closed)
        logger.warn(
          { err: error, streamId },
          'the sound of a camera could not be forwarded; its picture is not affected',
        );
    }
  };

  const leaveWorker = (): void => {
    if (worker !== undefined) worker.load -= 1;
    worker = undefined;
    stopWatching();
    output.setConsumed(false);
    bundler?.flush();
    if (current !== undefined) closeOutlet(current);
    current = undefined;
  };

  return {
    takePlace() {
      if (!hasPlace) {
        hasPlace = true;
        place();
      }
      return Promise.resolve(worker === undefined ? undefined : { workerId: worker.workerId });
    },
    outlet: () => opening,
    listen() {
      let listening = true;
      listeners += 1;
      attempt?.readNow();
      return () => {
        if (listening) listeners -= 1;
        listening = false;
      };
    },
    catchUp: output.catchUp,
    lossReport: () => (output.hasLongGroup ? output.packetsLost : undefined),
    attach(sink) {
      const detach = output.attach(sink);
      attempt?.readNow();
      return detach;
    },
    attachFromKey(sink) {
      // What waits in the source is part of what is kept.
      attempt?.readNow();
      return output.attachFromKey(sink);
    },
    workerReplaced(dead) {
      if (closed || !hasPlace || (worker !== undefined && worker !== dead)) return;
      leaveWorker();
      place();
    },
    startAttempt(address, onEvent, { sparing }) {
      const started = startIngest({
        createSource: (events, limits) =>
          kindOf(options.sources, address.url).create(address, events, limits),
        withoutSound: soundRefused,
        output,
        transcoder: sparing ? options.sparingTranscoder : options.transcoder,
        logger,
        nowMs,
        watch,
        patience,
        isViewed: () => hasPlace,
        isConsumed: () => output.isConsumed || listeners > 0 || output.hasSinks,
        isSoundWanted: () => listeners > 0 || output.hasSinks,
        isReordered,
        onEvent(event) {
          if (event.type === 'reordered') isReordered = true;
          if (event.type === 'live') return onEvent({ type: 'live', statistics: output.statistics() });
          if (event.type !== 'described') return onEvent(event);
          const audio = event.audio?.codec;
          const { soundFault } = event;
          if (soundFault?.cause === 'refused') soundRefused = true;
          if (audio === 'PCMA' || audio === 'PCMU') {
            audioCodec = audio;
            output.setAudioPayloadType(cameraAudioCodecs[audio].payloadType);
            void ensureAudio();
          }
          onEvent({
            type: 'described',
            codec: event.video?.codec ?? '?',
            transcoded: event.video !== undefined && event.video.codec !== 'H264',
            ...(audio === 'PCMA' || audio === 'PCMU' ? { audio } : {}),
            ...(soundFault === undefined ? {} : { soundFault }),
          });
        },
      });
      attempt = started;
      return started;
    },
    keyPicture() {
      const picture = output.keyPicture();
      if (picture === undefined) return Promise.resolve(undefined);
      const { annexB, codecString, width, height, capturedAtMs } = picture;
      return Promise.resolve({ annexB, codec: codecString, width, height, capturedAtMs });
    },
    measured: (now) => output.statistics(now),
    statistics: () => Promise.resolve(output.statistics()),
    close() {
      closed = true;
      output.close();
      leaveWorker();
      onClosed();
    },
  };
}

function kindOf(kinds: CameraMediaOptions['sources'], url: string): StreamSourceKind {
  return kinds.find(({ serves }) => serves(url)) ?? (kinds.at(-1) as StreamSourceKind);
}

function randomSsrc(): number {
  return 1 + Math.floor(Math.random() * 0x7fff_fffe);
}
