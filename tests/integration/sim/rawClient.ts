import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { CameraImport } from '../../../src-shared/cameras/registryImport.ts';
import { digestResponse, parseParameters } from '../../../src-sim/rtsp/authentication.ts';

/** An answer to an RTSP request. */
export interface RawResponse {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** An RTSP client that hides nothing: what the server sends can be looked at byte by byte. */
export class RawClient {
  /** Everything that came, whatever it is. */
  received = Buffer.alloc(0);
  /** RTP payload packets by interleaved channel. */
  readonly packets = new Map<number, Buffer[]>();
  isClosed = false;
  readonly #socket: Socket;
  #parsed = 0;
  #responses: RawResponse[] = [];
  #sequence = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.#parse();
    });
    socket.on('close', () => (this.isClosed = true));
    socket.on('error', () => undefined);
  }

  static async open(rtspUrl: string): Promise<RawClient> {
    const { hostname, port } = new URL(rtspUrl);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Bytes that were received but are neither an answer nor a whole packet. */
  get unparsedBytes(): number {
    return this.received.length - this.#parsed;
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  async request(
    method: string,
    url: string,
    headers: Record<string, string> = {},
    timeoutMs = 3_000,
  ): Promise<RawResponse> {
    this.#sequence += 1;
    const lines = Object.entries({ CSeq: String(this.#sequence), ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    this.#socket.write(`${method} ${url} RTSP/1.0\r\n${lines.join('')}\r\n`);
    return waitFor(() => this.#responses.shift(), `an answer to ${method}`, timeoutMs);
  }

  /** Sends a request with the camera's password, in the way that the camera asks for. */
  async authorizedRequest(
    camera: CameraImport,
    method: string,
    url: string,
    headers: Record<string, string> = {},
  ): Promise<RawResponse> {
    const first = await this.request(method, url, headers);
    if (first.status !== 401) return first;
    const challenge = first.headers.get('www-authenticate') ?? '';
    const asked = parseParameters(challenge);
    const { username = '', password = '' } = camera;
    const [realm, nonce] = [asked.get('realm') ?? '', asked.get('nonce') ?? ''];
    const isSha256 = asked.get('algorithm') === 'SHA-256';
    const algorithm = isSha256 ? 'sha256' : 'md5';
    const response = digestResponse({ algorithm, username, realm, password, nonce, method, uri: url });
    const digest = `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${url}", response="${response}"`;
    const authorization = challenge.startsWith('Basic')
      ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
      : `${digest}${isSha256 ? ', algorithm=SHA-256' : ''}`;
    return this.request(method, url, { ...headers, Authorization: authorization });
  }

  /** Describes, sets up the video over this connection and plays it; gives the session's header. */
  async play(camera: CameraImport, stream: 'main' | 'sub' = 'sub'): Promise<string> {
    const url = camera.streams[stream]?.url ?? '';
    const setUp = await this.authorizedRequest(camera, 'SETUP', `${url}/trackID=0`, {
      Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1',
    });
    const session = setUp.headers.get('session') ?? '';
    const id = session.split(';')[0] ?? '';
    const play = await this.authorizedRequest(camera, 'PLAY', url, { Session: id });
    if (setUp.status !== 200 || play.status !== 200) {
      throw new Error(`SETUP was answered ${setUp.status}, PLAY ${play.status}`);
    }
    return session;
  }

  #parse(): void {
    for (;;) {
      const rest = this.received.subarray(this.#parsed);
      if (rest.length < 4) return;
      if (rest[0] === 0x24) {
        const end = 4 + rest.readUInt16BE(2);
        if (rest.length < end) return;
        const channel = rest.readUInt8(1);
        this.packets.set(channel, [...(this.packets.get(channel) ?? []), rest.subarray(4, end)]);
        this.#parsed += end;
        continue;
      }
      const headerEnd = rest.indexOf('\r\n\r\n');
      if (!rest.subarray(0, 5).equals(Buffer.from('RTSP/')) || headerEnd < 0) return;
      const [statusLine = '', ...lines] = rest.toString('utf8', 0, headerEnd).split('\r\n');
      const headers = new Map(
        lines.map((line) => [
          line.slice(0, line.indexOf(':')).toLowerCase(),
          line.slice(line.indexOf(':') + 1).trim(),
        ]),
      );
      const end = headerEnd + 4 + Number(headers.get('content-length') ?? 0);
      if (rest.length < end) return;
      const body = rest.toString('utf8', headerEnd + 4, end);
      this.#responses.push({ status: Number(statusLine.split(' ')[1]), headers, body });
      this.#parsed += end;
    }
  }
}

/** Looks again and again until there is a value; fails with what was waited for. */
export async function waitFor<Value>(
  look: () => Value | undefined | false,
  what: string,
  timeoutMs = 5_000,
): Promise<Value> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > endMs) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The pieces of an RTP packet. */
export function readRtp(packet: Buffer) {
  return {
    marker: (packet.readUInt8(1) & 0x80) !== 0,
    payloadType: packet.readUInt8(1) & 0x7f,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    payload: packet.subarray(12),
  };
}

/** The type of the H.264 unit that a payload holds or is a fragment of. */
export function h264TypeOf(payload: Buffer): number {
  const type = payload.readUInt8(0) & 0x1f;
  return type === 28 ? payload.readUInt8(1) & 0x1f : type;
}
