import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CameraHealth, KeyPicture } from '../../../../src-shared/cameras/cameras.protocol.ts';
import {
  createCoveredPictures,
  type CoveredPictures,
} from '../../../../src-sfu/features/alerts/coveredPictures.service.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';

const pixels = 640 * 360;
let pictures: Map<string, KeyPicture>;
/** Cameras whose picture shows nothing. */
let dark: Set<string>;
let judged: [cameraId: string, coveredSinceMs: number | undefined][];
let watch: CoveredPictures;
let hour: number;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  pictures = new Map();
  dark = new Set();
  judged = [];
  hour = 12;
  watch = createCoveredPictures({
    poster: (cameraId) => Promise.resolve(pictures.get(cameraId)),
    toJpeg: (annexB) => Promise.resolve(Buffer.from(annexB.subarray(0, 1))),
    showsNothing: (jpeg) => Promise.resolve(jpeg[0] === 0),
    judged: (cameraId, coveredSinceMs) => judged.push([cameraId, coveredSinceMs]),
    hours: { from: 6, to: 22 },
    localHour: () => hour,
    logger: createLogger('silent'),
    nowMs: Date.now,
  });
});
afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

/** A new picture of a camera, for which it spent so many bits on a pixel. */
async function arrive(cameraId: string, bitsPerPixel: number): Promise<void> {
  const annexB = new Uint8Array((bitsPerPixel * pixels) / 8);
  annexB[0] = dark.has(cameraId) ? 0 : 1;
  const capturedAtMs = Date.now();
  pictures.set(cameraId, { codec: 'avc1.42e01f', width: 640, height: 360, capturedAtMs, annexB });
  const health: CameraHealth = { cameraId, condition: 'online', sinceMs: 0, posterAtMs: capturedAtMs };
  watch.healthChanged([health]);
  await vi.advanceTimersByTimeAsync(0);
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

describe('pictures that show nothing', () => {
  it('are found among those that are kept, the emptiest first', async () => {
    dark.add('covered');
    await arrive('lively', 0.6);
    await arrive('covered', 0.3);
    const at = Date.now();
    await seconds(1);
    expect(judged).toEqual([['covered', at]]);
    await seconds(1);
    expect(judged[1]).toEqual(['lively', undefined]);
  });

  it('are judged again after two minutes, as long as their camera spends as many bits on them', async () => {
    await arrive('a', 0.5);
    await seconds(1);
    await arrive('a', 0.45);
    await seconds(100);
    expect(judged).toHaveLength(1);
    await seconds(30);
    expect(judged).toHaveLength(2);
  });

  it('are judged at once when their camera suddenly spends fewer bits', async () => {
    await arrive('a', 0.5);
    await seconds(1);
    dark.add('a');
    await arrive('a', 0.35);
    await seconds(1);
    expect(judged.at(-1)?.[1]).toBeDefined();
  });

  it('are over with the first picture that shows something', async () => {
    dark.add('a');
    await arrive('a', 0.1);
    await seconds(1);
    dark.delete('a');
    await arrive('a', 0.5);
    await seconds(1);
    expect(judged.at(-1)).toEqual(['a', undefined]);
  });

  it('are nothing unusual at night', async () => {
    hour = 23;
    dark.add('a');
    await arrive('a', 0.1);
    await seconds(10);
    expect(judged).toEqual([]);
  });
});
