import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import en from '../../assets/locales/en.json' with { type: 'json' };
import { seededRandom } from '../../src-sim/random.ts';
import type { AccountsAnswer } from '../../src-shared/accounts/accounts.protocol.ts';
import { deadAfterMs } from '../../src-renderer/features/showcase/deadFingers.ts';
import { sceneKinds, type Scene } from '../../src-shared/showcase/programme.ts';
import type { ShowcaseDesk } from '../../src-shared/showcase/showcase.protocol.ts';
import { command } from '../support/accountBrowser.ts';
import { makeAlertKey, postAlerts, report, taken } from '../support/alertSender.ts';
import { seriousFaults } from '../support/axeFaults.ts';
import { openDesk, type DeskPage } from '../support/deskPage.ts';
import { launchPhoneBrowser, openPhone } from '../support/fieldPage.ts';
import { freePort } from '../support/freePort.ts';
import { energyHeard, keepConnections } from '../support/heardSound.ts';
import {
  eventually,
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../support/processes.ts';
import { keepReceivedRtp, readReceivedRtp } from '../support/receivedRtp.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { hubFetch } from '../support/testAccount.ts';
import { launchBrowser } from '../support/wallPage.ts';

/** What stands in the registry, in alerts and in orders, and must never reach a visitor's screen. */
const secrets = [
  '红灯笼餐馆',
  'Red Lantern',
  '温泉路 8 号',
  '29.8612',
  '114.3345',
  '0715-8254',
  '张伟',
  '找张师傅',
  '灶台3号',
  // Where the member's phone is.
  '29.8413',
  '114.3225',
];
const member = { memberId: 'member-1', squadId: 'wenquan', name: '张伟' };

/** Screens of halls, in picture elements. */
const halls = [
  [1_920, 1_080],
  [1_080, 1_920],
  [3_840, 2_160],
] as const;
/** The browser of WeChat on an iPhone of 2021. */
const weChat =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.16(0x18001042) NetType/WIFI Language/zh_CN';

/** Runs in a page before its own scripts: takes away what browsers of 2021 do not have. */
function withoutYoungFeatures(): void {
  const young: [object, string[]][] = [
    [AbortSignal, ['timeout', 'any']],
    [Array.prototype, ['at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with']],
    [String.prototype, ['at', 'isWellFormed', 'toWellFormed']],
    [Object, ['hasOwn', 'groupBy']],
    [Promise, ['withResolvers', 'try']],
    [window, ['structuredClone', 'requestIdleCallback']],
  ];
  for (const [owner, names] of young) for (const name of names) Reflect.deleteProperty(owner, name);
}

/** Runs in a page: in how many places an element is seen within a time, in milliseconds. */
async function placesIn(element: Element, withinMs: number): Promise<number> {
  const seen = new Set<string>();
  const untilMs = performance.now() + withinMs;
  while (performance.now() < untilMs) {
    await new Promise(requestAnimationFrame);
    seen.add(getComputedStyle(element).transform);
  }
  return seen.size;
}

/** What of the page is not wholly on the screen, or does not fit into its box; rows that roll are cut on purpose. */
function overflowing(of: Page): Promise<string[]> {
  return of.evaluate(() => {
    for (const animation of document.getAnimations()) {
      const { endTime } = animation.effect?.getComputedTiming() ?? {};
      if (endTime !== undefined && Number.isFinite(Number(endTime))) animation.finish();
    }
    const { clientWidth, clientHeight } = document.documentElement;
    return [...document.querySelectorAll('main.showcase *')]
      .filter((one) => one.closest('.showcase-rolls, svg, [aria-hidden], .showcase-kitchen') === null)
      .filter((one) => {
        const { left, top, right, bottom, width } = one.getBoundingClientRect();
        const isOff = left < -1 || top < -1 || right > clientWidth + 1 || bottom > clientHeight + 1;
        const isRolling = one.querySelector('.showcase-rolls') !== null;
        const isCutAcross = one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 2;
        const isHidden = one.tagName === 'LI' || getComputedStyle(one).overflowY === 'hidden';
        const isCut = !isRolling && (isCutAcross || (isHidden && one.scrollHeight > one.clientHeight + 2));
        return width > 0 && (isOff || isCut);
      })
      .map((one) => `${one.tagName} ${one.className} ${(one.textContent ?? '').slice(0, 30)}`);
  });
}

/**
 * Texts of the page that are smaller than can be read at 3 m: letters of 15 mm (1/200 of the way), which are 24 picture elements of a screen of
 * 55 inches that stands upright, 1,080 of them on 685 mm.
 */
function tooSmall(of: Page): Promise<string[]> {
  return of.evaluate(() => {
    const leastPx = 24;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      const element = text.parentElement;
      if (element === null || text.textContent?.trim() === '' || element.closest('svg, [aria-hidden]'))
        continue;
      if (parseFloat(getComputedStyle(element).fontSize) < leastPx)
        found.push(`${element.className} ${text.textContent?.slice(0, 30)}`);
    }
    return found;
  });
}

let hub: HubProcess;
let city: SimulatorProcess;
/** Where the public's page is. */
let publicUrl: string;
let browser: Browser;
let desk: SurfaceClient;
let officer: DeskPage;
let hall: BrowserContext;
let page: Page;
let saved: ShowcaseDesk['saved'];
/** Everything that the screen received: over its WebSocket, and as answers. */
const received: Buffer[] = [];
const errors: string[] = [];

const send = (method: string, path: string, body: object): Promise<Response> =>
  hubFetch(`${hub.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const joinDesk = async (): Promise<ShowcaseDesk> => {
  desk = await connectSurface(hub.url);
  const joined = await desk.request('session:join', { surface: 'desk' });
  if (!joined.ok || joined.data.snapshot.showcaseDesk === undefined) throw new Error('the desk did not join');
  return joined.data.snapshot.showcaseDesk;
};
const isCalm = (): Promise<boolean> => page.locator('[data-curtain="drawn"]').isVisible();
const calm = (isWanted: boolean): Promise<unknown> =>
  eventually(isWanted ? 'the curtain' : 'the story', async () => (await isCalm()) === isWanted);

beforeAll(async () => {
  const publicPort = await freePort();
  publicUrl = `http://127.0.0.1:${publicPort}`;
  [hub, browser, city] = await Promise.all([
    startHubProcess({
      settings: { MINGCHU_PUBLIC_PORT: String(publicPort), MINGCHU_PUBLIC_URL: 'http://kitchens.example' },
    }),
    launchBrowser(),
    startSimulatorProcess({ settings: { MINGCHU_SIM_SITES: '1', MINGCHU_SIM_CAMERAS: '1' } }),
  ]);
  const known = await joinDesk();
  const sites = ['S1', 'S2'].map((externalId) => ({
    externalId,
    name: '红灯笼餐馆',
    nameEn: 'Red Lantern',
    type: 'restaurant',
    district: '咸安区',
    address: '温泉路 8 号',
    phone: '0715-8254',
    position: { latitude: 29.8612, longitude: 114.3345, system: 'wgs84' },
  }));
  const cameras = sites.map(({ externalId }) => ({
    externalId: `C${externalId}`,
    siteExternalId: externalId,
    name: '灶台3号',
    streams: { main: { url: 'rtsp://127.0.0.1:9/none' } },
  }));
  const imported = await send('POST', '/api/v1/registry/import', { sites, cameras });
  if (!imported.ok) throw new Error(await imported.text());
  const key = await makeAlertKey(hub.url);
  await taken(await postAlerts(hub.url, key, { alerts: [report({ cameraId: 'CS1', kind: 'no_hat' })] }));
  const squad = {
    squadId: 'wenquan',
    name: '温泉中队',
    nameEn: 'Wenquan squad',
    startsBodyCamInEmergency: false,
  };
  await desk.request('squads:saveSquad', { squad });
  await desk.request('squads:saveMember', { member });
  // Every alert of the test would otherwise be too new for visitors.
  const { revision, programme } = known.saved;
  const changed = await desk.request('showcase:saveProgramme', {
    revision,
    programme: { ...programme, alertDelaySeconds: 60 },
  });
  if (!changed.ok) throw new Error(changed.message);
  saved = changed.data;

  const answer = await command(hub, {
    command: 'ticket',
    surface: 'showcase',
    screenId: 'hall',
    name: 'hall',
  });
  const { ticket } = answer['data'] as unknown as { ticket: string };
  hall = await browser.newContext({ viewport: { width: 1920, height: 1080 }, hasTouch: true });
  await hall.addInitScript(keepConnections);
  await hall.addInitScript(keepReceivedRtp);
  page = await hall.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => received.push(Buffer.from(payload))),
  );
  page.on('response', (response) => {
    if (!/\/assets\//.test(response.url()))
      response.body().then(
        (body) => void received.push(body),
        () => undefined,
      );
  });
  await page.goto(`${hub.url}/showcase.html?lang=en&ticket=${ticket}&replaced=hung`);
  await page.locator('[data-scene]').waitFor();
  officer = await openDesk(browser, hub.url, { query: '?lang=en' });
  await officer.page.locator('.talk-dock').waitFor();
});
afterAll(async () => {
  desk.close();
  await browser.close();
  await hub.stop();
  await city.stop();
});

describe('the showcase', () => {
  it('is paired by a ticket, shows the story in both languages, and has no serious fault', async () => {
    expect(page.url()).not.toContain('ticket');
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('button', { name: '点按屏幕，自己看看' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Touch the screen and explore' }).click();
    for (const door of ['districts', 'types', 'kitchen', 'quiz']) {
      await page.locator(`[data-door="${door}"]`).click();
      await page.locator(`[data-page="${door}"]`).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Back', exact: true }).click();
    }
    await page.getByRole('button', { name: 'Back to the story' }).click();
    await page.locator('[data-scene]').waitFor();
  });

  it('has reported once why the desktop application loaded it again', async () => {
    const replaced = await eventually(
      'the desk is notified',
      () =>
        desk.noticesOf('showcase:deskChanged').findLast((known) => known.replaced !== undefined)?.replaced,
    );
    expect(replaced).toMatchObject({ cause: 'hung', count: 1 });
    expect(page.url()).not.toContain('replaced');
    expect(await desk.request('showcase:reportReplaced', { cause: 'crashed' })).toMatchObject({ ok: true });
    // A desk is no screen of the showcase.
    expect(desk.noticesOf('showcase:deskChanged').every((known) => known.replaced?.count !== 2)).toBe(true);
  });

  it('answers a quiz of its own, also while a dead finger stays on the glass', async () => {
    const glass = await hall.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchEnd', ...touchPoints: { x: number; y: number; id: number }[]) =>
      glass.send('Input.dispatchTouchEvent', { type, touchPoints });
    const dead = { x: 1_700, y: 300, id: 1 };
    await touch('touchStart', dead);
    await page.waitForTimeout(deadAfterMs + 100);
    for (const control of ['.showcase-touch', '[data-door="quiz"]']) {
      const box = await page.locator(control).boundingBox();
      if (box === null) throw new Error(`${control} is not there`);
      const tap = { x: box.x + box.width / 2, y: box.y + box.height / 2, id: 2 };
      await touch('touchStart', dead, tap);
      await touch('touchEnd', tap);
    }
    await page.locator('[data-page="quiz"]').waitFor();
    await touch('touchEnd', dead);
    for (const isGood of [true, false, false, true, false]) {
      await page.getByRole('button', { name: isGood ? 'All right' : 'Not all right', exact: true }).click();
      await page.getByText('Correct!').waitFor();
      await page.getByRole('button', { name: 'Next' }).click();
    }
    await page.getByText('You got 5 of 5 right.').waitFor();
    await page.getByRole('button', { name: 'Back to the story' }).click();
  });

  it('is edited at a desk, with a preview both ways, and every scene fits on every screen in both languages', async () => {
    const at = officer.page;
    const turnTo = async (view: string): Promise<void> => {
      await at.keyboard.press('Control+k');
      await at.getByRole('dialog').getByRole('combobox').fill(view);
      await at.getByRole('dialog').locator(`[data-entry="${view}"]`).click();
      await at.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await turnTo('showcase');
    const scene = (name: string) => at.locator('.showcase-scenes li', { hasText: name });
    await scene('Figures').getByRole('button', { name: 'Figures' }).click();
    for (let up = 0; up < 2; up += 1) await scene('Figures').getByRole('button', { name: 'Move up' }).click();
    await at.getByLabel('Length (s)').fill('300');
    await at.getByLabel('All day').uncheck();
    await at.getByLabel('From', { exact: true }).fill('00:00');
    await at.getByLabel('Until', { exact: true }).fill('24:00');
    const title = 'What the kitchens of our whole city have done since midnight';
    await at.getByLabel('Title (English)').fill(title);
    await at.locator('.showcase-preview').getByRole('heading', { name: title }).waitFor();
    await at.locator('label', { hasText: 'Portrait' }).click();
    await at.locator('.showcase-preview[data-portrait]').waitFor();
    expect(await seriousFaults(at)).toEqual([]);
    for (const other of ['Kitchens', 'Map', 'How it works', 'Citizens'])
      await scene(other).getByLabel('Shown').uncheck();
    await at.locator('[data-showcase="save"]').click();
    await page.getByRole('heading', { name: title }).waitFor();
    const edited = await eventually('the saved programme', () =>
      desk
        .noticesOf('showcase:deskChanged')
        .map((notice) => notice.saved)
        .find(({ programme }) => programme.scenes[0]?.words.en.title === title),
    );
    expect(edited.programme.scenes[0]).toMatchObject({
      kind: 'figures',
      lengthSeconds: 300,
      hours: { fromMinute: 0, untilMinute: 1_440 },
      words: { en: { title } },
    });
    await turnTo('wall');

    let { revision } = edited;
    const faults: string[] = [];
    const longest = { title: '看得见的厨房，吃得下的放心，请到科普馆来看一看吧' };
    for (const kind of sceneKinds.filter((one) => one !== 'call')) {
      const written = { ...edited.programme.scenes[0], sceneId: 'words', kind: 'words' } as Scene;
      const scenes = [...edited.programme.scenes, written].map((one) => ({
        ...one,
        isShown: one.kind === kind,
        words: { 'zh-CN': longest, en: { title } },
      }));
      const programme = { ...edited.programme, scenes };
      const turned = await desk.request('showcase:saveProgramme', { revision, programme });
      if (!turned.ok) throw new Error(turned.message);
      ({ revision } = turned.data);
      await page.locator(`[data-scene="${kind}"]`).waitFor();
      if (kind === 'kitchens') {
        // Without a graphics card pictures move in steps of a tenth of a second.
        expect(await page.locator('main').getAttribute('data-motion')).toBe('calm');
        const places = await page.locator('.showcase-roll').first().evaluate(placesIn, 1_000);
        expect(places).toBeGreaterThan(1);
        expect(places).toBeLessThan(13);
        // With one they move with every picture of the screen.
        const smooth = await page
          .locator('.showcase-roll')
          .first()
          .evaluate((roll) => {
            const main = roll.closest('main');
            main?.setAttribute('data-motion', 'smooth');
            const timing = getComputedStyle(roll).animationTimingFunction;
            main?.setAttribute('data-motion', 'calm');
            return timing;
          });
        expect(smooth).toBe('linear');
      }
      for (const [width, height] of halls) {
        await page.setViewportSize({ width, height });
        for (const language of ['中文', 'English']) {
          await page.getByRole('button', { name: language, exact: true }).click();
          for (const fault of await overflowing(page))
            faults.push(`${kind} ${width} before ${language}: ${fault}`);
          if (width === 1_080)
            for (const text of await tooSmall(page))
              faults.push(`${kind} too small before ${language}: ${text}`);
        }
      }
    }
    for (const door of ['districts', 'types', 'kitchen', 'quiz']) {
      await page.locator('.showcase-touch').click();
      await page.locator(`[data-door="${door}"]`).click();
      // With what is known of the chosen one the page is fullest.
      const choice = page.locator('.showcase-chips button, .showcase-types li button').first();
      if (door === 'districts' || door === 'types') await choice.click();
      for (const [width, height] of halls) {
        await page.setViewportSize({ width, height });
        for (const fault of await overflowing(page)) faults.push(`${door} ${width}: ${fault}`);
        if (width === 1_080)
          for (const text of await tooSmall(page)) faults.push(`${door} too small: ${text}`);
      }
      await page.getByRole('button', { name: 'Back to the story' }).click();
    }
    await page.setViewportSize({ width: 1_920, height: 1_080 });
    expect(faults).toEqual([]);
    const before = await desk.request('showcase:saveProgramme', { revision, programme: saved.programme });
    if (!before.ok) throw new Error(before.message);
    saved = before.data;
  });

  it('gets the released parts of a running case, and loses them at once', async () => {
    const content = {
      kind: 'inspection' as const,
      priority: 2 as const,
      place: {
        name: '红灯笼餐馆',
        district: '咸安区' as const,
        address: '温泉路 8 号',
        latitude: 29.8612,
        longitude: 114.3345,
      },
      instructions: '找张师傅',
      checklist: [],
    };
    const crew = { memberIds: [member.memberId], inChargeId: member.memberId };
    const created = await desk.request('orders:create', { orderId: 'o1', content, crew });
    expect(created).toMatchObject({ ok: true });
    expect(await page.locator('[data-scene="call"]').count()).toBe(0);
    const nothing = { voice: false, place: false };
    expect(await desk.request('showcase:releaseCase', { orderId: 'o1', parts: nothing })).toMatchObject({
      ok: true,
    });
    await page.getByRole('heading', { name: 'Calling Wenquan squad, please answer' }).waitFor();
    expect(await page.getByText('Place:').count()).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await desk.request('showcase:takeBackCase', {});
    await page.locator('[data-scene="call"]').waitFor({ state: 'detached' });
  });

  it('hears the voice of a case and sees its body-worn camera, softened, only as an officer released them', async () => {
    const phones = await launchPhoneBrowser(hub);
    try {
      const code = await desk.request('squads:makeSignInCode', { memberId: member.memberId });
      if (!code.ok) throw new Error(code.message);
      const { page: phone } = await openPhone(phones, `${hub.url}${code.data.path}`);
      await phone.locator('.field-cam-key').click();
      // What must not be in what the screen gets has come to the hub.
      await eventually('the position of the member', () =>
        desk
          .noticesOf('squads:positionsChanged')
          .some(({ positions }) => positions.some(({ position }) => position?.latitude === 29.8413)),
      );
      const parts = { voice: true, place: false, bodyCamMemberId: member.memberId };
      expect(await desk.request('showcase:releaseCase', { orderId: 'o1', parts })).toMatchObject({
        ok: true,
      });
      const picture = page.locator(
        '.showcase-call[data-picture] .showcase-bodycam video:not([data-waiting])',
      );
      await picture.waitFor({ timeout: 30_000 });
      await eventually('moving pictures of the body-worn camera', () =>
        picture.evaluate(async (video: HTMLVideoElement) => {
          const before = video.getVideoPlaybackQuality().totalVideoFrames;
          await new Promise((resolve) => setTimeout(resolve, 700));
          const { videoWidth, videoHeight } = video;
          const isSoft = videoWidth > 30 && videoWidth <= 96 && videoHeight <= 54;
          return isSoft && video.getVideoPlaybackQuality().totalVideoFrames > before;
        }),
      );
      expect(await seriousFaults(page)).toEqual([]);

      // A burst of talk: without a wish of the hall it is words alone, and with it a sound.
      await phone.locator('.talk-key').hover();
      await phone.mouse.down();
      await phone.locator('.talk-key[data-look="speaking"]').waitFor();
      await page.locator('.showcase-bubble').waitFor();
      expect(await page.evaluate(energyHeard)).toBe(0);
      expect(await page.evaluate(() => window.receivedRtp?.sounds)).toBe(0);
      const loud = await desk.request('showcase:saveProgramme', {
        ...saved,
        programme: { ...saved.programme, hasSound: true },
      });
      if (!loud.ok) throw new Error(loud.message);
      await eventually('the voice in the hall', async () => (await page.evaluate(energyHeard)) > 0, 20_000);

      await desk.request('showcase:takeBackCase', {});
      await picture.waitFor({ state: 'detached', timeout: 1_000 });
      await eventually('silence', async () => {
        const heard = await page.evaluate(energyHeard);
        await page.waitForTimeout(500);
        return (await page.evaluate(energyHeard)) === heard;
      });
      // Every encoded picture until here is one of the softened body-worn camera, and no sound comes after the release.
      const { kinds, frames, sounds } = await page.evaluate(
        () => window.receivedRtp ?? { kinds: [], frames: [], sounds: 0 },
      );
      expect([...new Set(kinds)].sort()).toEqual(['audio', 'video']);
      expect(sounds).toBeGreaterThan(0);
      expect([...readReceivedRtp(frames).sizes]).toEqual(['96x54']);
      await page.waitForTimeout(500);
      expect(await page.evaluate(() => window.receivedRtp?.sounds)).toBe(sounds);
      await phone.mouse.up();
      await desk.request('showcase:saveProgramme', { ...loud.data, programme: saved.programme });
    } finally {
      await phones.close();
    }
  });

  it('received no name, no address, no position and no number of a phone until here', () => {
    expect(received.length).toBeGreaterThan(5);
    const all = Buffer.concat(received).toString('utf8');
    expect(all).toContain('温泉中队');
    for (const secret of secrets) expect(all, secret).not.toContain(secret);
  });

  it('shows what a site agreed to at a desk: consent, hours, curtain, the camera, and its sheet', async () => {
    const at = officer.page;
    await at.keyboard.press('Control+k');
    const palette = at.getByRole('dialog');
    await palette.getByRole('combobox').fill('Red Lantern');
    await palette.locator('.finder-row').first().waitFor();
    await at.keyboard.press('Enter');
    const section = at.locator('[data-site-public]');
    const is = (state: string) => section.locator(`[data-public-state="${state}"]`).waitFor();
    await is('no_consent');
    await section.getByLabel('Date of the document').fill('2026-03-01');
    await section.getByRole('button', { name: 'Record the consent' }).click();
    await is('shown');
    // The key that closes the large picture is not of this part of the page.
    const faults = (await seriousFaults(at)).filter((fault) => !fault.includes('large-close'));
    expect(faults).toEqual([]);
    const hours = section.getByLabel('Hours, such as 06:30-20:00');
    const save = () => section.getByRole('button', { name: 'Publish' }).click();
    const hour = (later: number): string => String((new Date().getHours() + later) % 24).padStart(2, '0');
    await hours.fill(`${hour(2)}:00-${hour(3)}:00`);
    await section.getByLabel('Grade').selectOption('A');
    await save();
    await is('outside_hours');
    await hours.fill('');
    await save();
    await is('shown');
    const curtain = section.getByRole('button', { name: 'Curtain: whole site' });
    await curtain.click();
    await is('curtain_over_site');
    await curtain.click();
    await is('shown');
    await section.getByLabel('What the camera shows').selectOption({ label: 'Dormitory (never public)' });
    await section.getByRole('button', { name: 'Save the camera' }).click();
    await is('forbidden_room');
    await section.getByLabel('What the camera shows').selectOption({ label: 'Cooking area' });
    await section.getByLabel('Width of a head, in % of the picture').fill('15');
    await section.getByText('at most 160 × 90').waitFor();
    await section.getByRole('button', { name: 'Save the camera' }).click();
    await is('shown');
    const saving = at.waitForEvent('download');
    await section.getByRole('button', { name: 'Sheet to hang up (PDF)' }).click();
    const sheet = await saving;
    expect(sheet.suggestedFilename()).toBe('codes-sheet.pdf');
    expect(
      readFileSync(await sheet.path())
        .subarray(0, 5)
        .toString('latin1'),
    ).toBe('%PDF-');
    await section.getByRole('button', { name: 'Withdraw the consent' }).click();
    await is('consent_withdrawn');
    await at.keyboard.press('Escape');
  });

  it('is beside a public page on which a citizen reports with a photograph, and follows it to the answer', async () => {
    const directory = await desk.request('cameras:readDirectory', {});
    const site = directory.ok ? directory.data.sites[0] : undefined;
    if (site === undefined) throw new Error('the registry is empty');
    const consent = await desk.request('public:recordConsent', {
      siteId: site.siteId,
      agreedOn: '2026-03-01',
    });
    if (!consent.ok) throw new Error(consent.message);
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
    const publicPage = await phone.newPage();
    publicPage.on('pageerror', (error) => errors.push(error.message));
    await publicPage.goto(`${publicUrl}/public.html?lang=zh-CN#${consent.data.site.code}`);
    await publicPage.getByRole('button', { name: '向监管部门反映' }).click();
    expect(await publicPage.getByRole('button', { name: '发送' }).isDisabled()).toBe(true);
    await publicPage.getByLabel('您看到了什么').fill('切菜的师傅没有戴口罩');
    // As a camera makes it, with where and who in it.
    const photo = await sharp({ create: { width: 2_400, height: 1_800, channels: 3, background: '#486' } })
      .withExif({ IFD0: { Artist: '李市民' } })
      .jpeg()
      .toBuffer();
    await publicPage
      .locator('input[type="file"]')
      .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: photo });
    await publicPage.getByRole('button', { name: '移除照片' }).waitFor();
    expect(await seriousFaults(publicPage)).toEqual([]);
    await publicPage.getByRole('button', { name: '发送' }).click();
    const code = (await publicPage.locator('.citizen-code').innerText()).trim();
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$/);

    await officer.page.getByText('Citizen report').first().click();
    const side = officer.page.locator('[data-citizen-reports]');
    // No camera took it, and its words say so.
    await officer.page
      .locator('.alert-snapshot figcaption', { hasText: 'Photograph by a citizen' })
      .waitFor();
    expect(await officer.page.getByText('Alert snapshot').count()).toBe(0);
    await side.getByText('切菜的师傅没有戴口罩').waitFor();
    await side.getByText('answer due in').waitFor();
    await officer.page.locator('.alert-pictures img').first().waitFor();
    await officer.page.getByRole('button', { name: /^Acknowledge/ }).click();
    await eventually('the report is looked into', () =>
      desk
        .noticesOf('citizens:reportsChanged')
        .some(({ reports }) => reports.some(({ lookedIntoAtMs }) => lookedIntoAtMs !== undefined)),
    );
    await publicPage.getByRole('link', { name: '查看进度' }).click();
    await publicPage.locator('[data-stage="looked_into"]').waitFor();
    await side.getByLabel('Answer the citizen').fill('感谢您的反映，已现场纠正。');
    await side.getByRole('button', { name: 'Send answer' }).click();
    await side.getByText('感谢您的反映，已现场纠正。').waitFor();
    await publicPage.getByRole('button', { name: '查询', exact: true }).click();
    await publicPage.locator('[data-stage="answered"]').waitFor();
    await publicPage.getByText('感谢您的反映，已现场纠正。').waitFor();
    expect(await seriousFaults(publicPage)).toEqual([]);
    await phone.close();
    await desk.request('public:withdrawConsent', { siteId: site.siteId });
    await officer.page.keyboard.press('Escape');
  });

  it('shows a kitchen that agreed, softened and moving, as a phone does, and loses it within a second of the withdrawal', async () => {
    await registerCity(hub.url, city.controlUrl);
    const directory = await desk.request('cameras:readDirectory', {});
    const camera = directory.ok
      ? directory.data.cameras.find(({ externalId }) => externalId !== 'CS1' && externalId !== 'CS2')
      : undefined;
    if (camera === undefined) throw new Error('the city is empty');
    const { siteId } = camera;
    const agreed = await desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-01' });
    if (!agreed.ok) throw new Error(agreed.message);
    // A kitchen is never an empty box: whenever it says that it has a picture, that one can be seen.
    await page.evaluate(() => {
      const seen = { pictures: 0, empty: 0 };
      Object.assign(window, { seenBoxes: seen });
      const look = (): void => {
        for (const box of document.querySelectorAll('.showcase-kitchen[data-live]')) {
          const shown = box.querySelector('img:not([data-waiting]), video:not([data-waiting])');
          const width =
            shown instanceof HTMLVideoElement
              ? shown.videoWidth
              : shown instanceof HTMLImageElement
                ? shown.naturalWidth
                : 0;
          if (width > 0) seen.pictures += 1;
          else seen.empty += 1;
        }
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    // By its district.
    const district = directory.ok
      ? directory.data.sites.find((one) => one.siteId === siteId)?.district
      : undefined;
    await page.locator('.showcase-touch').click();
    await page.locator('[data-door="districts"]').click();
    await page
      .locator('.showcase-chips')
      .getByRole('button', { name: en.district[district ?? '咸安区'], exact: true })
      .click();
    await page.getByRole('button', { name: 'Watch a kitchen here' }).click();
    await page.locator('[data-page="kitchen"]').waitFor();
    const moving = page.locator('.showcase-kitchen video');
    /** The pictures of a video advance, and are no larger than the rule says. */
    const advances = (video: typeof moving): Promise<boolean> =>
      video.evaluate(async (element: HTMLVideoElement) => {
        const before = element.getVideoPlaybackQuality().totalVideoFrames;
        await new Promise((resolve) => setTimeout(resolve, 700));
        return (
          element.getVideoPlaybackQuality().totalVideoFrames > before &&
          element.videoWidth > 100 &&
          element.videoWidth <= 320 &&
          element.videoHeight <= 180
        );
      });
    await moving.waitFor({ timeout: 20_000 });
    await eventually('moving pictures on the screen', () => advances(moving), 20_000);
    const seenBoxes = await page.evaluate(
      () => (window as unknown as { seenBoxes: { pictures: number; empty: number } }).seenBoxes,
    );
    expect(seenBoxes.pictures).toBeGreaterThan(0);
    expect(seenBoxes.empty).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    // Since the page was opened it has received pictures of these sizes alone.
    const onScreen = readReceivedRtp(await page.evaluate(() => window.receivedRtp?.frames ?? []));
    expect([...onScreen.sizes]).toContain('320x180');
    for (const size of onScreen.sizes) expect(['320x180', '96x54']).toContain(size);
    for (const type of onScreen.types) expect([1, 5, 7, 8]).toContain(type);

    /** A phone of anybody, in a context of its own; what it receives is kept. */
    const openPublicPhone = async (withOut: string[], way: string, userAgent?: string): Promise<Page> => {
      const phones = await browser.newContext({
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        ...(userAgent === undefined ? {} : { userAgent }),
      });
      await phones.addInitScript(keepReceivedRtp);
      if (userAgent !== undefined) await phones.addInitScript(withoutYoungFeatures);
      await phones.addInitScript(
        (names) => names.forEach((name) => Reflect.deleteProperty(window, name)),
        withOut,
      );
      const phone = await phones.newPage();
      phone.on('pageerror', (error) => errors.push(error.message));
      phone.on('response', (response) => {
        if (response.url().includes('/public/'))
          response.body().then(
            (body) => void onPhones.push(body),
            () => undefined,
          );
      });
      await phone.goto(`${publicUrl}/k/${agreed.data.site.code}`);
      await phone.locator(`figure[data-way="${way}"]`).waitFor({ timeout: 20_000 });
      return phone;
    };
    const onPhones: Buffer[] = [];
    const sources = ['MediaSource', 'ManagedMediaSource'];
    // By what a phone can: WebRTC, else segments, else stills.
    const phones = await Promise.all([
      openPublicPhone([], 'live'),
      openPublicPhone(['RTCPeerConnection'], 'segments'),
      openPublicPhone(['RTCPeerConnection', 'IntersectionObserver', ...sources], 'stills', weChat),
    ]);
    const [live, segments, stills] = phones;
    for (const phone of [live, segments]) {
      const onPhone = phone.locator('figure[data-moving] video');
      await onPhone.waitFor({ timeout: 20_000 });
      await eventually('moving pictures on the phone', () => advances(onPhone), 20_000);
      await phone.getByText('正在播放').waitFor();
    }
    await stills.locator('figure img').waitFor({ timeout: 20_000 });
    await stills.locator('figcaption', { hasText: /秒前/ }).waitFor();
    expect(await stills.locator('video').count()).toBe(0);
    for (const phone of phones) expect(await seriousFaults(phone)).toEqual([]);
    // The list of the others is read by who comes to it; an old phone's owner taps for it.
    const other = stills.locator('section', { hasText: '可以看的后厨' });
    expect(await other.locator('a').count()).toBe(0);
    await other.getByRole('button', { name: '查看其他后厨' }).click();
    await other.locator('a').first().waitFor();

    // Every byte that came by WebRTC: one softened picture, no sound, no words.
    const { kinds, frames } = await live.evaluate(
      () => window.receivedRtp ?? { kinds: [], frames: [], sounds: 0 },
    );
    expect(kinds).toEqual(['video']);
    const rtp = readReceivedRtp(frames);
    expect([...rtp.sizes]).toEqual(['320x180']);
    for (const type of rtp.types) expect([1, 5, 7, 8]).toContain(type);
    onPhones.push(rtp.bytes);

    const withdrawnAtMs = performance.now();
    await desk.request('public:withdrawConsent', { siteId });
    await Promise.all([
      moving.waitFor({ state: 'detached', timeout: 1_000 }),
      live.locator('figure[data-moving]').waitFor({ state: 'detached', timeout: 1_000 }),
      ...phones.map((phone) => phone.locator('figure').waitFor({ state: 'detached', timeout: 1_500 })),
    ]);
    expect(performance.now() - withdrawnAtMs).toBeLessThan(1_500);
    const sent = (await live.evaluate(() => window.receivedRtp?.frames.length)) ?? 0;
    await live.getByText('没有找到这个后厨').waitFor();
    expect(await live.evaluate(() => window.receivedRtp?.frames.length)).toBe(sent);
    const everything = Buffer.concat(onPhones).toString('latin1');
    for (const secret of [camera.cameraId, siteId, 'rtsp:', ...secrets])
      expect(everything, secret).not.toContain(Buffer.from(secret).toString('latin1'));
    await Promise.all(phones.map((phone) => phone.context().close()));
    await page.getByRole('button', { name: 'Back to the story' }).click();
  });

  it('is calm by one key at the desk, also after a restart of the server and of the screen, until the key is pressed again', async () => {
    await officer.page.keyboard.press('F9');
    await calm(true);
    // Every desk says so, at whatever view it is.
    const sign = officer.page.locator('[data-curtain-drawn]').first();
    await sign.waitFor({ state: 'attached' });
    expect(await sign.textContent()).toBe('Showcase (curtain drawn)');
    const frames = received.length;
    const { port } = new URL(hub.url);
    desk.close();
    await hub.stop();
    // Without its server it stays calm, and says nothing of a fault.
    expect(await isCalm()).toBe(true);
    hub = await startHubProcess({ dataDir: hub.dataDir, port: Number(port) });
    expect((await joinDesk()).curtain.isDrawn).toBe(true);
    await page.reload();
    await eventually('the screen is connected again', () =>
      desk.noticesOf('showcase:deskChanged').some(({ screens }) => screens === 1),
    );
    expect(await isCalm()).toBe(true);
    expect(Buffer.concat(received.slice(frames)).toString('utf8')).not.toContain('byDistrict');
    // A desk that is opened now is connected as soon as its talk bar is there.
    await officer.close();
    officer = await openDesk(browser, hub.url, { query: '?lang=en' });
    await officer.page.locator('.talk-dock').waitFor();
    await officer.page.keyboard.press('F9');
    await calm(false);
  });

  it('goes on with its last scene while the server is away, dated, without a word of a fault', async () => {
    const { port } = new URL(hub.url);
    desk.close();
    await hub.stop();
    await page.getByText(/^Pictures and figures as of/).waitFor();
    expect(await page.locator('[data-scene]').count()).toBe(1);
    expect(await page.locator('body').innerText()).not.toMatch(/server|network|error|connect/i);
    // The same for a screen that starts while the server is away.
    await page.reload();
    await page.getByText(/^Pictures and figures as of/).waitFor();
    expect(await page.locator('[data-scene]').count()).toBe(1);
    expect(await page.locator('body').innerText()).not.toMatch(/server|network|error|connect/i);
    hub = await startHubProcess({ dataDir: hub.dataDir, port: Number(port) });
    await joinDesk();
    await page.getByText(/^Pictures and figures as of/).waitFor({ state: 'detached' });
  });

  it('shows nothing but itself while a child hits the glass, the mouse and the keys', async () => {
    const address = page.url();
    const opened: string[] = [];
    hall.on('page', (another) => opened.push(another.url()));
    page.on('dialog', (dialog) => opened.push(dialog.message()));
    const random = seededRandom(20_261_129);
    const at = (): { x: number; y: number } => ({ x: random() * 1_920, y: random() * 1_080 });
    const devtools = await hall.newCDPSession(page);
    const keys = [
      'Tab',
      'Enter',
      ' ',
      'Escape',
      'Backspace',
      'F5',
      'F11',
      'Control+p',
      'Control+Equal',
      'Control+a',
      'Alt+ArrowLeft',
      'PageDown',
      'a',
    ];
    for (let blow = 0; blow < 240; blow += 1) {
      const kind = Math.floor(random() * 6);
      if (kind <= 1) {
        const fingers = Array.from({ length: 1 + Math.floor(random() * 16) }, (_unused, id) => ({
          ...at(),
          id,
        }));
        await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers });
        const moved = fingers.map((finger) => ({ ...finger, ...at() }));
        await devtools.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: moved });
        await devtools.send('Input.dispatchTouchEvent', {
          type: random() < 0.2 ? 'touchCancel' : 'touchEnd',
          touchPoints: [],
        });
      } else if (kind === 2) {
        const button = (['left', 'right', 'middle'] as const)[Math.floor(random() * 3)] ?? 'left';
        const { x, y } = at();
        await page.mouse.click(x, y, { button, clickCount: 1 + Math.floor(random() * 3) });
      } else if (kind === 3) {
        const [from, to] = [at(), at()];
        await page.mouse.move(from.x, from.y);
        await page.mouse.down();
        await page.mouse.move(to.x, to.y);
        await page.mouse.up();
      } else if (kind === 4) {
        await page.mouse.wheel((random() - 0.5) * 2_000, (random() - 0.5) * 2_000);
      } else {
        await page.keyboard.press(keys[Math.floor(random() * keys.length)] ?? 'a');
      }
    }
    // The browser takes 16 fingers at most; an event of twenty is made by hand.
    await page.evaluate(() => {
      const target = document.querySelector('.showcase-touch') ?? document.body;
      const fingers = Array.from(
        { length: 20 },
        (_unused, identifier) => new Touch({ identifier, target, clientX: 60 * identifier, clientY: 900 }),
      );
      for (const type of ['touchstart', 'touchmove', 'touchcancel', 'touchstart', 'touchend']) {
        const touches = type === 'touchend' || type === 'touchcancel' ? [] : fingers;
        const options = { bubbles: true, cancelable: true, touches, changedTouches: fingers };
        target.dispatchEvent(new TouchEvent(type, options));
      }
    });
    // An address that is dropped on another thing than the one that it was over before, as the things move.
    const link = { mimeType: 'text/uri-list', data: `${hub.url}/desk.html` };
    for (const [type, x, y] of [
      ['dragEnter', 960, 300],
      ['drop', 1_700, 1_010],
    ] as const)
      await devtools.send('Input.dispatchDragEvent', {
        type,
        x,
        y,
        data: { items: [link], dragOperationsMask: 1 },
      });
    await page.locator('main.showcase').waitFor();
    expect(page.url()).toBe(address);
    expect(opened).toEqual([]);
    const state = await page.evaluate(() => ({
      selected: String(window.getSelection()),
      zoom: window.visualViewport?.scale,
      scrolled: [window.scrollX, window.scrollY, document.scrollingElement?.scrollTop],
      fullScreen: document.fullscreenElement === null,
      shown: document.querySelectorAll('main.showcase').length,
      others: document.querySelectorAll('a, iframe, input, textarea, select, [contenteditable]').length,
    }));
    expect(state).toEqual({
      selected: '',
      zoom: 1,
      scrolled: [0, 0, 0],
      fullScreen: true,
      shown: 1,
      others: 0,
    });
    expect(errors).toEqual([]);
  });

  it('is calm and gets nothing any more once its pairing is ended, and is paired again when a desk asks for its code', async () => {
    const listed = (await (await hubFetch(`${hub.url}/api/v1/accounts`)).json()) as AccountsAnswer;
    const pairing = listed.screens.find(({ surface }) => surface === 'showcase');
    expect(pairing).toBeDefined();
    await hubFetch(`${hub.url}/api/v1/screens/${pairing?.pairingId}`, { method: 'DELETE' });
    await calm(true);
    await page.reload();
    await calm(true);
    const frames = received.length;
    await desk.request('showcase:setCurtain', { isDrawn: false });
    expect(await page.getByRole('link').count()).toBe(0);
    expect(Buffer.concat(received.slice(frames)).toString('utf8')).not.toContain('programme');

    expect((await fetch(`${hub.url}/api/v1/pairings/ask`, { method: 'POST' })).status).toBe(401);
    const asked = await hubFetch(`${hub.url}/api/v1/pairings/ask`, { method: 'POST' });
    expect(asked.status).toBe(200);
    const code = page.locator('[data-code]', { hasText: /\w{4}-\w{4}/ });
    await code.waitFor();
    const confirmed = await send('POST', '/api/v1/pairings/confirm', {
      code: await code.innerText(),
      name: 'hall',
    });
    expect(confirmed.status).toBe(200);
    await page.locator('[data-scene]').waitFor();
  });
});
