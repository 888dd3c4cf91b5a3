import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A request as the client wrote it. */
export interface ScriptedRequest {
  method: string;
  url: string;
  headers: Map<string, string>;
}

/** What a scripted camera does with a request: the text or bytes it answers, or nothing. */
export type Script = (request: ScriptedRequest, socket: Socket, server: ScriptedServer) => string | Buffer | void;

/** A camera that behaves just as badly as it is told. */
export interface ScriptedServer {
  port: number;
  url: string;
  /** Every request so far, of all connections. */
  requests: ScriptedRequest[];
  connections(): number;
  close(): Promise<void>;
}

/** A listening scripted camera; `onConnect` comes before any request. */
export async function startScriptedServer(
  script: Script,
  options: { host?: '127.0.0.1' | '::1'; onConnect?: (socket: Socket) => void } = {},
): Promise<ScriptedServer> {
  const { host = '127.0.0.1', onConnect } = options;
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    onConnect?.(socket);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        const request = parseRequest(head);
        if (request === undefined) continue;
        server.requests.push(request);
        const answer = script(request, socket, server);
        if (answer !== undefined && socket.writable) socket.write(answer);
      }
    });
  });
  listener.listen(0, host);
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const server: ScriptedServer = {
    port,
    url: `rtsp://${host === '::1' ? '[::1]' : host}:${port}/kitchen`,
    requests: [],
    connections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
  return server;
}

function parseRequest(head: string): ScriptedRequest | undefined {
  const [startLine = '', ...lines] = head.slice(Math.max(0, head.search(/[A-Z]/))).split('\r\n');
  const [method, url] = startLine.split(' ');
  if (method === undefined || url === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method, url, headers };
}

/** An answer to the request, with its CSeq unless another is given. */
export function answer(
  request: ScriptedRequest,
  options: { status?: string; headers?: Record<string, string>; body?: string } = {},
): string {
  const { status = '200 OK', headers = {}, body = '' } = options;
  const all: Record<string, string> = {
    CSeq: request.headers.get('cseq') ?? '0',
    ...headers,
    ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${[`RTSP/1.0 ${status}`, ...lines].join('\r\n')}\r\n\r\n${body}`;
}

/** A short session description of one H.264 track, with parameter sets of 640 × 360 in it. */
export const plainDescription = [
  'v=0',
  'o=- 0 0 IN IP4 127.0.0.1',
  's=kitchen',
  't=0 0',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LAFtoCgC/5YQAAAwABAAADAB6PFi6g,aM48gA==',
  'a=control:track1',
  '',
].join('\r\n');

/** One interleaved frame (RFC 2326, 10.12). */
export function interleaved(channel: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x24, channel, data.length >> 8, data.length & 0xff]), data]);
}

/** RTP packets of so many key pictures of one small slice each, 40 ms apart. */
export function keyPicturePackets(count: number, firstSequence = 1): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const packet = Buffer.alloc(12 + 40, 0x55);
    packet.set([0x80, 0x80 | 96]);
    packet.writeUInt16BE((firstSequence + index) & 0xffff, 2);
    packet.writeUInt32BE((index * 3600) >>> 0, 4);
    packet.writeUInt32BE(7, 8);
    packet.set([0x65, 0x88], 12);
    return packet;
  });
}

/** A camera that does all right, for scripts that only change one step. */
export function wellBehaved(request: ScriptedRequest): string | Buffer {
  switch (request.method) {
    case 'OPTIONS':
      return answer(request, { headers: { Public: 'DESCRIBE, SETUP, PLAY, GET_PARAMETER' } });
    case 'DESCRIBE':
      return answer(request, {
        headers: { 'Content-Type': 'application/sdp', 'Content-Base': `${request.url}/` },
        body: plainDescription,
      });
    case 'SETUP':
      return answer(request, {
        headers: { Session: '42;timeout=60', Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' },
      });
    case 'PLAY':
      return Buffer.concat([
        Buffer.from(answer(request, { headers: { Session: '42' } })),
        ...keyPicturePackets(3).map((packet) => interleaved(0, packet)),
      ]);
    default:
      return answer(request);
  }
}
