import { spawn } from 'node:child_process';

/** A picture could not be made into a JPEG. The message says why; `isBusy` when trying again soon helps. */
export class ConversionError extends Error {
  override name = 'ConversionError';
  readonly isBusy: boolean;

  constructor(message: string, isBusy = false) {
    super(message);
    this.isBusy = isBusy;
  }
}

export interface PictureConverterOptions {
  ffmpegPath: string;
  /** ffmpeg processes at one time. */
  maxConcurrent?: number;
  /** Conversions that wait for their turn; more are refused. */
  maxWaiting?: number;
  timeoutMs?: number;
}

/** A key picture (Annex B) as a JPEG, made to fit into a box where one is given. Rejects with ConversionError. */
export type ConvertPicture = (annexB: Uint8Array, box?: { width: number; height: number }) => Promise<Buffer>;

const maxPictureBytes = 8 * 1024 * 1024;

/** Makes JPEGs by ffmpeg, a few at a time, in the order they were asked for. */
export function createPictureConverter(options: PictureConverterOptions): ConvertPicture {
  const { ffmpegPath, maxConcurrent = 2, maxWaiting = 64, timeoutMs = 5_000 } = options;
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (annexB, box) => {
    if (running >= maxConcurrent) {
      if (waiting.length >= maxWaiting) {
        throw new ConversionError('Too many pictures are being made. Ask again in a second.', true);
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await convert(ffmpegPath, annexB, box, timeoutMs);
    } finally {
      const next = waiting.shift();
      // The place passes to who waited longest.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function convert(
  ffmpegPath: string,
  annexB: Uint8Array,
  box: { width: number; height: number } | undefined,
  timeoutMs: number,
): Promise<Buffer> {
  const smaller =
    box === undefined
      ? []
      : [
          '-vf',
          `scale='min(${box.width},iw)':'min(${box.height},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2:flags=area`,
        ];
  const words = [
    ['-hide_banner', '-loglevel', 'error', '-threads', '1', '-f', 'h264', '-i', 'pipe:0'],
    smaller,
    ['-frames:v', '1', '-map_metadata', '-1', '-q:v', '4', '-f', 'image2', '-c:v', 'mjpeg', 'pipe:1'],
  ].flat();
  const failed = 'ffmpeg made no JPEG of the picture that is kept of this camera.';
  return convertByFfmpeg({ ffmpegPath, words, timeoutMs, failed }, annexB);
}

/** What ffmpeg makes of some bytes with these words on its command line. Rejects with ConversionError, whose message is `failed` where it made nothing of them. */
export function convertByFfmpeg(
  how: { ffmpegPath: string; words: readonly string[]; timeoutMs: number; failed: string },
  bytesIn: Uint8Array,
): Promise<Buffer> {
  const { ffmpegPath, words, timeoutMs, failed } = how;
  return new Promise((resolve, reject) => {
    const child = spawn(ffmpegPath, words, { stdio: ['pipe', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxPictureBytes) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const isMissing = error.code === 'ENOENT';
      reject(
        new ConversionError(
          isMissing
            ? `ffmpeg was not found (${ffmpegPath}). Install it: apt-get install ffmpeg.`
            : error.message,
        ),
      );
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0 && bytes > 0 && bytes <= maxPictureBytes) resolve(Buffer.concat(chunks));
      else reject(new ConversionError(failed));
    });
    child.stdin.end(bytesIn);
  });
}
