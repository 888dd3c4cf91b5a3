import type { BrowserContext, CDPSession, Page } from 'playwright';
import { demoPhoneName } from '../demoSquads.ts';
import type { PatrolMoment } from '../patrol.ts';

/** What can be read off the page. */
export interface PageLook {
  isSignedIn: boolean;
  token: string | undefined;
  /** The desk asks for the picture. */
  isAsked: boolean;
  status: string | undefined;
  /** The group in which a desk speaks to this member alone, or to those of the member's order. */
  calledIn: string | undefined;
  /** The group that is chosen. */
  chosenGroup: string | undefined;
  /** What the talk key shows. */
  keyLook: string | undefined;
  /** What the page keeps of the member's orders: JSON, undefined where there are none. */
  keptOrders: string | undefined;
}

/** The field app's page of the simulated leader, worked as a finger would. */
export interface LeaderPage {
  look(): Promise<PageLook>;
  /** Answers whether there was such a key and it could be pressed. */
  press(selector: string): Promise<boolean>;
  chooseGroup(groupId: string): Promise<void>;
  /** Opens the order, gives it a photograph and closes it; answers whether that could be done. */
  addPhotograph(orderNumber: string, jpeg: Buffer): Promise<boolean>;
  /** Holds the talk key as soon as the floor is granted; releases it when the floor is not granted. */
  speak(holdMs: number, signal: AbortSignal): Promise<void>;
  moveTo(moment: PatrolMoment): Promise<void>;
}

const tokenKey = 'mingchu.memberToken';
const ordersKey = 'mingchu.fieldOrders';
/** How long the form of an order is waited for. */
const formMs = 5_000;
/** How long a floor is waited for. */
const grantMs = 6_000;
const lookEveryMs = 100;

/** What the phone's page starts with: the token of an earlier sign-in, where there is one. */
export function phoneContext(hubUrl: string, token: string | undefined) {
  const localStorage = [
    { name: 'mingchu.language', value: 'zh-CN' },
    ...(token === undefined ? [] : [{ name: tokenKey, value: token }]),
  ];
  return {
    viewport: { width: 390, height: 844 },
    locale: 'zh-CN',
    // By the model in it the phone is known at the desk.
    userAgent: `Mozilla/5.0 (Linux; Android 14; ${demoPhoneName} Build/1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36`,
    serviceWorkers: 'block' as const,
    permissions: ['geolocation', 'microphone', 'camera'],
    storageState: { cookies: [], origins: [{ origin: hubUrl, localStorage }] },
  };
}

/** Opens the page and waits until it is loaded. */
export async function openLeaderPage(context: BrowserContext, url: string): Promise<LeaderPage> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await page.addInitScript(leaveVoiceAsItIs);
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  const press = (selector: string): Promise<boolean> =>
    page.evaluate((wanted) => {
      const key = document.querySelector<HTMLButtonElement>(wanted);
      if (key === null || key.disabled) return false;
      key.click();
      return true;
    }, selector);
  return {
    look: () => look(page),
    press,
    async addPhotograph(orderNumber, buffer) {
      if (!(await press(`.field-order[data-order="${orderNumber}"] .field-order-open`))) return false;
      const choose = page.locator('.field-order-over .field-attachments input[type=file]').first();
      const file = { name: 'scene.jpg', mimeType: 'image/jpeg', buffer };
      const isGiven = await choose.setInputFiles(file, { timeout: formMs }).then(
        () => true,
        () => false,
      );
      await press('.field-order-over .field-order-top .field-switch');
      return isGiven;
    },
    chooseGroup: (groupId) =>
      page.evaluate((wanted) => {
        document.querySelector<HTMLButtonElement>(`.talk-group[data-group-id="${wanted}"]`)?.click();
      }, groupId),
    speak: (holdMs, signal) => speak(page, holdMs, signal),
    moveTo: (moment) => moveTo(devtools, moment),
  };
}

/** In the page: a made voice needs no clearing, which would be half of the work that an idle phone makes. */
function leaveVoiceAsItIs(): void {
  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  devices.getUserMedia = (constraints) => {
    const { audio } = constraints ?? {};
    if (typeof audio !== 'object') return getUserMedia(constraints);
    return getUserMedia({ ...constraints, audio: { ...audio, ...plain } });
  };
}

function look(page: Page): Promise<PageLook> {
  return page.evaluate(
    ([key, ordersKey]) => {
      const pressed = document.querySelector<HTMLElement>('.field-status[aria-pressed=true]');
      return {
        isSignedIn: document.querySelector('.field-sign-in') === null,
        token: window.localStorage.getItem(key) ?? undefined,
        isAsked: document.querySelector('.field-ask .field-key--first') !== null,
        status: pressed?.dataset['status'],
        calledIn: document.querySelector<HTMLElement>(
          '.talk-group:is([data-group-id^="private:"], [data-group-id^="order:"])[data-talker-kind=desk]',
        )?.dataset['groupId'],
        chosenGroup: document.querySelector<HTMLElement>('.talk-group[aria-checked=true]')?.dataset[
          'groupId'
        ],
        keyLook: document.querySelector<HTMLElement>('.talk-key')?.dataset['look'],
        keptOrders: window.localStorage.getItem(ordersKey) ?? undefined,
      };
    },
    [tokenKey, ordersKey] as const,
  );
}

async function speak(page: Page, holdMs: number, signal: AbortSignal): Promise<void> {
  const key = page.locator('.talk-key');
  await key.scrollIntoViewIfNeeded();
  const box = await key.boundingBox();
  if (box === null) return;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  try {
    for (let waitedMs = 0; waitedMs < grantMs && !signal.aborted; waitedMs += lookEveryMs) {
      if ((await look(page)).keyLook === 'speaking') {
        await page.waitForTimeout(holdMs);
        return;
      }
      await page.waitForTimeout(lookEveryMs);
    }
  } finally {
    await page.mouse.up();
  }
}

async function moveTo(devtools: CDPSession, moment: PatrolMoment): Promise<void> {
  const { latitude, longitude, speedMps, headingDeg } = moment;
  await devtools.send('Emulation.setGeolocationOverride', {
    latitude,
    longitude,
    accuracy: 7,
    speed: speedMps,
    ...(headingDeg === undefined ? {} : { heading: headingDeg }),
  });
}
