import type { StreamEndCause } from '../../../src-shared/cameras/cameraStream.ts';
import { createStallGuard } from '../../../src-shared/time/stallGuard.ts';
import type { Logger } from '../../logger.ts';
import { parseSequenceParameters } from './h264ParameterSets.ts';
import type { MediaOutput } from './mediaOutput.ts';
import { isRtpPacket, rtpPayloadType } from './rtpPacket.ts';
import { RtspClient } from './rtspClient.ts';
import { RtspError } from './rtspConnection.ts';
import { packetRoles, SourceIdentity } from './sourceIdentity.ts';
import type { CameraDescription, TrackDescription } from './sessionDescription.ts';
import type { Transcoder, Transcoding } from './transcode.ts';

/** Limits of one attempt, in milliseconds. */
export interface IngestTimeouts {
  connectMs: number;
  responseMs: number;
  /** From PLAY to the first whole key picture; cameras with a GOP of 4 s and more exist. */
  firstPictureMs: number;
  /** Without any packet of the picture for this long the attempt is given up. */
  silenceMs: number;
}

const defaultTimeouts: IngestTimeouts = {
  connectMs: 2_000,
  responseMs: 4_000,
  firstPictureMs: 12_000,
  silenceMs: 4_000,
};

export interface IngestOptions {
  url: string;
  username?: string;
  password?: string;
  /** The password is not sent in clear (Basic). */
  digestOnly?: boolean;
  lowerTransport: 'tcp' | 'udp';
  /** Where the media goes; it outlives the attempt. */
  output: MediaOutput;
  transcoder: Transcoder;
  logger: Logger;
  nowMs(): number;
  timeouts?: Partial<IngestTimeouts>;
  onEvent(event: IngestEvent): void;
}

/** What an attempt reports. `ended` comes at most once and is the last. */
export type IngestEvent =
  | {
      type: 'described';
      video?: { codec: string; profileLevelId?: string; width?: number; height?: number };
      audio?: { codec: string };
    }
  /** The camera took its password encrypted (Digest). */
  | { type: 'tookDigest' }
  /** The first whole key picture went to the output. */
  | { type: 'live' }
  | { type: 'ended'; cause: StreamEndCause; message: string; codec?: string };

/** One attempt under way. After close() it reports nothing. */
export interface Ingest {
  close(): void;
}

/** Codecs ffmpeg turns into H.264 while somebody watches. */
const transcodedCodecs = new Set(['H265', 'HEVC', 'JPEG', 'H264']);
const passedAudioCodecs = new Set(['PCMA', 'PCMU']);
const watchIntervalMs = 500;

/** ONE attempt at a camera's stream: connects, plays, passes media on until it ends or is closed. Never throws. */
export function startIngest(options: IngestOptions): Ingest {
  const { output, nowMs, logger } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  let finished = false;
  let live = false;
  let transcoding: Transcoding | undefined;
  let watch: NodeJS.Timeout | undefined;
  let lastPacketAtMs = 0;
  let keyPicturesBefore = 0;
  const payloadTypes: { video?: number; audio?: number } = {};
  const identities = {
    video: new SourceIdentity(packetRoles('')),
    audio: new SourceIdentity(packetRoles('')),
  };

  const release = (): void => {
    finished = true;
    clearInterval(watch);
    transcoding?.close();
    client.close();
  };
  const end = (cause: StreamEndCause, message: string, codec?: string): void => {
    if (finished) return;
    release();
    options.onEvent({ type: 'ended', cause, message, ...(codec === undefined ? {} : { codec }) });
  };

  const passVideo = (packet: Buffer): void => {
    output.writeVideo(packet);
    if (live || finished) return;
    if (output.statistics().keyPictures > keyPicturesBefore) {
      live = true;
      options.onEvent({ type: 'live' });
    }
  };

  const passOn = (kind: 'video' | 'audio', packet: Buffer): void => {
    // Cameras may send what they did not describe (RFC 3551, 6: the type says what a packet is).
    if (rtpPayloadType(packet) !== payloadTypes[kind] || !isRtpPacket(packet)) return;
    const source = identities[kind].accept(packet, nowMs());
    if (source === 'foreign') return;
    // A camera that only lets itself be heard has stopped as well: pictures are what is waited for.
    if (kind === 'video') lastPacketAtMs = nowMs();
    // A converter follows the change itself, and what comes from it is one stream.
    if (source === 'changed' && (kind === 'audio' || transcoding === undefined)) output.changeSource(kind);
    if (kind === 'audio') output.writeAudio(packet);
    else if (transcoding !== undefined) transcoding.write(packet);
    else passVideo(packet);
  };
  const endWithFault = (error: unknown): void => {
    logger.error({ err: error }, 'an ingest failed');
    end('protocolError', 'The stream could not be read. The hub’s log tells why.');
  };

  const client = new RtspClient({
    url: options.url,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    digestOnly: options.digestOnly ?? false,
    onDigestTaken: () => options.onEvent({ type: 'tookDigest' }),
    lowerTransport: options.lowerTransport,
    connectMs: timeouts.connectMs,
    responseMs: timeouts.responseMs,
    onRtp(kind, packet) {
      if (finished) return;
      try {
        passOn(kind, packet);
      } catch (error) {
        endWithFault(error);
      }
    },
    onNamedSource: (kind, ssrc) => identities[kind].name(ssrc),
    endsWith: (ssrc) => identities.video.endsWith(ssrc),
    onEnded: (error) => end(error.failure, error.message),
  });

  /** Whether the video can be passed on, as it is or through ffmpeg; ends the attempt when not. */
  const prepareVideo = (video: TrackDescription): boolean => {
    const name = video.codec.slice(0, 32);
    if (video.codec === 'H264' && isBrowserFriendly(video)) {
      output.beginSource({ videoClockRate: video.clockRate, parameterSets: video.parameterSets });
      return true;
    }
    if (!transcodedCodecs.has(video.codec)) {
      end('unsupported', `The camera sends ${name}, which is not supported. Set it to H.264.`, name);
      return false;
    }
    transcoding = options.transcoder.start(video, {
      onRtp(packet) {
        if (finished) return;
        try {
          passVideo(packet);
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
    output.beginSource({ videoClockRate: 90_000 });
    return true;
  };

  const startWatching = (): void => {
    let startedAtMs = nowMs();
    const guard = createStallGuard(watchIntervalMs, startedAtMs);
    lastPacketAtMs = startedAtMs;
    watch = setInterval(() => {
      const now = nowMs();
      // Time in which this process stood still, or by which the clock was set, is no silence of the camera.
      const skippedMs = guard.look(now);
      lastPacketAtMs += skippedMs;
      startedAtMs += skippedMs;
      if (now - lastPacketAtMs > timeouts.silenceMs) {
        end('silent', `The camera has sent nothing for ${Math.round((now - lastPacketAtMs) / 1000)} s.`);
      } else if (!live && now - startedAtMs > timeouts.firstPictureMs) {
        end(
          'silent',
          `The camera sent no whole key picture within ${Math.round(timeouts.firstPictureMs / 1000)} s.`,
        );
      }
    }, watchIntervalMs);
  };

  const run = async (): Promise<void> => {
    const description = await client.describe();
    if (finished) return;
    keyPicturesBefore = output.statistics().keyPictures;
    const { video, audio } = description;
    if (video === undefined) {
      end('unsupported', 'The camera offers no picture that is understood here.', 'none');
      return;
    }
    if (!prepareVideo(video)) return;
    payloadTypes.video = video.payloadType;
    identities.video = new SourceIdentity(packetRoles(video.codec));
    if (audio !== undefined) payloadTypes.audio = audio.payloadType;
    options.onEvent(describedEvent(description));
    if (finished) return;
    const tracks = audio !== undefined && passedAudioCodecs.has(audio.codec) ? [video, audio] : [video];
    await client.play(tracks, description.sessionUrl);
    if (!finished) startWatching();
  };
  run().catch((error: unknown) => {
    if (finished) return;
    if (error instanceof RtspError) end(error.failure, error.message);
    else endWithFault(error);
  });

  return {
    close() {
      if (!finished) release();
    },
  };
}

/**
 * Whether browsers can decode the H.264 the camera announced: 4:2:0 with 8 bits. What it does not announce is taken to be
 * so. Interlaced pictures and B-pictures pass as they are: browsers decode both, interlacing shows as combs and
 * B-pictures as small jumps, and the cure is a setting of the camera.
 */
function isBrowserFriendly(video: TrackDescription): boolean {
  return video.parameterSets
    .map(parseSequenceParameters)
    .every(
      (sequence) => sequence === undefined || (sequence.chromaFormatIdc === 1 && sequence.bitDepth === 8),
    );
}

function describedEvent({ video, audio }: CameraDescription): IngestEvent {
  const sequence = video?.parameterSets
    .map(parseSequenceParameters)
    .find((parameters) => parameters !== undefined);
  return {
    type: 'described',
    ...(video === undefined
      ? {}
      : {
          video: {
            codec: video.codec,
            ...(sequence === undefined
              ? {}
              : {
                  profileLevelId: sequence.profileLevelId,
                  width: sequence.width,
                  height: sequence.height,
                }),
          },
        }),
    ...(audio === undefined ? {} : { audio: { codec: audio.codec } }),
  };
}
