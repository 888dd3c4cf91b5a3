import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';

/** The flag with which a browser of the shell can be seen from a test, beside the shell's own pipe. */
export const seenByTests = '--remote-debugging-port=0';

/**
 * Asks the page of a browser that the shell started with `seenByTests`. Undefined while there is no such page, as after a crash: each
 * question has a connection of its own, because one that saw a crash never answers again.
 */
export async function askShellPage<T>(
  profileDir: string,
  ask: (page: Page) => Promise<T>,
): Promise<T | undefined> {
  const file = join(profileDir, 'DevToolsActivePort');
  if (!existsSync(file)) return undefined;
  const [port] = readFileSync(file, 'utf8').split('\n');
  try {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: 3_000 });
    try {
      const page = browser.contexts()[0]?.pages()[0];
      if (page === undefined) return undefined;
      page.setDefaultTimeout(2_000);
      return await Promise.race([ask(page), new Promise<undefined>((resolve) => setTimeout(resolve, 2_000))]);
    } finally {
      await browser.close();
    }
  } catch {
    return undefined;
  }
}
