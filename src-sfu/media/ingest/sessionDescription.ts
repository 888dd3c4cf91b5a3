import * as sdpTransform from 'sdp-transform';
import { resolveControlUrl } from './rtspUrl.ts';

/** One track of a camera that can be set up. */
export interface TrackDescription {
  kind: 'video' | 'audio';
  /** As in the session description, such as `H264`, `H265`, `JPEG`, `PCMA`. */
  codec: string;
  payloadType: number;
  clockRate: number;
  /** Absolute URL for SETUP. */
  controlUrl: string;
  /** The fmtp line's text, for handing on to another decoder. */
  formatParameters?: string;
  /** H.264 parameter sets announced out of band (RFC 6184, `sprop-parameter-sets`), as NAL units. */
  parameterSets: Buffer[];
}

/** What a camera says it sends, as far as this client understands it. */
export interface CameraDescription {
  video?: TrackDescription;
  audio?: TrackDescription;
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
  const lines = text.split(/\r?\n/);
  if (lines.length > limits.lines || lines.some((line) => line.length > limits.lineBytes)) {
    throw new SessionDescriptionError('the camera’s session description is larger than any camera’s');
  }
  let parsed: ReturnType<typeof sdpTransform.parse>;
  try {
    parsed = sdpTransform.parse(lines.filter(isUsedLine).join('\r\n'));
  } catch (error) {
    throw new SessionDescriptionError(
      `the camera’s session description is not readable: ${(error as Error).message}`,
    );
  }
  if (!Array.isArray(parsed.media) || parsed.media.length === 0) {
    throw new SessionDescriptionError('the camera’s session description names no media');
  }
  if (parsed.media.length > limits.media) {
    throw new SessionDescriptionError(`the camera’s session description names ${parsed.media.length} tracks`);
  }
  const sessionUrl = resolveControlUrl(base, textOf((parsed as { control?: unknown }).control));
  const video = findTrack(parsed.media, 'video', sessionUrl, base);
  const audio = findTrack(parsed.media, 'audio', sessionUrl, base);
  return { sessionUrl, ...(video === undefined ? {} : { video }), ...(audio === undefined ? {} : { audio }) };
}

/** Only what is used here reaches the parser, so that no line of another kind can keep its patterns busy. */
function isUsedLine(line: string): boolean {
  return /^(?:m=|a=(?:rtpmap|fmtp|control):)/.test(line);
}

/** The parser turns texts of digits into numbers. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Of several tracks of a kind, the first of these codecs is taken; cameras list what nobody shows here beside it. */
const preferredCodecs = { video: ['H264', 'H265', 'HEVC', 'JPEG'], audio: ['PCMA', 'PCMU'] } as const;

type ParsedMedia = ReturnType<typeof sdpTransform.parse>['media'][number];

function findTrack(
  media: ParsedMedia[],
  kind: 'video' | 'audio',
  sessionUrl: string,
  base: string,
): TrackDescription | undefined {
  const rank = ({ codec }: TrackDescription): number => {
    const index = (preferredCodecs[kind] as readonly string[]).indexOf(codec);
    return index === -1 ? preferredCodecs[kind].length : index;
  };
  return findTracks(media, kind, sessionUrl, base).sort((one, other) => rank(one) - rank(other))[0];
}

function findTracks(
  media: ParsedMedia[],
  kind: 'video' | 'audio',
  sessionUrl: string,
  base: string,
): TrackDescription[] {
  const tracks: TrackDescription[] = [];
  for (const section of media) {
    if (section.type !== kind) continue;
    const payloadType = Number(
      String(section.payloads ?? '')
        .trim()
        .split(/\s+/)[0],
    );
    if (!Number.isInteger(payloadType) || payloadType < 0 || payloadType > 127) continue;
    const mapped = (section.rtp ?? []).find((entry) => entry.payload === payloadType);
    const known = staticPayloads[payloadType];
    const codec = textOf(mapped?.codec) ?? known?.codec;
    const clockRate = Number(mapped?.rate ?? known?.rate ?? (kind === 'video' ? 90_000 : 8000));
    if (
      codec === undefined ||
      codec === '' ||
      !Number.isInteger(clockRate) ||
      clockRate < 1 ||
      clockRate > 10_000_000
    )
      continue;
    const config = textOf((section.fmtp ?? []).find((entry) => entry.payload === payloadType)?.config);
    const control = textOf((section as { control?: unknown }).control);
    tracks.push({
      kind,
      codec: codec.toUpperCase(),
      payloadType,
      clockRate,
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

function parameterSetsOf(config: string | undefined): Buffer[] {
  const text = /(?:^|;)\s*sprop-parameter-sets\s*=\s*([^;\s]+)/i.exec(config ?? '')?.[1];
  if (text === undefined) return [];
  return text
    .split(',')
    .slice(0, limits.parameterSets)
    .map((part) => Buffer.from(part, 'base64'))
    .filter((nal) => nal.length > 1 && nal.length <= limits.parameterSetBytes);
}
