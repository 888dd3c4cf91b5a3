import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { splitUnits, unitKind, type AccessUnit } from './accessUnits.ts';

/** Left edge, upper edge below the caption, and side of the lamp, as shares of the picture's height. */
export const lampPlace = { left: 1 / 30, top: 1 / 9, side: 1 / 12 } as const;
/** Start code and header byte of an access unit delimiter, which ends a picture for the decoder. */
const delimiter = Buffer.from([0, 0, 0, 1, 9, 0xf0]);
const startCode = Buffer.from([0, 0, 0, 1]);
const keyEveryPictures = 15;
/** More that waits for the encoder is left out. Bytes. */
const mostWaiting = 512 * 1_024;

/**
 * Draws a lit lamp into the pictures of a clip, as a loudspeaker has that is on: H.264 pictures go in, from a key picture on, and come out
 * with the lamp, a moment later.
 */
export class LampPictures {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #isClosed = false;
  #rest = Buffer.alloc(0);

  constructor(
    onPicture: (picture: AccessUnit) => void,
    ffmpegPath = process.env['MINGCHU_FFMPEG_PATH'] || 'ffmpeg',
  ) {
    const { left, top, side } = lampPlace;
    const lamp = `drawbox=x=ih*${left}:y=ih*${top}:w=ih*${side}:h=ih*${side}:color=white:t=fill`;
    const parameters = `keyint=${keyEveryPictures}:min-keyint=1:scenecut=0:bframes=0:repeat-headers=1:aud=1:sliced-threads=0:threads=1`;
    this.#child = spawn(
      ffmpegPath,
      [
        // `-fflags nobuffer` would drop the pictures that are read to learn about the stream, the first key picture among them.
        ...[
          '-v',
          'error',
          '-threads',
          '1',
          '-probesize',
          '32',
          '-analyzeduration',
          '0',
          '-fpsprobesize',
          '0',
        ],
        ...['-flags', 'low_delay', '-f', 'h264', '-framerate', '15', '-i', '-', '-vf', lamp],
        ...['-fps_mode', 'passthrough', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'],
        ...[
          '-profile:v',
          'baseline',
          '-x264-params',
          parameters,
          '-crf',
          '26',
          '-flush_packets',
          '1',
          '-f',
          'h264',
          '-',
        ],
      ],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      const mark = delimiter.subarray(0, 5);
      for (let next = this.#rest.indexOf(mark, 1); next > 0; next = this.#rest.indexOf(mark, 1)) {
        const units = splitUnits(this.#rest.subarray(0, next)).filter((unit) => kindOf(unit) !== 9);
        this.#rest = this.#rest.subarray(next);
        if (units.length > 0 && !this.#isClosed)
          onPicture({ units, isKey: units.some((unit) => unitKind('h264', unit).isKey) });
      }
    });
  }

  write(units: readonly Buffer[]): void {
    if (this.#isClosed || this.#child.stdin.writableLength > mostWaiting) return;
    // The delimiter of the next picture comes at once, so that the decoder does not wait for that picture.
    this.#child.stdin.write(Buffer.concat([...units.flatMap((unit) => [startCode, unit]), delimiter]));
  }

  /** Nothing comes out any more. */
  close(): void {
    this.#isClosed = true;
    this.#child.kill('SIGKILL');
  }
}

function kindOf(unit: Buffer): number {
  return (unit[0] ?? 0) & 0x1f;
}
