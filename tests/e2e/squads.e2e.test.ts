import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, type DeskPage } from '../support/deskPage.ts';
import {
  launchPhoneBrowser,
  openPhone,
  startFieldStage,
  type FieldStage,
  type Phone,
} from '../support/fieldPage.ts';
import { makeAlertKey, postAlerts, report, taken } from '../support/alertSender.ts';
import { eventually } from '../support/processes.ts';
import { shootPage } from '../support/signedInDesk.ts';
import { confirmAdministrator, hubFetch } from '../support/testAccount.ts';
import { openWall } from '../support/wallPage.ts';

const patienceMs = 30_000;

/** A finger comes down in the middle of something and stays there. */
async function holdFinger(page: Page, selector: string): Promise<void> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`the phone has no ${selector}`);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
}

describe('squads at the desk', () => {
  let stage: FieldStage;
  let browser: Browser;
  let desk: DeskPage;
  let phone: Phone | undefined;
  beforeAll(async () => {
    stage = await startFieldStage();
    browser = await launchPhoneBrowser(stage.hub);
    desk = await openDesk(browser, stage.hub.url);
    await desk.page.locator('.talk-dock').waitFor();
  });
  afterEach(async () => {
    await phone?.context.close();
    phone = undefined;
  });
  afterAll(async () => {
    await desk?.close();
    await browser?.close();
    await stage?.close();
  });

  const lookOf = (page: Page) => page.locator('.talk-key').getAttribute('data-look');
  const showMember = async (): Promise<void> => {
    await desk.page.keyboard.press('Alt+7');
    await desk.page.locator(`[data-member-id="${stage.memberId}"]`).click();
    await desk.page.locator(`[data-member-card="${stage.memberId}"]`).waitFor();
  };
  const onDuty = async (): Promise<Page> => {
    phone = await openPhone(browser, `${stage.secureUrl}${await stage.signInPath()}`);
    const { page } = phone;
    await eventually('the voice is at the hub', async () => (await lookOf(page)) === 'free', patienceMs);
    return page;
  };
  const holdSos = (page: Page): Promise<void> => holdFinger(page, '.field-sos');
  const deskSpeaks = async (): Promise<void> => {
    // The first press only asks for the microphone.
    if ((await lookOf(desk.page)) === 'off') await desk.page.locator('.talk-key').click();
    await eventually('the desk has its voice', async () => (await lookOf(desk.page)) === 'free', patienceMs);
    await desk.page.keyboard.down('Space');
    await eventually('the desk speaks', async () => (await lookOf(desk.page)) === 'speaking');
  };

  it('sends an order from an alert with three keys, and follows it to its end', async () => {
    const registry = {
      sites: [
        {
          externalId: 'S1',
          name: '温泉第一小学食堂',
          nameEn: 'Wenquan No. 1 Primary School',
          type: 'school_canteen',
          district: '咸安区',
          address: '温泉路 8 号',
          position: { latitude: 29.86, longitude: 114.33, system: 'wgs84' },
        },
      ],
      cameras: [
        {
          externalId: 'C1',
          siteExternalId: 'S1',
          name: '烹饪区',
          streams: { main: { url: 'rtsp://127.0.0.1:9/none' } },
        },
      ],
    };
    const imported = await hubFetch(`${stage.hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(registry),
    });
    expect(imported.status, await imported.text()).toBe(200);
    const page = await onDuty();
    await page.locator('[data-status=available]').click();
    await desk.page.locator('body').click({ position: { x: 2, y: 2 } });
    const key = await makeAlertKey(stage.hub.url);
    const alert = report({ cameraId: 'C1', kind: 'rat' });
    await taken(await postAlerts(stage.hub.url, key, { alerts: [alert] }));
    await desk.page.locator('[data-alert-id]').first().waitFor();

    await desk.page.keyboard.press('a');
    await desk.page.locator('[data-candidate-id]').first().waitFor();
    await desk.page.keyboard.press('g');
    const offer = desk.page.locator('[data-order-of-alert]');
    await offer.filter({ hasText: '温泉中队' }).waitFor();
    // The desk speaks to those who go, and their phones are moved there by themselves.
    const chosenGroup = page.locator('.talk-group[aria-checked=true]');
    await chosenGroup.filter({ hasText: '处置单' }).waitFor({ state: 'attached' });
    await page.locator('[data-moved-to^="order:"]').waitFor({ state: 'attached' });
    await desk.page.locator('[data-group-id^="order:"].talk-chip--chosen').waitFor();
    await deskSpeaks();
    await desk.page.locator('[data-group-id="squad:wenquan"]', { hasText: '温泉中队' }).waitFor();
    await desk.page.keyboard.up('Space');

    // One key puts the case on the wall, and takes it back.
    const wall = await openWall(browser, stage.hub.url);
    await wall.page.locator('.wall-bar').waitFor();
    await desk.page.keyboard.press('w');
    await wall.page.locator('[data-case-of] [data-case-state=dispatched]').waitFor({ timeout: patienceMs });
    await wall.page.locator('[data-tile-id^="case-body-"]', { hasText: '未回传' }).waitFor();
    await wall.page.locator('.case .map-room[data-map=ready]').waitFor({ timeout: patienceMs });
    await shootPage(wall.page, 'case', [
      [1920, 1080],
      [3840, 2160],
    ]);
    await shootPage(desk.page, 'case-desk-alert');
    await desk.page.keyboard.press('w');
    await wall.page.locator('[data-case-of]').waitFor({ state: 'detached' });
    await wall.close();

    const step = (name: string) => page.locator(`[data-step=${name}]`).first();
    await page.locator('[data-order-arrival]', { hasText: '温泉第一小学食堂' }).waitFor();
    await offer.filter({ hasText: '已查看' }).waitFor();
    await offer.getByRole('button', { name: '查看处置单' }).click();
    const detail = desk.page.locator('[data-detail-order-id]');
    const inState = (state: string) => desk.page.locator(`[data-detail-order-id][data-order-state=${state}]`);
    await inState('dispatched').waitFor();
    for (const [name, state] of [
      ['accepted', 'accepted'],
      ['enRoute', 'en_route'],
      ['onScene', 'on_scene'],
    ] as const) {
      await step(name).click();
      await inState(state).waitFor();
    }
    // The template of a rat has a checklist: it is shown first, and the key below it goes on.
    await step('cleared').click();
    await page.locator('.field-order-checklist').waitFor();
    await page.locator('.field-order-over [data-step=cleared]').click();
    await page.locator('[data-choice=corrected_on_spot]').click();
    await inState('cleared').waitFor();
    await detail.getByText('当场整改').waitFor();
    await chosenGroup.filter({ hasText: '温泉中队' }).waitFor({ state: 'attached' });
    // The desk asks what becomes of the alert, and proposes it.
    await detail.locator('[data-deed=close]').click();
    await detail.getByRole('button', { name: '确定', exact: true }).click();
    await inState('closed').waitFor();
    const steps = await detail.locator('.order-steps li strong').allTextContents();
    // Which of the three the phone says first is its own affair: what was shown was delivered. On a slow machine it rings again.
    const delivery = new Set(['已发送到手机', '手机已收到', '升级提醒']);
    expect(steps.filter((name) => !delivery.has(name))).toEqual([
      '开单',
      '派单',
      '队员已查看',
      '接单',
      '出发',
      '到场',
      '处置完毕',
      '办结',
    ]);
    expect(desk.errors.filter((error) => !error.includes('Failed to load resource'))).toEqual([]);
  });

  it('signs a phone in by the code it shows, which then goes by itself', async () => {
    await confirmAdministrator(stage.hub.url);
    await showMember();
    await desk.page.getByRole('button', { name: '生成登录码' }).click();
    const shown = desk.page.locator('.sign-in-code');
    await shown.locator('img.sign-in-qr').waitFor();
    const code = await shown.getAttribute('data-sign-in-code');
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
    expect(await shown.locator('.sign-in-typed').textContent()).toBe(code);
    phone = await openPhone(browser, `${stage.secureUrl}/field.html#code=${code}`);
    await phone.page.locator('.field-bar-name', { hasText: '张伟' }).waitFor();
    await desk.page.locator('[data-phone-use]', { hasText: /正在使用 · .*127\.0\.0\.1/ }).waitFor();
    await shown.waitFor({ state: 'detached' });
    await desk.page.locator(`[data-member-id="${stage.memberId}"]`, { hasText: '在线' }).waitFor();
  });

  it('adds a squad and a member, and removes them', async () => {
    const { page } = desk;
    await page.keyboard.press('Alt+7');
    await page.getByLabel('新中队名称').fill('<b>官桥</b>中队');
    await page.keyboard.press('Enter');
    const squad = page.locator('.squad', { hasText: '<b>官桥</b>中队' });
    await squad.getByRole('button', { name: '管理' }).click();
    await squad.getByLabel('新队员姓名').fill('李娜');
    await page.keyboard.press('Enter');
    await squad.locator('.member-row', { hasText: '李娜' }).click();
    const card = page.locator('.desk-frame-right');
    await card.getByRole('button', { name: '管理' }).click();
    await card.getByRole('button', { name: '删除队员' }).click();
    await card.getByRole('button', { name: '确认删除' }).click();
    await squad.locator('.member-row').waitFor({ state: 'detached' });
    await squad.getByRole('button', { name: '删除中队' }).click();
    await squad.getByRole('button', { name: '确认删除' }).click();
    await squad.waitFor({ state: 'detached' });
  });

  it('speaks to the squad while Space is held, and sees who answers', async () => {
    const page = await onDuty();
    await desk.page.keyboard.press('Alt+7');
    await desk.page.locator('[data-squad-id="wenquan"]').getByRole('button', { name: '对讲' }).click();
    await deskSpeaks();
    await page.locator('.talk-line--heard').waitFor();
    await desk.page.keyboard.up('Space');
    await eventually('the desk is silent', async () => (await lookOf(desk.page)) === 'free');
    await holdFinger(page, '.talk-key');
    await desk.page.locator('.talk-line--heard', { hasText: '张伟' }).waitFor();
    await desk.page.locator('[data-group-id="squad:wenquan"].talk-chip--busy', { hasText: '张伟' }).waitFor();
    await page.mouse.up();
    await desk.page.locator('.talk-chip--busy').waitFor({ state: 'detached' });
  });

  it('says who spoke, in which group and how long', async () => {
    await onDuty();
    await desk.page.keyboard.press('Alt+7');
    await desk.page.locator('[data-group-id="squad:wenquan"] .talk-chip-name').click();
    const rows = desk.page.locator('.talk-history-row');
    const before = await rows.count();
    await deskSpeaks();
    await rows.first().filter({ hasText: '正在讲话' }).waitFor();
    await desk.page.keyboard.up('Space');
    await rows
      .first()
      .filter({ hasText: /\d+ 秒/ })
      .filter({ hasText: '温泉中队' })
      .waitFor();
    expect(await rows.count()).toBe(before + 1);
  });

  it('makes a recorder for a member, shows its token once, and removes it', async () => {
    await showMember();
    const card = desk.page.locator('.desk-frame-right');
    await card.getByRole('button', { name: '管理' }).click();
    await card.getByLabel('新执法记录仪名称').fill('<i>记录仪</i>');
    await desk.page.keyboard.press('Enter');
    const secret = desk.page.locator('.recorder-secret');
    await secret.waitFor();
    expect(await secret.textContent()).toMatch(/https:\/\/[^/]+\/whip\/wd_[\w-]+.*[\w-]{43}/);
    await desk.page.keyboard.press('Escape');
    await secret.waitFor({ state: 'detached' });
    const recorder = card.locator('[data-device-id]', { hasText: '<i>记录仪</i>' });
    await recorder.getByRole('button', { name: '删除' }).click();
    await recorder.getByRole('button', { name: '确认删除' }).click();
    await recorder.waitFor({ state: 'detached' });
    // Away from the member, to who spoke.
    await desk.page.keyboard.press('Escape');
    await desk.page.keyboard.press('Escape');
    await desk.page.locator('.talk-history').waitFor();
  });

  it('speaks over a talker with Shift and Space', async () => {
    const page = await onDuty();
    await desk.page.locator('[data-group-id="squad:wenquan"] .talk-chip-name').click();
    await holdFinger(page, '.talk-key');
    await eventually('the phone speaks', async () => (await lookOf(page)) === 'speaking');
    if ((await lookOf(desk.page)) === 'off') await desk.page.locator('.talk-key').click();
    await eventually('the desk has its voice', async () => (await lookOf(desk.page)) === 'busy', patienceMs);
    await desk.page.keyboard.down('Shift');
    await desk.page.keyboard.down('Space');
    await eventually('the desk speaks', async () => (await lookOf(desk.page)) === 'speaking');
    await page.getByText('话权已收回').waitFor();
    await desk.page.keyboard.up('Space');
    await desk.page.keyboard.up('Shift');
    await page.mouse.up();
  });

  it('closes the microphone at any letter, click or lost key-up, and takes the next press', async () => {
    await onDuty();
    await desk.page.keyboard.press('Alt+7');
    await desk.page.locator('[data-group-id="squad:wenquan"] .talk-chip-name').click();
    if ((await lookOf(desk.page)) === 'off') await desk.page.locator('.talk-key').click();
    await eventually('the desk has its voice', async () => (await lookOf(desk.page)) === 'free', patienceMs);
    const { keyboard } = desk.page;
    const isSilent = () => eventually('the desk is silent', async () => (await lookOf(desk.page)) === 'free');
    const speaks = async (key: string): Promise<void> => {
      await desk.page.locator('.talk-key').focus();
      await keyboard.down(key);
      await eventually('the desk speaks', async () => (await lookOf(desk.page)) === 'speaking');
    };
    // A letter that moves the focus away, after which the key-up belongs to somebody else.
    await speaks('Enter');
    await keyboard.press('a');
    await isSilent();
    await keyboard.up('Enter');
    // A click elsewhere.
    await speaks('Enter');
    await desk.page.mouse.click(5, 5);
    await isSilent();
    await keyboard.up('Enter');
    // The key-up never comes.
    await speaks('Enter');
    await desk.page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await isSilent();
    await keyboard.up('Enter');
    await speaks('Space');
    await keyboard.up('Space');
    await isSilent();
  });

  it('types a space into a field and says nothing', async () => {
    await onDuty();
    await desk.page.keyboard.press('Alt+7');
    await desk.page.locator('[data-group-id="squad:wenquan"] .talk-chip-name').click();
    // It could speak: what keeps it silent is the field.
    await deskSpeaks();
    await desk.page.keyboard.up('Space');
    await eventually('the desk is silent', async () => (await lookOf(desk.page)) === 'free');
    const taken = (): number => stage.desk.noticesOf('talk:floorTaken').length;
    const before = taken();
    const field = desk.page.getByLabel('新中队名称');
    await field.fill('甲');
    await field.press('Space');
    expect(await field.inputValue()).toBe('甲 ');
    await field.fill('');
    await field.blur();
    // Whatever was asked of the hub before is answered before this.
    await deskSpeaks();
    await desk.page.keyboard.up('Space');
    await eventually('the desk is silent', async () => (await lookOf(desk.page)) === 'free');
    expect(taken() - before).toBe(1);
  });

  it('asks for the picture, sees it large, and puts it on the wall until it ends', async () => {
    const page = await onDuty();
    await showMember();
    await desk.page.keyboard.press('v');
    await page.getByRole('button', { name: '开启', exact: true }).click();
    await eventually(
      'the picture is live at the desk',
      async () => {
        const large = await desk.large();
        return large?.state.kind === 'live' && large.framesPresented > 5;
      },
      patienceMs,
    );
    await desk.page.keyboard.press('s');
    await desk.page.getByRole('dialog').waitFor();
    await desk.page.keyboard.press('Enter');
    const isOnWall = (): boolean =>
      stage.desk
        .noticesOf('wall:screenChanged')
        .at(-1)
        ?.wall.tiles.some(({ camera }) => camera?.cameraId === `bodycam:${stage.memberId}`) === true;
    await eventually('it is on the wall', isOnWall);
    await page.locator('.field-cam-key').click();
    await eventually('the wall has given it up', () => !isOnWall());
    await desk.page.keyboard.press('Escape');
  });

  it('lets the newest page of a phone speak, and puts the one before aside', async () => {
    const page = await onDuty();
    const second = await page.context().newPage();
    await second.goto(`${stage.secureUrl}/field.html`);
    await page.locator('[data-aside]').waitFor();
    await eventually('the newest has its voice', async () => (await lookOf(second)) === 'free', patienceMs);
  });

  it('asks still after the page was opened again, and waits for no picture whose page was left', async () => {
    const page = await onDuty();
    await showMember();
    await desk.page.keyboard.press('v');
    const accept = page.getByRole('button', { name: '开启', exact: true });
    await accept.waitFor();
    await page.reload();
    await accept.click();
    const bodyCam = () =>
      stage.desk
        .noticesOf('squads:membersChanged')
        .flatMap(({ members }) => members)
        .findLast(({ memberId }) => memberId === stage.memberId)?.bodyCam.state;
    await eventually('its picture is at the hub', () => bodyCam() === 'live', patienceMs);
    await page.reload();
    await eventually('the centre waits for it no longer', () => bodyCam() === 'off', patienceMs);
    await desk.page.keyboard.press('Escape');
  });

  it('starts the body cam by itself in an SOS where the squad is set so', async () => {
    const squad = { squadId: 'wenquan', name: '温泉中队', nameEn: 'Wenquan squad' };
    const setAutomatic = (startsBodyCamInEmergency: boolean) =>
      stage.desk.request('squads:saveSquad', { squad: { ...squad, startsBodyCamInEmergency } });
    await setAutomatic(true);
    const page = await onDuty();
    await holdSos(page);
    const line = desk.page.locator('.emergency-line', { hasText: '张伟' });
    await line.waitFor();
    await page.mouse.up();
    await eventually(
      'its picture is at the hub',
      () =>
        stage.desk
          .noticesOf('squads:membersChanged')
          .flatMap(({ members }) => members)
          .findLast(({ memberId }) => memberId === stage.memberId)?.bodyCam.state === 'live',
      patienceMs,
    );
    await setAutomatic(false);
    // Nobody ends an SOS that nobody took.
    expect(await line.getByRole('button', { name: '误报' }).isDisabled()).toBe(true);
    await line.getByRole('button', { name: '接警' }).click();
    await line.getByRole('button', { name: '误报' }).click();
    await line.getByRole('textbox').fill('演练');
    await desk.page.keyboard.press('Enter');
    await line.waitFor({ state: 'detached' });
  });

  it('shows an SOS over everything, reports that to the phone, and ends it with a reason', async () => {
    const page = await onDuty();
    await desk.page.keyboard.press('Alt+1');
    // A window that has the page to itself.
    await desk.page.keyboard.press('Control+k');
    await desk.page.locator('dialog[open]').waitFor();
    await holdSos(page);
    const line = desk.page.locator('.emergency-line', { hasText: '张伟' });
    await line.waitFor();
    await page.mouse.up();
    await page.locator('.field-emergency', { hasText: '已看到您的求助' }).waitFor();
    await line.getByRole('button', { name: '接警' }).click();
    await page.locator('.field-emergency', { hasText: '已接警' }).waitFor();
    await desk.page.keyboard.press('Escape');
    await desk.page.locator('dialog[open]').waitFor({ state: 'detached' });
    await line.getByRole('button', { name: '处置完毕' }).click();
    await line.getByRole('textbox').fill('人员安全');
    await desk.page.keyboard.press('Enter');
    await line.waitFor({ state: 'detached' });
    await page.locator('.field-emergency', { hasText: '人员安全' }).waitFor();
    expect(phone?.errors).toEqual([]);
  });
});
