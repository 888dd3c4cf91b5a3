import { afterEach, describe, expect, it } from 'vitest';
import type { BrowserProcessEvents } from '../../../src-main/chromium/browserEvents.ts';
import { attachBrowserPage } from '../../../src-main/chromium/browserPage.ts';
import { startBrowserProcess, type BrowserProcess } from '../../../src-main/chromium/browserProcess.ts';

const origin = 'http://192.0.2.7:7400';
const noEvents: BrowserProcessEvents = {
  onOpen: () => undefined,
  onLoadFailed: () => undefined,
  onPageCrashed: () => undefined,
  onLoading: () => undefined,
  onDialog: () => undefined,
  onLeft: () => undefined,
  onSurfaceWanted: () => undefined,
  onEnded: () => undefined,
};

/**
 * A program that speaks the DevTools protocol over its descriptors 3 and 4 as Chromium does: it has a surface's page, and a page and a
 * worker that came later, and a print preview that is opened and closed. What it is asked to close it says in its last words, when it is closed itself.
 */
const program = `
const { Socket } = require('node:net');
const out = new Socket({ fd: 4 });
const write = (message) => out.write(JSON.stringify(message) + '\\0');
const created = (targetId, type) =>
  write({ method: 'Target.targetCreated', params: { targetInfo: { targetId, type } } });
let text = '';
const asked = [];
new Socket({ fd: 3 }).setEncoding('utf8').on('data', (chunk) => {
  const parts = (text + chunk).split('\\0');
  text = parts.pop();
  for (const { id, method, params } of parts.map((part) => JSON.parse(part))) {
    if (method === 'Target.setDiscoverTargets') {
      for (const [target, type] of [['SURFACE', 'page'], ['WORKER', 'worker'], ['SECOND', 'page']]) created(target, type);
      const targetInfo = { targetId: 'PRINT', type: 'page', url: 'chrome://print/' };
      for (let time = 0; time < 2; time += 1) write({ method: 'Target.targetInfoChanged', params: { targetInfo } });
      write({ method: 'Target.targetDestroyed', params: { targetId: 'PRINT' } });
    }
    if (method === 'Target.closeTarget') asked.push(params.targetId);
    if (method === 'Browser.grantPermissions') asked.push(...params.permissions);
    const frameTree = { frame: { url: 'about:blank' } };
    write({ id, result: method === 'Page.getFrameTree' ? { frameTree } : { sessionId: 'S' } });
    if (method === 'SystemInfo.getInfo') {
      process.stderr.write(asked.join(' '));
      process.exitCode = 1;
      setTimeout(() => process.exit(), 50);
    }
  }
});
`;

describe('the windows of a browser', () => {
  let browser: BrowserProcess | undefined;
  afterEach(() => browser?.kill());

  /** What the shell asked of the browser, in the order of asking; `seen` gets what it learned of it before its page was there. */
  async function askedOf(hasOneWindow: boolean, seen: string[] = []): Promise<string> {
    const opened = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<string>();
    browser = startBrowserProcess(
      process.execPath,
      ['-e', program],
      origin,
      {
        ...noEvents,
        onDialog: () => void seen.push('dialog'),
        onLoading: () => void seen.push('loading'),
        onOpen() {
          seen.push('open');
          opened.resolve();
        },
        onEnded: ({ lastWords }) => ended.resolve(lastWords),
      },
      { environment: process.env },
      { hasOneWindow },
    );
    await opened.promise;
    await browser.compositing().catch(() => undefined);
    return ended.promise;
  }

  it('are one on a wall: a second one is closed, whoever opened it', async () => {
    expect(await askedOf(true)).toBe('audioCapture videoCapture clipboardSanitizedWrite SECOND');
  });

  it('stand still while somebody prints at a desk, and on a wall for nobody', async () => {
    const desk: string[] = [];
    await askedOf(false, desk);
    expect(desk.slice(0, 3)).toEqual(['dialog', 'loading', 'open']);
    const wall: string[] = [];
    await askedOf(true, wall);
    expect(wall[0]).toBe('open');
  });

  it('are as many as somebody opens at a desk', async () => {
    expect(await askedOf(false)).toBe('audioCapture videoCapture clipboardSanitizedWrite');
  });
});

describe('the page of a browser', () => {
  it('answers with the share of its memory that is used, and with none where the browser does not say', async () => {
    const answers: Record<string, Record<string, unknown>> = {
      'Target.attachToTarget': { sessionId: 'S' },
      'Runtime.evaluate': { result: { type: 'number', value: 4_000 } },
      'Runtime.getHeapUsage': { usedSize: 3_000 },
    };
    const page = await attachBrowserPage({
      pipe: { send: (method) => Promise.resolve(answers[method] ?? {}) },
      targetId: 'T',
      origin: () => origin,
      events: noEvents,
    });
    expect(await page.ping()).toBe(0.75);
    answers['Runtime.evaluate'] = { result: { type: 'undefined' } };
    expect(await page.ping()).toBe(0);
  });
});

describe('a page that leaves the hub', () => {
  async function navigated(frame: object): Promise<string[]> {
    const left: string[] = [];
    const page = await attachBrowserPage({
      pipe: { send: () => Promise.resolve({ sessionId: 'S' }) },
      targetId: 'T',
      origin: () => origin,
      events: {
        ...noEvents,
        onLeft: (url) => void left.push(url),
        onLoadFailed: () => void left.push('failed'),
      },
    });
    page.receive({ method: 'Page.frameNavigated', sessionId: 'S', params: { frame } });
    return left;
  }

  it.each([
    'http://example.org/',
    'https://example.org/wall.html',
    'http://192.0.2.7:7401/wall.html',
    'file:///etc/passwd',
  ])('for %s is noticed', async (url) => {
    expect(await navigated({ url })).toEqual([url]);
  });

  it.each([
    `${origin}/sign-in.html`,
    // The hub itself sends its pages to HTTPS.
    'https://192.0.2.7:7443/wall.html',
    'https://shell.mingchu.invalid/test',
    'data:text/html;base64,',
    'about:blank',
  ])('is not one that shows %s', async (url) => {
    expect(await navigated({ url })).toEqual([]);
  });

  it('is neither a frame in it nor an address that does not load', async () => {
    expect(await navigated({ url: 'http://example.org/', parentId: 'T' })).toEqual([]);
    expect(
      await navigated({ url: 'chrome-error://chromewebdata/', unreachableUrl: 'http://example.org/' }),
    ).toEqual(['failed']);
  });
});
