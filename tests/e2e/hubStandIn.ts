import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A hub as far as a shell sees it: it is healthy and serves pages. */
export interface HubStandIn {
  origin: string;
  /** Resolves when a page has been asked for so often, with the paths asked for. */
  pagesAsked(count: number): Promise<string[]>;
  /** Where the window of a page is now, `x,y width×height` of its content, for each page that reported within a second. */
  windows(): Record<string, string>;
  /** The page of a path computes for ever from now on. */
  hang(path: string): void;
  close(): Promise<void>;
}

const reportFreshMs = 1_000;
/** Says every 200 ms where the window is, and hangs when it is asked to. The name of a page is without what a shell adds to it. */
const reportScript = `<script>
const page = location.pathname + location.search.replace(/[?&](replaced|ticket)=\\w+/g, '');
setInterval(async () => {
  const place = screenX + ',' + screenY + ' ' + innerWidth + '×' + innerHeight;
  const answer = await fetch('/report?' + new URLSearchParams({ page, place })).then((answer) => answer.text(), () => '');
  while (answer === 'hang');
}, 200);
</script>`;

/** Serves on a free port of this machine, or on a given one. */
export async function startHubStandIn(port = 0): Promise<HubStandIn> {
  const asked: string[] = [];
  const waiting = new Set<() => void>();
  const seen = new Map<string, { place: string; atMs: number }>();
  const hanging = new Set<string>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/healthz') return response.end('{"status":"ok"}');
    if (path.startsWith('/report?')) {
      const report = new URL(path, 'http://hub').searchParams;
      const page = report.get('page') ?? '';
      seen.set(page, { place: report.get('place') ?? '', atMs: performance.now() });
      return response.end(hanging.delete(page) ? 'hang' : '');
    }
    if (!/^\/(wall|desk|showcase)\.html/.test(path)) return response.writeHead(404).end();
    asked.push(path);
    for (const check of waiting) check();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return response.end(`<!doctype html><title>明厨</title><h1>surface</h1>${reportScript}`);
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
    windows: () =>
      Object.fromEntries(
        [...seen]
          .filter(([, { atMs }]) => performance.now() - atMs < reportFreshMs)
          .map(([page, { place }]) => [page, place]),
      ),
    hang: (path) => void hanging.add(path),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
