import { sql } from 'kysely';
import { createAuditRepository } from '../../src-sfu/storage/audit.sql.ts';
import { openStore, type Store } from '../../src-sfu/storage/database.ts';
import { createOrdersRepository } from '../../src-sfu/storage/orders.sql.ts';
import { createTimelineWriting } from '../../src-sfu/storage/timelineWriting.sql.ts';
import { newOrder } from '../../src-shared/orders/order.ts';
import { orderSchema, type OrderStep } from '../../src-shared/orders/orders.protocol.ts';
import { openDesk } from '../support/deskPage.ts';
import { startHubProcess, temporaryFolder } from '../support/processes.ts';
import { addAdministrator } from '../support/testAccount.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { figureOf, type Bench } from './figures.ts';
import { lastPressAtMs, notePresses, shownAtMs } from './pageMoments.ts';

const defaultTurns = 20;
const events = 10_000;
const hours = 8;
const patienceMs = 30_000;
const orderId = 'long-order';
const squadId = 'wenquan';
const crew = ['ann', 'bo', 'chen', 'deng'];
/** Of 100 events; the rest are positions of the crew. */
const notes = 10;
const talks = 20;
const views = 5;
const bodyCams = 5;

/**
 * `timeline.open`: from the press of an officer on "timeline" beside an order of eight hours with 10,000 events (notes, talk, positions
 * of four members, body-worn cameras and who viewed them) to its lanes, its map and the rows of its list on the desk's screen, in real
 * Chromium. The first time is of a page that was just loaded.
 */
export const benchTimelineOpen: Bench = async (report, progress, { turns = defaultTurns }) => {
  const dataDir = temporaryFolder('mingchu-bench-');
  await addAdministrator(dataDir);
  const store = await openStore(dataDir);
  await fill(store);
  await store.destroy();
  const hub = await startHubProcess({ dataDir, settings: { MINGCHU_MEDIA_WORKERS: '1' } });
  const browser = await launchBrowser();
  try {
    const { page } = await openDesk(browser, hub.url);
    await page.locator('.talk-dock').waitFor();
    await page.keyboard.press('Alt+9');
    await page.locator(`[data-order-id="${orderId}"]`).click();
    await notePresses(page);
    const times: number[] = [];
    for (let turn = 1; turn <= turns; turn += 1) {
      const opened = await shownAtMs(page, '.timeline-row', patienceMs);
      await page.locator(`[data-open-timeline="order:${orderId}"]`).first().click();
      const atMs = await opened.atMs;
      times.push(atMs - (await lastPressAtMs(page)));
      const shown = Number(await page.locator('[data-timeline-events]').getAttribute('data-timeline-events'));
      if (shown < events) throw new Error(`only ${shown} of ${events} events are in the timeline`);
      await page.keyboard.press('Escape');
      await page.locator('[data-timeline]').waitFor({ state: 'detached' });
    }
    progress(`  ${times.map(Math.round).join(' ')}`);
    report(figureOf('timeline.open', 'ms', times));
  } finally {
    await browser.close();
    await hub.stop();
  }
};

/** An order on which a squad works since eight hours, with everything that happened meanwhile. */
async function fill(store: Store): Promise<void> {
  const nowMs = Date.now();
  const startMs = nowMs - hours * 3_600_000;
  const atMsOf = (index: number): number =>
    Math.round(startMs + ((nowMs - startMs) * (index + 1)) / (events + 1));
  const memberOf = (index: number): string => crew[index % crew.length] ?? '';
  const part = (index: number): number => index % 100;
  const all = Array.from({ length: events }, (_, index) => index);
  const onScene = { by: 'ann', atMs: startMs };
  const step = (action: OrderStep['action'], atMs: number, more: Partial<OrderStep> = {}): OrderStep => ({
    atMs,
    happenedAtMs: atMs,
    actor: '王芳',
    action,
    ...more,
  });
  await createOrdersRepository(store).save({
    order: orderSchema.parse({
      ...newOrder(startMs),
      orderId,
      number: '29-001',
      createdBy: '王芳',
      kind: 'alert',
      priority: 1,
      place: { name: '温泉第一小学食堂', district: '咸安区', latitude: 29.84, longitude: 114.32 },
      instructions: '',
      checklist: [],
      state: 'on_scene',
      sinceMs: startMs,
      squadId,
      memberIds: crew,
      inChargeId: 'ann',
      onScene,
    }),
    steps: [
      step('created', startMs),
      step('dispatched', startMs, { squadId, memberId: 'ann' }),
      step('accepted', startMs, { actor: 'ann' }),
      step('onScene', startMs, { actor: 'ann' }),
      ...all
        .filter((index) => part(index) < notes)
        .map((index) =>
          step('noted', atMsOf(index), { actor: memberOf(index), note: `第 ${index} 条：冷藏间 8 ℃` }),
        ),
    ],
    numbered: { day: '2026-11-29', countOfDay: 1 },
    audit: { action: 'orders:create', actor: '王芳', detail: {} },
  });
  const talked = all.filter((index) => part(index) >= notes && part(index) < notes + talks);
  for (const index of talked) {
    const memberId = memberOf(index);
    const talker = { kind: 'member', name: memberId, memberId };
    const talk = {
      talkId: index,
      groupId: `order:${orderId}`,
      talker,
      priority: 'normal',
      startedAtMs: atMsOf(index),
    };
    await sql`insert into talks (id, group_id, epoch, started_at_ms, ended_at_ms, end_cause, document)
      values (${index}, ${talk.groupId}, 1, ${talk.startedAtMs}, ${talk.startedAtMs + 2_000}, 'released', ${JSON.stringify(talk)})`.execute(
      store,
    );
  }
  const writing = createTimelineWriting(store);
  const filmed = all.filter((index) => part(index) >= 100 - bodyCams);
  for (const index of filmed) {
    const id = `cam-${index}`;
    await writing.beginBodyCam({ id, memberId: memberOf(index), squadId, startedAtMs: atMsOf(index) });
    await writing.endBodyCam(id, atMsOf(index) + 10_000);
  }
  await createAuditRepository(store).append(
    all
      .filter((index) => part(index) >= 100 - bodyCams - views && part(index) < 100 - bodyCams)
      .map((index) => ({
        atMs: atMsOf(index),
        actor: '李强',
        action: 'bodycam:view',
        subject: memberOf(index),
        detail: { seconds: 5 },
        principal: null,
      })),
  );
  await writing.addPositions(
    all
      .filter((index) => part(index) >= notes + talks && part(index) < 100 - bodyCams - views)
      .map((index) => ({
        memberId: memberOf(index),
        squadId,
        atMs: atMsOf(index),
        receivedAtMs: atMsOf(index),
        latitude: 29.84 + 0.02 * Math.sin(index / 300),
        longitude: 114.32 + 0.02 * Math.cos(index / 300),
      })),
  );
}
