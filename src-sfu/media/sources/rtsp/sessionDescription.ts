import { readSections, type MediaDirection, type MediaSection, type SessionSections } from './sdpLines.ts';
import { splitByteStream } from '../../ingest/annexBSplitter.ts';
import type { StreamDescription, TrackDescription } from '../streamSource.ts';
import { resolveControlUrl } from './rtspUrl.ts';

/** One track of a camera that can be set up. */
export interface RtspTrack extends TrackDescription {
  /** Absolute URL for SETUP. */
  controlUrl: string;
}

/** What a camera says it sends, as far as this client understands it. */
export interface CameraDescription extends StreamDescription {
  video?: RtspTrack;
  audio?: RtspTrack;
  /** URL for PLAY, keep-alive and TEARDOWN. */
  sessionUrl: string;
}

/** The session description is not usable. The message says why. */
export class SessionDescriptionError extends Error {
  override name = 'SessionDescriptionError';
}

/** Bounds against session descriptions made to exhaust. Real ones have two tracks and 20 lines. */
const limits = {
  lines: 400,
  lineBytes: 8192,
  media: 16,
  parameterSets: 16,
  parameterSetBytes: 1024,
} as const;

/** RFC 3551, table 4 and 5: payload types that need no rtpmap. */
const staticPayloads: Record<number, { codec: string; rate: number }> = {
  0: { codec: 'PCMU', rate: 8000 },
  8: { codec: 'PCMA', rate: 8000 },
  9: { codec: 'G722', rate: 8000 },
  26: { codec: 'JPEG', rate: 90_000 },
  32: { codec: 'MPV', rate: 90_000 },
  33: { codec: 'MP2T', rate: 90_000 },
};

/** `base` is Content-Base, else Content-Location, else the URL asked. Throws SessionDescriptionError. */
export function parseSessionDescription(text: string, base: string): CameraDescription {
  const session = readSections(boundedLines(text));
  const { media } = session;
  if (media.length === 0) {
    throw new SessionDescriptionError('the camera’s session description names no media');
  }
  if (media.length > limits.media) {
    throw new SessionDescriptionError(`the camera’s session description names ${media.length} tracks`);
  }
  const sessionUrl = resolveControlUrl(base, session.control);
  const pictures = findTracks(media, 'video', sessionUrl, base);
  const video = bestOf(pictures, 'video');
  const audio = bestOf(findTracks(microphones(session), 'audio', sessionUrl, base), 'audio');
  return { sessionUrl, ...(video === undefined ? {} : { video }), ...(audio === undefined ? {} : { audio }) };
}

function boundedLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length > limits.lines || lines.some((line) => line.length > limits.lineBytes))
    throw new SessionDescriptionError('the camera’s session description is larger than any camera’s');
  return lines;
}

/**
 * Sections of sound that comes from the camera. A back channel takes sound for its loudspeaker. ONVIF writes directions
 * as the client sees them (Streaming Specification, 5.3: `sendonly` is a back channel), others as the server does: what
 * goes the other way than the pictures is no microphone.
 */
function microphones(session: SessionSections): MediaSection[] {
  const backwards = backDirection(session);
  return session.media.filter((section) => {
    const direction = section.direction ?? session.direction;
    return direction !== 'inactive' && direction !== backwards;
  });
}

/** The direction of sections that accept sound: the opposite of that of pictures. */
function backDirection({ media, direction: usual }: SessionSections): MediaDirection {
  const pictures = media.find(({ kind }) => kind === 'video');
  return pictures !== undefined && (pictures.direction ?? usual) === 'sendonly' ? 'recvonly' : 'sendonly';
}

/** A loudspeaker of a camera that takes G.711: A-law, or µ-law where it takes no other. */
export interface BackChannel {
  /** Absolute URL for SETUP. */
  controlUrl: string;
  /** URL for PLAY, keep-alive and TEARDOWN. */
  sessionUrl: string;
  payloadType: number;
  isMuLaw?: true;
}

/** The loudspeaker in a session description; `noALaw` where it takes sound of other kinds only. Throws SessionDescriptionError. */
export function findBackChannel(text: string, base: string): BackChannel | 'none' | 'noALaw' {
  const session = readSections(boundedLines(text));
  const backwards = backDirection(session);
  const sessionUrl = resolveControlUrl(base, session.control);
  const ears = session.media
    .slice(0, limits.media)
    .filter((section) => section.kind === 'audio' && (section.direction ?? session.direction) === backwards);
  const ways = ['PCMA', 'PCMU'].flatMap((wanted) => ears.map((ear) => ({ ...ear, wanted })));
  for (const { payloadTypes, maps, control, wanted } of ways) {
    const payloadType = payloadTypes.find((type) => {
      const { codec, rate } = staticPayloads[type] ?? {};
      const mapped = maps.get(type);
      return (mapped?.codec ?? codec)?.toUpperCase() === wanted && (mapped?.clockRate ?? rate) === 8_000;
    });
    if (payloadType === undefined || payloadType > 127) continue;
    const controlUrl = resolveControlUrl(
      control === undefined ? base : contentBase(sessionUrl, base),
      control,
    );
    return { controlUrl, sessionUrl, payloadType, ...(wanted === 'PCMU' ? { isMuLaw: true } : {}) };
  }
  return ears.length === 0 ? 'none' : 'noALaw';
}

/** Of several tracks of a kind, the first of these codecs is taken; cameras list what nobody shows here beside it. */
const preferredCodecs = { video: ['H264', 'H265', 'HEVC', 'JPEG'], audio: ['PCMA', 'PCMU'] } as const;

function bestOf(tracks: RtspTrack[], kind: 'video' | 'audio'): RtspTrack | undefined {
  const rank = ({ codec }: RtspTrack): number => {
    const index = (preferredCodecs[kind] as readonly string[]).indexOf(codec);
    return index === -1 ? preferredCodecs[kind].length : index;
  };
  return tracks.sort((one, other) => rank(one) - rank(other))[0];
}

function findTracks(
  media: MediaSection[],
  kind: 'video' | 'audio',
  sessionUrl: string,
  base: string,
): RtspTrack[] {
  const tracks: RtspTrack[] = [];
  for (const section of media) {
    if (section.kind !== kind) continue;
    const { payloadType, control } = section;
    if (!(payloadType >= 0 && payloadType <= 127)) continue;
    const mapped = section.maps.get(payloadType);
    const known = staticPayloads[payloadType];
    const codec = mapped?.codec ?? known?.codec ?? '';
    const usualRate = known?.rate ?? (kind === 'video' ? 90_000 : 8000);
    const clockRate = mapped === undefined || Number.isNaN(mapped.clockRate) ? usualRate : mapped.clockRate;
    if (!/^[\w.-]+$/.test(codec) || clockRate < 1 || clockRate > 10_000_000) continue;
    const config = section.formats.get(payloadType);
    tracks.push({
      kind,
      codec: codec.toUpperCase(),
      payloadType,
      clockRate,
      channels: mapped?.channels ?? 1,
      controlUrl: resolveControlUrl(control === undefined ? base : contentBase(sessionUrl, base), control),
      ...(config === undefined ? {} : { formatParameters: config }),
      parameterSets: parameterSetsOf(config),
    });
  }
  return tracks;
}

/** Track controls are relative to the base of the description, unless the session's own control is another server's. */
function contentBase(sessionUrl: string, base: string): string {
  return sessionUrl.startsWith('rtsp://') && !sessionUrl.startsWith(base) ? sessionUrl : base;
}

function parameterSetsOf(config = ''): Buffer[] {
  const parameter = config
    .split(';')
    .map((text) => text.trim())
    .find((text) => /^sprop-parameter-sets[ \t]*=/i.test(text));
  if (parameter === undefined) return [];
  return parameter
    .slice(parameter.indexOf('=') + 1)
    .split(',')
    .slice(0, limits.parameterSets)
    .flatMap((part) => splitByteStream(Buffer.from(part.trim(), 'base64')))
    .filter((nal) => nal.length > 1 && nal.length <= limits.parameterSetBytes);
}
