import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A request as the client wrote it; header names in lower case. */
export interface ScriptedRequest {
  method: string;
  url: string;
  /** The CSeq header's text. */
  sequence: string;
  headers: Map<string, string>;
}

/** One client of a scripted camera. */
export interface ScriptedConnection {
  socket: Socket;
  /** Answers a request, with its CSeq and the body's length. */
  answer(request: ScriptedRequest, status: string, headers?: Record<string, string>, body?: string): void;
  /** Sends one interleaved frame (RFC 2326, 10.12). */
  frame(channel: number, data: Buffer): void;
}

/** What a camera does; one without `onRequest` never answers. */
export interface CameraScript {
  onConnection?(connection: ScriptedConnection): void;
  onRequest?(connection: ScriptedConnection, request: ScriptedRequest): void;
}

/** A camera that behaves as well or as badly as its script says. */
export interface ScriptedServer {
  port: number;
  url: string;
  /** Every request so far, of all connections. */
  requests: ScriptedRequest[];
  /** Connections that are open. */
  open(): number;
  close(): Promise<void>;
}

/** Starts a camera with this script on a free port. */
export async function startScriptedServer(script: CameraScript, host = '127.0.0.1'): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const requests: ScriptedRequest[] = [];
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const connection = connectionOf(socket);
    script.onConnection?.(connection);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        // Answers to questions of this camera's own are none of its requests.
        if (head.startsWith('RTSP/')) continue;
        const request = parseRequest(head);
        requests.push(request);
        script.onRequest?.(connection, request);
      }
    });
  });
  listener.listen(0, host);
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    url: `rtsp://${host.includes(':') ? `[${host}]` : host}:${port}/ch`,
    requests,
    open: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

function connectionOf(socket: Socket): ScriptedConnection {
  return {
    socket,
    answer(request, status, headers = {}, body = '') {
      const all = {
        CSeq: request.sequence,
        'Content-Length': String(Buffer.byteLength(body)),
        ...headers,
      };
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      if (socket.writable) socket.write(`RTSP/1.0 ${status}\r\n${lines.join('')}\r\n${body}`);
    },
    frame(channel, data) {
      const head = Buffer.from([0x24, channel, data.length >> 8, data.length & 0xff]);
      if (socket.writable) socket.write(Buffer.concat([head, data]));
    },
  };
}

function parseRequest(head: string): ScriptedRequest {
  const [startLine = '', ...lines] = head.split('\r\n');
  const [method = '', url = ''] = startLine.split(' ');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method, url, sequence: headers.get('cseq') ?? '', headers };
}

const description = [
  'v=0',
  'o=- 0 0 IN IP4 127.0.0.1',
  's=kitchen',
  't=0 0',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 packetization-mode=1',
  'a=control:track1',
  '',
].join('\r\n');

/** Answers as a good camera with one H.264 track does; `media` comes right behind the answer to PLAY. */
export function answerPolitely(
  connection: ScriptedConnection,
  request: ScriptedRequest,
  options: { session?: string; media?(connection: ScriptedConnection): void } = {},
): void {
  const { session = 'session-1' } = options;
  switch (request.method) {
    case 'OPTIONS':
      connection.answer(request, '200 OK', { Public: 'DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN' });
      break;
    case 'DESCRIBE':
      connection.answer(request, '200 OK', { 'Content-Type': 'application/sdp' }, description);
      break;
    case 'SETUP':
      connection.answer(request, '200 OK', {
        Session: session,
        Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1',
      });
      break;
    case 'PLAY':
      connection.answer(request, '200 OK', { Session: session });
      options.media?.(connection);
      break;
    default:
      connection.answer(request, '200 OK');
  }
}
