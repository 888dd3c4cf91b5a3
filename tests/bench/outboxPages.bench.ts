import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { BadNetworkError, goodLine, startBadNetwork, type BadNetwork } from '../support/badNetwork.ts';
import { launchPhoneBrowser, openPhone, startFieldStage, type FieldStage } from '../support/fieldPage.ts';
import { eventually } from '../support/processes.ts';
import { randomOf } from '../unit/renderer/features/field/attachments/outboxKills.ts';
import { singleFigure, type Bench } from './figures.ts';

const defaultKills = 40;
const patienceMs = 60_000;
const orderId = 'order-of-kills';
/** From the key to the kill, at most: before, during and after what the phone sends. */
const killWithinMs = 150;
const shortestCutMs = 300;
const longestCutMs = 1_500;
/** Every so many kills the member takes a photograph as well. */
const photographEvery = 3;
const kinds = ['page', 'reload', 'network', 'hub'] as const;
/** The steps of an order that the member takes, in the order of work; then the desk gives the order again. */
const orderSteps = ['accepted', 'enRoute', 'onScene'] as const;

/**
 * `outbox.lost.pages` and `outbox.doubled.pages`: the real thing beside `outbox`, with fewer kills: a member takes the steps
 * of an order, writes notes and takes photographs in a real phone's page, whose process is ended or which is loaded again, whose network is cut, or whose hub is ended with
 * `kill -9`, within 150 ms of the key. Then everything works again; what the member did and the hub does not have is lost, what it has
 * twice is doubled. `--kills N`, `--seed N`.
 */
export const benchOutboxPages: Bench = async (report, progress, options) => {
  const { kills = defaultKills, seed = Date.now() % 1_000_000 } = options;
  progress(`  seed ${seed}`);
  const network = await cuttableNetwork(progress);
  const stage = await startFieldStage(network);
  const browser = await launchPhoneBrowser(stage.hub, { network });
  try {
    const seen = new Set<string>();
    const phone = await openPhone(
      browser,
      `${stage.secureUrl}${await stage.signInPath()}`,
      async (context) => {
        await context.exposeFunction('attachmentSeen', (id: string) => void seen.add(id));
        await context.addInitScript(nameAttachments);
      },
    );
    const work = new Work(stage, network, phone.page, randomOf(seed));
    await work.begin();
    for (let kill = 0; kill < kills; kill += 1) {
      await work.killOnce(kill);
      if ((kill + 1) % 10 === 0) progress(`  ${kill + 1} of ${kills} kills`);
    }
    const { notes, steps } = await work.settle();
    const kept = await work.kept();
    const lostNotes = work.notes.filter((note) => !notes.includes(note));
    const lostPhotographs = [...seen].filter((id) => !kept.some((one) => one.attachmentId === id));
    const lostSteps = work.steps.filter((step) => !steps.includes(step));
    const twice = (list: readonly string[]): number => list.length - new Set(list).size;
    const doubled = twice(notes) + twice(kept.map(({ sha256 }) => sha256)) + twice(steps);
    progress(
      `  ${work.notes.length} notes, ${work.steps.length} steps, ${seen.size} photographs; ended: ${work.summary()}`,
    );
    const lost = lostNotes.length + lostPhotographs.length + lostSteps.length;
    if (lost > 0) progress(`  lost: ${[...lostNotes, ...lostPhotographs, ...lostSteps].join(', ')}`);
    report(singleFigure('outbox.lost.pages', 'count', lost, kills));
    report(singleFigure('outbox.doubled.pages', 'count', doubled, kills));
  } finally {
    await browser.close();
    await stage.close();
    await network?.close();
  }
};

/** Undefined where this machine cannot make one: then nothing is cut. */
async function cuttableNetwork(progress: (text: string) => void): Promise<BadNetwork | undefined> {
  try {
    return await startBadNetwork(goodLine);
  } catch (error) {
    if (!(error instanceof BadNetworkError)) throw error;
    progress(`  without cuts of the network: ${error.message}`);
    return undefined;
  }
}

/** The member's work, and what ends in the middle of it. */
class Work {
  readonly #stage: FieldStage;
  readonly #network: BadNetwork | undefined;
  readonly #random: () => number;
  #page: Page;
  readonly #ended = new Map<string, number>();
  /** What the member wrote, in order. */
  readonly notes: string[] = [];
  /** The steps that the member took, in order, each with how often the order had been given before: `2 enRoute`. */
  readonly steps: string[] = [];
  #given = 0;
  /** How many steps the member took since it was given. */
  #done = 1;

  constructor(stage: FieldStage, network: BadNetwork | undefined, page: Page, random: () => number) {
    this.#stage = stage;
    this.#network = network;
    this.#page = page;
    this.#random = random;
  }

  async begin(): Promise<void> {
    await this.#page.locator('[data-status=available]').click({ timeout: patienceMs });
    const created = await this.#stage.desk.request('orders:create', {
      orderId,
      content: {
        kind: 'inspection',
        priority: 2,
        place: { name: '温泉第一小学食堂', district: '咸安区' },
        instructions: '',
        checklist: [],
      },
      crew: { memberIds: [this.#stage.memberId], inChargeId: this.#stage.memberId },
    });
    if (!created.ok) throw new Error(created.message);
    await this.#page.locator('[data-step=accepted]').click({ timeout: patienceMs });
    this.steps.push('0 accepted');
    // Opens without a network from now on.
    await this.#page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  }

  /** A step of the order, one note, perhaps a photograph, and the end of something at a moment about then. */
  async killOnce(number: number): Promise<void> {
    const kind = this.#choose();
    this.#ended.set(kind, (this.#ended.get(kind) ?? 0) + 1);
    if (this.#done === orderSteps.length) await this.#giveAgain();
    const step = orderSteps[this.#done] ?? 'accepted';
    const isArriving = step === 'accepted';
    const note = `第 ${number} 条 ${randomUUID()}`;
    if (!isArriving) {
      await this.#openOrder();
      await this.#page.locator('.field-order-note textarea').fill(note);
      if (number % photographEvery === 0) await this.#takePhotograph(number);
    }
    const key = this.#page.locator(`${isArriving ? '' : '.field-order-over '}[data-step=${step}]`);
    await key.waitFor({ timeout: patienceMs });
    const ended = delay(this.#random() * killWithinMs).then(() => this.#end(kind));
    if (!isArriving) {
      await this.#page.locator('.field-order-note button').click();
      this.notes.push(note);
    }
    await key.click({ timeout: patienceMs });
    this.steps.push(`${this.#given} ${step}`);
    this.#done += 1;
    const recover = await ended;
    await recover();
  }

  /** The desk gives the order to the same member again, once the phone has sent everything. */
  async #giveAgain(): Promise<void> {
    await this.#nothingWaits();
    const read = await this.#stage.desk.request('orders:read', { orderId });
    if (!read.ok) throw new Error(read.message);
    const { memberId } = this.#stage;
    const given = await this.#stage.desk.request('orders:direct', {
      commandId: randomUUID(),
      orderId,
      revision: read.data.order.revision,
      deed: {
        type: 'reassign',
        crew: { memberIds: [memberId], inChargeId: memberId },
        reason: '重新派单',
      },
    });
    if (!given.ok) throw new Error(given.message);
    this.#given += 1;
    this.#done = 0;
  }

  #choose(): (typeof kinds)[number] {
    const possible = kinds.filter((kind) => kind !== 'network' || this.#network !== undefined);
    return possible[Math.floor(this.#random() * possible.length)] ?? 'page';
  }

  async #openOrder(): Promise<void> {
    const over = this.#page.locator('.field-order-over');
    if (await over.isVisible()) return;
    await this.#page.locator('.field-order-open').click({ timeout: patienceMs });
    await over.waitFor();
  }

  async #takePhotograph(number: number): Promise<void> {
    const background = { r: (number * 37) % 256, g: (number * 91) % 256, b: (number * 13) % 256 };
    const buffer = await sharp({ create: { width: 800, height: 600, channels: 3, background } })
      .jpeg()
      .toBuffer();
    await this.#page
      .locator('.field-attachments input[type=file]')
      .first()
      .setInputFiles({ name: `${number}.jpg`, mimeType: 'image/jpeg', buffer });
  }

  /** Ends it; gives what makes it work again. */
  async #end(kind: (typeof kinds)[number]): Promise<() => Promise<void>> {
    switch (kind) {
      case 'page': {
        const page = this.#page;
        return async () => {
          // After the click has been made in it, which is why it does not end before.
          await page.close();
          this.#page = await page.context().newPage();
          await this.#page.goto(`${this.#stage.secureUrl}/field.html`);
        };
      }
      case 'reload':
        return async () => void (await this.#page.reload());
      case 'network':
        await this.#network?.cut();
        return async () => {
          await delay(shortestCutMs + this.#random() * (longestCutMs - shortestCutMs));
          await this.#network?.heal();
        };
      case 'hub':
        await this.#stage.hub.kill();
        return () => this.#stage.restartHub();
    }
  }

  /** Waits until nothing waits on the phone; the notes and the steps that the hub has. */
  async settle(): Promise<{ notes: string[]; steps: string[] }> {
    await this.#page.reload();
    const joined = this.#page.locator('[data-link=joined]');
    await joined.waitFor({ timeout: patienceMs }).catch(async (cause: unknown) => {
      const shown = await this.#page.locator('body').innerText();
      throw new Error(`the phone is not back at the hub; its page says: ${shown}`, { cause });
    });
    await this.#nothingWaits();
    const read = await this.#stage.desk.request('orders:read', { orderId });
    if (!read.ok) throw new Error(read.message);
    let given = 0;
    const steps: string[] = [];
    for (const { action, memberId } of read.data.steps) {
      if (action === 'reassigned') given += 1;
      const step = orderSteps.find((one) => one === action);
      if (step !== undefined && memberId === this.#stage.memberId) steps.push(`${given} ${step}`);
    }
    const notes = read.data.steps.flatMap(({ action, note }) =>
      action === 'noted' && note !== undefined ? [note] : [],
    );
    return { notes, steps };
  }

  async #nothingWaits(): Promise<void> {
    const waits = (): Promise<number> =>
      this.#page.evaluate(async () => {
        const reports = JSON.parse(localStorage.getItem('mingchu.fieldOrderReports') ?? '[]') as unknown[];
        const photographs = await new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open('mingchu-attachments');
          opening.onerror = () => reject(new Error('the database did not open'));
          opening.onsuccess = () => {
            const counting = opening.result.transaction('waiting').objectStore('waiting').count();
            counting.onsuccess = () => resolve(counting.result);
          };
        });
        return reports.length + photographs;
      });
    await eventually('nothing waits any more', async () => (await waits()) === 0, patienceMs);
  }

  /** The photographs that the hub has. */
  async kept(): Promise<{ attachmentId: string; sha256: string }[]> {
    const list = await this.#stage.desk.request('attachments:list', {
      owner: { kind: 'order', id: orderId },
    });
    if (!list.ok) throw new Error(list.message);
    return list.data.attachments;
  }

  summary(): string {
    return [...this.#ended].map(([kind, times]) => `${kind} ${times}`).join(', ');
  }
}

/** Runs in the phone's page: names each photograph that the page has said to keep. */
function nameAttachments(): void {
  const named = new Set<string>();
  new MutationObserver(() => {
    for (const element of document.querySelectorAll<HTMLElement>('[data-attachment]')) {
      const id = element.dataset.attachment ?? '';
      if (named.has(id)) continue;
      named.add(id);
      void window.attachmentSeen?.(id);
    }
  }).observe(document, { childList: true, subtree: true });
}

declare global {
  interface Window {
    attachmentSeen?(id: string): Promise<void>;
  }
}
