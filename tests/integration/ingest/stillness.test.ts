import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { frozenSince } from '../../../src-shared/cameras/freeze.ts';
import { PictureMeter } from '../../../src-sfu/media/ingest/pictureMeter.ts';

const framesPerSecond = 15;
const macroblocks = 920;
/** One picture of many details, for ever. */
const still = 'testsrc2=size=640x360:rate=15,trim=end_frame=1,loop=-1:1:0,setpts=N/15/TB';

/** A scene as a real encoder codes it, 40 s as an Annex B byte stream. */
function encode(scene: string, groupSeconds: number, rate: string[]): Buffer {
  const group = String(groupSeconds * framesPerSecond);
  return execFileSync(
    'ffmpeg',
    [
      ['-v', 'error', '-f', 'lavfi', '-i', scene, '-t', '40', '-pix_fmt', 'yuv420p', '-c:v', 'libx264'],
      ['-preset', 'veryfast', '-tune', 'zerolatency', '-threads', '2', '-profile:v', 'main'],
      ['-g', group, '-keyint_min', group, '-sc_threshold', '0', ...rate, '-f', 'h264', 'pipe:1'],
    ].flat(),
    { maxBuffer: 64 * 1024 * 1024 },
  );
}

/** Seconds after which the picture counted as frozen for the first time; undefined when it never did. */
function frozenAfterSeconds(stream: Buffer): number | undefined {
  const meter = new PictureMeter();
  let nowMs = 0;
  let isOpen = false;
  let isKey = false;
  let frozenAtMs: number | undefined;
  meter.beginSource(nowMs);
  const endPicture = (): void => {
    if (!isOpen) return;
    nowMs += 1000 / framesPerSecond;
    meter.endPicture(isKey, macroblocks, nowMs);
    if (frozenSince(meter, nowMs) !== undefined) frozenAtMs ??= nowMs;
  };
  for (const { start, end } of unitsOf(stream)) {
    const type = (stream[start] ?? 0) & 0x1f;
    if (type !== 1 && type !== 5) continue;
    if (((stream[start + 1] ?? 0) & 0x80) !== 0) {
      endPicture();
      meter.beginPicture();
      isOpen = true;
      isKey = type === 5;
    }
    meter.addSlice(stream, start + 1, end);
  }
  endPicture();
  return frozenAtMs === undefined ? undefined : frozenAtMs / 1000;
}

function unitsOf(stream: Buffer): { start: number; end: number }[] {
  const startCode = Buffer.from([0, 0, 1]);
  const starts: number[] = [];
  for (let at = stream.indexOf(startCode); at !== -1; at = stream.indexOf(startCode, at + 3))
    starts.push(at + 3);
  return starts.map((start, index) => {
    const next = starts[index + 1];
    if (next === undefined) return { start, end: stream.length };
    return { start, end: stream[next - 4] === 0 ? next - 4 : next - 3 };
  });
}

const constantQuality = ['-crf', '28'];
const strongCompression = ['-crf', '36'];
const constantRate = ['-b:v', '300k', '-minrate', '300k', '-maxrate', '300k', '-bufsize', '300k'];

describe('a scene in which nothing moves', () => {
  it.each([
    ['a sensor’s faint noise', `${still},noise=alls=1:allf=t`, 1, constantQuality],
    ['noise that strong compression takes away', `${still},noise=alls=2:allf=t`, 1, strongCompression],
    ['and key pictures 4 s apart', `${still},noise=alls=2:allf=t`, 4, strongCompression],
    ['at a constant bit rate', `${still},noise=alls=1:allf=t`, 1, constantRate],
    ['in a dark room', 'color=0x0a0a0a:size=640x360:rate=15,noise=alls=4:allf=t', 1, constantQuality],
  ])('is not taken for a stuck camera: %s', (_what, scene, groupSeconds, rate) => {
    expect(frozenAfterSeconds(encode(scene, groupSeconds, rate))).toBeUndefined();
  });

  it.each([
    ['a sensor hangs and its encoder runs on', still, 1],
    ['nothing but black comes, as from a covered lens without noise', 'color=black:size=640x360:rate=15', 1],
  ])('is frozen where not one bit is new: %s', (_what, scene, groupSeconds) => {
    const afterSeconds = frozenAfterSeconds(encode(scene, groupSeconds, constantQuality));
    // The encoder settles first; then 8 s, and not 2 s more.
    expect(afterSeconds).toBeGreaterThan(8);
    expect(afterSeconds).toBeLessThan(14);
  });
});
