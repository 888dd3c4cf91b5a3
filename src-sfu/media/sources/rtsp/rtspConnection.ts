import { connect, isIP, type Socket } from 'node:net';
import { startSilenceTimer, type Timer } from '../../../base/timers.ts';
import { AnswerMatcher } from './answerMatcher.ts';
import { RtspError, socketError, statusError, wantsClearPassword, wrongPassword } from './rtspErrors.ts';
import { RtspProtocolError, type RtspHeaders, type RtspMessage } from './rtspMessage.ts';
import { RtspParser } from './rtspParser.ts';
import { createReadRounds } from './readRounds.ts';
import { Authenticator, chooseChallenge, type Credentials } from './rtspAuthentication.ts';
import type { CameraUrl } from '../../../base/cameraUrl.ts';

/** A response of the camera with a status below 300, or a redirect. */
export type RtspResponse = Extract<RtspMessage, { type: 'response' }>;

export interface RtspConnectionOptions {
  target: Pick<CameraUrl, 'host' | 'port'>;
  credentials?: Credentials;
  /** The password is not sent in clear (Basic): the camera took it encrypted (Digest) before. */
  digestOnly: boolean;
  /** The camera accepted the password encrypted. Called once for each connection. */
  onDigestTaken(): void;
  connectMs: number;
  responseMs: number;
  /** The bytes may be written to, and are no longer the listener's when it returns. */
  onInterleaved(channel: number, data: Buffer): void;
  /** Whether interleaved frames may come up to `longestWaitMs` late. */
  mayWait(): boolean;
  /** Some of the interleaved media is missing, because a frame was cut short. */
  onMediaLost(): void;
  /** The connection ended by itself. Never called after close(). */
  onEnded(error: RtspError): void;
}

interface PendingRequest {
  sequence: number;
  resolve(response: RtspResponse): void;
  reject(error: RtspError): void;
  timer: Timer;
}

const userAgent = 'Mingchu';
const maxUnreadBytes = 16 * 1024;
/** How long a camera has to take the farewell before the connection is cut. */
const farewellMs = 500;

/** What a camera of 3 Mb/s sends while it waits for its turn (`longestWaitMs`). */
const readBufferBytes = 160 * 1024;
/**
 * Every connection reads into this one buffer: the bytes are used up before the next read begins, so hundreds of
 * cameras cost no allocation per read. Listeners must not keep what they are given.
 */
const readBuffer = Buffer.allocUnsafeSlow(readBufferBytes);

/** One for all connections, as they share the buffer. */
const readRounds = createReadRounds();

/** One RTSP connection: requests one after the other, answers matched by CSeq, authentication, interleaved frames. */
export class RtspConnection {
  readonly #options: RtspConnectionOptions;
  readonly #parser: RtspParser;
  #socket: Socket | undefined;
  #sequence = 0;
  #pending: PendingRequest | undefined;
  readonly #round = readRounds.join();
  readonly #answers = new AnswerMatcher((message) => this.#settle(message));
  #authenticator: Authenticator | undefined;
  #digestTaken = false;
  #closed = false;
  #ended = false;

  constructor(options: RtspConnectionOptions) {
    this.#options = options;
    this.#parser = new RtspParser({
      onMessage: (message) => this.#received(message),
      onInterleaved: (channel, data) => {
        if (!this.#closed) options.onInterleaved(channel, data);
      },
      onMediaLost: () => {
        if (!this.#closed) options.onMediaLost();
      },
    });
  }

  /** A channel of interleaved frames was set up. */
  setChannel(channel: number, use: 'rtp' | 'rtcp'): void {
    this.#parser.setChannel(channel, use);
  }

  /** Sends an interleaved frame, unless so much is unread that the camera does not seem to read. */
  sendInterleaved(frame: Buffer, maxUnread = maxUnreadBytes): void {
    const socket = this.#socket;
    if (socket?.writable === true && socket.writableLength < maxUnread) socket.write(frame);
  }

  get remoteAddress(): string | undefined {
    return this.#socket?.remoteAddress;
  }

  get localFamilyIsIpv6(): boolean {
    return isIP(this.#socket?.localAddress ?? '') === 6;
  }

  /** Rejects with RtspError `unreachable` or `timeout`. */
  open(): Promise<void> {
    const { host, port } = this.#options.target;
    return new Promise((resolve, reject) => {
      const socket: Socket = connect({
        host,
        port,
        noDelay: true,
        onread: {
          buffer: readBuffer,
          callback: (bytes) => {
            this.#data(readBuffer.subarray(0, bytes));
            return this.#readsOn(socket, bytes);
          },
        },
      });
      this.#socket = socket;
      let settled = false;
      const fail = (error: RtspError): void => {
        if (settled) return this.#end(error);
        settled = true;
        timer.cancel();
        socket.destroy();
        reject(error);
      };
      const timer = startSilenceTimer(
        () =>
          fail(
            new RtspError(
              'unreachable',
              `${host}:${port} did not answer within ${this.#options.connectMs} ms. Check that the camera has power and network.`,
            ),
          ),
        this.#options.connectMs,
      );
      socket.on('connect', () => {
        settled = true;
        timer.cancel();
        resolve();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => fail(socketError(error, host, port)));
      socket.on('close', () => fail(new RtspError('closedByCamera', 'The camera closed the connection.')));
    });
  }

  /**
   * Sends a request and waits for its answer; a challenge is answered once. Rejects with RtspError for every status but
   * 2xx and redirects.
   */
  async request(
    method: string,
    url: string,
    headers: Record<string, string> = {},
    limitMs = this.#options.responseMs,
  ): Promise<RtspResponse> {
    let response = await this.#exchange(method, url, headers, limitMs);
    if (response.status === 401) {
      const { credentials } = this.#options;
      const challenge = chooseChallenge(response.headers.get('www-authenticate') ?? []);
      if (credentials === undefined) {
        throw new RtspError(
          'unauthorized',
          'The camera asks for a user and password, and none is registered.',
          401,
        );
      }
      if (challenge === undefined) {
        throw new RtspError(
          'unauthorized',
          'The camera asks for a kind of sign-in that is not known here.',
          401,
        );
      }
      // A new nonce without "stale" is common too: one fresh answer is due before the password counts as wrong. The
      // same nonce again is a refusal: asking on would only bring the account nearer to being locked.
      if (this.#authenticator?.refusedBy(challenge) === true) throw wrongPassword();
      // A camera that asks for Digest and then for Basic is no camera, or not the one from before.
      const mayBeClear = !this.#options.digestOnly && this.#authenticator?.isDigest !== true;
      if (challenge.scheme === 'basic' && !mayBeClear) throw wantsClearPassword();
      this.#authenticator = new Authenticator(challenge, credentials);
      response = await this.#exchange(method, url, headers, limitMs);
      if (response.status === 401) throw wrongPassword();
    }
    if (response.status < 400) this.#noteDigestTaken();
    if (response.status >= 400) throw statusError(response, method);
    return response;
  }

  #noteDigestTaken(): void {
    if (this.#digestTaken || this.#authenticator?.isDigest !== true) return;
    this.#digestTaken = true;
    if (!this.#closed) this.#options.onDigestTaken();
  }

  /** Sends without waiting for an answer: for TEARDOWN. */
  sendOnly(method: string, url: string, headers: Record<string, string> = {}): void {
    if (this.#socket?.writable === true) this.#write(method, url, headers);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#parser.stop();
    this.#rejectPending(new RtspError('closedByCamera', 'The connection was closed.'));
    const socket = this.#socket;
    if (socket === undefined) return;
    if (socket.connecting) {
      socket.destroy();
      return;
    }
    // What was written last (TEARDOWN) still goes out; a camera that does not close its end is not waited for.
    socket.end();
    const timer = setTimeout(() => socket.destroy(), farewellMs);
    socket.once('close', () => clearTimeout(timer));
  }

  #exchange(
    method: string,
    url: string,
    headers: Record<string, string>,
    limitMs: number,
  ): Promise<RtspResponse> {
    if (this.#closed || this.#ended) {
      return Promise.reject(new RtspError('closedByCamera', 'The camera closed the connection.'));
    }
    if (this.#pending !== undefined) {
      return Promise.reject(new RtspError('protocolError', 'Two requests were made at one time.'));
    }
    const sequence = this.#write(method, url, headers);
    return new Promise((resolve, reject) => {
      const timer = startSilenceTimer(() => {
        this.#pending = undefined;
        this.#answers.giveUp(sequence);
        reject(new RtspError('timeout', `The camera did not answer ${method} within ${limitMs} ms.`));
      }, limitMs);
      this.#pending = { sequence, resolve, reject, timer };
    });
  }

  #write(method: string, url: string, headers: Record<string, string>): number {
    this.#sequence += 1;
    const lines = [`${method} ${url} RTSP/1.0`, `CSeq: ${this.#sequence}`, `User-Agent: ${userAgent}`];
    if (this.#authenticator !== undefined) {
      lines.push(`Authorization: ${this.#authenticator.authorization(method, url)}`);
    }
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    this.readNow();
    this.#socket?.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    return this.#sequence;
  }

  #data(chunk: Buffer): void {
    if (this.#closed || this.#ended) return;
    try {
      this.#parser.push(chunk);
    } catch (error) {
      const text = error instanceof RtspProtocolError ? error.message : `not readable: ${String(error)}`;
      this.#end(new RtspError('protocolError', sentence(text)));
    }
  }

  /** Reads what waits, without another wait. */
  readNow(): void {
    this.#round.restart();
    this.#socket?.resume();
  }

  /** Whether the socket is read as soon as more comes; false when that is left to a later turn. */
  #readsOn(socket: Socket, bytes: number): boolean {
    // Of a full buffer the rest is waiting already.
    const isFull = bytes === readBuffer.length;
    if (isFull || this.#closed || this.#ended || this.#pending !== undefined) return true;
    if (!this.#options.mayWait()) return true;
    this.#round.readLater(socket);
    return false;
  }

  #received(message: RtspMessage): void {
    if (message.type === 'request') return this.#answer(message.method, message.headers);
    const pending = this.#pending;
    // "100 Continue" and its like: the answer itself is still to come.
    if (pending === undefined || message.status < 200) return;
    const verdict = this.#answers.judge(message, pending.sequence);
    if (verdict === 'answer') return this.#settle(message);
    if (verdict === 'notOurs') {
      const answered = (message.headers.get('cseq')?.[0] ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, 20);
      this.#end(
        new RtspError(
          'protocolError',
          `The camera answered request ${answered} when request ${pending.sequence} was the last one.`,
        ),
      );
    }
  }

  #settle(message: RtspResponse): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#answers.settled();
    pending.timer.cancel();
    this.#pending = undefined;
    pending.resolve(message);
  }

  #answer(method: string, headers: RtspHeaders): void {
    const sequence = headers.get('cseq')?.[0] ?? '0';
    const understood = method === 'OPTIONS' || method === 'GET_PARAMETER' || method === 'SET_PARAMETER';
    const status = understood ? '200 OK' : '501 Not Implemented';
    // A camera that asks and asks and never reads must not fill this machine's memory.
    if (!/^\d{1,10}$/.test(sequence) || (this.#socket?.writableLength ?? 0) > maxUnreadBytes) return;
    this.#socket?.write(`RTSP/1.0 ${status}\r\nCSeq: ${sequence}\r\n\r\n`);
  }

  #end(error: RtspError): void {
    if (this.#closed || this.#ended) return;
    this.#ended = true;
    this.#parser.stop();
    this.#socket?.destroy();
    this.#rejectPending(error);
    this.#options.onEnded(error);
  }

  #rejectPending(error: RtspError): void {
    this.#answers.settled();
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return;
    pending.timer.cancel();
    pending.reject(error);
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
