import type { StreamEndCause } from '../../../src-shared/cameras/cameraStream.ts';
import type { Logger } from '../../logger.ts';
import { IntervalMeter } from './intervalMeter.ts';
import type { MediaOutput } from './mediaOutput.ts';
import { PacketRepair } from './packetRepair.ts';
import { isRtpPacket, rtpPayloadType, rtpTimestamp } from './rtpPacket.ts';
import { Patience } from './patience.ts';
import { startConversion, type PictureConversion } from './pictureConversion.ts';
import { packetRoles, SourceIdentity } from './sourceIdentity.ts';
import {
  SourceError,
  type CreateSource,
  type StreamDescription,
  type TrackDescription,
} from '../sources/streamSource.ts';
import { describedEvent, endedEvent, type IngestEvent } from './ingestEvents.ts';
import { createIngestWatch, type IngestWatch } from './ingestWatch.ts';
import { IngestWaits, type IngestTimeouts } from './ingestWaits.ts';
import { OrderWatch } from './orderWatch.ts';
import { isBrowserFriendly, isPlayableSound } from './playableTracks.ts';
import type { Transcoder, Transcoding } from './transcode.ts';

const defaultConnectMs = 2_000;

export interface IngestOptions {
  /** Where the media comes from. */
  createSource: CreateSource;
  /** The sound is not asked for, because an earlier attempt ended over it. */
  withoutSound?: boolean;
  /** Where the media goes; it outlives the attempt. */
  output: MediaOutput;
  transcoder: Transcoder;
  logger: Logger;
  nowMs(): number;
  /** One for all attempts of a hub; one of its own if missing. */
  watch?: IngestWatch;
  timeouts?: Partial<IngestTimeouts>;
  /** What earlier attempts taught of this camera. */
  patience?: Patience;
  /** Whether anybody watches: only then pictures are put in order by a converter. */
  isViewed?(): boolean;
  /** Whether anybody consumes what is sent on; while nobody does, packets may come a little late. True if missing. */
  isConsumed?(): boolean;
  /** Whether anybody listens or records; sound that nobody wants is passed over. True if missing. */
  isSoundWanted?(): boolean;
  /** Earlier attempts found this camera's pictures out of order: they go to a converter from the first one on. */
  isReordered?: boolean;
  onEvent(event: IngestEvent): void;
}

/** One attempt under way. After close() it reports nothing. */
export interface Ingest {
  /** Somebody begins to watch or listen: what waits in the source is passed on at once. */
  readNow(): void;
  close(): void;
}

/** Codecs ffmpeg turns into H.264 while somebody watches. */
const transcodedCodecs = new Set(['H265', 'HEVC', 'JPEG', 'H264']);
/** A place for conversion that was taken may be free by then. */
const convertAgainMs = 5_000;

/** What is known of the packets of one track. */
interface IngestTrack {
  /** -1 until the camera has described the track. */
  payloadType: number;
  identity: SourceIdentity;
  readonly repair: PacketRepair;
}

function newTrack(repair: PacketRepair): IngestTrack {
  return { payloadType: -1, identity: new SourceIdentity(packetRoles('')), repair };
}

/** One attempt at a camera's stream: opens its source, and passes media on until the source ends or is closed. Never throws. */
export function startIngest(options: IngestOptions): Ingest {
  const { output, nowMs, logger } = options;
  const { timeouts = {}, patience = new Patience() } = options;
  const { isViewed = () => true, isSoundWanted = () => true, isConsumed = () => true } = options;
  const waits = new IngestWaits(timeouts, patience, nowMs());
  let finished = false;
  let live = false;
  let transcoding: Transcoding | undefined;
  let leaveWatch: (() => void) | undefined;
  /** The track while it is passed on as it is, and what is to put its pictures in order. */
  let passedTrack: TrackDescription | undefined;
  let conversion: PictureConversion | undefined;
  /** The camera's own pictures, distinguished by their time. */
  const intervals = new IntervalMeter();
  let lastTimestamp = -1;
  /** While a track is passed on as it is. */
  let order: OrderWatch | undefined;
  let hasKeyPicture = false;
  let passesUnordered = false;
  let description: StreamDescription | undefined;
  /** The pictures are known to be in order, or the converter's are passed on: the first key picture makes the stream live. */
  const sayLive = (): void => {
    if (live || finished || !hasKeyPicture) return;
    live = true;
    options.onEvent({ type: 'live' });
  };
  const lookAtOrder = (): void => {
    order?.look(nowMs());
    if (order?.isOpen === false && !isViewed()) order.take();
    // Pictures that wait for a converter are live for nobody yet, unless nobody watches: then only the hub probes the camera.
    if (order?.isOpen === false && (!output.needsConversion || !isViewed())) sayLive();
  };

  const release = (): void => {
    finished = true;
    leaveWatch?.();
    output.onKeyPicture(undefined);
    transcoding?.close();
    conversion?.close();
    source.close();
  };
  const end = (cause: StreamEndCause, message: string, codec?: string): void => {
    if (finished) return;
    release();
    options.onEvent({ type: 'ended', cause, message, ...(codec === undefined ? {} : { codec }) });
  };
  const endWith = (error: SourceError): void => {
    if (finished) return;
    release();
    options.onEvent(endedEvent(error));
  };

  const tracks = {
    video: newTrack(new PacketRepair((packet) => passVideo(packet), { splits: true })),
    audio: newTrack(new PacketRepair((packet) => passSound(packet), { splits: false })),
  };
  let isSoundPassedOver = false;
  const passVideo = (packet: Buffer): void => {
    if (transcoding !== undefined) return transcoding.write(packet);
    // Before it is rewritten for viewers.
    conversion?.write(packet);
    if (order?.isOpen === true) order.keep(packet);
    output.writeVideo(packet, waits.lastPacketAtMs);
    if (order?.isOpen === true) lookAtOrder();
    if (conversion === undefined && output.needsConversion) putInOrder();
  };

  /** Half of a camera's packets are sound, and nearly all of the time nobody listens. */
  const passSound = (packet: Buffer): void => {
    const isWanted = isSoundWanted();
    // What was left out is no loss.
    if (isWanted && isSoundPassedOver) output.changeSource('audio');
    isSoundPassedOver = !isWanted;
    if (isWanted) output.writeAudio(packet);
  };

  const passOn = (kind: 'video' | 'audio', packet: Buffer): void => {
    if (!isRtpPacket(packet)) return;
    const isVideo = kind === 'video';
    const track = isVideo ? tracks.video : tracks.audio;
    const now = nowMs();
    // Cameras may send what they did not describe (RFC 3551, 6: the type says what a packet is).
    const isDescribed = rtpPayloadType(packet) === track.payloadType;
    if (!isVideo && isDescribed && !isSoundWanted() && track.identity.isShown(packet)) {
      isSoundPassedOver = true;
      return track.repair.note(packet, source.isReliable(kind), tracks.video.repair);
    }
    const origin = isDescribed ? track.identity.accept(packet, now) : 'same';
    if (origin === 'foreign') return;
    // A camera that only lets itself be heard has stopped as well: pictures are what is waited for.
    if (isVideo) waits.packetCame(now);
    if (!isDescribed) {
      if (track.identity.isShown(packet)) track.repair.passOver(packet);
      return;
    }
    if (isVideo) {
      const timestamp = rtpTimestamp(packet);
      if (timestamp !== lastTimestamp) intervals.add(now);
      lastTimestamp = timestamp;
    }
    // A converter follows the change itself, and what comes from it is one stream.
    if (origin === 'changed' && (!isVideo || transcoding === undefined)) output.changeSource(kind);
    if (isVideo && passedTrack === undefined) transcoding?.write(packet);
    else track.repair.write(packet, source.isReliable(kind), (isVideo ? tracks.audio : tracks.video).repair);
  };
  const endWithFault = (error: unknown): void => {
    logger.error({ err: error }, 'an ingest failed unexpectedly');
    end('protocolError', 'The stream could not be read. See the hub’s log for the reason.');
  };

  const source = options.createSource(
    {
      onDigestTaken: () => options.onEvent({ type: 'tookDigest' }),
      onPacket(kind, packet) {
        if (finished) return;
        try {
          passOn(kind, packet);
        } catch (error) {
          endWithFault(error);
        }
      },
      // Until it is live, each packet may be what somebody waits for.
      mayWait: () => live && !isConsumed(),
      onNamedSource: (kind, ssrc) => tracks[kind].identity.name(ssrc),
      endsWith: (ssrc) => tracks.video.identity.endsWith(ssrc),
      onSoundRefused() {
        if (description === undefined) return;
        options.onEvent(describedEvent(description, true));
      },
      onMediaLost: () => tracks.video.repair.noteLoss(),
      onEnded: endWith,
    },
    {
      connectMs: timeouts.connectMs ?? defaultConnectMs,
      responseMs: timeouts.responseMs ?? patience.limitMs('answer'),
    },
  );

  /** Whether the video can be passed on, as it is or through ffmpeg; ends the attempt when not. */
  const prepareVideo = (video: TrackDescription): boolean => {
    const name = video.codec.slice(0, 32);
    const isReordered = video.codec === 'H264' && options.isReordered === true && isViewed();
    if (video.codec === 'H264' && isBrowserFriendly(video) && !(isReordered && convertFromStart(video))) {
      output.beginSource({ videoClockRate: video.clockRate, parameterSets: video.parameterSets });
      passedTrack = video;
      order = new OrderWatch(output);
      return true;
    }
    if (transcoding !== undefined) return true;
    if (!transcodedCodecs.has(video.codec)) {
      end('unsupported', `The camera sends ${name}, which is not supported. Set it to H.264.`, name);
      return false;
    }
    transcoding = options.transcoder.start(video, {
      onRtp(packet) {
        if (finished) return;
        try {
          output.writeVideo(packet);
        } catch (error) {
          endWithFault(error);
        }
      },
      onFailed: (message) => end('transcodeFailed', message, name),
    });
    if (transcoding === undefined) {
      end(
        'transcodeBudget',
        `The camera sends ${name}, and all places for changing it to H.264 are taken. Set the camera to H.264, or raise maxTranscodes.`,
        name,
      );
      return false;
    }
    output.beginSource({ videoClockRate: 90_000, intervals });
    output.setHeldBack(false);
    return true;
  };

  const convert = (track: TrackDescription): PictureConversion =>
    startConversion(track, options.transcoder, {
      onFirstRtp() {
        output.beginSource({ videoClockRate: 90_000, intervals });
        output.setHeldBack(false);
        hasKeyPicture = false;
        transcoding = conversion;
        options.onEvent({ type: 'reordered', isConverted: true });
      },
      onRtp(packet) {
        if (!finished) output.writeVideo(packet);
      },
      onFailed(message) {
        if (transcoding !== undefined) return end('transcodeFailed', message, 'H264');
        logger.warn({ message }, 'pictures could not be put in display order');
        passUnordered();
      },
      nowMs,
    });

  /** Nothing is passed on until the first picture in order is there; false when there is no place for it. */
  const convertFromStart = (track: TrackDescription): boolean => {
    const started = convert(track);
    if (!started.isRunning) return false;
    conversion = started;
    transcoding = started;
    return true;
  };

  /** No converter takes the pictures: they go out as they come, and the tile says so. */
  const passUnordered = (): void => {
    passesUnordered = true;
    options.onEvent({ type: 'reordered', isConverted: false });
    output.setHeldBack(false);
    sayLive();
  };

  /** Puts pictures in order that come in another, for as long as somebody watches. */
  const putInOrder = (): void => {
    if (passedTrack === undefined || conversion !== undefined || !output.needsConversion || !isViewed())
      return;
    conversion = convert(passedTrack);
    if (!conversion.isRunning) return passUnordered();
    // Viewers that already see pictures out of order see them until another attempt succeeds.
    output.setHeldBack(!passesUnordered);
    for (const packet of order?.take() ?? []) conversion.write(packet);
  };

  const startWatching = (): void => {
    const look = (skippedMs: number): void => {
      if (finished) return;
      const now = nowMs();
      waits.skip(skippedMs);
      const silence = waits.judge(now, output.pictureInterval, live);
      if (silence !== undefined) return end('silent', silence);
      if (!live && waits.isToBeSaid(now)) options.onEvent({ type: 'waiting', for: waits.phase });
      if (conversion?.isRunning === false && now - conversion.startedAtMs > convertAgainMs)
        conversion = undefined;
      putInOrder();
      if (order?.isOpen === true) lookAtOrder();
    };
    leaveWatch = (options.watch ?? createIngestWatch(nowMs)).join(look);
  };

  const run = async (): Promise<void> => {
    startWatching();
    description = await source.open();
    if (finished) return;
    waits.answered(nowMs());
    output.onKeyPicture(() => {
      hasKeyPicture = true;
      order?.keyPictureCame(nowMs());
      if (transcoding !== undefined) sayLive();
      else lookAtOrder();
    });
    const { video, audio } = description;
    if (video === undefined) {
      end('unsupported', 'The camera offers no picture that is understood here.', 'none');
      return;
    }
    if (!prepareVideo(video)) return;
    tracks.video.payloadType = video.payloadType;
    tracks.video.identity = new SourceIdentity(packetRoles(video.codec));
    if (audio !== undefined) tracks.audio.payloadType = audio.payloadType;
    options.onEvent(describedEvent(description, options.withoutSound === true));
    if (finished) return;
    const withSound = audio !== undefined && isPlayableSound(audio) && options.withoutSound !== true;
    waits.asksToPlay(nowMs());
    await source.play({ withSound });
    waits.lastPacketAtMs = nowMs();
    // Media may have come before the answer to PLAY.
    if (waits.phase === 'answer') waits.enter('firstPacket', nowMs());
  };
  run().catch((error: unknown) => {
    if (finished) return;
    if (error instanceof SourceError && error.failure === 'timeout') patience.gaveUp('answer');
    if (error instanceof SourceError) endWith(error);
    else endWithFault(error);
  });

  return {
    readNow: () => source.readNow?.(),
    close() {
      if (!finished) release();
    },
  };
}
