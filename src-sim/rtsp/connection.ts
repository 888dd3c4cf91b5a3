import { randomBytes, randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SimulatedCamera } from '../cameras/camera.ts';
import { streamFormats } from '../scenes/catalogue.ts';
import type { StreamName } from '../scenes/catalogue.ts';
import { challenge, isAuthorized } from './authentication.ts';
import { asksBackChannel, describeEar, earTrackName, startsEar } from './backChannel.ts';
import { Playback } from './playback.ts';
import { clipOf, encodingOf } from './servedClip.ts';
import type { PlaybackResources } from './playback.ts';
import { RtspRequestParser, RtspSyntaxError, writeResponse } from './requestParser.ts';
import type { RtspRequest } from './requestParser.ts';
import { describeSession, trackNames } from './sessionDescription.ts';
import { chooseTransport } from './transport.ts';

/** Seconds without a sign of life after which a session ends; announced in the Session header. */
const usualTimeoutSeconds = 60;
const methods = [
  'OPTIONS',
  'DESCRIBE',
  'SETUP',
  'PLAY',
  'PAUSE',
  'GET_PARAMETER',
  'SET_PARAMETER',
  'RECORD',
  'TEARDOWN',
];

/** What a connection needs from the server. */
export interface ConnectionContext extends PlaybackResources {
  findCamera(id: string): SimulatedCamera | undefined;
  nowMs(): number;
}

/** A client's session: one camera's stream, set up or playing. */
interface Session {
  id: string;
  camera: SimulatedCamera;
  stream: StreamName;
  playback: Playback;
  lastHeardMs: number;
  /** Channel of the voice that comes from the client, once it was set up; `isOpen` when it began. */
  ear: { channel: number; isOpen: boolean } | undefined;
}

interface Target {
  camera: SimulatedCamera;
  stream: StreamName;
  /** Position in `trackNames`, when the URL names a track. */
  track: number | undefined;
  isEar: boolean;
}

/** One client's RTSP connection. */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #context: ConnectionContext;
  readonly #parser = new RtspRequestParser();
  readonly #nonce = randomBytes(16).toString('hex');
  #session: Session | undefined;

  constructor(socket: Socket, context: ConnectionContext) {
    this.#socket = socket;
    this.#context = context;
    socket.on('data', (bytes) => this.#receive(bytes));
  }

  get camera(): SimulatedCamera | undefined {
    return this.#session?.camera;
  }

  get isPlaying(): boolean {
    return this.#session?.playback.isPlaying ?? false;
  }

  get stream(): StreamName | undefined {
    return this.#session?.stream;
  }

  get droppedPictures(): number {
    return this.#session?.playback.droppedPictures ?? 0;
  }

  tick(nowMs: number): void {
    this.#session?.playback.tick(nowMs);
  }

  /** Ends a session that was silent too long. */
  endIfSilent(nowMs: number): void {
    const session = this.#session;
    if (!session || nowMs - session.lastHeardMs <= this.#timeoutSeconds(session.camera) * 1_000) return;
    this.close();
  }

  /** A receiver report came by UDP: a sign of life, if it is this client's. */
  noteReport(address: string, port: number): void {
    if (this.#session?.playback.receivesReportsAt(address, port)) this.#noteReceiverReport();
  }

  close(): void {
    this.#session?.playback.pause();
    this.#session = undefined;
    this.#socket.destroy();
  }

  #timeoutSeconds(camera: SimulatedCamera): number {
    return camera.fault.kind === 'shortSessionTimeout' ? camera.fault.seconds : usualTimeoutSeconds;
  }

  #noteReceiverReport(): void {
    const session = this.#session;
    if (session && session.camera.fault.kind !== 'shortSessionTimeout') {
      session.lastHeardMs = this.#context.nowMs();
    }
  }

  #receive(bytes: Buffer): void {
    try {
      for (const message of this.#parser.push(bytes)) {
        if (this.#socket.destroyed) return;
        if (message.kind === 'data') this.#data(message.channel, message.data);
        else this.#handle(message.request);
      }
    } catch (error) {
      if (!(error instanceof RtspSyntaxError)) throw error;
      this.#socket.end(writeResponse(400, undefined, { Connection: 'close' }));
    }
  }

  #data(channel: number, data: Buffer): void {
    this.#noteReceiverReport();
    const { ear, camera } = this.#session ?? {};
    if (ear?.isOpen === true && ear.channel === channel && camera?.ear.habit !== 'deaf')
      camera?.ear.heard.packet(data);
  }

  #answer(request: RtspRequest, status: number, headers: Record<string, string> = {}, body = ''): void {
    this.#socket.write(writeResponse(status, request.headers.get('cseq'), headers, body));
  }

  #targetOf(url: string): Target | undefined {
    const path = URL.canParse(url) ? new URL(url).pathname : url;
    const [, id = '', stream = '', track] = path.split('/');
    const camera = this.#context.findCamera(id);
    if (!camera || (stream !== 'main' && stream !== 'sub')) return undefined;
    const position = trackNames.findIndex((name) => name === track);
    return { camera, stream, track: position >= 0 ? position : undefined, isEar: track === earTrackName };
  }

  #handle(request: RtspRequest): void {
    if (!methods.includes(request.method)) {
      this.#answer(request, 501);
      return;
    }
    const target = request.url === '*' ? undefined : this.#targetOf(request.url);
    const camera = target?.camera ?? this.#session?.camera;
    if (camera?.fault.kind === 'silence' && camera.fault.of === 'requests') return;
    if (camera?.fault.kind === 'refuse') {
      if (camera.fault.hangUp) this.#socket.destroy();
      else this.#answer(request, camera.fault.status);
      return;
    }
    if (request.method === 'OPTIONS') {
      this.#keepAlive(request);
      this.#answer(request, 200, { Public: methods.join(', ') });
      return;
    }
    if (!target) {
      this.#answer(request, 404);
      return;
    }
    if (!this.#isAllowed(request, target.camera)) {
      this.#answer(request, 401, { 'WWW-Authenticate': challenge(target.camera.credentials, this.#nonce) });
      return;
    }
    if (request.method === 'DESCRIBE') this.#describe(request, target);
    else if (request.method === 'SETUP') this.#setUp(request, target);
    else this.#control(request);
  }

  #isAllowed(request: RtspRequest, camera: SimulatedCamera): boolean {
    if (camera.fault.kind === 'wrongPassword') return false;
    const authorization = request.headers.get('authorization');
    return isAuthorized(camera.credentials, { method: request.method, authorization }, this.#nonce);
  }

  #describe(request: RtspRequest, { camera, stream }: Target): void {
    if (camera.fault.kind === 'garbage' && camera.fault.in === 'description') {
      this.#socket.write(randomBytes(randomInt(200, 2_000)));
      return;
    }
    const withEar = asksBackChannel(request.headers.get('require'));
    if (withEar && camera.ear.habit === 'none') {
      this.#answer(request, 551, { Unsupported: request.headers.get('require') ?? '' });
      return;
    }
    const base = `rtsp://${this.#socket.localAddress}:${this.#socket.localPort}/${camera.id}/${stream}/`;
    const clip = clipOf(this.#context.clips, camera, stream, camera.show, encodingOf(camera));
    const body = `${describeSession({
      clip,
      hasAudio: camera.hasAudio,
      bitrateKbps: streamFormats[stream].bitrateKbps,
      withParameterSets:
        camera.live === undefined &&
        !(camera.fault.kind === 'missingParameterSets' && camera.fault.in === 'description'),
      ...(camera.usesAbsoluteControl && { absoluteBase: base }),
      serverAddress: this.#socket.localAddress ?? '0.0.0.0',
      sessionNumber: this.#context.nowMs(),
    })}${withEar ? describeEar(camera.usesAbsoluteControl ? `${base}${earTrackName}` : earTrackName) : ''}`;
    this.#answer(request, 200, { 'Content-Base': base, 'Content-Type': 'application/sdp' }, body);
  }

  #setUp(request: RtspRequest, { camera, stream, track = 0, isEar }: Target): void {
    const existing = this.#session;
    if (existing && existing.id !== this.#sessionHeader(request)) return this.#answer(request, 459);
    if (existing && (existing.camera !== camera || existing.stream !== stream)) {
      return this.#answer(request, 459);
    }
    if (track === 1 && !camera.hasAudio) return this.#answer(request, 404);
    if (isEar && camera.ear.habit === 'none') return this.#answer(request, 404);
    const clientAddress = (this.#socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const transport = chooseTransport(request.headers.get('transport') ?? '', clientAddress, track * 2);
    if (!transport || (isEar && transport.kind !== 'interleaved')) return this.#answer(request, 461);
    const session = existing ?? {
      id: randomBytes(8).toString('hex'),
      camera,
      stream,
      playback: new Playback(camera, stream, this.#socket, this.#context),
      lastHeardMs: 0,
      ear: undefined,
    };
    session.lastHeardMs = this.#context.nowMs();
    this.#session = session;
    if (isEar && transport.kind === 'interleaved') {
      session.ear = { channel: transport.rtpChannel, isOpen: false };
      return this.#answer(request, 200, {
        Transport: `RTP/AVP/TCP;unicast;interleaved=${transport.rtpChannel}-${transport.rtcpChannel}`,
        Session: `${session.id};timeout=${Math.floor(this.#timeoutSeconds(camera))}`,
      });
    }
    const source = session.playback.setTransport(track === 1 ? 'audio' : 'video', transport);
    const tail = `ssrc=${source.toString(16).toUpperCase().padStart(8, '0')};mode="PLAY"`;
    const { datagrams } = this.#context;
    const description =
      transport.kind === 'interleaved'
        ? `RTP/AVP/TCP;unicast;interleaved=${transport.rtpChannel}-${transport.rtcpChannel};${tail}`
        : `RTP/AVP;unicast;client_port=${transport.rtpPort}-${transport.rtcpPort};server_port=${datagrams.rtpPort}-${datagrams.rtcpPort};${tail}`;
    const { fault } = camera;
    const announced = fault.kind !== 'shortSessionTimeout' || fault.announced;
    this.#answer(request, 200, {
      Transport: description,
      Session: announced ? `${session.id};timeout=${Math.floor(this.#timeoutSeconds(camera))}` : session.id,
    });
  }

  #sessionHeader(request: RtspRequest): string | undefined {
    return request.headers.get('session')?.split(';')[0]?.trim();
  }

  #keepAlive(request: RtspRequest): void {
    const session = this.#session;
    if (session && session.id === this.#sessionHeader(request)) session.lastHeardMs = this.#context.nowMs();
  }

  #control(request: RtspRequest): void {
    const session = this.#session;
    if (!session || session.id !== this.#sessionHeader(request)) {
      // Without a session GET_PARAMETER is a mere "are you there".
      const isPing = request.method.endsWith('_PARAMETER') && !request.headers.has('session');
      this.#answer(request, isPing ? 200 : 454);
      return;
    }
    this.#keepAlive(request);
    const headers = { Session: session.id };
    if (session.ear !== undefined && (request.method === 'PLAY' || request.method === 'RECORD')) {
      if (!startsEar(session.camera.ear, request.method)) return this.#answer(request, 455, headers);
      session.ear.isOpen = true;
      session.camera.ear.heard.begin();
      return this.#answer(request, 200, headers);
    }
    if (request.method === 'RECORD') return this.#answer(request, 405, headers);
    if (request.method === 'PLAY') {
      const base = `rtsp://${this.#socket.localAddress}:${this.#socket.localPort}/${session.camera.id}/${session.stream}`;
      const start = session.playback.play(this.#context.nowMs());
      const tracks = [start.video, start.audio].flatMap((track, position) =>
        track ? [`url=${base}/${trackNames[position]};seq=${track.sequence};rtptime=${track.timestamp}`] : [],
      );
      this.#answer(request, 200, { ...headers, Range: 'npt=0.000-', 'RTP-Info': tracks.join(',') });
      return;
    }
    if (request.method === 'PAUSE' || request.method === 'TEARDOWN') session.playback.pause();
    if (request.method === 'TEARDOWN') this.#session = undefined;
    this.#answer(request, 200, headers);
  }
}
