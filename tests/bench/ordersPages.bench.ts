import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright';
import { eventually } from '../support/processes.ts';
import { figureOf, type Bench } from './figures.ts';
import { overEachLine } from './fieldLines.ts';
import { ordersPatienceMs, withOrdersStage, type OrdersBenchStage } from './ordersStage.ts';
import { lastPressAtMs, notePresses, shownAtMs } from './pageMoments.ts';

const defaultTurns = 20;
/** The steps of a member, each with the key that is pressed last and the order's state that the desk shows then. */
const steps = [
  { step: 'accepted', key: '[data-step=accepted]:visible', state: 'accepted' },
  { step: 'en_route', key: '[data-step=enRoute]:visible', state: 'en_route' },
  { step: 'on_scene', key: '[data-step=onScene]:visible', state: 'on_scene' },
  { step: 'cleared', key: '[data-choice=corrected_on_spot]', state: 'cleared' },
] as const;

/**
 * `orders.dispatch`: from the key at a real desk that sends the order of an alert to the order on the screen of a real phone. Once with
 * the phone on this machine and once over the bad line (`.bad_network`): 80 ms there and back, 1 % of the packets lost.
 */
export const benchOrdersDispatch: Bench = async (report, progress, { turns = defaultTurns }) =>
  overEachLine(progress, 'direct', (line) =>
    withOrdersStage(line, async (bench) => {
      const times: number[] = [];
      await begin(bench);
      for (let turn = 1; turn <= turns; turn += 1) {
        const { dispatchMs, orderId } = await dispatchOne(bench);
        times.push(dispatchMs);
        await endOrder(bench, orderId, 'cancel');
      }
      progress(`  dispatch${line.suffix}: ${times.map(Math.round).join(' ')}`);
      report(figureOf(`orders.dispatch${line.suffix}`, 'ms', times));
    }),
  );

/**
 * `orders.step`: from a member's key on a real phone to the state that it makes on the screen of a real desk, over the four steps of each
 * order; over the same two lines.
 */
export const benchOrdersStep: Bench = async (report, progress, { turns = defaultTurns }) =>
  overEachLine(progress, 'direct', (line) =>
    withOrdersStage(line, async (bench) => {
      const times: number[] = [];
      await begin(bench);
      for (let turn = 1; turn <= turns; turn += 1) {
        const { orderId } = await dispatchOne(bench);
        for (const step of steps) times.push(await takeStep(bench, orderId, step));
        progress(
          `  step${line.suffix} ${turn} of ${turns}: ${times.slice(-steps.length).map(Math.round).join(' ')}`,
        );
        await endOrder(bench, orderId, 'close');
      }
      report(figureOf(`orders.step${line.suffix}`, 'ms', times));
    }),
  );

async function begin({ awaitVoices, desk, phone }: OrdersBenchStage): Promise<void> {
  await awaitVoices();
  await notePresses(desk);
  await notePresses(phone);
}

/** One key sends the order of a new alert; the desk shows the order afterwards. */
async function dispatchOne(bench: OrdersBenchStage): Promise<{ dispatchMs: number; orderId: string }> {
  const { desk, phone } = bench;
  const alertId = await bench.raiseAlert();
  await desk.locator(`[data-alert-id="${alertId}"]`).first().waitFor();
  await desk.keyboard.press('a');
  await desk.locator('[data-candidate-id]').first().waitFor();
  const arrived = await shownAtMs(phone, '[data-order-arrival]', ordersPatienceMs);
  await desk.keyboard.press('g');
  const atMs = await arrived.atMs;
  const dispatchMs = atMs - (await lastPressAtMs(desk));
  const offer = desk.locator('[data-order-of-alert]');
  const orderId = (await offer.getAttribute('data-order-of-alert')) ?? '';
  await offer.locator('button').first().click();
  await desk.locator(`${rowOf(orderId)}[data-order-state=dispatched]`).waitFor();
  return { dispatchMs, orderId };
}

async function takeStep(
  { desk, phone }: OrdersBenchStage,
  orderId: string,
  { step, key, state }: (typeof steps)[number],
): Promise<number> {
  if (step === 'cleared') await openClearing(phone);
  const shown = await shownAtMs(desk, `${rowOf(orderId)}[data-order-state=${state}]`, ordersPatienceMs);
  await pressed(phone, key);
  const atMs = await shown.atMs;
  return atMs - (await lastPressAtMs(phone));
}

/** Clearing asks first what was found, and shows the checklist before that where there is one. */
async function openClearing(phone: Page): Promise<void> {
  await pressed(phone, '.field-order [data-step=cleared]');
  const again = phone.locator('.field-order-over [data-step=cleared]');
  await again.or(phone.locator('[data-choice=corrected_on_spot]')).first().waitFor();
  if (await again.isVisible()) await again.click();
  await phone.locator('[data-choice=corrected_on_spot]').waitFor();
}

function pressed(phone: Page, key: string): Promise<void> {
  return phone.locator(key).first().click({ timeout: ordersPatienceMs });
}

/** The order as the desk's list shows it. */
const rowOf = (orderId: string): string => `[data-order-id="${orderId}"]`;

/** Ends it with its alert, so that the next turn begins as this one. */
async function endOrder(
  { stage, desk, phone }: OrdersBenchStage,
  orderId: string,
  how: 'cancel' | 'close',
): Promise<void> {
  const end = async (): Promise<boolean> => {
    const read = await stage.desk.request('orders:read', { orderId });
    if (!read.ok) throw new Error(read.message);
    const ended = await stage.desk.request('orders:direct', {
      commandId: randomUUID(),
      orderId,
      revision: read.data.order.revision,
      deed: { type: how, reason: 'The next turn begins.', alert: 'resolve' },
    });
    // The phone may have reported something meanwhile.
    if (!ended.ok && ended.code !== 'conflict') throw new Error(ended.message);
    return ended.ok;
  };
  await eventually('the order is ended', end);
  await desk.locator(rowOf(orderId)).waitFor({ state: 'detached' });
  await phone
    .locator('.field-order, [data-order-arrival]')
    .first()
    .waitFor({ state: 'detached', timeout: ordersPatienceMs });
}
