import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { publicHeaders, refusalHeaders } from '../quickAnswers.ts';
import type { KeptAnswer } from './answerCache.ts';
import { camerasHeader, frontHeader, wantedHeader } from './frontHeaders.ts';

/** The way from the front to the hub, which knows the addresses of phones from it. */
export interface HubLink {
  /** A whole answer. Rejects where the hub does not answer within `answerMs`. */
  ask(path: string, address: string, headers: Record<string, string>): Promise<KeptAnswer>;
  /** Lets the hub answer a request itself, with the request's body and the answer's as they come. */
  passOn(request: IncomingMessage, response: ServerResponse, address: string): void;
  close(): void;
}

/** Milliseconds. */
const answerMs = 5_000;
/** As long as the slowest phone may take for a report, and a little more. Milliseconds. */
const passedMs = 40_000;
const maxAsked = 32;

/** Belongs to one connection, or to the front and the hub. */
const ownHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'x-forwarded-for',
  camerasHeader,
  frontHeader,
  wantedHeader,
]);

/** `socketPath`: the hub's local socket, which this process alone may open. */
export function createHubLink(socketPath: string): HubLink {
  const agent = new Agent({ keepAlive: true, maxSockets: maxAsked, timeout: 10_000 });
  // A connection for each request. The hub does not close it when it answers before it has read a body: the answer would be lost.
  const passing = new Agent({ keepAlive: true, maxFreeSockets: 0 });
  const askOnce = (path: string, headers: Record<string, string>): Promise<KeptAnswer> =>
    new Promise((resolve, reject) => {
      const asked = httpRequest({ socketPath, path, headers, agent, timeout: answerMs }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 502,
            headers: oneLineHeaders(answer),
            body: Buffer.concat(parts),
          }),
        );
      });
      asked.on('timeout', () => asked.destroy(new Error('the hub does not answer')));
      asked.on('error', (error: NodeJS.ErrnoException) => {
        // The hub closed a connection that was kept, at the moment of the question.
        if (asked.reusedSocket && error.code === 'ECONNRESET') askOnce(path, headers).then(resolve, reject);
        else reject(error);
      });
      asked.end();
    });
  return {
    ask: (path, address, headers) =>
      askOnce(path, { ...headers, host: 'hub', 'x-forwarded-for': address, [frontHeader]: '1' }),
    passOn(request, response, address) {
      const headers: Record<string, string | string[]> = { 'x-forwarded-for': address };
      for (const [name, value] of Object.entries(request.headers))
        if (value !== undefined && !ownHeaders.has(name)) headers[name] = value;
      const { method, url } = request;
      const passed = httpRequest(
        { socketPath, method, path: url, headers, agent: passing, timeout: passedMs },
        (answer) => {
          const own = Object.entries(answer.headers).filter(([name]) => !ownHeaders.has(name));
          response.writeHead(answer.statusCode ?? 502, Object.fromEntries(own) as Record<string, string>);
          answer.pipe(response);
          answer.on('error', () => response.destroy());
          // What the hub does not read any more is read and thrown away here, so that its sender gets to read the answer.
          answer.on('end', () => {
            request.unpipe(passed);
            request.resume();
          });
        },
      );
      passed.on('timeout', () => passed.destroy());
      passed.on('error', () => {
        request.unpipe(passed);
        request.resume();
        if (response.headersSent) return;
        sendUnanswered(response);
      });
      response.on('close', () => passed.destroy());
      request.pipe(passed);
    },
    close() {
      agent.destroy();
      passing.destroy();
    },
  };
}

/** The hub gives no answer at this moment. */
export function sendUnanswered(response: ServerResponse): void {
  const body = Buffer.from(JSON.stringify({ error: { code: 'not_answered' } }));
  response
    .writeHead(503, {
      ...publicHeaders,
      ...refusalHeaders,
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
    })
    .end(body);
}

function oneLineHeaders(answer: IncomingMessage): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers))
    if (typeof value === 'string') lines[name] = value;
  return lines;
}
