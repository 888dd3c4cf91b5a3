/** Which way a track's media goes (RFC 8866, 6.7). */
export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One `m=` line of a session description and what belongs to it. Texts are as the camera wrote them. */
export interface MediaSection {
  /** Such as `video` or `audio`. */
  kind: string;
  /** The first payload type of the line; NaN when it names none. */
  payloadType: number;
  /** All that the line names, the first ones first. */
  payloadTypes: number[];
  /** By payload type: `H264/90000`. */
  maps: Map<number, { codec: string; clockRate: number; channels: number }>;
  /** By payload type: the text of its `fmtp` line. */
  formats: Map<number, string>;
  control?: string;
  direction?: MediaDirection;
}

/** A session description, as far as it is used here. */
export interface SessionSections {
  /** The control attribute of the session. */
  control?: string;
  /** Direction of the tracks that name none. */
  direction?: MediaDirection;
  media: MediaSection[];
}

const directions: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

/** Reads the lines of a session description. Each character is read a fixed number of times, whatever the lines hold. */
export function readSections(lines: readonly string[]): SessionSections {
  const session: SessionSections = { media: [] };
  for (const line of lines) {
    if (line.startsWith('m=')) session.media.push(readMediaLine(line.slice(2)));
    else if (line.startsWith('a=')) readAttribute(line.slice(2), session, session.media.at(-1));
  }
  return session;
}

/** `video 0 RTP/AVP 96 97`: kind, port, protocol, payload types. */
function readMediaLine(text: string): MediaSection {
  const [kind = '', _port, _protocol, payload = '', ...others] = text.trim().split(/[ \t]+/, 20);
  return {
    kind: kind.toLowerCase(),
    payloadType: wholeNumber(payload),
    payloadTypes: [payload, ...others].map(wholeNumber),
    maps: new Map(),
    formats: new Map(),
  };
}

function readAttribute(text: string, session: SessionSections, media: MediaSection | undefined): void {
  const colon = text.indexOf(':');
  const name = (colon === -1 ? text : text.slice(0, colon)).trim().toLowerCase();
  const value = colon === -1 ? '' : text.slice(colon + 1).trim();
  if (directions.includes(name)) (media ?? session).direction = name as MediaDirection;
  else if (name === 'control') (media ?? session).control ??= value;
  else if (media === undefined) return;
  else if (name === 'rtpmap') {
    const [payloadType, mapping] = splitPayloadType(value);
    const [codec = '', rate = '', channels = ''] = mapping.split('/', 3);
    media.maps.set(payloadType, {
      codec: codec.trim(),
      clockRate: wholeNumber(rate),
      channels: wholeNumber(channels) || 1,
    });
  } else if (name === 'fmtp') {
    const [payloadType, format] = splitPayloadType(value);
    media.formats.set(payloadType, format);
  }
}

/** `96 packetization-mode=1` → 96 and the text behind it. */
function splitPayloadType(value: string): [number, string] {
  let end = 0;
  while (end < value.length && value[end] !== ' ' && value[end] !== '\t') end += 1;
  return [wholeNumber(value.slice(0, end)), value.slice(end).trim()];
}

function wholeNumber(text: string): number {
  const trimmed = text.trim();
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}
