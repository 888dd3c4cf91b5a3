import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { SimulatedCamera } from '../cameras/camera.ts';
import { clipFileName, clipFolder } from '../scenes/catalogue.ts';
import { photographTurned } from '../turning/turnedPictures.ts';
import type { TurningHead } from '../turning/turningHead.ts';

const photographMs = 8_000;
const largestBytes = 1_048_576;
/** Pictures of scenes, by the file of their clip: the same for every camera that shows it. */
const known = new Map<string, Promise<Buffer | undefined>>();

/** What a camera sees, as a JPEG; undefined where there is no ffmpeg. A scene is photographed at the beginning of its loop. */
export async function photograph(
  camera: Pick<SimulatedCamera, 'scene' | 'show'>,
  head: TurningHead | undefined,
  ffmpegPath = process.env['MINGCHU_FFMPEG_PATH'] || 'ffmpeg',
): Promise<Buffer | undefined> {
  if (head !== undefined) return photographTurned(head, ffmpegPath).catch(() => undefined);
  const { scene, show } = camera;
  const file = join(clipFolder(), clipFileName({ scene, show, stream: 'sub', encoding: 'h264' }));
  const picture = known.get(file) ?? firstPicture(file, ffmpegPath);
  known.set(file, picture);
  return picture;
}

function firstPicture(file: string, ffmpegPath: string): Promise<Buffer | undefined> {
  const asked = ['-v', 'error', '-i', file, '-frames:v', '1', '-q:v', '4', '-f', 'mjpeg', '-'];
  const limits = { encoding: 'buffer', timeout: photographMs, maxBuffer: largestBytes } as const;
  return new Promise((resolve) => {
    execFile(ffmpegPath, asked, limits, (error, stdout) => resolve(error === null ? stdout : undefined));
  });
}
