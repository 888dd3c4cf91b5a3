import { spawn } from 'node:child_process';

const grabMs = 8_000;
const longestBytes = 4 * 1024 * 1024;

/** One picture of a camera over RTSP, as a JPEG; undefined when none came in time or there is no ffmpeg. */
export function grabFrame(rtspUrl: string): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const ffmpeg = spawn(
      'ffmpeg',
      // prettier-ignore
      ['-nostdin', '-loglevel', 'error', '-rtsp_transport', 'tcp', '-i', rtspUrl,
        '-frames:v', '1', '-q:v', '4', '-f', 'mjpeg', 'pipe:1'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => ffmpeg.kill('SIGKILL'), grabMs);
    ffmpeg.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > longestBytes) ffmpeg.kill('SIGKILL');
      else chunks.push(chunk);
    });
    ffmpeg.once('error', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    ffmpeg.once('close', (exitCode) => {
      clearTimeout(timer);
      resolve(exitCode === 0 && length > 0 ? Buffer.concat(chunks) : undefined);
    });
  });
}
