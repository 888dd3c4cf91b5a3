import type { OpenOrder } from './orders/noticeTouched.ts';
import { mustShowEach } from './push/mustShowEach.ts';
import type { PushWords } from './push/pushWords.ts';

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
interface PushEvent extends WorkerEvent {
  data: { json(): unknown } | null;
}
interface NotificationEvent extends WorkerEvent {
  notification: { data?: unknown; close(): void };
}
interface PageClient {
  url: string;
  visibilityState: string;
  focus(): Promise<unknown>;
  postMessage(message: OpenOrder): void;
}
interface FieldWorker {
  addEventListener(name: 'push', listener: (event: PushEvent) => void): void;
  addEventListener(name: 'notificationclick', listener: (event: NotificationEvent) => void): void;
  registration: { showNotification(title: string, options: object): Promise<void> };
  addEventListener(name: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(name: 'fetch', listener: (event: RequestEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<PageClient[]>;
    openWindow(address: string): Promise<unknown>;
  };
  location: Location;
  navigator: { userAgent: string };
}

const worker = self as unknown as FieldWorker;
/** The screen for visitors registers the same worker for its own page. */
const surface = new URLSearchParams(worker.location.search).get('page') === 'showcase' ? 'showcase' : 'field';
const page = `/${surface}.html`;
const list = `/${surface}-shell.json`;
const prefix = `mingchu-${surface}-`;
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

worker.addEventListener('push', (event) => event.waitUntil(showMessage(event)));
worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { orderId } = (event.notification.data ?? {}) as Partial<OpenOrder>;
  event.waitUntil(openPage(orderId));
});

/** An order that came while no page shows it: it rings as the phone is set, and stays until it is touched. */
async function showMessage({ data }: PushEvent): Promise<void> {
  const message = messageOf(data);
  const pages = await pagesOfPhone();
  // The page itself rings, and shows more. Safari ends the subscription of a page whose messages show nothing.
  const isShown = pages.some(({ visibilityState }) => visibilityState === 'visible');
  if (isShown && !mustShowEach(worker.navigator.userAgent)) return;
  const words = await wordsOfPage();
  if (message.kind !== 'order') {
    return worker.registration.showNotification(words?.checked ?? 'Mingchu', { tag: 'check', silent: true });
  }
  const { number = '', place = '', placeEn = place, orderId, isAgain } = message;
  const sentence = (isAgain === true ? words?.again : words?.title) ?? '{{number}} {{place}}';
  const title = sentence
    .replace('{{number}}', () => number)
    .replace('{{place}}', () => (words?.language === 'en' ? placeEn : place));
  if (isShown)
    return worker.registration.showNotification(title, { tag: orderId, silent: true, data: { orderId } });
  return worker.registration.showNotification(title, {
    tag: orderId,
    renotify: true,
    requireInteraction: true,
    vibrate: [600, 400, 600, 400, 600],
    icon: '/icons/field-192.png',
    data: { orderId },
  });
}

function messageOf(data: PushEvent['data']) {
  try {
    return data?.json() as Partial<Record<'kind' | 'orderId' | 'number' | 'place' | 'placeEn', string>> & {
      isAgain?: boolean;
    };
  } catch {
    return {};
  }
}

async function pagesOfPhone(): Promise<PageClient[]> {
  const all = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return all.filter(({ url }) => new URL(url).pathname === page);
}

/** What the page kept for this worker (pushWords.ts). */
async function wordsOfPage(): Promise<PushWords | undefined> {
  try {
    const kept = await caches.match('/push-words.json');
    return kept === undefined ? undefined : ((await kept.json()) as PushWords);
  } catch {
    return undefined;
  }
}

/** The page with the order that was touched: the one that is there, or a new one. */
async function openPage(orderId: string | undefined): Promise<void> {
  const [open] = await pagesOfPhone();
  if (open === undefined) {
    const order = orderId === undefined ? '' : `#order=${encodeURIComponent(orderId)}`;
    await worker.clients.openWindow(`${page}${order}`);
    return;
  }
  if (orderId !== undefined) open.postMessage({ orderId });
  await open.focus();
}

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
