/** What the service worker sends a page: the member touched the notification of this order. */
export interface OpenOrder {
  orderId: string;
}

/** What a page hears of it: from its service worker while it is open, and from its address where it was opened for it. */
export interface TouchedNotices {
  /** Undefined where the browser has none. */
  worker: Pick<ServiceWorkerContainer, 'addEventListener'> | undefined;
  address: string;
  /** Puts another address in its place, so that a page that is loaded again does not open the order again. */
  replaceAddress(address: string): void;
}

/** Calls `open` for each order whose notification was touched, now or later. */
export function followTouchedNotices(
  { worker, address, replaceAddress }: TouchedNotices,
  open: (orderId: string) => void,
): void {
  const url = new URL(address);
  const hash = new URLSearchParams(url.hash.slice(1));
  const named = hash.get('order');
  if (named !== null) {
    hash.delete('order');
    url.hash = hash.toString();
    replaceAddress(url.href);
    open(named);
  }
  worker?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('orderId' in data)) return;
    if (typeof data.orderId === 'string') open(data.orderId);
  });
}
