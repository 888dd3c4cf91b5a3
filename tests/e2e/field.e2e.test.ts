import type { Browser, Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  launchPhoneBrowser,
  openPhone,
  startFieldStage,
  type FieldStage,
  type Phone,
} from '../support/fieldPage.ts';
import { seriousFaults } from '../support/axeFaults.ts';
import { eventually } from '../support/processes.ts';

describe('the field app on a phone', () => {
  let stage: FieldStage;
  let browser: Browser;
  let phone: Phone | undefined;
  beforeAll(async () => {
    stage = await startFieldStage();
    browser = await launchPhoneBrowser(stage.hub);
  });
  afterEach(async () => {
    await phone?.context.close();
    phone = undefined;
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  const key = (page: Page) => page.locator('.talk-key');
  const look = (page: Page) => key(page).getAttribute('data-look');
  const talker = () =>
    stage.desk
      .noticesOf('talk:floorTaken')
      .concat(stage.desk.noticesOf('talk:floorIdle'))
      .sort((one, other) => one.floor.epoch - other.floor.epoch)
      .at(-1)?.floor.talker?.name;
  const member = () =>
    stage.desk
      .noticesOf('squads:membersChanged')
      .flatMap(({ members }) => members)
      .filter(({ memberId }) => memberId === stage.memberId)
      .at(-1);

  /** A phone that scanned a code and has its voice at the hub. */
  const onDuty = async (): Promise<Page> => {
    phone = await openPhone(browser, `${stage.secureUrl}${await stage.signInPath()}`);
    const { page } = phone;
    await page.locator('.field-bar-name', { hasText: '张伟' }).waitFor();
    await eventually('the voice is at the hub', async () => (await look(page)) === 'free');
    return page;
  };
  /** A finger that stays down on an element until `up` is called. */
  const finger = async (page: Page, selector: string) => {
    const box = await page.locator(selector).boundingBox();
    if (box === null) throw new Error(`${selector} is not on the screen`);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    return { up: () => page.mouse.up() };
  };

  it('says over plain HTTP that nothing can work, and leads to where it does', async () => {
    phone = await openPhone(browser, `${stage.plainUrl}/field.html#code=ABCD-EFGH`);
    await phone.page.getByText('此页面用不了麦克风').waitFor();
    const link = await phone.page.locator('a.field-key--first').getAttribute('href');
    expect(link).toBe(`${stage.secureUrl}/field.html#code=ABCD-EFGH`);
    expect(await phone.page.locator('a[href="/trust"]').count()).toBe(1);
  });

  it('signs in by the scanned code, and keeps no code in its address', async () => {
    const page = await onDuty();
    expect(page.url()).toBe(`${stage.secureUrl}/field.html`);
    expect(member()?.phone).toBeDefined();
    expect(phone?.errors).toEqual([]);
  });

  it('says why a code is of no use', async () => {
    phone = await openPhone(browser, `${stage.secureUrl}/field.html?lang=en`);
    await phone.page.locator('input').fill('abcd efgh');
    expect(await phone.page.locator('input').inputValue()).toBe('ABCD-EFGH');
    await phone.page.locator('button[type=submit]').click();
    await phone.page.getByText('There is no such code').waitFor();
  });

  it('has no serious fault for axe when a member is signed in', async () => {
    expect(await seriousFaults(await onDuty())).toEqual([]);
  });

  it('takes the floor while the key is held, and gives it back when it is released', async () => {
    const page = await onDuty();
    const touch = await finger(page, '.talk-key');
    await eventually('the phone speaks', async () => (await look(page)) === 'speaking');
    await eventually('the desk sees who speaks', () => talker() === '张伟');
    await touch.up();
    await eventually('the floor is free', () => talker() === undefined);
    expect(await look(page)).toBe('free');
  });

  it.each([
    ['a cancelled touch', "new PointerEvent('pointercancel', { pointerId: 1 })"],
    ['another app', "new Event('blur')"],
    ['a page that is put away', "new Event('pagehide')"],
  ])('releases the key for %s', async (_what, event) => {
    const page = await onDuty();
    const touch = await finger(page, '.talk-key');
    await eventually('the phone speaks', async () => (await look(page)) === 'speaking');
    await page.evaluate(`window.dispatchEvent(${event})`);
    await eventually('the floor is free', () => talker() === undefined);
    await touch.up();
  });

  it('shows the centre the status, the position and the picture', async () => {
    const page = await onDuty();
    await page.locator('[data-status=available]').click();
    await page.locator('[data-status=on_scene]').click();
    await eventually('the status is at the centre', () => member()?.duty.status === 'on_scene');
    await eventually('the position is at the centre', () =>
      stage.desk
        .noticesOf('squads:positionsChanged')
        .some(({ positions }) => positions.some(({ position }) => position?.latitude === 29.8413)),
    );
    await page.locator('.field-cam-key').click();
    await eventually('the picture is at the centre', () => member()?.bodyCam.state === 'live');
    await eventually('the member sees it, too', () =>
      page.locator('.field-cam-picture').evaluate((video: HTMLVideoElement) => video.videoWidth > 0),
    );
    await page.locator('.field-cam-key').click();
    await eventually('the picture has ended', () => member()?.bodyCam.state === 'off');
  });

  it('calls for help after three seconds, and says it was seen only when it was', async () => {
    const page = await onDuty();
    const touch = await finger(page, '.field-sos');
    const raised = await eventually('the emergency is at the centre', () =>
      stage.desk.noticesOf('squads:emergencyChanged').at(-1),
    );
    await touch.up();
    const { emergencyId } = raised.emergency;
    await page.locator('.field-emergency', { hasText: '等待指挥中心' }).waitFor();
    await eventually('the microphone is open', async () => (await look(page)) === 'hot');
    await stage.desk.request('squads:confirmEmergencyShown', { emergencyId });
    await page.locator('.field-emergency', { hasText: '值班席1 已看到' }).waitFor();
    await stage.desk.request('squads:acknowledgeEmergency', { emergencyId });
    await page.locator('.field-emergency', { hasText: '值班席1 已接警' }).waitFor();
    await stage.desk.request('squads:endEmergency', { emergencyId, outcome: 'resolved', reason: '已处理' });
    await page.locator('.field-emergency', { hasText: '已处理' }).waitFor();
  });

  it('keeps a status while the hub is away, opens without it, and sends it when it is back', async () => {
    const page = await onDuty();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await stage.hub.stop();
    await page.locator('[data-link=lost]').waitFor();
    await page.locator('[data-status=unavailable]').click();
    await page.locator('.field-strip', { hasText: '状态 1 条' }).waitFor();
    await page.reload();
    await page.locator('.field-strip', { hasText: '状态 1 条' }).waitFor();
    await stage.restartHub();
    await page.locator('[data-link=joined]').waitFor();
    await eventually(
      'nothing waits any more',
      async () => (await page.locator('.field-strip', { hasText: '待发送' }).count()) === 0,
    );
  });

  it('rings for an order, shows it, and leads through it to its end, over a lost hub and a reload', async () => {
    const page = await onDuty();
    await page.locator('[data-status=available]').click();
    await eventually('the member is free', () => member()?.duty.status === 'available');
    const orderId = 'order-1';
    const created = await stage.desk.request('orders:create', {
      orderId,
      content: {
        kind: 'alert',
        priority: 1,
        place: {
          name: '温泉第一小学食堂',
          nameEn: 'Wenquan No. 1 Primary School',
          district: '咸安区',
          latitude: 29.86,
          longitude: 114.33,
        },
        instructions: '查看冷藏间',
        checklist: [{ itemId: 'bins', text: '垃圾桶已加盖', isDone: false }],
      },
      crew: { memberIds: [stage.memberId], inChargeId: stage.memberId },
    });
    if (!created.ok) throw new Error(created.message);
    const { number } = created.data.order;
    const order = async () => {
      const answer = await stage.desk.request('orders:read', { orderId });
      if (!answer.ok) throw new Error(answer.message);
      return answer.data;
    };
    const step = (name: string) => page.locator(`[data-step=${name}]:visible`);
    const inState = (state: string) => page.locator(`[data-order="${number}"][data-state=${state}]:visible`);

    await page.locator('[data-order-arrival]', { hasText: '温泉第一小学食堂' }).waitFor();
    await eventually('the hub knows that it was shown', async () =>
      (await order()).order.deliveries.every(({ shownAtMs }) => shownAtMs !== undefined),
    );
    expect(await seriousFaults(page)).toEqual([]);
    await step('accepted').click();
    await eventually('the hub has it accepted', async () => (await order()).order.state === 'accepted');

    await stage.hub.stop();
    await page.locator('[data-link=lost]').waitFor();
    await step('enRoute').click();
    await inState('en_route').getByText('待发送').waitFor();
    // What is found without the network waits with its photographs, over a reload, and goes after it.
    const found = page.locator('.field-order-findings:visible');
    await page.locator('.field-order-open').click();
    await found.getByRole('button', { name: '登记问题' }).click();
    await found.locator('textarea').fill('垃圾桶未加盖');
    const background = '#705040';
    const buffer = await sharp({ create: { width: 320, height: 240, channels: 3, background } })
      .jpeg()
      .toBuffer();
    await found.locator('input[multiple]').setInputFiles({ name: 'bin.jpg', mimeType: 'image/jpeg', buffer });
    await found.getByRole('img', { name: '照片' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await found.getByRole('button', { name: '保存', exact: true }).click();
    await found.locator('[data-finding-photograph]').waitFor();
    await page.reload();
    await inState('en_route').getByText('待发送').waitFor();
    await stage.restartHub();
    const findings = await eventually('the hub has what was found', async () => {
      const listed = await stage.desk.request('findings:search', { limit: 5 });
      return listed.ok && listed.data.findings.length > 0 ? listed.data.findings : undefined;
    });
    expect(findings).toMatchObject([{ words: '垃圾桶未加盖', orderId }]);
    const ofFinding = await eventually('the finding has its photograph', async () => {
      const owner = { kind: 'finding', id: findings[0]?.findingId ?? '' } as const;
      const listed = await stage.desk.request('attachments:list', { owner });
      return listed.ok && listed.data.attachments.length > 0 ? listed.data.attachments : undefined;
    });
    expect(ofFinding).toMatchObject([{ purpose: 'before', by: { kind: 'phone', id: stage.memberId } }]);
    await eventually('the hub has it en route', async () => (await order()).order.state === 'en_route');
    await inState('en_route').getByText('待发送').waitFor({ state: 'detached' });

    await step('onScene').click();
    await inState('on_scene').waitFor();
    await page.locator('.field-order-open').click();
    expect(await page.locator('.field-order-links a').first().getAttribute('href')).toContain('114.33');
    await page.locator('.field-order-checklist input').check();
    await page.locator('.field-order-note textarea').fill('<b>冷藏间</b> 8 ℃');
    await page.locator('.field-order-note button').click();
    expect(await seriousFaults(page)).toEqual([]);
    await step('cleared').click();
    await page.locator('[data-choice=corrected_on_spot]').click();
    await inState('cleared').waitFor();
    const { order: cleared, steps } = await eventually('the hub has it cleared', async () => {
      const read = await order();
      return read.order.state === 'cleared' ? read : undefined;
    });
    expect(cleared).toMatchObject({
      cleared: { by: stage.memberId, disposition: 'corrected_on_spot' },
      checklist: [{ itemId: 'bins', isDone: true }],
    });
    const ofMember = steps.filter(({ actor }) => actor === stage.memberId);
    expect(ofMember.map(({ action }) => action)).toEqual([
      'delivered',
      'shown',
      'accepted',
      'enRoute',
      'onScene',
      'checked',
      'noted',
      'cleared',
    ]);
    await eventually('the member is on the way back', () => member()?.duty.status === 'returning');
    await stage.desk.request('orders:direct', {
      commandId: 'close-1',
      orderId,
      revision: cleared.revision,
      deed: { type: 'close' },
    });
    await page.locator('[data-order-news=closed]').waitFor();
    expect(await page.locator('.field-order').count()).toBe(0);
    expect(phone?.errors).toEqual([]);
  });

  it('shows a push message while no page shows it, and opens its order when it is touched', async () => {
    const page = await onDuty();
    const context = page.context();
    await context.grantPermissions(['notifications', 'geolocation'], { origin: stage.secureUrl });
    for (const [orderId, name] of [
      ['order-2', '第一家'],
      ['order-3', '第二家'],
    ] as const) {
      const created = await stage.desk.request('orders:create', {
        orderId,
        content: {
          kind: 'inspection',
          priority: 2,
          place: { name, district: '咸安区' },
          instructions: '',
          checklist: [],
        },
        crew: { memberIds: [stage.memberId], inChargeId: stage.memberId },
      });
      if (!created.ok) throw new Error(created.message);
    }
    const arrival = (name: string) => page.locator('[data-order-arrival]', { hasText: name });
    await arrival('第一家').waitFor();
    // By the DevTools protocol, because a push service cannot be had in a test.
    const devtools = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) => {
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [one] = registrations;
        if (one !== undefined) resolve(one.registrationId);
      });
    });
    await devtools.send('ServiceWorker.enable');
    const registrationId = await registered;
    const [worker] = context.serviceWorkers();
    if (worker === undefined) throw new Error('the phone has no service worker');
    const push = (message: object | string) =>
      devtools.send('ServiceWorker.deliverPushMessage', {
        origin: stage.secureUrl,
        registrationId,
        data: typeof message === 'string' ? message : JSON.stringify(message),
      });
    const shown = () =>
      worker.evaluate(async () => {
        const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
        return (await registration.getNotifications()).map(({ title, tag }) => ({ title, tag }));
      });
    /** A finger on the notification of an order; resolves with the address that is opened where no page is there. */
    const touch = (orderId: string) =>
      worker.evaluate(async (tag) => {
        const scope = self as unknown as {
          registration: ServiceWorkerRegistration;
          clients: { openWindow(address: string): Promise<unknown> };
        };
        const [notification] = await scope.registration.getNotifications({ tag });
        let opened: string | undefined;
        scope.clients.openWindow = (address) => Promise.resolve((opened = address));
        const event = new Event('notificationclick') as Event & Record<string, unknown>;
        const works: Promise<unknown>[] = [];
        event['notification'] = notification;
        event['waitUntil'] = (work: Promise<unknown>) => void works.push(work);
        self.dispatchEvent(event);
        await Promise.allSettled(works);
        return opened;
      }, orderId);
    const message = { kind: 'order', orderId: 'order-3', number: '7-043', place: '第二家', isAgain: false };

    // As a page does whose hub has a contact for push services; this one must not look for any.
    await page.evaluate(async () => {
      const words = { language: 'zh-CN', title: '新处置单 {{number}}：{{place}}', again: '', checked: '' };
      await (await caches.open('mingchu-push')).put('/push-words.json', Response.json(words));
    });
    // The page is seen and rings itself.
    await push(message);
    expect(await shown()).toEqual([]);
    await page.goto('about:blank');
    await push('no message at all');
    await push(message);
    await eventually('it is shown', async () => (await shown()).some(({ tag }) => tag === 'order-3'));
    expect(await shown()).toContainEqual({ tag: 'order-3', title: '新处置单 7-043：第二家' });
    const address = await touch('order-3');
    expect(address).toBe('/field.html#order=order-3');
    expect((await shown()).map(({ tag }) => tag)).not.toContain('order-3');
    await page.goto(`${stage.secureUrl}${address}`);
    await arrival('第二家').waitFor();
    expect(page.url()).toBe(`${stage.secureUrl}/field.html`);

    // In a page that is there; it is hidden for the worker by a stand-in, because no page of this browser is ever covered.
    await page.reload();
    await arrival('第一家').waitFor();
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.showNotification('7-043', { tag: 'order-3', data: { orderId: 'order-3' } });
    });
    expect(await touch('order-3')).toBeUndefined();
    await arrival('第二家').waitFor();
    expect(phone?.errors).toEqual([]);
  });
});
