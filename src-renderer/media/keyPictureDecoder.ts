import type { KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import { Limiter } from './limiter.ts';

/** Decoding a page of 64 key pictures at once would starve the live decoders; a few at a time take no longer. */
const decodersAtOnce = 4;
const decodeLimitMs = 2_000;

const limiter = new Limiter(decodersAtOnce);

/** Bytes as they come from the wire: the message parser of the browser makes plain buffers of them. */
function bytesOf(value: Uint8Array | ArrayBuffer): Uint8Array<ArrayBuffer> {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value);
}

/**
 * Decodes one key picture (Annex B, parameter sets inside, hence no `description`). Undefined when this browser has no
 * WebCodecs (pages that are neither HTTPS nor on the hub's own machine) or cannot decode it: the live picture comes all the same.
 * The caller closes the frame.
 */
export async function decodeKeyPicture(picture: KeyPicture): Promise<VideoFrame | undefined> {
  if (!('VideoDecoder' in globalThis)) return undefined;
  return limiter.run(() => decodeOne(picture)).catch(() => undefined);
}

async function decodeOne(picture: KeyPicture): Promise<VideoFrame | undefined> {
  let decoded: VideoFrame | undefined;
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const timer = setTimeout(() => failed.reject(new Error('Decoding took too long.')), decodeLimitMs);
  const decoder = new VideoDecoder({
    output(frame) {
      decoded?.close();
      decoded = frame;
    },
    error: failed.reject,
  });
  try {
    decoder.configure({
      codec: picture.codec,
      codedWidth: picture.width,
      codedHeight: picture.height,
      optimizeForLatency: true,
      hardwareAcceleration: 'prefer-software',
    });
    decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data: bytesOf(picture.annexB) }));
    await Promise.race([decoder.flush(), failed.promise]);
    return decoded;
  } catch (error) {
    decoded?.close();
    throw error;
  } finally {
    clearTimeout(timer);
    if (decoder.state !== 'closed') decoder.close();
  }
}
