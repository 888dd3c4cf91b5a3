import type { Browser, BrowserContext, Page } from 'playwright';
import { memoryMiBOf } from './processorCores.ts';

declare global {
  interface Window {
    /** Every PeerConnection a watched page made that is still remembered by anybody. */
    watchedConnections?: WeakRef<RTCPeerConnection>[];
  }
}

/** What a page holds, after garbage was collected. */
export interface PageResources {
  heapMiB: number;
  domNodes: number;
  eventListeners: number;
  /** PeerConnections that are not closed, and their local session descriptions. */
  peerConnections: number;
  sdpBytes: number;
  mediaSections: number;
}

/** Lets `readPageResources` see the PeerConnections of the pages that are opened from now on. */
export async function watchPeerConnections(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const made: WeakRef<RTCPeerConnection>[] = [];
    window.watchedConnections = made;
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(new WeakRef(this));
      }
    };
  });
}

/** Makes the page's process give its caches back, as where memory is short: what stays is held. */
export async function giveCachesBack(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('Memory.simulatePressureNotification', { level: 'critical' });
  } finally {
    await session.detach();
  }
}

/** Collects the page's garbage and counts what stays. */
export async function readPageResources(page: Page): Promise<PageResources> {
  const session = await page.context().newCDPSession(page);
  try {
    // The second pass takes what finalisers of the first let go.
    for (let pass = 0; pass < 2; pass += 1) await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    const connections = await page.evaluate(() =>
      (window.watchedConnections ?? []).flatMap((reference) => {
        const connection = reference.deref();
        return connection === undefined || connection.connectionState === 'closed'
          ? []
          : [connection.localDescription?.sdp ?? ''];
      }),
    );
    return {
      heapMiB: usedSize / 2 ** 20,
      domNodes: nodes,
      eventListeners: jsEventListeners,
      peerConnections: connections.length,
      sdpBytes: connections.reduce((sum, sdp) => sum + sdp.length, 0),
      mediaSections: connections.reduce((sum, sdp) => sum + (sdp.match(/^m=/gm)?.length ?? 0), 0),
    };
  } finally {
    await session.detach();
  }
}

/** Video elements that play something, on the page or out of sight, after garbage was collected. */
export async function countPlayers(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('HeapProfiler.collectGarbage');
    const { result: prototype } = await session.send('Runtime.evaluate', {
      expression: 'HTMLVideoElement.prototype',
    });
    const { objects } = await session.send('Runtime.queryObjects', {
      prototypeObjectId: prototype.objectId ?? '',
    });
    const { result } = await session.send('Runtime.callFunctionOn', {
      objectId: objects.objectId ?? '',
      functionDeclaration: 'function () { return this.filter((video) => video.srcObject !== null).length; }',
      returnByValue: true,
    });
    return Number(result.value);
  } finally {
    await session.detach();
  }
}

/** The browser's processes: how many, and their memory in MiB, of those that draw pages and of all. */
export async function readBrowserProcesses(
  browser: Browser,
): Promise<{ processes: number; rendererMiB: number; browserMiB: number }> {
  const session = await browser.newBrowserCDPSession();
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    let rendererMiB = 0;
    let browserMiB = 0;
    for (const { id, type } of processInfo) {
      const memoryMiB = memoryOrNone(id);
      browserMiB += memoryMiB;
      if (type === 'renderer') rendererMiB += memoryMiB;
    }
    return { processes: processInfo.length, rendererMiB, browserMiB };
  } finally {
    await session.detach();
  }
}

function memoryOrNone(pid: number): number {
  try {
    return memoryMiBOf(pid);
  } catch {
    // It ended while we looked.
    return 0;
  }
}
