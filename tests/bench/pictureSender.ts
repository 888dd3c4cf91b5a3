import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CallSender, ChannelSenderOptions, SentPicture } from '../../src-sim/gb28181/channelSender.ts';
import { writePsPicture } from '../../src-sim/gb28181/psMuxer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** What the sender did since it began; `late` are pictures that left later than the next one was due. */
export interface SentCounts {
  pictures: number;
  packets: number;
  bytes: number;
  /** Packets that the kernel did not take. */
  failed: number;
  late: number;
  /** The longest delay of a picture since the last question. Milliseconds. */
  longestLateMs: number;
}

const source = fileURLToPath(new URL('pictureSender/sender.c', import.meta.url));
const pesOfPictures = Buffer.from([0, 0, 1, 0xe0]);
/** Of a PES packet, before the time of its picture. */
const beforeTimeBytes = 9;

/**
 * Sends the pictures of many simulated channels by UDP from a process of its own, which costs a tenth of what Node's sockets cost, so that a
 * bench measures the hub. All channels have one clip; its pictures are spread evenly over the second.
 */
export class PictureSender {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  #channels = 0;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#lines = createInterface(child.stdout);
    child.stderr.pipe(process.stderr);
  }

  /** Compiles and begins it; undefined where the machine has no C compiler. */
  static start(pictures: readonly SentPicture[], picturesPerSecond: number): PictureSender | undefined {
    const folder = temporaryFolder('mingchu-sender-');
    const program = join(folder, 'sender');
    try {
      execFileSync('cc', ['-O2', '-Wall', '-o', program, source], { stdio: ['ignore', 'ignore', 'inherit'] });
    } catch {
      return undefined;
    }
    const clip = join(folder, 'clip');
    writeFileSync(clip, Buffer.concat(pictures.map(recordOf)));
    return new PictureSender(spawn(program, [clip, String(picturesPerSecond)]));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** One channel of it, for one call. */
  channel({ target }: Pick<ChannelSenderOptions, 'target'>): CallSender {
    const id = this.#channels;
    this.#channels += 1;
    const say = (words: string): void => void this.#child.stdin.write(`${words}\n`);
    return {
      start: () => {
        say(`open ${id} ${target.port} ${randomBytes(4).readUInt32BE()}`);
        return Promise.resolve(15_060);
      },
      keyPicture: () => say(`key ${id}`),
      stop: () => say(`close ${id}`),
      scale: 1,
    };
  }

  async count(): Promise<SentCounts> {
    this.#child.stdin.write('count\n');
    const [line] = (await once(this.#lines, 'line', { signal: AbortSignal.timeout(60_000) })) as [string];
    return JSON.parse(line) as SentCounts;
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }
}

/** A picture as the sender reads it. */
function recordOf({ units, isKey }: SentPicture): Buffer {
  const bytes = writePsPicture({ nals: units, isKey, ptsTicks: 0 });
  const head = new Uint32Array([bytes.length, Number(isKey), bytes.indexOf(pesOfPictures) + beforeTimeBytes]);
  return Buffer.concat([Buffer.from(head.buffer), bytes]);
}
