import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { addressOf, CameraUrlError, parseCameraUrl, type CameraUrl } from '../../base/cameraUrl.ts';
import { rtcpGoodbyes } from './rtpPacket.ts';
import { ReorderBuffer } from './reorderBuffer.ts';
import { RtspConnection, RtspError, type RtspResponse } from './rtspConnection.ts';
import {
  parseSessionDescription,
  SessionDescriptionError,
  type CameraDescription,
  type TrackDescription,
} from './sessionDescription.ts';
import { readSessionHeader, readTransport } from './rtspHeaders.ts';
import { resolveLocation } from './rtspUrl.ts';

export interface RtspSessionOptions {
  url: string;
  username?: string;
  password?: string;
  /** The password is not sent in clear (Basic). */
  digestOnly: boolean;
  /** The camera took the password encrypted (Digest). */
  onDigestTaken(): void;
  lowerTransport: 'tcp' | 'udp';
  connectMs: number;
  responseMs: number;
  /** The bytes may be written to, and are no longer the listener's when it returns. */
  onRtp(kind: 'video' | 'audio', packet: Buffer): void;
  /** The camera names the SSRC it will send with. */
  onNamedSource(kind: 'video' | 'audio', ssrc: number): void;
  /** Whether the picture ends with the farewell of this SSRC. */
  endsWith(ssrc: number): boolean;
  /** The session ended by itself; never after close(). */
  onEnded(error: RtspError): void;
}

/** A playing session. */
export interface RtspSession {
  close(): void;
}

const maxRedirects = 3;
/** RFC 2326, 12.37: a session without a timeout lasts 60 s. */
const defaultSessionSeconds = 60;
const shortestKeepAliveMs = 400;
/** Firewalls between hub and camera forget a quiet connection after a minute or more. */
const longestKeepAliveMs = 30_000;

interface UdpPair {
  rtp: UdpSocket;
  rtcp: UdpSocket;
  port: number;
  reorder: ReorderBuffer;
}

/** Describes, sets up and plays a camera's stream: `describe()`, then `play()`, then media until it ends. */
export class RtspClient implements RtspSession {
  readonly #options: RtspSessionOptions;
  #connection: RtspConnection | undefined;
  #udp: UdpPair[] = [];
  #keepAlive: NodeJS.Timeout | undefined;
  #keepAliveUnderWay = false;
  #sessionId: string | undefined;
  #sessionUrl = '';
  #keepAliveMethod = 'OPTIONS';
  #sessionSeconds = defaultSessionSeconds;
  #closed = false;
  readonly #channels = new Map<number, { kind: 'video' | 'audio'; isRtcp: boolean }>();

  constructor(options: RtspSessionOptions) {
    this.#options = options;
  }

  /** The camera's description, with redirects followed. Rejects with RtspError. */
  async describe(): Promise<CameraDescription> {
    let url = this.#options.url;
    const registered = this.#target(url);
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      const target = this.#target(url);
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
        onEnded: (error) => this.#fail(error),
      });
      if (this.#closed) throw closedError();
      this.#connection = connection;
      await connection.open();
      await this.#learnMethods(connection, target.url);
      const response = await connection.request('DESCRIBE', target.url, { Accept: 'application/sdp' });
      if (response.status < 300) return this.#description(response, target.url);
      const location = response.headers.get('location')?.[0];
      connection.close();
      if (location === undefined)
        throw new RtspError('refused', `The camera answered ${response.status} without a place to go.`);
      url = this.#redirected(target.url, location);
    }
    throw new RtspError('refused', 'The camera sends from one address to the next without end.');
  }

  /** Sets the tracks up and plays them. Rejects with RtspError. */
  async play(tracks: TrackDescription[], sessionUrl: string): Promise<void> {
    this.#sessionUrl = sessionUrl;
    for (const track of tracks) await this.#setUp(track);
    await this.#request('PLAY', sessionUrl, { Range: 'npt=0.000-' });
    // The stream may have ended in the same bytes as the answer came in.
    if (this.#closed) throw closedError();
    // Half the timeout, so that one lost keep-alive does not end the session.
    const halfMs = (this.#sessionSeconds * 1000) / 2 - 500;
    const intervalMs = Math.min(longestKeepAliveMs, Math.max(shortestKeepAliveMs, halfMs));
    this.#keepAlive = setInterval(() => void this.#sendKeepAlive(), intervalMs);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#sessionId !== undefined) {
      this.#connection?.sendOnly('TEARDOWN', this.#sessionUrl, { Session: this.#sessionId });
    }
    this.#release();
  }

  #redirected(asked: string, location: string): string {
    try {
      return resolveLocation(asked, location);
    } catch (error) {
      throw new RtspError(
        'refused',
        `The camera sends to another place, and ${(error as Error).message}. Correct its address in the registry.`,
      );
    }
  }

  #target(url: string): CameraUrl {
    try {
      return parseCameraUrl(url);
    } catch (error) {
      if (!(error instanceof CameraUrlError)) throw error;
      throw new RtspError(
        'protocolError',
        `The camera’s address is not usable: ${error.message}. Correct it in the registry.`,
      );
    }
  }

  /** Cameras that do not list GET_PARAMETER drop the session over it; OPTIONS is always allowed. */
  async #learnMethods(connection: RtspConnection, url: string): Promise<void> {
    try {
      const response = await connection.request('OPTIONS', url);
      const methods = (response.headers.get('public') ?? []).join(',').toUpperCase();
      if (/\bGET_PARAMETER\b/.test(methods)) this.#keepAliveMethod = 'GET_PARAMETER';
    } catch (error) {
      // OPTIONS is a courtesy: what a camera thinks of it says nothing about DESCRIBE.
      // A refused password does: asking on would only bring the account nearer to being locked.
      const isAnswer = error instanceof RtspError && error.status !== undefined;
      if (!isAnswer || error.status === 401) throw error;
    }
  }

  #description(response: RtspResponse, url: string): CameraDescription {
    const base = response.headers.get('content-base')?.[0] ?? response.headers.get('content-location')?.[0];
    try {
      return parseSessionDescription(response.body.toString('utf8'), usableBase(url, base));
    } catch (error) {
      if (error instanceof SessionDescriptionError || error instanceof CameraUrlError) {
        throw new RtspError('protocolError', `Not usable: ${error.message}.`);
      }
      throw error;
    }
  }

  /** Over the transport wished for; a camera that does not speak it (461 Unsupported Transport) gets the other. */
  async #setUp(track: TrackDescription): Promise<void> {
    const wantsUdp = this.#options.lowerTransport === 'udp';
    try {
      await (wantsUdp ? this.#setUpUdp(track) : this.#setUpTcp(track));
    } catch (error) {
      // 461 Unsupported Transport: a camera that only speaks the other one.
      if (!(error instanceof RtspError) || error.status !== 461) throw error;
      await (wantsUdp ? this.#setUpTcp(track) : this.#setUpUdp(track));
    }
  }

  async #setUpTcp(track: TrackDescription): Promise<void> {
    const wanted = this.#channels.size;
    const response = await this.#request('SETUP', track.controlUrl, {
      Transport: `RTP/AVP/TCP;unicast;interleaved=${wanted}-${wanted + 1}`,
    });
    const transport = response.headers.get('transport')?.[0] ?? '';
    const { interleaved = [wanted, wanted + 1], ssrc } = readTransport(transport);
    const [channel, rtcpChannel] = interleaved;
    if (ssrc !== undefined) this.#options.onNamedSource(track.kind, ssrc);
    this.#channels.set(rtcpChannel, { kind: track.kind, isRtcp: true });
    this.#channels.set(channel, { kind: track.kind, isRtcp: false });
  }

  async #setUpUdp(track: TrackDescription): Promise<void> {
    const pair = await openUdpPair(this.#connection?.localFamilyIsIpv6 ?? false, (packet) => {
      if (!this.#closed) this.#options.onRtp(track.kind, packet);
    });
    if (this.#closed) {
      closeUdpPair(pair);
      throw closedError();
    }
    this.#udp.push(pair);
    const camera = this.#connection?.remoteAddress;
    pair.rtp.on('message', (packet, from) => {
      if (from.address === camera) pair.reorder.push(packet);
    });
    pair.rtcp.on('message', (packet, from) => {
      if (from.address === camera) this.#heardReport(track.kind, packet);
    });
    let response: RtspResponse;
    try {
      response = await this.#request('SETUP', track.controlUrl, {
        Transport: `RTP/AVP;unicast;client_port=${pair.port}-${pair.port + 1}`,
      });
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
      pair.rtcp.send(emptyReceiverReport, serverPort + 1, camera);
    }
  }

  async #request(method: string, url: string, headers: Record<string, string>): Promise<RtspResponse> {
    const connection = this.#connection;
    if (connection === undefined || this.#closed) throw closedError();
    const session: Record<string, string> = this.#sessionId === undefined ? {} : { Session: this.#sessionId };
    const response = await connection.request(method, url, { ...headers, ...session });
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

  async #sendKeepAlive(): Promise<void> {
    if (this.#keepAliveUnderWay) return;
    this.#keepAliveUnderWay = true;
    try {
      await this.#request(this.#keepAliveMethod, this.#sessionUrl, {});
    } catch (error) {
      // A camera that dislikes the question still plays; only a silent or broken connection ends the session.
      // One that answers no questions while it plays is a camera too: silence of the media is watched elsewhere.
      if (error instanceof RtspError && error.failure === 'timeout') return;
      if (error instanceof RtspError && error.status !== undefined && error.status !== 454) {
        // It listed GET_PARAMETER and refuses it all the same; what it refuses may not keep the session alive.
        this.#keepAliveMethod = 'OPTIONS';
        return;
      }
      this.#fail(error instanceof RtspError ? error : new RtspError('protocolError', String(error)));
    } finally {
      this.#keepAliveUnderWay = false;
    }
  }

  #interleaved(channel: number, data: Buffer): void {
    const known = this.#channels.get(channel);
    if (known === undefined) return;
    if (!known.isRtcp) this.#options.onRtp(known.kind, data);
    else this.#heardReport(known.kind, data);
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
    this.#options.onEnded(error);
  }

  #release(): void {
    clearInterval(this.#keepAlive);
    this.#connection?.close();
    for (const pair of this.#udp) closeUdpPair(pair);
    this.#udp = [];
  }
}

/** The base of a description's addresses; firmware that writes nonsense there means the address that was asked. */
function usableBase(asked: string, named: string | undefined): string {
  try {
    return named === undefined ? asked : parseCameraUrl(named).url;
  } catch {
    return asked;
  }
}

function closedError(): RtspError {
  return new RtspError('closedByCamera', 'The connection was closed.');
}

function definedOnly({ username, password }: RtspSessionOptions): { username?: string; password?: string } {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

/** An RTCP receiver report without blocks (RFC 3550, 6.4.2): some cameras stop when they hear nothing. */
const emptyReceiverReport = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 1]);
const udpTries = 20;
/** Room for the burst of a large key picture. */
const udpReceiveBufferBytes = 1024 * 1024;

/** An even port for RTP and the next one for RTCP (RFC 3550, 11). */
async function openUdpPair(isIpv6: boolean, deliver: (packet: Buffer) => void): Promise<UdpPair> {
  const type = isIpv6 ? 'udp6' : 'udp4';
  for (let tries = 0; tries < udpTries; tries += 1) {
    const rtp = createSocket({ type, recvBufferSize: udpReceiveBufferBytes });
    const rtcp = createSocket({ type });
    try {
      rtp.bind(0);
      await once(rtp, 'listening');
      const { port } = rtp.address();
      if (port % 2 === 0) {
        rtcp.bind(port + 1);
        await once(rtcp, 'listening');
        rtp.on('error', () => undefined);
        rtcp.on('error', () => undefined);
        return { rtp, rtcp, port, reorder: new ReorderBuffer(deliver) };
      }
    } catch {
      // The neighbour port is taken: another pair is tried.
    }
    rtp.close();
    rtcp.close();
  }
  throw new RtspError('protocolError', 'No pair of free UDP ports was found on this machine.');
}

function closeUdpPair(pair: UdpPair): void {
  pair.reorder.close();
  pair.rtp.close();
  pair.rtcp.close();
}
