import { createServer, type Socket } from 'node:net';

/** A request as it came in. */
export interface ScriptedRequest {
  method: string;
  url: string;
  sequence: string;
  headers: Map<string, string>;
}

/** A connection of a scripted camera. */
export interface ScriptedConnection {
  socket: Socket;
  /** Answers a request with a status line such as `200 OK`. */
  answer(request: ScriptedRequest, status: string, headers?: Record<string, string>, body?: string): void;
  /** Sends an interleaved frame. */
  frame(channel: number, data: Buffer): void;
}

export interface ScriptedCamera {
  port: number;
  url: string;
  requests: ScriptedRequest[];
  /** Connections that are open now. */
  open(): number;
  close(): Promise<void>;
}

type OnRequest = (connection: ScriptedConnection, request: ScriptedRequest) => void;

/** A camera that answers each request exactly as the test has written. */
export async function startScriptedCamera(onRequest: OnRequest, host = '127.0.0.1'): Promise<ScriptedCamera> {
  const requests: ScriptedRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const connection = scriptedConnection(socket);
    let text = '';
    socket.on('data', (chunk) => {
      text = withoutFrames(text + chunk.toString('latin1'));
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const request = readRequest(text.slice(0, end));
        text = withoutFrames(text.slice(end + 4));
        requests.push(request);
        onRequest(connection, request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `rtsp://${host}:${port}/ch1`,
    requests,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Takes whole interleaved frames, as receiver reports come in, off the beginning. */
function withoutFrames(text: string): string {
  let rest = text;
  while (rest.startsWith('$') && rest.length >= 4) {
    const end = 4 + rest.charCodeAt(2) * 256 + rest.charCodeAt(3);
    if (rest.length < end) break;
    rest = rest.slice(end);
  }
  return rest;
}

/** The means of a script to write to a socket. */
export function scriptedConnection(socket: Socket): ScriptedConnection {
  return {
    socket,
    answer({ sequence }, status, headers = {}, body = '') {
      const all = { CSeq: sequence, 'Content-Length': String(body.length), ...headers };
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`RTSP/1.0 ${status}\r\n${lines.join('')}\r\n${body}`);
    },
    frame(channel, data) {
      socket.write(Buffer.concat([Buffer.from([0x24, channel, data.length >> 8, data.length & 0xff]), data]));
    },
  };
}

function readRequest(head: string): ScriptedRequest {
  const [first = '', ...lines] = head.split('\r\n');
  const [method = '', url = ''] = first.split(' ');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { method, url, headers, sequence: headers.get('cseq') ?? '' };
}

/** One H.264 track whose parameter sets come in the stream. */
const description = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=scripted',
  't=0 0',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=control:track1',
  '',
].join('\r\n');

/** Answers as a well-behaved camera would; `media` sends after PLAY was answered. */
export function answerPolitely(
  connection: ScriptedConnection,
  request: ScriptedRequest,
  options: { session?: string; media?(connection: ScriptedConnection): void } = {},
): void {
  const { session = 'abc;timeout=60', media } = options;
  switch (request.method) {
    case 'OPTIONS':
      connection.answer(request, '200 OK', {
        Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN',
      });
      break;
    case 'DESCRIBE':
      connection.answer(request, '200 OK', { 'Content-Type': 'application/sdp' }, description);
      break;
    case 'SETUP':
      connection.answer(request, '200 OK', {
        Session: session,
        Transport: request.headers.get('transport') ?? '',
      });
      break;
    case 'PLAY':
      connection.answer(request, '200 OK', { Session: session });
      media?.(connection);
      break;
    default:
      connection.answer(request, '200 OK');
  }
}
