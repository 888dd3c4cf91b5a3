import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright';
import type { addPerson } from './accountBrowser.ts';

type Person = Awaited<ReturnType<typeof addPerson>>;

/** Gives a browser of the tests the sign-in of a person. */
export async function signInAs(
  context: BrowserContext,
  hubUrl: string,
  { jar }: Pick<Person, 'jar'>,
): Promise<void> {
  await context.clearCookies();
  await context.addCookies([...jar].map(([name, value]) => ({ name, value, url: hubUrl })));
}

/** Opens a page of the hub, such as `desk.html?lang=en`, where the person is signed in. */
export async function openPageAs(
  browser: Browser,
  hubUrl: string,
  person: Pick<Person, 'jar'>,
  path: string,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1920, height: 1080 },
    acceptDownloads: true,
  });
  await signInAs(context, hubUrl, person);
  const page = await context.newPage();
  await page.goto(`${hubUrl}/${path}`);
  return page;
}

/** Where `MINGCHU_SHOTS` names a folder, pictures of the page in both sizes are left there to be looked at. */
export async function shootPage(
  page: Page,
  name: string,
  sizes: readonly (readonly [number, number])[] = [[1920, 1080]],
): Promise<void> {
  const folder = process.env.MINGCHU_SHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${folder}/${name}-${width}.png` });
  }
  await page.setViewportSize({ width: 1920, height: 1080 });
}
