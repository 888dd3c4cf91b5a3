import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { framesPerSecond } from '../../src-shared/simulation/frameStrip.ts';
import { clipFileName, streamFormats } from './catalogue.ts';
import type { ClipName, Encoding, StreamName } from './catalogue.ts';

/** All clips made from one drawn sequence. */
export type Sequence = Pick<ClipName, 'scene' | 'show'> & { encodings: readonly Encoding[] };

/** The clips of a sequence: each coding in each size. */
export function clipsOf(sequence: Sequence): ClipName[] {
  return sequence.encodings.flatMap((encoding) =>
    (Object.keys(streamFormats) as StreamName[]).map((stream) => ({
      scene: sequence.scene,
      show: sequence.show,
      stream,
      encoding,
    })),
  );
}

function codecArguments(clip: ClipName): string[] {
  const { bitrateKbps } = streamFormats[clip.stream];
  const groupFrames = clip.encoding === 'longGop' ? framesPerSecond * 4 : framesPerSecond;
  const rate = ['-b:v', `${bitrateKbps}k`, '-maxrate', `${bitrateKbps}k`, '-bufsize', `${bitrateKbps}k`];
  if (clip.encoding === 'h265') {
    const parameters = `keyint=${groupFrames}:min-keyint=${groupFrames}:scenecut=0:open-gop=0:bframes=0:repeat-headers=1:info=0:pools=1:frame-threads=1:log-level=error`;
    return ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', parameters, ...rate, '-f', 'hevc'];
  }
  // Baseline with one slice a picture, as cheap cameras send it; one thread, because clips are made side by side.
  const parameters = `keyint=${groupFrames}:min-keyint=${groupFrames}:scenecut=0:open-gop=0:bframes=0:repeat-headers=1:sliced-threads=0:threads=1:force-cfr=1`;
  return [
    ...['-c:v', 'libx264', '-preset', 'superfast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
    ...['-x264-params', parameters, ...rate, '-f', 'h264'],
  ];
}

/**
 * Encodes a sequence of RGBA pictures of the main stream's size into all its clips. A clip appears under its own name
 * only when it is whole. `draw(index)` gives the pixels of a frame.
 */
export async function encodeSequence(
  folder: string,
  sequence: Sequence,
  frameCount: number,
  draw: (index: number) => Uint8Array,
): Promise<void> {
  const clips = clipsOf(sequence);
  const { width, height } = streamFormats.main;
  const partName = (clip: ClipName) => join(folder, `.${clipFileName(clip)}.part-${process.pid}`);
  const mainClips = clips.filter((clip) => clip.stream === 'main');
  const subClips = clips.filter((clip) => clip.stream === 'sub');
  const labels = (name: string, count: number) =>
    Array.from({ length: count }, (_unused, i) => `[${name}${i}]`).join('');
  const filter = [
    `[0:v]scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,split=2[large][full]`,
    `[full]split=${mainClips.length}${labels('main', mainClips.length)}`,
    `[large]scale=${streamFormats.sub.width}:${streamFormats.sub.height}:flags=area,split=${subClips.length}${labels('sub', subClips.length)}`,
  ].join(';');
  const outputs = [mainClips, subClips].flatMap((group) =>
    group.flatMap((clip, position) => [
      ...['-map', `[${clip.stream}${position}]`],
      ...codecArguments(clip),
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
      partName(clip),
    ]),
  );
  const child = spawn(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-y', '-filter_threads', '1', '-filter_complex_threads', '1'],
      ...['-f', 'rawvideo', '-pixel_format', 'rgba', '-video_size', `${width}x${height}`],
      ...['-framerate', String(framesPerSecond), '-i', 'pipe:0', '-filter_complex', filter, ...outputs],
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let complaint = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-2_000)));
  let failure: Error | undefined;
  child.on('error', (error) => (failure = error));
  child.stdin.on('error', () => undefined); // ffmpeg's own words and exit code say more than a broken pipe
  const exited = once(child, 'close');

  try {
    for (let index = 0; index < frameCount && child.exitCode === null && !failure; index += 1) {
      if (!child.stdin.write(draw(index))) await Promise.race([once(child.stdin, 'drain'), exited]);
    }
    child.stdin.end();
    const [code] = (await exited.catch(() => [1])) as [number | null];
    if (failure) {
      throw new Error(
        `ffmpeg cannot be started (${failure.message}); install it with: apt-get install ffmpeg`,
      );
    }
    if (code !== 0) throw new Error(`ffmpeg ended with code ${code}: ${complaint.trim()}`);
    for (const clip of clips) renameSync(partName(clip), join(folder, clipFileName(clip)));
  } finally {
    child.kill();
    for (const clip of clips) rmSync(partName(clip), { force: true });
  }
}
