/**
 * The service workers of this page's address; undefined where there are none. A browser that forbids storage has none either, and throws
 * already when it is asked.
 */
export function serviceWorkers(): ServiceWorkerContainer | undefined {
  try {
    return navigator.serviceWorker as ServiceWorkerContainer | undefined;
  } catch {
    return undefined;
  }
}
