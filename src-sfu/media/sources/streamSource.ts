import type { StreamAddress } from '../../features/cameras/cameras.repository.ts';

/** One track of a stream, as its source describes it. */
export interface TrackDescription {
  kind: 'video' | 'audio';
  /** As in a session description, such as `H264`, `H265`, `JPEG`, `PCMA`. */
  codec: string;
  /** The payload type of the RTP packets that carry this track. */
  payloadType: number;
  /** Ticks of the RTP timestamps per second. */
  clockRate: number;
  /** Channels of sound; 1 for pictures. */
  channels: number;
  /** The text of the fmtp line, for the decoder that a track is handed on to. */
  formatParameters?: string;
  /** H.264 parameter sets that were announced outside the stream, as NAL units. */
  parameterSets: Buffer[];
}

/** What a source sends, as far as the hub understands it. */
export interface StreamDescription {
  video?: TrackDescription;
  audio?: TrackDescription;
}

/** Why a source could not be opened, or why its stream ended. */
export type SourceFailure =
  'unreachable' | 'timeout' | 'closedByCamera' | 'unauthorized' | 'notFound' | 'refused' | 'protocolError';

/** A source failed. The message says what happened and what to do next, without a password. */
export class SourceError extends Error {
  override name = 'SourceError';
  readonly failure: SourceFailure;
  /** The status code of the camera's answer, when it refused with one. */
  readonly status: number | undefined;
  /** The camera asks for its password in clear, and a person has to allow that first. */
  readonly isPasswordWithheld: boolean;

  constructor(failure: SourceFailure, message: string, status?: number, isPasswordWithheld = false) {
    super(message);
    this.failure = failure;
    this.status = status;
    this.isPasswordWithheld = isPasswordWithheld;
  }
}

/** What a source reports to the ingest that opened it. */
export interface StreamSourceEvents {
  /** One RTP packet. The listener may write to the bytes, and must not keep them after it returned. */
  onPacket(kind: 'video' | 'audio', packet: Buffer): void;
  /** The source names the SSRC that it will send a track with. */
  onNamedSource(kind: 'video' | 'audio', ssrc: number): void;
  /** Whether packets may come a little late and many at once, which takes less of the processor: nobody watches. */
  mayWait(): boolean;
  /** Whether the end of the RTP source with this SSRC is the end of the picture. */
  endsWith(ssrc: number): boolean;
  /** The source offered its sound and then refused it. The picture goes on without sound. */
  onSoundRefused(): void;
  /** Packets are missing, although the source sends over a reliable path. */
  onMediaLost(): void;
  /** The camera accepted its password in encrypted form (Digest). */
  onDigestTaken(): void;
  /** The stream ended by itself. Called once at most, and never after `close()`. */
  onEnded(error: SourceError): void;
}

/**
 * One attempt to receive one stream: `open()` answers with the description, `play()` starts the packets, and `onEnded`
 * reports the end. An RTSP session is one kind of source.
 */
export interface StreamSource {
  /** Connects, and resolves with the description of the stream. Rejects with SourceError. */
  open(): Promise<StreamDescription>;
  /** Asks for the packets of the video, and of the sound if `withSound`. Call it once, after `open()`. Rejects with SourceError. */
  play(options: { withSound: boolean }): Promise<void>;
  /** Whether the track arrives over a path that loses nothing and keeps the order, such as TCP. */
  isReliable(kind: 'video' | 'audio'): boolean;
  /** Somebody begins to watch or listen: what waits is passed on at once. */
  readNow?(): void;
  close(): void;
}

/** How long one attempt waits, in milliseconds: for a connection, and for each answer. */
export interface SourceLimits {
  connectMs: number;
  responseMs: number;
}

/** Where one stream of a camera is found, and what the camera needs to know before it sends. */
export type SourceAddress = Pick<StreamAddress, 'url' | 'username' | 'password' | 'digestOnly'>;

/** Creates the source of one attempt; nothing is sent before its `open()`. */
export type CreateSource = (events: StreamSourceEvents, limits: SourceLimits) => StreamSource;

/** A protocol by which streams come to the hub. Each protocol is one folder of `sources/`. */
export interface StreamSourceKind {
  /** Whether this protocol serves an address; the first kind of the list that does is used. */
  serves(url: string): boolean;
  create(address: SourceAddress, events: StreamSourceEvents, limits: SourceLimits): StreamSource;
}
