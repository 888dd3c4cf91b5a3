import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CameraImport } from '../../../src-shared/cameras/registryImport.ts';
import { decodeFrameStrip } from '../../../src-shared/simulation/frameStrip.ts';
import { streamFormats } from '../../../src-sim/scenes/catalogue.ts';
import type { StreamName } from '../../../src-sim/scenes/catalogue.ts';

/** What a program said and how it ended. */
export interface ProgramResult {
  code: number | null;
  output: Buffer;
  errors: string;
}

async function run(program: string, parameters: string[], timeoutMs = 25_000): Promise<ProgramResult> {
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, output: Buffer.concat(chunks), errors };
}

/** The URL of a stream with the camera's password in it, as ffmpeg takes it. */
export function urlWithPassword(
  camera: CameraImport,
  stream: StreamName,
  password = camera.password,
): string {
  const url = camera.streams[stream]?.url ?? '';
  return url.replace('://', `://${camera.username}:${password}@`);
}

/** The streams that ffprobe, which nobody here wrote, finds behind a URL. */
export async function probe(
  url: string,
  transport: 'tcp' | 'udp' = 'tcp',
): Promise<{ streams: Record<string, unknown>[]; errors: string }> {
  const result = await run('ffprobe', [
    ...['-v', 'error', '-rtsp_transport', transport, '-show_streams', '-of', 'json', url],
  ]);
  const parsed = JSON.parse(result.output.toString() || '{}') as { streams?: Record<string, unknown>[] };
  return { streams: parsed.streams ?? [], errors: result.errors };
}

/** What ffmpeg makes of a stream in some seconds. */
export interface Recording {
  /** The frame index read from each decoded picture; `undefined` where it could not be read. */
  indices: (number | undefined)[];
  /** A number for each picture that changes with what is seen above the strip. */
  prints: number[];
  /** The mean brightness of each picture, 0 to 255. */
  brightness: number[];
  errors: string;
  code: number | null;
}

/** Lets ffmpeg decode a stream for so many pictures and reads each of them. */
export async function record(
  url: string,
  options: { transport?: 'tcp' | 'udp'; pictures?: number; stream?: StreamName; timeoutMs?: number } = {},
): Promise<Recording> {
  const { width, height } = streamFormats[options.stream ?? 'sub'];
  const result = await run(
    'ffmpeg',
    [
      ...['-v', 'error', '-rtsp_transport', options.transport ?? 'tcp', '-i', url, '-an'],
      ...['-frames:v', String(options.pictures ?? 30), '-fps_mode', 'passthrough'],
      ...['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
    ],
    options.timeoutMs,
  );
  const size = width * height;
  const pictures = Array.from({ length: Math.floor(result.output.length / size) }, (_unused, order) =>
    result.output.subarray(order * size, (order + 1) * size),
  );
  return {
    indices: pictures.map((picture) =>
      decodeFrameStrip((x, y) => picture[Math.floor(y * height) * width + Math.floor(x * width)] ?? 0),
    ),
    prints: pictures.map((picture) =>
      picture
        .subarray(0, width * (height - 16))
        .reduce((sum, value, at) => (sum + value * ((at % 251) + 1)) % 1e9, 0),
    ),
    brightness: pictures.map((picture) => picture.reduce((sum, value) => sum + value, 0) / size),
    errors: result.errors,
    code: result.code,
  };
}
