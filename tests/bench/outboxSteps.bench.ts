import { setTimeout as delay } from 'node:timers/promises';
import { createOrdersService, type OrdersService } from '../../src-sfu/features/orders/orders.service.ts';
import type { OrdersRepository } from '../../src-sfu/features/orders/orders.repository.ts';
import { createSequence } from '../../src-sfu/base/sequence.ts';
import { openStore, type Store } from '../../src-sfu/storage/database.ts';
import { createOrdersRepository } from '../../src-sfu/storage/orders.sql.ts';
import { ReportOutbox } from '../../src-renderer/features/field/orders/reportOutbox.ts';
import { defaultOrderTimes } from '../../src-shared/orders/order.ts';
import type { OrderReport } from '../../src-shared/orders/orders.protocol.ts';
import type { InputOf, OutputOf } from '../../src-shared/protocol/index.ts';
import type { Ack } from '../../src-shared/protocol/define.ts';
import type { Member } from '../../src-shared/squads/squads.protocol.ts';
import { silentLogger } from '../support/ingestAttempt.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { randomOf } from '../unit/renderer/features/field/attachments/outboxKills.ts';
import { singleFigure, type Bench } from './figures.ts';

const memberId = 'li-wei';
const member: Member = {
  memberId,
  squadId: 'wenquan',
  name: '李伟',
  duty: { status: 'available', sinceMs: 0 },
  isConnected: true,
  bodyCam: { state: 'off', sinceMs: 0 },
};
const officer = { id: 'wang-fang', name: '王芳' };
/** What a member does with each order, in the order of work; a note is written between. */
const steps = ['accepted', 'enRoute', 'onScene'] as const;
/** Reports of one order; then the desk gives the next one. */
const reportsOfOrder = 20;
const settleMs = 120_000;

/**
 * `outbox.lost.steps`, `outbox.doubled.steps`: a member takes the steps of orders and writes notes while the phone's page, the network and
 * the hub end at random: the phone's own outbox of reports against the hub's own service and its database file. What the phone
 * kept and the hub has not afterwards is lost, what its history has twice is doubled. `--kills N` (1,000), `--seed N`.
 */
export const benchOutboxSteps: Bench = async (report, progress, options) => {
  const { kills = 1_000, seed = Date.now() % 1_000_000 } = options;
  progress(`  seed ${seed}`);
  const random = randomOf(seed);
  const hub = new EndingHub(random);
  await hub.start();
  const storage = new Map<string, string>();
  let page = openPage(hub, storage, random);
  const added: string[] = [];
  const ended = { page: 0, network: 0 };
  let orderId = '';
  for (let kill = 0; kill < kills; kill += 1) {
    const place = kill % reportsOfOrder;
    if (place === 0) orderId = await hub.giveOrder(kill);
    const step = place % 4 === 0 ? steps[place / 4] : undefined;
    const one: OrderReport = step === undefined ? { type: 'note', note: `note-${kill}` } : { type: step };
    page.outbox.connected(random() < 0.8);
    page.outbox.add({ orderId, number: '7-001' }, one);
    added.push(`${orderId} ${one.type === 'note' ? one.note : one.type}`);
    await delay(Math.floor(random() * 12));
    const what = random();
    if (what < 0.5) {
      page.kill();
      page = openPage(hub, storage, random);
      ended.page += 1;
    } else if (what < 0.7) {
      page.outbox.connected(false);
      ended.network += 1;
    }
    if ((kill + 1) % 200 === 0) progress(`  ${kill + 1} of ${kills} kills`);
  }
  hub.isCalm = true;
  page.kill();
  page = openPage(hub, storage, random);
  page.outbox.connected(true);
  const untilMs = performance.now() + settleMs;
  while (page.outbox.waiting.length > 0 && performance.now() < untilMs) await delay(20);
  const kept = await hub.history();
  await hub.close();
  progress(
    `  ended: page ${ended.page}, network ${ended.network}, hub ${hub.restarts}; refused ${page.refused()}`,
  );
  report(
    singleFigure('outbox.lost.steps', 'count', added.filter((one) => !kept.includes(one)).length, kills),
  );
  report(singleFigure('outbox.doubled.steps', 'count', kept.length - new Set(kept).size, kills));
};

/** A hub that ends in the middle of requests, and is started again over the same database file. */
class EndingHub {
  readonly #folder = temporaryFolder('mingchu-outbox-steps-');
  readonly #random: () => number;
  readonly #orderIds: string[] = [];
  #store: Store | undefined;
  #orders: OrdersService | undefined;
  /** Where the next write ends the hub: before it, or behind it. */
  #endsAt: 'before' | 'behind' | undefined;
  /** A page that was ended leaves a request behind; no other one may find the hub in the middle of its end. */
  readonly #requests = createSequence();
  isCalm = false;
  restarts = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  async start(): Promise<void> {
    const store = await openStore(this.#folder);
    this.#store = store;
    const repository = createOrdersRepository(store);
    const orders = createOrdersService({
      repository: this.#ending(repository),
      members: () => [member],
      member: (id) => (id === memberId ? member : undefined),
      homeOf: () => undefined,
      timesOf: () => defaultOrderTimes,
      settings: () => ({ asksNextSquadItself: false, nextSquadsAtMost: 2 }),
      alertKindOf: () => Promise.resolve(undefined),
      workAlert: () => Promise.resolve(),
      dayOf: () => '2026-11-07',
      logger: silentLogger,
      nowMs: Date.now,
    });
    await orders.load();
    this.#orders = orders;
  }

  /** An order of this member, given by a desk; the hub works for the time of it. */
  giveOrder(number: number): Promise<string> {
    return this.#requests.exclusive(() => this.#give(number));
  }

  /** As a phone gets an answer, or none. */
  report(input: InputOf<'orders:report'>): Promise<Ack<OutputOf<'orders:report'>>> {
    return this.#requests.exclusive(() => this.#answer(input));
  }

  async #give(number: number): Promise<string> {
    const orderId = `o${number}`;
    this.#orderIds.push(orderId);
    const content = {
      kind: 'inspection' as const,
      priority: 2 as const,
      place: { name: '温泉' },
      instructions: '',
      checklist: [],
    };
    const crew = { memberIds: [memberId], inChargeId: memberId };
    const answer = await this.#orders?.create(
      { orderId, content, crew } as InputOf<'orders:create'>,
      officer,
    );
    if (answer?.ok !== true) throw new Error(`the order was not given: ${answer?.message ?? 'no hub'}`);
    return orderId;
  }

  async #answer({ reports }: InputOf<'orders:report'>): Promise<Ack<OutputOf<'orders:report'>>> {
    const none = {
      ok: false,
      code: 'unavailable',
      reason: 'session.database_busy',
      message: 'no answer',
    } as const;
    const chance = this.isCalm ? 1 : this.#random();
    if (chance < 0.15) return none;
    if (chance < 0.3) this.#endsAt = chance < 0.22 ? 'before' : 'behind';
    try {
      const data = await this.#orders?.report(memberId, reports);
      const isLost = chance >= 0.3 && chance < 0.45;
      return data === undefined || isLost ? none : { ok: true, data };
    } catch {
      await this.#restart();
      return none;
    }
  }

  /** What the histories of all orders have of the member's own reports. */
  async history(): Promise<string[]> {
    const all: string[] = [];
    for (const orderId of this.#orderIds)
      for (const { action, note, actor } of (await this.#repositoryOf().steps(orderId)) ?? [])
        if (actor === memberId) all.push(`${orderId} ${note ?? action}`);
    return all;
  }

  async close(): Promise<void> {
    this.#orders?.close();
    await this.#store?.destroy();
  }

  #repositoryOf(): OrdersRepository {
    if (this.#store === undefined) throw new Error('the hub is not there');
    return createOrdersRepository(this.#store);
  }

  async #restart(): Promise<void> {
    this.restarts += 1;
    await this.close();
    await this.start();
  }

  #ending(repository: OrdersRepository): OrdersRepository {
    return {
      ...repository,
      save: async (change) => {
        const endsAt = this.#endsAt;
        this.#endsAt = undefined;
        if (endsAt === 'before') throw new Error('the hub ended');
        await repository.save(change);
        if (endsAt === 'behind') throw new Error('the hub ended');
      },
    };
  }
}

/** A page of the phone; `kill` leaves what it was doing as it is. */
function openPage(hub: EndingHub, storage: Map<string, string>, random: () => number) {
  let isKilled = false;
  let refused = 0;
  const dead = new Promise<never>(() => undefined);
  const outbox = new ReportOutbox({
    async request(_name, input) {
      const answer = await hub.report(input);
      return isKilled ? dead : answer;
    },
    storage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => void (isKilled || storage.set(key, value)),
      removeItem: (key) => void (isKilled || storage.delete(key)),
    },
    memberId: () => memberId,
    moment: () => ({ wallMs: Date.now(), runningMs: performance.now(), pageId: 'page' }),
    newId: () => `r${Math.floor(random() * 2 ** 52).toString(36)}`,
    delay: () => delay(5),
    onWaiting: () => undefined,
    onRefused: () => (refused += 1),
  });
  return { outbox, kill: () => (isKilled = true), refused: () => refused };
}
