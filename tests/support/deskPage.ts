import type { Browser, BrowserContext, Page } from 'playwright';
import type { DeskProbe } from '../../src-renderer/app/desk/DeskProbe.ts';
import type { ProbedTile } from '../../src-renderer/app/shared/probe.ts';
import { signInBrowser } from './testAccount.ts';

/** A desk in a page of its own. */
export interface DeskPage {
  page: Page;
  /** Uncaught errors and error lines of the console. */
  errors: string[];
  tiles(): Promise<ProbedTile[]>;
  searchable(): Promise<number>;
  screen(): Promise<ReturnType<DeskProbe['screen']>>;
  large(): Promise<ReturnType<DeskProbe['large']>>;
  close(): Promise<void>;
}

/** Opens the desk of a hub as the administrator of tests; `query` such as `?lang=en`. */
export async function openDesk(
  browser: Browser,
  hubUrl: string,
  options: {
    query?: string;
    width?: number;
    height?: number;
    permissions?: string[];
    prepare?(context: BrowserContext): Promise<void>;
  } = {},
): Promise<DeskPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1920, height: options.height ?? 1080 },
    acceptDownloads: true,
    ...(options.permissions === undefined ? {} : { permissions: options.permissions }),
  });
  await signInBrowser(context, hubUrl);
  await options.prepare?.(context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text().trim());
  });
  await page.goto(`${hubUrl}/desk.html${options.query ?? ''}`);
  return {
    page,
    errors,
    tiles: () => page.evaluate(() => window.mingchuProbe?.tiles() ?? []),
    searchable: () => page.evaluate(() => (window.mingchuProbe as DeskProbe | undefined)?.searchable() ?? 0),
    screen: () => page.evaluate(() => (window.mingchuProbe as DeskProbe | undefined)?.screen()),
    large: () => page.evaluate(() => (window.mingchuProbe as DeskProbe | undefined)?.large()),
    close: () => context.close(),
  };
}
