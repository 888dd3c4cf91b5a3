import { connect } from 'node:net';
import type { Chance } from './chance.ts';
import { hostileText, hostileValue } from './hostileValues.ts';

const contentTypes = [
  'application/json',
  'application/json; charset=GBK',
  'application/json; charset=utf-7',
  'text/csv',
  'text/plain',
  'application/sdp',
  'application/trickle-ice-sdpfrag',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '',
  ';;;',
  '\u00ff/\u00ff',
];
/** After so long without the end of an answer, the hub hangs at this request. Milliseconds. */
const answerLimitMs = 20_000;

export interface HostileRequest {
  /** Bytes of the request, as they go over the connection. */
  bytes: Buffer;
  /** Its first line, for the report of what was found. */
  name: string;
}

/** A request for a route of the hub, such as `PUT /api/v1/alert-kinds`, with at least one fault. */
export function hostileHttpRequest(
  route: string,
  host: string,
  headers: Record<string, string>,
  chance: Chance,
): HostileRequest {
  const [routeMethod = 'GET', pattern = '/'] = route.split(' ');
  const method = chance.happens(0.05)
    ? chance.pick(['BREW', 'get', 'HEAD', 'OPTIONS', 'PATCH'])
    : routeMethod;
  const path = targetOf(pattern, chance);
  const body = bodyOf(chance);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${chance.happens(0.02) ? hostileHeader(chance) : host}`,
    'Connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Type: ${chance.pick(contentTypes)}`,
    `Content-Length: ${chance.happens(0.03) ? chance.pick(['-1', '1e9', '0x10', '9'.repeat(30), '']) : body.length}`,
    ...(chance.happens(0.2) ? [`X-${chance.below(9)}: ${hostileHeader(chance)}`] : []),
    ...(chance.happens(0.1) ? [`Authorization: Bearer ${hostileHeader(chance)}`] : []),
    ...(chance.happens(0.1) ? [`Range: bytes=${hostileHeader(chance)}`] : []),
    ...(chance.happens(0.05) ? ['Expect: 100-continue'] : []),
  ];
  return {
    name: `${method} ${path.slice(0, 120)}`,
    bytes: Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]),
  };
}

function targetOf(pattern: string, chance: Chance): string {
  if (chance.happens(0.03))
    return chance.pick([
      '*',
      'http://other.example/',
      '//',
      '/%',
      '/%00',
      '/\u00ff',
      `/${'a'.repeat(14_000)}`,
      '',
    ]);
  const path = pattern.replaceAll(/:\w+/g, () =>
    encodeURIComponent(hostileText(chance).toWellFormed().slice(0, 300)),
  );
  if (!chance.happens(0.5)) return path;
  const query = Array.from({ length: chance.below(6) }, () => {
    const name = chance.pick(['limit', 'from', 'to', 'q', 'before', 'kind', 'lang', '__proto__', '[]']);
    return `${name}=${encodeURIComponent(hostileText(chance).toWellFormed().slice(0, 200))}`;
  });
  return `${path}?${query.join('&')}`;
}

function hostileHeader(chance: Chance): string {
  return hostileText(chance)
    .slice(0, 500)
    .replaceAll(/[^\x20-\x7e]/g, '\u00ff');
}

function bodyOf(chance: Chance): Buffer {
  switch (chance.below(6)) {
    case 0:
      return Buffer.alloc(0);
    case 1:
      return Buffer.from(hostileText(chance));
    case 2:
      return Buffer.from(Array.from({ length: chance.below(2_000) }, () => chance.below(256)));
    case 3:
      return Buffer.from(
        `--b\r\nContent-Disposition: form-data; name="${chance.pick(['alerts', 'file', '__proto__'])}"\r\n\r\n${hostileText(chance)}\r\n--b${chance.pick(['--', '', 'x'])}`,
      );
    default:
      return Buffer.from(JSON.stringify(hostileValue(chance)) ?? '');
  }
}

/** Sends a request on a connection of its own; the status of the answer, 0 when the hub closed without one. Rejects when it hangs. */
export function sendHostileRequest(url: URL, request: HostileRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    let head = '';
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${answerLimitMs} ms: ${request.name}`));
    }, answerLimitMs);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      if (head.length < 20) head += chunk.toString('latin1', 0, 20);
    });
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0));
    });
    socket.end(request.bytes);
  });
}
