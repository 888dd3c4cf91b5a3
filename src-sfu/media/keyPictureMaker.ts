import type { KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import { parseSequenceParameters } from './ingest/h264ParameterSets.ts';
import { convertByFfmpeg } from './pictureConverter.ts';

/** A JPEG as a key picture, such as those that streams have; undefined where ffmpeg makes none of it. */
export type MakeKeyPicture = (jpeg: Uint8Array) => Promise<Omit<KeyPicture, 'capturedAtMs'> | undefined>;

const timeoutMs = 5_000;
/** H.264 has even sizes. Every browser that shows the pictures of cameras shows the baseline profile. */
const words = [
  ...['-hide_banner', '-loglevel', 'error', '-threads', '1', '-f', 'mjpeg', '-i', 'pipe:0'],
  ...['-frames:v', '1', '-map_metadata', '-1', '-vf', 'scale=trunc(iw/2)*2:trunc(ih/2)*2'],
  ...[
    '-pix_fmt',
    'yuv420p',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-profile:v',
    'baseline',
    '-crf',
    '23',
  ],
  ...['-f', 'h264', 'pipe:1'],
];
const startCode = Buffer.from([0, 0, 1]);
const sequenceType = 7;

/** Makes key pictures of the JPEGs that cameras give, by ffmpeg. */
export function createKeyPictureMaker({ ffmpegPath }: { ffmpegPath: string }): MakeKeyPicture {
  return async (jpeg) => {
    const failed = 'ffmpeg made no key picture of this snapshot.';
    const annexB = await convertByFfmpeg({ ffmpegPath, words, timeoutMs, failed }, jpeg).catch(
      () => undefined,
    );
    const sequence = annexB && parseSequenceParameters(sequenceOf(annexB));
    if (annexB === undefined || sequence === undefined) return undefined;
    const { width, height, profileLevelId } = sequence;
    return { annexB: new Uint8Array(annexB), codec: `avc1.${profileLevelId}`, width, height };
  };
}

/** The sequence parameter set; empty where there is none. */
function sequenceOf(annexB: Buffer): Buffer {
  for (let at = annexB.indexOf(startCode); at !== -1; at = annexB.indexOf(startCode, at + 3)) {
    if (((annexB[at + 3] ?? 0) & 0x1f) !== sequenceType) continue;
    const next = annexB.indexOf(startCode, at + 3);
    const end = next === -1 ? annexB.length : annexB[next - 1] === 0 ? next - 1 : next;
    return annexB.subarray(at + 3, end);
  }
  return Buffer.alloc(0);
}
