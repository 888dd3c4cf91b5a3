import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { camerasHeader, frontHeader } from './front/frontHeaders.ts';
import type { PublicRefusal } from './publicLimits.ts';

/** What is ready to be sent. `cache`: the value of `Cache-Control`. */
interface QuickAnswer {
  body: Buffer;
  type: string;
  cache: string;
  /** The cameras in it, for the front alone. */
  cameras?: readonly string[];
}

/** What every answer of the public's server says beside its content. */
export const publicHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "frame-ancestors 'none'",
} as const;

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers with what is ready before the server's own routes see the request: thousands of phones ask for the same few answers, and a
 * route costs more than to send one. Whatever `find` does not have goes on to the routes.
 */
export function answerQuickly(
  server: Server,
  {
    find,
    refusal,
  }: {
    find(request: IncomingMessage): QuickAnswer | undefined;
    /** Asked once for each request that is answered here. */
    refusal(request: IncomingMessage): PublicRefusal | undefined;
  },
): void {
  const routes = server.listeners('request') as Listener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const found = request.method === 'GET' ? find(request) : undefined;
    if (found === undefined) {
      for (const route of routes) route.call(server, request, response);
      return;
    }
    const refused = refusal(request);
    if (refused !== undefined) return sendRefusal(response, refused);
    const headers = { 'content-type': found.type, 'cache-control': found.cache };
    send(response, 200, found.body, { ...headers, ...camerasForFront(request, found.cameras) });
  });
}

/** The header with the cameras of an answer, where the front asks. */
export function camerasForFront(
  { headers }: Pick<IncomingMessage, 'headers'>,
  cameras: readonly string[] | undefined,
): Record<string, string> {
  if (cameras === undefined || headers[frontHeader] === undefined) return {};
  return { [camerasHeader]: cameras.join(',') };
}

/** Sends somebody away until later. */
export function sendRefusal(response: ServerResponse, refused: PublicRefusal): void {
  send(response, refused.status, refusalBody(refused), {
    'content-type': 'application/json; charset=utf-8',
    ...refusalHeaders,
  });
}

/** How long who is refused waits, and that nobody keeps a refusal. */
export const refusalHeaders = { 'retry-after': '2', 'cache-control': 'no-store' } as const;

function refusalBody({ code, message }: PublicRefusal): Buffer {
  return Buffer.from(JSON.stringify({ error: { code, message } }));
}

function send(response: ServerResponse, status: number, body: Buffer, headers: Record<string, string>): void {
  response.writeHead(status, { ...publicHeaders, ...headers, 'content-length': body.length }).end(body);
}
