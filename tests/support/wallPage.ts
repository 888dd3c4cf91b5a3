import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import type { ProbedTile } from '../../src-renderer/app/shared/probe.ts';
import { signInBrowser } from './testAccount.ts';

/** The system's Chromium; MINGCHU_CHROMIUM names another one. */
const executablePath = process.env.MINGCHU_CHROMIUM ?? '/usr/bin/chromium';

/**
 * Starts a browser that asks the network for nothing of its own. `isHeard`: what it plays goes to the loudspeakers of the environment,
 * which is silence otherwise. `hasMicrophone`: it has one that beeps, which pages may use once they are allowed.
 */
export function launchBrowser({
  environment = {},
  isHeard = false,
  hasMicrophone = false,
}: {
  environment?: Record<string, string>;
  isHeard?: boolean;
  hasMicrophone?: boolean;
} = {}): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    // Chinese names of downloads are only as good as the locale's encoding.
    env: { ...process.env, ...environment, LC_ALL: 'C.UTF-8' },
    ...(isHeard ? { ignoreDefaultArgs: ['--mute-audio'] } : {}),
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      ...(hasMicrophone ? ['--use-fake-device-for-media-stream'] : []),
    ],
  });
}

/** A wall in a page of its own, with everything it said that it should not have said. */
export interface WallPage {
  page: Page;
  /** Uncaught errors and error lines of the console. */
  errors: string[];
  tiles(): Promise<ProbedTile[]>;
  peerConnections(): Promise<{ ever: number; now: number }>;
  close(): Promise<void>;
}

/** Opens the wall of a hub as the administrator of tests, unless `isSignedIn` is false; `query` such as `?lang=en`; `prepare` sees the browser's context before the page is loaded. */
export async function openWall(
  browser: Browser,
  hubUrl: string,
  options: {
    query?: string;
    width?: number;
    height?: number;
    isSignedIn?: boolean;
    prepare?(context: BrowserContext): Promise<void>;
  } = {},
): Promise<WallPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1920, height: options.height ?? 1080 },
  });
  if (options.isSignedIn !== false) await signInBrowser(context, hubUrl);
  await options.prepare?.(context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text().trim());
  });
  await page.goto(`${hubUrl}/wall.html${options.query ?? ''}`);
  return {
    page,
    errors,
    tiles: () => page.evaluate(() => window.mingchuProbe?.tiles() ?? []),
    peerConnections: () => page.evaluate(() => window.mingchuProbe?.peerConnections() ?? { ever: 0, now: 0 }),
    close: () => context.close(),
  };
}
