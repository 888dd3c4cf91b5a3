import { spawnSync } from 'node:child_process';

/** Decodes one key picture (Annex B H.264) with ffmpeg. Throws with its words when it is damaged in any way. */
export function decodePicture(annexB: Uint8Array): { width: number; height: number; luma: Uint8Array } {
  const decoded = spawnSync(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-xerror', '-err_detect', 'explode'],
      ...['-f', 'h264', '-i', 'pipe:0', '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'pgm', 'pipe:1'],
    ],
    { input: annexB, maxBuffer: 64 * 1024 * 1024 },
  );
  const words = decoded.stderr.toString().trim();
  if (decoded.status !== 0 || words !== '') throw new Error(`the key picture does not decode: ${words}`);
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(decoded.stdout.toString('latin1', 0, 64));
  if (header === null) throw new Error('the decoder gave no picture');
  return {
    width: Number(header[1]),
    height: Number(header[2]),
    luma: decoded.stdout.subarray(header[0].length),
  };
}
