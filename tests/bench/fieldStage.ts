import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright';
import { bodyCamStreamId } from '../../src-shared/bodycam/bodycam.protocol.ts';
import {
  launchPhoneBrowser,
  openPhone,
  startFieldStage,
  type FieldStage,
  type Phone,
} from '../support/fieldPage.ts';
import { eventually } from '../support/processes.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { giveClockCamera } from './clockCamera.ts';
import type { FieldLine } from './fieldLines.ts';
import { signInBrowser } from '../support/testAccount.ts';

/** A hub with a desk's and a wall's page, and a phone on duty at the other end of a line. */
export interface FieldBenchStage extends FieldLine {
  stage: FieldStage;
  /** Its connections are kept, so that what it hears can be counted. */
  desk: { page: Page };
  wall: WallPage;
  phone: Phone;
  /** Of the phone's body cam. */
  cameraId: string;
  /** The phone takes up its duty again after its page was left. */
  openField(): Promise<void>;
}

/** Until a phone behind a bad line has loaded its page and has its voice at the hub. */
export const fieldPatienceMs = 60_000;

/** Starts everything for one line, and ends it. The phone has a camera that shows the time, and what `prepare` gives it. */
export async function withFieldStage(
  line: FieldLine,
  use: (bench: FieldBenchStage) => Promise<void>,
  prepare?: (phone: BrowserContext) => Promise<void>,
): Promise<void> {
  const stage = await startFieldStage(line.network);
  const browsers: Browser[] = [];
  const launched = async (browser: Promise<Browser>): Promise<Browser> => {
    browsers.push(await browser);
    return browser;
  };
  try {
    const centre = await launched(launchBrowser());
    const field = await launched(launchPhoneBrowser(stage.hub, { network: line.network }));
    const desk = { page: await openDesk(centre, stage.hub.url) };
    const wall = await openWall(centre, stage.hub.url);
    await desk.page.locator('.talk-dock').waitFor();
    const phone = await openPhone(field, `${stage.secureUrl}${await stage.signInPath()}`, async (context) => {
      await giveClockCamera(context);
      await context.addInitScript(acceptAtOnce);
      await prepare?.(context);
    });
    const awaitDuty = (): Promise<unknown> =>
      eventually(
        'the voice is at the hub',
        async () => (await phone.page.locator('.talk-key').getAttribute('data-look')) === 'free',
        fieldPatienceMs,
      );
    await awaitDuty();
    await use({
      ...line,
      stage,
      desk,
      wall,
      phone,
      cameraId: bodyCamStreamId(stage.memberId),
      async openField() {
        await phone.page.goto(`${stage.secureUrl}/field.html`);
        await awaitDuty();
      },
    });
  } finally {
    for (const browser of browsers) await browser.close();
    await stage.close();
  }
}

async function openDesk(browser: Browser, hubUrl: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  await context.addInitScript(() => {
    const kept: RTCPeerConnection[] = (window.connections = []);
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(...words: ConstructorParameters<typeof RTCPeerConnection>) {
        super(...words);
        kept.push(this);
      }
    };
  });
  await signInBrowser(context, hubUrl);
  const page = await context.newPage();
  await page.goto(`${hubUrl}/desk.html`);
  return page;
}

/** Runs in the phone's page: the member agrees to every question for the picture as soon as it is on the screen. */
function acceptAtOnce(): void {
  new MutationObserver(() => {
    document.querySelector<HTMLButtonElement>('.field-ask .field-key--first')?.click();
  }).observe(document, { childList: true, subtree: true });
}

/** The member as the centre last heard. */
export function memberOf({ stage }: FieldBenchStage) {
  return stage.desk
    .noticesOf('squads:membersChanged')
    .flatMap(({ members }) => members)
    .filter(({ memberId }) => memberId === stage.memberId)
    .at(-1);
}

/** Opens the card of the member at the desk, where the key "show me" is. */
export async function showMember({ desk, stage }: FieldBenchStage): Promise<void> {
  await desk.page.keyboard.press('Escape');
  await desk.page.keyboard.press('Alt+7');
  await desk.page.locator(`[data-member-id="${stage.memberId}"]`).click();
  await desk.page.locator(`[data-member-card="${stage.memberId}"]`).waitFor();
}

/** Presses the keys that bring the picture to the wall as fast as the desk takes them; gives when the first one was pressed. */
export async function bringToWall({ desk }: FieldBenchStage): Promise<number> {
  const { page } = desk;
  // Awaited, so that it listens before the key comes.
  await page.evaluate(() => {
    const take = (event: KeyboardEvent): void => {
      if (event.key !== 'v') return;
      window.removeEventListener('keydown', take, true);
      window.showMeAtMs = performance.timeOrigin + event.timeStamp;
    };
    window.addEventListener('keydown', take, true);
  });
  await page.keyboard.press('v');
  await page.waitForFunction(
    () => {
      const probe = window.mingchuProbe as { large?(): unknown } | undefined;
      return probe?.large?.() !== undefined;
    },
    undefined,
    { polling: 10, timeout: fieldPatienceMs },
  );
  await page.keyboard.press('s');
  await page.locator('.dialog-form').waitFor();
  await page.keyboard.press('Enter');
  return page.evaluate(() => window.showMeAtMs ?? Number.NaN);
}

/** The picture stays on the wall when the spotlight by hand is over, which is after a minute. */
export async function keepOnWall({ stage, cameraId }: FieldBenchStage): Promise<void> {
  const answer = await stage.desk.request('wall:showCameras', {
    commandId: randomUUID(),
    screenId: 'main',
    cameraIds: [cameraId],
  });
  if (!answer.ok) throw new Error(answer.message);
}

/** Ends the picture and waits until phone and wall have given it up. */
export async function endPicture(bench: FieldBenchStage): Promise<void> {
  const { stage, wall, phone, cameraId } = bench;
  await stage.desk.request('bodycam:end', { memberId: stage.memberId });
  await eventually(
    'the picture has ended',
    async () => {
      const isShown = (await wall.tiles()).some((tile) => tile.cameraId === cameraId);
      const phoneSays = await phone.page.locator('.field-cam-key').getAttribute('data-camera');
      return memberOf(bench)?.bodyCam.state === 'off' && !isShown && phoneSays === 'off';
    },
    fieldPatienceMs,
  );
}

declare global {
  interface Window {
    showMeAtMs?: number;
    connections?: RTCPeerConnection[];
  }
}
