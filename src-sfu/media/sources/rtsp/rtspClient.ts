import { addressOf } from '../../../base/cameraUrl.ts';
import { createSharedInterval } from '../../../base/sharedInterval.ts';
import { rtcpGoodbyes } from '../../ingest/rtpPacket.ts';
import { interleavedFrame, ReceiverReport } from './receiverReport.ts';
import { RtspConnection, type RtspResponse } from './rtspConnection.ts';
import { readDescription, redirected, targetOf } from './rtspDescribe.ts';
import { RtspError } from './rtspErrors.ts';
import { RtspKeepAlive } from './rtspKeepAlive.ts';
import type { CameraDescription, RtspTrack } from './sessionDescription.ts';
import type { SourceLimits, StreamSource, StreamSourceEvents } from '../streamSource.ts';
import { readSessionHeader, readTransport } from './rtspHeaders.ts';
import { closeUdpPair, openUdpPair, type UdpPair } from './udpPair.ts';

export interface RtspClientOptions extends StreamSourceEvents, SourceLimits {
  url: string;
  username?: string;
  password?: string;
  /** The password is not sent in clear (Basic). */
  digestOnly: boolean;
  lowerTransport: 'tcp' | 'udp';
}

const maxRedirects = 3;
/** RFC 2326, 12.37: a session without a timeout lasts 60 s. */
const defaultSessionSeconds = 60;
/** RFC 3550, 6.2: five seconds is the usual least. Cameras are known that stop after 10 s without a report. */
const reportIntervalMs = 4_000;
const reportTurns = createSharedInterval(reportIntervalMs, 16);
/** A camera that does not answer about its sound must not keep its picture waiting. */
const soundResponseMs = 2_000;

/** An RTSP session with a camera (RFC 2326): DESCRIBE at `open()`, SETUP and PLAY at `play()`, then media until it ends. */
export class RtspClient implements StreamSource {
  readonly #options: RtspClientOptions;
  #description: CameraDescription | undefined;
  #connection: RtspConnection | undefined;
  #udp: UdpPair[] = [];
  readonly #keepAlive: RtspKeepAlive;
  #sessionId: string | undefined;
  #sessionUrl = '';
  #sessionSeconds = defaultSessionSeconds;
  #closed = false;
  readonly #channels = new Map<number, { kind: 'video' | 'audio'; isRtcp: boolean }>();
  readonly #reports = { video: new ReceiverReport(), audio: new ReceiverReport() };
  /** By what each track's reports are sent. */
  readonly #reportSenders: (() => void)[] = [];
  #leaveReports: (() => void) | undefined;
  #isSettingUpSound = false;
  readonly #overTcp = new Set<'video' | 'audio'>();

  constructor(options: RtspClientOptions) {
    this.#options = options;
    this.#keepAlive = new RtspKeepAlive(
      (method) => this.#request(method, this.#sessionUrl, {}),
      (error) => this.#fail(error),
    );
  }

  /** The camera's description, with redirects followed. Rejects with RtspError. */
  async open(): Promise<CameraDescription> {
    let url = this.#options.url;
    const registered = targetOf(url);
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      const target = targetOf(url);
      // A camera may send us elsewhere, but not our password: that goes to the registered host and port alone.
      const isOwn = addressOf(target) === addressOf(registered);
      const own = isOwn ? { ...registered, ...definedOnly(this.#options) } : target;
      const { username, password } = own;
      const connection = new RtspConnection({
        target,
        ...(username === undefined ? {} : { credentials: { username, password: password ?? '' } }),
        digestOnly: this.#options.digestOnly,
        onDigestTaken: () => this.#options.onDigestTaken(),
        connectMs: this.#options.connectMs,
        responseMs: this.#options.responseMs,
        onInterleaved: (channel, data) => this.#interleaved(channel, data),
        mayWait: () => this.#options.mayWait(),
        onMediaLost: () => this.#options.onMediaLost(),
        onEnded: (error) => this.#fail(error),
      });
      if (this.#closed) throw closedError();
      this.#connection = connection;
      await connection.open();
      await this.#keepAlive.learnMethods(connection, target.url);
      const response = await connection.request('DESCRIBE', target.url, { Accept: 'application/sdp' });
      if (response.status < 300) return (this.#description = readDescription(response, target.url));
      const location = response.headers.get('location')?.[0];
      connection.close();
      if (location === undefined)
        throw new RtspError('refused', `The camera answered ${response.status} without a place to go.`);
      url = redirected(target.url, location);
    }
    throw new RtspError('refused', 'The camera sends from one address to the next without end.');
  }

  /** Whether a track comes over TCP, which loses nothing and keeps the order. */
  isReliable(kind: 'video' | 'audio'): boolean {
    return this.#overTcp.has(kind);
  }

  readNow(): void {
    this.#connection?.readNow();
  }

  /** Sets the tracks up, the sound if it can be, and plays them. Rejects with RtspError. */
  async play({ withSound }: { withSound: boolean }): Promise<void> {
    const { video, audio, sessionUrl = '' } = this.#description ?? {};
    if (video === undefined) throw new RtspError('protocolError', 'The camera described no picture.');
    this.#sessionUrl = sessionUrl;
    await this.#setUp(video);
    if (audio !== undefined && withSound) await this.#setUpSound(audio);
    await this.#request('PLAY', sessionUrl, { Range: 'npt=0.000-' });
    // The stream may have ended in the same bytes as the answer came in.
    if (this.#closed) throw closedError();
    this.#keepAlive.start(this.#sessionSeconds);
    this.#leaveReports = reportTurns.join(() => {
      for (const send of this.#reportSenders) send();
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#sessionId !== undefined) {
      this.#connection?.sendOnly('TEARDOWN', this.#sessionUrl, { Session: this.#sessionId });
    }
    this.#release();
  }

  /** Over the transport wished for; a camera that does not speak it (461 Unsupported Transport) gets the other. */
  async #setUp(track: RtspTrack): Promise<void> {
    const wantsUdp = this.#options.lowerTransport === 'udp';
    try {
      await (wantsUdp ? this.#setUpUdp(track) : this.#setUpTcp(track));
    } catch (error) {
      // 461 Unsupported Transport: a camera that only speaks the other one.
      if (!(error instanceof RtspError) || error.status !== 461) throw error;
      await (wantsUdp ? this.#setUpTcp(track) : this.#setUpUdp(track));
    }
  }

  /** A refused or unanswered SETUP of the sound costs the sound alone. */
  async #setUpSound(track: RtspTrack): Promise<void> {
    this.#isSettingUpSound = true;
    try {
      await this.#setUp(track);
    } catch (error) {
      if (!this.#closed) this.#options.onSoundRefused();
      const isAnswer =
        error instanceof RtspError && (error.status !== undefined || error.failure === 'timeout');
      if (this.#closed || !isAnswer) throw error;
    } finally {
      this.#isSettingUpSound = false;
    }
  }

  async #setUpTcp(track: RtspTrack): Promise<void> {
    const wanted = this.#channels.size;
    const response = await this.#request(
      'SETUP',
      track.controlUrl,
      { Transport: `RTP/AVP/TCP;unicast;interleaved=${wanted}-${wanted + 1}` },
      this.#limitOf(track),
    );
    const transport = response.headers.get('transport')?.[0] ?? '';
    const { interleaved = [wanted, wanted + 1], ssrc } = readTransport(transport);
    const [channel, rtcpChannel] = interleaved;
    if (ssrc !== undefined) this.#options.onNamedSource(track.kind, ssrc);
    this.#channels.set(rtcpChannel, { kind: track.kind, isRtcp: true });
    this.#channels.set(channel, { kind: track.kind, isRtcp: false });
    this.#connection?.setChannel(rtcpChannel, 'rtcp');
    this.#connection?.setChannel(channel, 'rtp');
    this.#overTcp.add(track.kind);
    this.#reportSenders.push(() => {
      const report = this.#reports[track.kind].write(performance.now());
      this.#connection?.sendInterleaved(interleavedFrame(rtcpChannel, report));
    });
  }

  #limitOf({ kind }: RtspTrack): number | undefined {
    return kind === 'audio' ? Math.min(soundResponseMs, this.#options.responseMs) : undefined;
  }

  async #setUpUdp(track: RtspTrack): Promise<void> {
    const pair = await openUdpPair(this.#connection?.localFamilyIsIpv6 ?? false, (packet) => {
      if (!this.#closed) this.#received(track.kind, packet);
    });
    if (this.#closed) {
      closeUdpPair(pair);
      throw closedError();
    }
    this.#udp.push(pair);
    const camera = this.#connection?.remoteAddress;
    let mediaPort = 0;
    pair.rtp.on('message', (packet, from) => {
      if (from.address !== camera) return;
      mediaPort = from.port;
      pair.reorder.push(packet);
    });
    let reportPort = 0;
    pair.rtcp.on('message', (packet, from) => {
      if (from.address !== camera) return;
      // Where the camera names no port of its own, its reports show it.
      if (reportPort === 0) reportPort = from.port;
      this.#receivedRtcp(track.kind, packet);
    });
    let response: RtspResponse;
    try {
      response = await this.#request(
        'SETUP',
        track.controlUrl,
        { Transport: `RTP/AVP;unicast;client_port=${pair.port}-${pair.port + 1}` },
        this.#limitOf(track),
      );
    } catch (error) {
      // When the session ended meanwhile, its sockets are closed already.
      if (this.#udp.includes(pair)) closeUdpPair(pair);
      this.#udp = this.#udp.filter((other) => other !== pair);
      throw error;
    }
    if (this.#closed) throw closedError();
    const transport = response.headers.get('transport')?.[0] ?? '';
    const { serverPort = 0, ssrc } = readTransport(transport);
    if (ssrc !== undefined) this.#options.onNamedSource(track.kind, ssrc);
    // A first datagram opens the way back through a firewall that only knows what went out.
    if (camera !== undefined && serverPort > 0 && serverPort < 65_535) {
      pair.rtp.send(Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), serverPort, camera);
      reportPort = serverPort + 1;
      pair.rtcp.send(this.#reports[track.kind].write(performance.now()), reportPort, camera);
    }
    this.#reportSenders.push(() => {
      const port = reportPort > 0 ? reportPort : mediaPort + 1;
      if (camera === undefined || !this.#udp.includes(pair) || port < 2 || port > 65_535) return;
      pair.rtcp.send(this.#reports[track.kind].write(performance.now()), port, camera);
    });
  }

  async #request(
    method: string,
    url: string,
    headers: Record<string, string>,
    limitMs?: number,
  ): Promise<RtspResponse> {
    const connection = this.#connection;
    if (connection === undefined || this.#closed) throw closedError();
    const session: Record<string, string> = this.#sessionId === undefined ? {} : { Session: this.#sessionId };
    const response = await connection.request(method, url, { ...headers, ...session }, limitMs);
    if (response.status >= 300) {
      throw new RtspError('refused', `The camera answered ${method} with a redirect.`, response.status);
    }
    const named = response.headers.get('session')?.[0];
    if (named !== undefined) {
      const { id, timeoutSeconds } = readSessionHeader(named);
      if (id !== undefined) this.#sessionId = id;
      if (timeoutSeconds !== undefined) this.#sessionSeconds = timeoutSeconds;
    }
    return response;
  }

  #interleaved(channel: number, data: Buffer): void {
    const known = this.#channels.get(channel);
    if (known === undefined) return;
    if (known.isRtcp) this.#receivedRtcp(known.kind, data);
    else this.#received(known.kind, data);
  }

  #received(kind: 'video' | 'audio', packet: Buffer): void {
    this.#reports[kind].count(packet);
    this.#options.onPacket(kind, packet);
  }

  #receivedRtcp(kind: 'video' | 'audio', packet: Buffer): void {
    this.#reports[kind].heard(packet, performance.now());
    this.#heardReport(kind, packet);
  }

  /**
   * Only a farewell of the source that is shown ends the stream. The picture is what counts: a camera whose microphone was
   * switched off plays on.
   */
  #heardReport(kind: 'video' | 'audio', packet: Buffer): void {
    if (kind === 'video' && rtcpGoodbyes(packet).some((ssrc) => this.#options.endsWith(ssrc)))
      this.#fail(new RtspError('closedByCamera', 'The camera ended the stream.'));
  }

  #fail(error: RtspError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
    if (this.#isSettingUpSound) this.#options.onSoundRefused();
    this.#options.onEnded(error);
  }

  #release(): void {
    this.#keepAlive.stop();
    this.#leaveReports?.();
    this.#connection?.close();
    for (const pair of this.#udp) closeUdpPair(pair);
    this.#udp = [];
  }
}

function closedError(): RtspError {
  return new RtspError('closedByCamera', 'The connection was closed.');
}

function definedOnly({ username, password }: RtspClientOptions): { username?: string; password?: string } {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}
