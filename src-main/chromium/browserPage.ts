import type { Rectangle } from '../displays/displays.ts';
import { isOfOrigin } from '../hub/hubAddress.ts';
import type { PlacementMode } from '../displays/placement.ts';
import { settingsKeyScript } from '../settings/settingsKey.ts';
import { pageHeaders, type LocalAnswer, type LocalPages } from '../settings/settingsPages.ts';
import type { BrowserProcessEvents } from './browserEvents.ts';
import type { DevtoolsEvent, DevtoolsPipe } from './devtoolsPipe.ts';

/** Where the shell's own pages are in Chromium. No name ends like this (RFC 6761), and what is asked there never leaves the browser. */
export const localOrigin = 'https://shell.mingchu.invalid';
const surfaceAgain: LocalAnswer = { kind: 'surface' };
/** The scripts of the shell have a world of their own in the page, which the page cannot reach. */
const worldName = 'mingchu-shell';

/** The page of a surface, over the DevTools protocol. */
export interface BrowserPage {
  receive(event: DevtoolsEvent): void;
  /** The page may have failed before anybody listened. */
  checkFirstLoad(): Promise<void>;
  load(url: string): void;
  place(bounds: Rectangle, mode: PlacementMode): Promise<void>;
  /** Resolves to the share of the memory for scripts that is used, as far as the browser says. */
  ping(): Promise<number>;
  crash(): void;
  raise(): void;
}

/** Attaches to a page. Rejects when the browser ends meanwhile. */
export async function attachBrowserPage(options: {
  pipe: DevtoolsPipe;
  targetId: string;
  /** The hub's of now. */
  origin(): string;
  events: BrowserProcessEvents;
  localPages?: LocalPages | undefined;
}): Promise<BrowserPage> {
  const { pipe, targetId, origin, events, localPages } = options;
  const attached = await pipe.send('Target.attachToTarget', { targetId, flatten: true });
  const sessionId = attached.sessionId as string;
  const send = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    pipe.send(method, params, sessionId);
  const load = (url: string): void => void send('Page.navigate', { url }).catch(() => undefined);

  const checkFrame = (value: unknown): void => {
    const frame = value as { url?: string; parentId?: string; unreachableUrl?: string };
    if (frame.parentId !== undefined) return;
    events.onLoading();
    // Chromium names the address only when it shows its own page of apology in its place.
    if (frame.unreachableUrl !== undefined) return events.onLoadFailed();
    if (frame.url !== undefined && !isAllowed(frame.url, origin())) events.onLeft(frame.url);
  };
  const answer = async ({ requestId, request }: PausedRequest): Promise<void> => {
    const { url, method, postData = '' } = request;
    const path = new URL(url).pathname;
    const answered = (await localPages?.answer({ method, path, form: postData })) ?? surfaceAgain;
    const header = (name: string, value: string): object => ({ name, value });
    const fulfil = (responseCode: number, responseHeaders: object[], html = ''): Promise<unknown> =>
      send('Fetch.fulfillRequest', {
        requestId,
        responseCode,
        responseHeaders,
        body: Buffer.from(html).toString('base64'),
      });
    switch (answered.kind) {
      case 'page':
        await fulfil(
          200,
          Object.entries(pageHeaders).map(([name, value]) => header(name, value)),
          answered.html,
        );
        return;
      case 'moved':
        await fulfil(303, [header('location', answered.path)]);
        return;
      case 'surface':
        // Without a body there is nothing to show: the page stays until the surface is there.
        await fulfil(204, []);
        events.onSurfaceWanted();
    }
  };

  await send('Page.enable');
  if (localPages !== undefined) {
    await send('Fetch.enable', { patterns: [{ urlPattern: `${localOrigin}/*` }] });
    const source = settingsKeyScript(`${localOrigin}/`);
    await send('Page.addScriptToEvaluateOnNewDocument', { source, worldName, runImmediately: true });
  }

  return {
    receive(event) {
      if (event.sessionId !== sessionId) return;
      if (event.method === 'Page.frameNavigated') checkFrame(event.params.frame);
      else if (event.method === 'Page.javascriptDialogOpening') events.onDialog();
      else if (event.method === 'Page.javascriptDialogClosed') events.onLoading();
      else if (event.method === 'Fetch.requestPaused')
        void answer(event.params as unknown as PausedRequest).catch(() => undefined);
    },
    async checkFirstLoad() {
      const { frameTree } = await send('Page.getFrameTree');
      checkFrame((frameTree as { frame: unknown }).frame);
    },
    load,
    async place(bounds, mode) {
      const found = await pipe.send('Browser.getWindowForTarget', { targetId });
      const { windowId } = found;
      const present = found.bounds as { left: number; top: number; windowState: string };
      const setBounds = (wanted: object): Promise<unknown> =>
        pipe.send('Browser.setWindowBounds', { windowId, bounds: wanted });
      // A window of which the state changes keeps its bounds, and the other way round.
      if (present.windowState !== 'normal') await setBounds({ windowState: 'normal' });
      await setBounds({ left: bounds.x, top: bounds.y, width: bounds.width, height: bounds.height });
      if (mode !== 'window') await setBounds({ windowState: 'fullscreen' });
    },
    async ping() {
      const [{ result }, heap] = await Promise.all([
        // Chromium's own measure, which no standard has.
        send('Runtime.evaluate', { expression: 'performance.memory?.jsHeapSizeLimit' }),
        send('Runtime.getHeapUsage').catch(() => ({})),
      ]);
      const { value: limit } = (result ?? {}) as { value?: unknown };
      const { usedSize } = heap as { usedSize?: unknown };
      return typeof limit === 'number' && typeof usedSize === 'number' && limit > 0 ? usedSize / limit : 0;
    },
    crash: () => void send('Page.crash').catch(() => undefined),
    raise: () => void send('Page.bringToFront').catch(() => undefined),
  };
}

/**
 * Whether the window may show an address: the hub's, the shell's own, or one without a server. A hub that sends its pages from plain HTTP
 * to HTTPS is the same machine.
 */
function isAllowed(url: string, origin: string): boolean {
  if (isOfOrigin(url, origin) || isOfOrigin(url, localOrigin) || !/^(https?|file|ftp):/i.test(url))
    return true;
  const [to, from] = [new URL(url), new URL(origin)];
  return to.protocol === 'https:' && from.protocol === 'http:' && to.hostname === from.hostname;
}

interface PausedRequest {
  requestId: string;
  request: { url: string; method: string; postData?: string };
}
