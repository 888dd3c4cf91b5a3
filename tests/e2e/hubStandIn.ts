import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A hub as far as a shell sees it: it is healthy and serves pages. */
export interface HubStandIn {
  origin: string;
  /** Resolves when a page has been asked for so often, with the paths asked for. */
  pagesAsked(count: number): Promise<string[]>;
  close(): Promise<void>;
}

/** Serves on a free port of this machine, or on a given one. */
export async function startHubStandIn(port = 0): Promise<HubStandIn> {
  const asked: string[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/healthz') return response.end('{"status":"ok"}');
    if (!/^\/(wall|desk)\.html/.test(path)) return response.writeHead(404).end();
    asked.push(path);
    for (const check of waiting) check();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return response.end('<!doctype html><title>明厨</title><h1>surface</h1>');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${address.port}`,
    pagesAsked: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (asked.length < count) return;
          waiting.delete(check);
          resolve([...asked]);
        };
        waiting.add(check);
        check();
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
