/**
 * The service worker of the field app: its shell opens without a network, and nothing else is kept. The page comes from the
 * hub whenever the hub answers, so that a phone never runs an old one by choice; files whose names carry their content's hash
 * come from the cache. `field-shell.json` lists them, written by the build.
 */
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface RequestEvent extends WorkerEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface FieldWorker {
  addEventListener(name: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(name: 'fetch', listener: (event: RequestEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
}

const worker = self as unknown as FieldWorker;
const page = '/field.html';
const list = '/field-shell.json';
const prefix = 'mingchu-field-';
/** A hub on the same network answers sooner; after that the kept page opens and finds it by itself. */
const patienceMs = 3_000;

worker.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => worker.skipWaiting()));
});
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== worker.location.origin) return;
  if (address.pathname === page) {
    const fresh = fetch(request);
    event.respondWith(newestPage(fresh));
    event.waitUntil(fresh.then(() => keepShell()).catch(() => undefined));
  } else if (address.pathname.startsWith('/assets/')) {
    event.respondWith(keptOrFetched(request));
  }
});

async function newestPage(fresh: Promise<Response>): Promise<Response> {
  // A browser that forbids storage, or has lost it, opens the page from the hub all the same.
  const kept = await caches.match(page, { ignoreSearch: true }).catch(() => undefined);
  if (kept === undefined) return fresh;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), patienceMs));
  const usable = fresh.then((answer) => (answer.ok ? answer : kept));
  return Promise.race([usable, late]).catch(() => kept);
}

async function keptOrFetched(request: Request): Promise<Response> {
  return (await caches.match(request).catch(() => undefined)) ?? fetch(request);
}

/** Keeps the shell the hub has now, whole, and then lets older ones go. */
async function keepShell(): Promise<void> {
  const answer = await fetch(list, { cache: 'no-store' });
  if (!answer.ok) return;
  const { version, files } = (await answer.json()) as { version: string; files: string[] };
  const name = `${prefix}${version}`;
  if (!(await caches.has(name))) {
    const cache = await caches.open(name);
    await cache.addAll(files).catch(async (error: unknown) => {
      await caches.delete(name);
      throw error;
    });
  }
  const others = (await caches.keys()).filter((other) => other.startsWith(prefix) && other !== name);
  await Promise.all(others.map((other) => caches.delete(other)));
}
