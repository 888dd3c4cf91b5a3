import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a scene can show on demand, beside its ordinary day. */
export const shows = ['normal', 'rat', 'missingHat', 'smoke', 'black'] as const;
export type Show = (typeof shows)[number];

/** The rooms of a kitchen that a camera can hang in: 灶台, 切配间, 洗消间, 备餐间. */
export const rooms = ['stove', 'preparation', 'washing', 'serving'] as const;
export type Room = (typeof rooms)[number];

/** The streams of a camera, in pixels and bits per second. */
export const streamFormats = {
  main: { width: 1280, height: 720, bitrateKbps: 1_700 },
  sub: { width: 640, height: 360, bitrateKbps: 430 },
} as const;
export type StreamName = keyof typeof streamFormats;

/** How a clip is coded: H.264 with a key picture a second, the same with one in four seconds, H.265. */
export const encodings = ['h264', 'longGop', 'h265'] as const;
export type Encoding = (typeof encodings)[number];

/** A drawn scene: where it is, and what it can show besides `normal` and `black`. */
export interface SceneEntry {
  id: string;
  room: Room;
  extras: readonly Exclude<Show, 'normal' | 'black'>[];
}

/** All scenes. `black`, a covered lens, looks the same everywhere and is one clip for all. */
export const scenes: readonly SceneEntry[] = [
  { id: 'stove-line', room: 'stove', extras: ['missingHat', 'smoke'] },
  { id: 'stove-corner', room: 'stove', extras: ['smoke'] },
  { id: 'stove-morning', room: 'stove', extras: ['rat'] },
  { id: 'cutting-room', room: 'preparation', extras: ['rat', 'missingHat'] },
  { id: 'pastry-room', room: 'preparation', extras: [] },
  { id: 'washing-room', room: 'washing', extras: ['rat'] },
  { id: 'serving-belt', room: 'serving', extras: ['missingHat'] },
  { id: 'serving-counter', room: 'serving', extras: [] },
];

/** The scene whose clips also exist with a long GOP and in H.265. */
export const specialEncodingScene = 'stove-line';

/** One clip: a loop of 300 frames in one size and coding. */
export interface ClipName {
  scene: string;
  show: Show;
  stream: StreamName;
  encoding: Encoding;
}

/** The file name of a clip; `black` belongs to no scene. */
export function clipFileName(clip: ClipName): string {
  const subject = clip.show === 'black' ? 'lens.black' : `${clip.scene}.${clip.show}`;
  const suffix = clip.encoding === 'longGop' ? 'long-gop.h264' : clip.encoding;
  return `${subject}.${clip.stream}.${suffix}`;
}

const drawingFolder = fileURLToPath(new URL('.', import.meta.url));

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sourceFiles(join(folder, entry.name))
      : entry.name.endsWith('.ts')
        ? [join(folder, entry.name)]
        : [],
  );
}

/**
 * The folder that holds the clips of this version of the drawings. Its name is a hash over all that decides what the
 * pictures look like, so that a changed drawing is drawn anew and two checkouts do not disturb each other.
 */
export function clipFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const hash = createHash('sha256');
  const files = [
    ...sourceFiles(drawingFolder),
    fileURLToPath(new URL('../../src-shared/simulation/frameStrip.ts', import.meta.url)),
    fileURLToPath(new URL('../random.ts', import.meta.url)),
  ];
  for (const file of files.sort()) hash.update(readFileSync(file)).update('\0');
  const cache = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'mingchu', 'scenes', hash.digest('hex').slice(0, 16));
}
