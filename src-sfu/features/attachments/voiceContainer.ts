/**
 * Whether bytes are a recording of a voice and nothing else: WebM with Opus, or MP4 with AAC or Opus, as browsers record. Only the
 * structure is read; nothing is decoded. Sources: RFC 8794 (EBML), RFC 9559 (Matroska), ISO/IEC 14496-12 (boxes of MP4).
 */
export type VoiceType = 'audio/webm' | 'audio/mp4';

/** The type of a voice note; undefined for bytes that are no voice note, that have a picture, or has bytes that belong to no part of it. */
export function voiceTypeOf(bytes: Uint8Array): VoiceType | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 32) return undefined;
  if (view.getUint32(0) === ebmlId) return isVoiceWebm(view) ? 'audio/webm' : undefined;
  return textAt(view, 4, 4) === 'ftyp' && isVoiceMp4(view) ? 'audio/mp4' : undefined;
}

const ebmlId = 0x1a45dfa3;
const docTypeId = 0x4282;
const segmentId = 0x18538067;
const tracksId = 0x1654ae6b;
const clusterId = 0x1f43b675;
const trackEntryId = 0xae;
const trackTypeId = 0x83;
const codecId = 0x86;
const audioTrack = 2;
/** Attached files: pictures and anything else can be in one. */
const attachmentsId = 0x1941a469;
/** Elements of one level at most; a note of five minutes has some hundred clusters. */
const maxElements = 20_000;

interface Element {
  id: number;
  start: number;
  /** After the last byte. */
  end: number;
}

/**
 * The elements from `start` to `end`, each directly after the one before; undefined where they do not fit. A recorder that writes as
 * it goes does not know how long a cluster will be: with `isCluster` they end where the next cluster begins.
 */
function elementsOf(view: DataView, start: number, end: number, isCluster = false): Element[] | undefined {
  const found: Element[] = [];
  let at = start;
  while (at < end) {
    if (found.length >= maxElements) return undefined;
    const id = variableInteger(view, at, end, true);
    const size = id === undefined ? undefined : variableInteger(view, at + id.length, end, false);
    if (id === undefined || size === undefined) return undefined;
    const from = at + id.length + size.length;
    if (isCluster && id.value === clusterId && found.length > 0) break;
    let to = size.isUnknown ? end : from + size.value;
    if (size.isUnknown) {
      // Only these two may be of unknown length (RFC 9559, 5.1).
      if (id.value !== segmentId && id.value !== clusterId) return undefined;
      if (id.value === clusterId) {
        const inside = elementsOf(view, from, end, true);
        if (inside === undefined) return undefined;
        to = inside.at(-1)?.end ?? from;
      }
    }
    if (to > end) return undefined;
    found.push({ id: id.value, start: from, end: to });
    at = to;
  }
  return found;
}

function isVoiceWebm(view: DataView): boolean {
  const top = elementsOf(view, 0, view.byteLength);
  const [header, segment] = top ?? [];
  if (top?.length !== 2 || header?.id !== ebmlId || segment?.id !== segmentId) return false;
  const docType = elementsOf(view, header.start, header.end)?.find(({ id }) => id === docTypeId);
  if (docType === undefined || textOf(view, docType) !== 'webm') return false;
  const parts = elementsOf(view, segment.start, segment.end);
  if (parts === undefined || parts.some(({ id }) => id === attachmentsId)) return false;
  const tracks = parts.filter(({ id }) => id === tracksId);
  if (tracks.length !== 1 || !parts.some(({ id }) => id === clusterId)) return false;
  const entries = elementsOf(view, tracks[0]!.start, tracks[0]!.end) ?? [];
  const own = entries.filter(({ id }) => id === trackEntryId);
  return own.length === 1 && isOpusTrack(view, own[0]!);
}

function isOpusTrack(view: DataView, { start, end }: Element): boolean {
  const fields = elementsOf(view, start, end) ?? [];
  const type = fields.find(({ id }) => id === trackTypeId);
  const codec = fields.find(({ id }) => id === codecId);
  if (type === undefined || codec === undefined || type.end <= type.start) return false;
  return view.getUint8(type.end - 1) === audioTrack && textOf(view, codec) === 'A_OPUS';
}

/** An EBML number of 1 to 8 bytes; an id keeps its length marker. */
function variableInteger(
  view: DataView,
  at: number,
  end: number,
  isId: boolean,
): { value: number; length: number; isUnknown: boolean } | undefined {
  if (at >= end) return undefined;
  const first = view.getUint8(at);
  const length = Math.clz32(first) - 23;
  if (length > (isId ? 4 : 8) || at + length > end) return undefined;
  let value = isId ? first : first & ((1 << (8 - length)) - 1);
  let isUnknown = !isId && value === (1 << (8 - length)) - 1;
  for (let index = 1; index < length; index += 1) {
    const byte = view.getUint8(at + index);
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value, length, isUnknown };
}

interface Box {
  type: string;
  start: number;
  end: number;
}

/** Boxes of the top level that a recording may have. */
const recordingBoxes = new Set(['ftyp', 'moov', 'moof', 'mdat', 'mfra', 'free', 'skip', 'styp', 'sidx']);

function boxesOf(view: DataView, start: number, end: number): Box[] | undefined {
  const found: Box[] = [];
  let at = start;
  while (at < end) {
    if (found.length >= maxElements || at + 8 > end) return undefined;
    let size = view.getUint32(at);
    let header = 8;
    if (size === 1) {
      if (at + 16 > end) return undefined;
      size = view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12);
      header = 16;
    } else if (size === 0) size = end - at;
    if (size < header || at + size > end) return undefined;
    found.push({ type: textAt(view, at + 4, 4), start: at + header, end: at + size });
    at += size;
  }
  return found;
}

function isVoiceMp4(view: DataView): boolean {
  const top = boxesOf(view, 0, view.byteLength);
  if (top === undefined || !top.every(({ type }) => recordingBoxes.has(type))) return false;
  const within = (box: Box | undefined, type: string): Box[] =>
    box === undefined ? [] : (boxesOf(view, box.start, box.end) ?? []).filter((one) => one.type === type);
  const movies = top.filter(({ type }) => type === 'moov');
  const tracks = within(movies[0], 'trak');
  if (movies.length !== 1 || tracks.length !== 1 || !top.some(({ type }) => type === 'mdat')) return false;
  const media = within(tracks[0], 'mdia')[0];
  const handler = within(media, 'hdlr')[0];
  const table = within(within(media, 'minf')[0], 'stbl')[0];
  const description = within(table, 'stsd')[0];
  // 14496-12, 8.4.3 and 8.5.2: the handler's type after version, flags and a reserved field; the first entry after version and count.
  if (handler === undefined || handler.end - handler.start < 12) return false;
  if (description === undefined || description.end - description.start < 16) return false;
  const format = textAt(view, description.start + 12, 4);
  return textAt(view, handler.start + 8, 4) === 'soun' && (format === 'mp4a' || format === 'Opus');
}

function textOf(view: DataView, { start, end }: Element): string {
  return textAt(view, start, Math.min(end - start, 32)).replace(/\0+$/, '');
}

function textAt(view: DataView, at: number, length: number): string {
  let text = '';
  for (let index = 0; index < length && at + index < view.byteLength; index += 1) {
    text += String.fromCharCode(view.getUint8(at + index));
  }
  return text;
}
