import type { KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import { Limiter } from './limiter.ts';

/** Decoding a page of 64 key pictures at once would starve the live decoders; a few at a time take no longer. */
const decodersAtOnce = 3;
const decodeLimitMs = 2_000;
/** Decoders without work are given back after this long: a decoder holds memory and a thread. */
const idleMs = 5_000;

const limiter = new Limiter(decodersAtOnce);
/** Key pictures that are asked for and not decoded yet. */
let pending = 0;
const idleDecoders: PictureDecoder[] = [];
let idleTimer: ReturnType<typeof setTimeout> | undefined;

export interface DecodeOptions {
  /** Asked when its turn comes: a live picture may have been faster. */
  isWanted?(): boolean;
  /** Of a whole page, all but the first few wait so long: live pictures that are on their way come sooner without them. */
  graceMs?: number;
}

/**
 * Decodes one key picture (Annex B, parameter sets inside, hence no `description`). Undefined when it is not wanted any more,
 * or when this browser has no WebCodecs (pages that are neither HTTPS nor on the hub's own machine) or cannot decode it: the
 * live picture comes all the same. The caller closes the frame.
 */
export async function decodeKeyPicture(
  picture: KeyPicture,
  { isWanted = () => true, graceMs = 0 }: DecodeOptions = {},
): Promise<VideoFrame | undefined> {
  if (!('VideoDecoder' in globalThis)) return undefined;
  pending += 1;
  try {
    if (graceMs > 0 && pending > decodersAtOnce) await new Promise((resolve) => setTimeout(resolve, graceMs));
    return await limiter.run(async () => (isWanted() ? decodeNow(picture) : undefined));
  } finally {
    pending -= 1;
  }
}

async function decodeNow(picture: KeyPicture): Promise<VideoFrame | undefined> {
  const decoder = idleDecoders.pop() ?? new PictureDecoder();
  try {
    const frame = await decoder.decode(picture);
    keepForNext(decoder);
    return frame;
  } catch {
    decoder.close();
    return undefined;
  }
}

function keepForNext(decoder: PictureDecoder): void {
  idleDecoders.push(decoder);
  clearTimeout(idleTimer);
  idleTimer = setTimeout(() => {
    for (const idle of idleDecoders.splice(0)) idle.close();
  }, idleMs);
}

/** A decoder that takes one key picture after another: making and configuring one costs more than decoding. */
class PictureDecoder {
  #configured = '';
  #decoded: VideoFrame | undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly #decoder = new VideoDecoder({
    output: (frame) => {
      this.#decoded?.close();
      this.#decoded = frame;
    },
    error: (error) => this.#fail(error),
  });

  async decode(picture: KeyPicture): Promise<VideoFrame | undefined> {
    const { codec, width, height, annexB } = picture;
    const configuration = `${codec} ${width}x${height}`;
    if (configuration !== this.#configured) {
      this.#decoder.configure({
        codec,
        codedWidth: width,
        codedHeight: height,
        optimizeForLatency: true,
        hardwareAcceleration: 'prefer-software',
      });
      this.#configured = configuration;
    }
    const failed = new Promise<never>((_resolve, reject) => (this.#fail = reject));
    const timer = setTimeout(() => this.#fail(new Error('Decoding took too long.')), decodeLimitMs);
    let taken: VideoFrame | undefined;
    try {
      this.#decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data: bytesOf(annexB) }));
      await Promise.race([this.#decoder.flush(), failed]);
      taken = this.#decoded;
      return taken;
    } finally {
      clearTimeout(timer);
      failed.catch(() => undefined);
      this.#fail = () => undefined;
      // A frame nobody takes would hold its memory until it is collected.
      if (this.#decoded !== taken) this.#decoded?.close();
      this.#decoded = undefined;
    }
  }

  close(): void {
    if (this.#decoder.state !== 'closed') this.#decoder.close();
  }
}

/** Bytes as they come from the wire: the message parser of the browser makes plain buffers of them. */
function bytesOf(value: Uint8Array | ArrayBuffer): Uint8Array<ArrayBuffer> {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value);
}
