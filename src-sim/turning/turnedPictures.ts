import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { splitUnits, type AccessUnit } from '../media/accessUnits.ts';
import { clipFileName, clipFolder, scenes, streamFormats } from '../scenes/catalogue.ts';
import type { Pose, TurningHead } from './turningHead.ts';

const { width, height } = streamFormats.sub;
const room = streamFormats.main;
const picturesPerSecond = 12;
/** The room is mirrored to both sides: so many pictures of it side by side. */
const roomsAcross = 3;
/** The closest view, as compared with the widest. */
const mostZoom = 2.5;
const rulerHeight = 14;
const markerWidth = 24;
const lampAt = 12;
const lampSize = 32;
const white = 235;
const black = 16;
/** Start code and header byte of an access unit delimiter. */
const delimiter = Buffer.from([0, 0, 0, 1, 9]);

/** A still of a kitchen scene, planar YUV. */
async function readRoom(ffmpegPath: string): Promise<Buffer> {
  const scene = scenes[0]?.id ?? '';
  const clip = join(clipFolder(), clipFileName({ scene, show: 'normal', stream: 'main', encoding: 'h264' }));
  const child = spawn(
    ffmpegPath,
    ['-v', 'error', '-i', clip, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  const still = Buffer.concat(chunks);
  if (still.length < (room.width * room.height * 3) / 2)
    throw new Error('the kitchen scene could not be read');
  return still;
}

/** What a turning camera sees: its room, in which a lamp is lit while the cook hears somebody. */
export interface TurnedRoom {
  camera: Pick<TurningHead, 'pose'>;
  isHearing(): boolean;
}

let sharedRoom: Promise<Buffer> | undefined;

/** What a turning camera sees now, as a JPEG. */
export async function photographTurned(
  camera: Pick<TurningHead, 'pose'>,
  ffmpegPath: string,
): Promise<Buffer> {
  sharedRoom ??= readRoom(ffmpegPath);
  const child = spawn(
    ffmpegPath,
    // prettier-ignore
    ['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-i', '-',
      '-q:v', '4', '-f', 'mjpeg', '-'],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(drawView(await sharedRoom, camera.pose));
  await once(child, 'close');
  return Buffer.concat(chunks);
}

/**
 * Encodes what a turning camera sees, while somebody watches: a kitchen that goes by, with a marker along the lower edge that says how far
 * it is panned, and one at the right edge for its tilt. The function that it returns ends it.
 */
export function encodeTurned(
  seen: TurnedRoom,
  onPicture: (picture: AccessUnit) => void,
  ffmpegPath = process.env['MINGCHU_FFMPEG_PATH'] || 'ffmpeg',
): () => void {
  let end = (): void => undefined;
  let isEnded = false;
  sharedRoom ??= readRoom(ffmpegPath);
  sharedRoom.then(
    (still) => {
      if (!isEnded) end = encode(still, seen, onPicture, ffmpegPath);
    },
    () => (sharedRoom = undefined),
  );
  return () => {
    isEnded = true;
    end();
  };
}

function encode(
  still: Buffer,
  { camera, isHearing }: TurnedRoom,
  onPicture: (picture: AccessUnit) => void,
  ffmpegPath: string,
): () => void {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`];
  const parameters = `keyint=${picturesPerSecond}:min-keyint=${picturesPerSecond}:scenecut=0:bframes=0:repeat-headers=1:aud=1:sliced-threads=0:threads=1`;
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline'];
  const child = spawn(
    ffmpegPath,
    [
      ...['-v', 'error', ...input, '-r', String(picturesPerSecond), '-i', '-'],
      ...[...codec, '-x264-params', parameters, '-crf', '26', '-flush_packets', '1', '-f', 'h264', '-'],
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  let rest = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let next = rest.indexOf(delimiter, 1); next > 0; next = rest.indexOf(delimiter, 1)) {
      const units = splitUnits(rest.subarray(0, next)).filter((unit) => kindOf(unit) !== 9);
      rest = rest.subarray(next);
      if (units.length > 0) onPicture({ units, isKey: units.some((unit) => kindOf(unit) === 5) });
    }
  });
  const timer = setInterval(() => {
    // An encoder that does not keep up gets fewer pictures.
    if (child.stdin.writableLength === 0) child.stdin.write(drawView(still, camera.pose, isHearing()));
  }, 1_000 / picturesPerSecond);
  return () => {
    clearInterval(timer);
    child.kill();
  };
}

function kindOf(unit: Buffer): number {
  return (unit[0] ?? 0) & 0x1f;
}

/** The part of the room that the camera looks at, planar YUV, with a little noise, as every sensor has. */
export function drawView(still: Buffer, { pan, tilt, zoom }: Pose, isHearing = false): Buffer {
  const scale = 1 / (1 + zoom * (mostZoom - 1));
  const seen = { width: width * scale, height: height * scale };
  const left = pan * (room.width * roomsAcross - seen.width);
  const top = tilt * (room.height - seen.height);
  const view = Buffer.alloc((width * height * 3) / 2);
  let at = 0;
  for (const [offset, step] of [
    [0, 1],
    [room.width * room.height, 2],
    [(room.width * room.height * 5) / 4, 2],
  ] as const) {
    const columns = new Int32Array(width / step);
    for (let x = 0; x < columns.length; x += 1)
      columns[x] = mirrored((left + x * step * scale) / step, room.width / step);
    for (let y = 0; y < height / step; y += 1) {
      const row = offset + Math.floor((top + y * step * scale) / step) * (room.width / step);
      for (const column of columns) view[at++] = still[row + column] ?? 128;
    }
  }
  for (let speck = 0; speck < 2_000; speck += 1) {
    const place = Math.floor(Math.random() * width * height);
    view[place] = Math.max(black, Math.min(white, (view[place] ?? 0) + Math.round(Math.random() * 16) - 8));
  }
  // A lamp at the upper left corner, as a loudspeaker has that is on.
  if (isHearing) fill(view, lampAt, lampAt, lampSize, lampSize, white);
  fill(view, 0, height - rulerHeight, width, rulerHeight, black);
  fill(view, Math.round(pan * (width - markerWidth)), height - rulerHeight, markerWidth, rulerHeight, white);
  fill(view, width - rulerHeight, 0, rulerHeight, height - rulerHeight, black);
  const tiltRoom = height - rulerHeight - markerWidth;
  fill(view, width - rulerHeight, Math.round(tilt * tiltRoom), rulerHeight, markerWidth, white);
  return view;
}

/** A column of the row of rooms, of which every second one is mirrored. */
function mirrored(x: number, size: number): number {
  const column = Math.floor(x);
  const inside = column % size;
  return Math.floor(column / size) % 2 === 0 ? inside : size - 1 - inside;
}

/** A grey rectangle: luma, and chroma without a colour. */
function fill(view: Buffer, x: number, y: number, w: number, h: number, luma: number): void {
  for (let row = y; row < y + h; row += 1) view.fill(luma, row * width + x, row * width + x + w);
  for (const offset of [width * height, (width * height * 5) / 4])
    for (let row = y >> 1; row < (y + h) >> 1; row += 1)
      view.fill(128, offset + row * (width / 2) + (x >> 1), offset + row * (width / 2) + ((x + w) >> 1));
}
