import type { KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import { decodeKeyPicture } from './keyPictureDecoder.ts';
import { Limiter } from './limiter.ts';
import type { Signalling } from './signalling.ts';

/** The last picture that the hub kept of a camera: drawn, with its time; there is none; or it cannot be drawn here. */
export type PosterDrawn = { state: 'drawn'; takenAtMs: number } | { state: 'none' } | { state: 'undrawable' };

/** A list scrolled fast asks for many; the newest are wanted, and the hub reads each from its disk. */
const postersAtOnce = 4;

/** Draws kept pictures into canvases. */
export interface Posters {
  /** `signal` abandons a poster that has left the screen before its turn came. */
  draw(cameraId: string, canvas: HTMLCanvasElement, signal: AbortSignal): Promise<PosterDrawn>;
}

/** Posters of a hub. */
export function createPosters(signalling: Pick<Signalling, 'request'>): Posters {
  const limiter = new Limiter(postersAtOnce);
  return {
    draw: (cameraId, canvas, signal) =>
      limiter.run(async (): Promise<PosterDrawn> => {
        if (signal.aborted) return { state: 'none' };
        const answer = await signalling.request('cameras:getPoster', { cameraId });
        const keyPicture = answer.ok ? answer.data.keyPicture : undefined;
        if (keyPicture === undefined || signal.aborted) return { state: 'none' };
        return drawKeyPicture(keyPicture, canvas);
      }),
  };
}

async function drawKeyPicture(keyPicture: KeyPicture, canvas: HTMLCanvasElement): Promise<PosterDrawn> {
  const frame = await decodeKeyPicture(keyPicture);
  if (frame === undefined) return { state: 'undrawable' };
  canvas.width = frame.displayWidth;
  canvas.height = frame.displayHeight;
  canvas.getContext('2d', { alpha: false })?.drawImage(frame, 0, 0);
  frame.close();
  return { state: 'drawn', takenAtMs: keyPicture.capturedAtMs };
}
