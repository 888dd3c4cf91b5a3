import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Logger } from '../../logger.ts';
import type { TrackDescription } from '../sources/streamSource.ts';
import { createFeed, type Feed } from './transcodeFeed.ts';

/** A camera's track on its way through ffmpeg to H.264. */
export interface Transcoding {
  /** One RTP packet of the camera; the bytes are not kept. */
  write(packet: Buffer): void;
  close(): void;
}

export interface TranscodingEvents {
  /** One RTP packet of H.264. */
  onRtp(packet: Buffer): void;
  /** ffmpeg ended or could not start; never after close(). */
  onFailed(message: string): void;
}

/** What the pictures are made to fit into, and how many of them and how many bits go out within a second. */
export interface TranscodedPicture {
  maxWidth: number;
  maxHeight: number;
  picturesPerSecond: number;
  kilobitsPerSecond: number;
}

/** Turns what browsers cannot take into H.264, one ffmpeg a stream, within a budget. */
export interface Transcoder {
  /**
   * Undefined when the budget is used up. `reorders` says that the pictures come in another order than they are shown in;
   * `picture` is as the simulated and real kitchens send it, at most 720p, when left out.
   */
  start(
    track: TrackDescription,
    events: TranscodingEvents,
    options?: { reorders: boolean; picture?: TranscodedPicture },
  ): Transcoding | undefined;
  running(): number;
}

export interface TranscoderOptions {
  ffmpegPath: string;
  maxConcurrent: number;
  logger: Logger;
}

const outputPayloadType = 96;
/** A second of a large main stream. */
const maxEarlyPackets = 1_024;
const usualPicture: TranscodedPicture = {
  maxWidth: 1280,
  maxHeight: 720,
  picturesPerSecond: 15,
  kilobitsPerSecond: 1_500,
};

/** A transcoder of at most `maxConcurrent` streams at one time. */
export function createTranscoder(options: TranscoderOptions): Transcoder {
  let running = 0;
  return {
    running: () => running,
    start(track, events, { reorders, picture = usualPicture } = { reorders: false }) {
      if (running >= options.maxConcurrent) return undefined;
      running += 1;
      return startTranscoding(track, events, { ...options, reorders, picture }, () => {
        running -= 1;
      });
    },
  };
}

function startTranscoding(
  track: TrackDescription,
  events: TranscodingEvents,
  options: TranscoderOptions & { reorders: boolean; picture: TranscodedPicture },
  onEnded: () => void,
): Transcoding {
  const { ffmpegPath, logger, reorders, picture } = options;
  let closed = false;
  let process: ChildProcess | undefined;
  let feed: Feed | undefined;
  /** What comes before there is a port to feed, which takes a few milliseconds. */
  let early: Buffer[] = [];
  let lastWords = '';
  const fromFfmpeg = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
  fromFfmpeg.on('error', (error) => fail(`no picture comes back from ffmpeg: ${error.message}`));
  fromFfmpeg.on('message', (packet) => {
    if (!closed) events.onRtp(packet);
  });

  const end = (): boolean => {
    if (closed) return false;
    closed = true;
    process?.kill('SIGKILL');
    feed?.close();
    fromFfmpeg.close();
    onEnded();
    return true;
  };
  const fail = (message: string): void => {
    if (end()) events.onFailed(message);
  };

  const start = async (): Promise<void> => {
    const outputPort = await bindLoopback(fromFfmpeg);
    const inputPort = await findFreePort();
    if (closed) return;
    feed = createFeed(inputPort);
    for (const packet of early) feed.write(packet);
    early = [];
    const child = spawn(ffmpegPath, ffmpegArguments(outputPort, reorders, picture), {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    process = child;
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      fail(
        missing ? `ffmpeg was not found (${ffmpegPath}). Install it: apt-get install ffmpeg.` : error.message,
      );
    });
    child.stderr.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-2000);
    });
    child.on('exit', (code, signal) => {
      logger.debug({ code, signal, lastWords }, 'ffmpeg ended');
      const line = lastWords.trim().split('\n').at(-1) ?? '';
      fail(
        `ffmpeg ended (${code ?? signal}) while it changed the camera’s ${track.codec} to H.264. ${line}`.trim(),
      );
    });
    child.stdin.on('error', () => undefined);
    // The description goes in by stdin, so that no address shows in a list of processes.
    child.stdin.end(inputDescription(track, inputPort));
  };
  start().catch((error: unknown) => fail(`ffmpeg could not be started: ${String(error)}`));

  return {
    write(packet) {
      if (feed !== undefined) feed.write(packet);
      else if (!closed && early.length < maxEarlyPackets) early.push(Buffer.from(packet));
    },
    close: () => void end(),
  };
}

/** A decoder that joins in the middle of a group of pictures makes grey pictures, which must not be shown. */
const fromFirstKeyPicture = "select='st(0,max(ld(0),key))',setpts=PTS-STARTPTS";
/**
 * Cameras with B-pictures count time in the order of sending, in that of showing, or in neither: what the decoder has put in
 * order gets the time at which it comes.
 */
const inOrderOfShowing = "select='st(0,max(ld(0),key))',setpts='(RTCTIME-RTCSTART)/(TB*1000000)'";

function fitInto({ maxWidth, maxHeight }: TranscodedPicture): string {
  // Averaged areas: what is finer than the smaller picture leaves no jagged remains in it.
  return `scale='min(${maxWidth},iw)':'min(${maxHeight},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2:flags=area`;
}

function ffmpegArguments(outputPort: number, reorders: boolean, picture: TranscodedPicture): string[] {
  const { picturesPerSecond, kilobitsPerSecond } = picture;
  /** Pictures that would be left out afterwards are not made smaller first. */
  const order = reorders ? inOrderOfShowing : fromFirstKeyPicture;
  const isSlower = picturesPerSecond < usualPicture.picturesPerSecond;
  const pace = isSlower ? `,fps=${picturesPerSecond}` : '';
  return [
    ['-hide_banner', '-loglevel', 'error', '-nostats'],
    ['-protocol_whitelist', 'pipe,udp,rtp,crypto,data'],
    // With low delay the decoder would give pictures out as they come.
    ['-fflags', 'nobuffer+discardcorrupt', ...(reorders ? [] : ['-flags', 'low_delay'])],
    ['-probesize', '100000', '-analyzeduration', '500000', '-max_delay', '0', '-reorder_queue_size', '0'],
    // Bound to this machine alone. Should the hub be killed, ffmpeg ends by itself 12 s after the last packet.
    [
      '-f',
      'sdp',
      '-localaddr',
      '127.0.0.1',
      '-listen_timeout',
      '5',
      '-buffer_size',
      '1048576',
      '-i',
      'pipe:0',
    ],
    ['-an', '-r', String(picturesPerSecond)],
    ['-vf', `${order}${pace},${fitInto(picture)}`],
    ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
    // A key picture each second.
    ['-pix_fmt', 'yuv420p', '-g', String(picturesPerSecond), '-sc_threshold', '0'],
    ['-b:v', `${kilobitsPerSecond}k`, '-maxrate', `${Math.round((kilobitsPerSecond * 4) / 3)}k`],
    ['-bufsize', `${Math.round((kilobitsPerSecond * 2) / 3)}k`],
    ['-threads', '1', '-bsf:v', 'dump_extra'],
    ['-f', 'rtp', '-payload_type', String(outputPayloadType), `rtp://127.0.0.1:${outputPort}?pkt_size=1200`],
  ].flat();
}

function inputDescription(track: TrackDescription, port: number): string {
  const { codec, payloadType, clockRate, formatParameters } = track;
  const lines = [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=video ${port} RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${codec === 'HEVC' ? 'H265' : codec}/${clockRate}`,
  ];
  // One line of the camera's own text: whatever else it tried to say ends here.
  const format = formatParameters?.split(/[\r\n]/)[0];
  if (format !== undefined && format !== '') lines.push(`a=fmtp:${payloadType} ${format}`);
  return `${lines.join('\r\n')}\r\n`;
}

async function bindLoopback(socket: Socket): Promise<number> {
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

/** An even UDP port that is free now, for ffmpeg to listen on; it takes the next one for RTCP (RFC 3550, 11). */
async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const probe = createSocket('udp4');
    const port = await bindLoopback(probe);
    await new Promise<void>((resolve) => probe.close(() => resolve()));
    if (port % 2 === 0) return port;
  }
  throw new Error('no free UDP port was found on this machine');
}
