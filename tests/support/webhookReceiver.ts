import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One request that the receiver got. */
export interface ReceivedWebhook {
  id: string;
  body: string;
  /** Whether its signature is that of the secret, computed here independently of the hub. */
  isSigned(secret: string): boolean;
}

/** A real HTTP or HTTPS server on loopback that takes webhooks. */
export interface WebhookReceiver {
  url: string;
  port: number;
  received: ReceivedWebhook[];
  /** Resolves when it has got so many requests. */
  count(wanted: number): Promise<void>;
  /** How it answers from now on; 200 at first. */
  answer(how: (request: IncomingMessage, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** Starts one on a free port, or on the one named; with an identity over HTTPS. */
export async function startWebhookReceiver(
  port = 0,
  identity?: { certificate: string; key: string },
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const waiting: { wanted: number; resolve(): void }[] = [];
  let how = (_request: IncomingMessage, response: ServerResponse): void => void response.end();
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const header = (name: string): string => String(request.headers[name]);
      received.push({
        id: header('webhook-id'),
        body,
        isSigned(secret) {
          const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
          const signed = `${header('webhook-id')}.${header('webhook-timestamp')}.${body}`;
          const expected = createHmac('sha256', key).update(signed).digest('base64');
          return header('webhook-signature').split(' ').includes(`v1,${expected}`);
        },
      });
      for (const one of waiting.splice(0)) {
        if (received.length >= one.wanted) one.resolve();
        else waiting.push(one);
      }
      how(request, response);
    });
  };
  const server =
    identity === undefined
      ? createServer(take)
      : createSecureServer({ cert: identity.certificate, key: identity.key }, take);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${taken}/hook`,
    port: taken,
    received,
    count: (wanted) =>
      new Promise((resolve) => {
        if (received.length >= wanted) resolve();
        else waiting.push({ wanted, resolve });
      }),
    answer: (next) => void (how = next),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
