import { z } from 'zod';
import type { Ack } from '../../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../../src-shared/protocol/index.ts';
import { orderReportSchema, type OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';
import { placeSchema, squadsIdSchema } from '../../../../src-shared/squads/squads.protocol.ts';
import { ageMs, type Moment } from '../moment.ts';
import type { Place } from '../positionRate.ts';

const waitingReportSchema = z.object({
  reportId: squadsIdSchema,
  orderId: squadsIdSchema,
  /** The order's number, for what is said of a report whose order is not here any more. */
  number: z.string(),
  report: orderReportSchema,
  at: z.object({ wallMs: z.number(), runningMs: z.number(), pageId: z.string() }),
  place: placeSchema.optional(),
});

/** What a member did with an order, and the hub has not answered yet. */
export type WaitingReport = z.output<typeof waitingReportSchema>;

/** Why the hub did not apply a report; `unreadable` when it could not even read it. */
export type ReportRefusal =
  NonNullable<OutputOf<'orders:report'>['results'][number]['refusal']> | 'unreadable';

export interface ReportOutboxPorts {
  request(name: 'orders:report', input: InputOf<'orders:report'>): Promise<Ack<OutputOf<'orders:report'>>>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  moment(): Moment;
  newId(): string;
  delay(delayMs: number): Promise<void>;
  /** Called whenever something else waits than before. */
  onWaiting(waiting: readonly WaitingReport[]): void;
  /** The hub did not apply a report. */
  onRefused(report: WaitingReport, refusal: ReportRefusal): void;
}

const storageKey = 'mingchu.fieldOrderReports';
/** After a request that came to nothing. */
const againMs = 1_000;
/** As many as one request may carry. */
const reportsAtOnce = 50;

/**
 * Keeps a member's reports about orders until the hub has answered each, over lost networks and reloaded pages. They go in
 * their order, each with an id by which the hub applies it once however often it is sent. None is ever dropped.
 */
export class ReportOutbox {
  readonly #ports: ReportOutboxPorts;
  #waiting: readonly WaitingReport[];
  #isConnected = false;
  #isSending = false;
  #isAside = false;
  /** One at a time after a request that the hub could not read, so that only what it cannot read is given up. */
  #atOnce = reportsAtOnce;

  constructor(ports: ReportOutboxPorts) {
    this.#ports = ports;
    this.#waiting = readWaiting(ports.storage);
  }

  get waiting(): readonly WaitingReport[] {
    return this.#waiting;
  }

  add(order: { orderId: string; number: string }, report: OrderReport, place?: Place): void {
    const { orderId, number } = order;
    const waiting: WaitingReport = {
      reportId: this.#ports.newId(),
      orderId,
      number,
      report,
      at: this.#ports.moment(),
      ...(place === undefined ? {} : { place }),
    };
    this.#set([...this.#waiting, waiting]);
    void this.#send();
  }

  /** Another member may sign in on this phone next. */
  forgetAll(): void {
    this.#set([]);
  }

  connected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    void this.#send();
  }

  /** Another page of this phone sends what is kept: this one must not write over it. */
  setAside(): void {
    this.#isAside = true;
    this.#isConnected = false;
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#isConnected && this.#waiting.length > 0) {
      if (!(await this.#sendNext())) await this.#ports.delay(againMs);
    }
    this.#isSending = false;
  }

  /** Sends one request; whether it was answered. */
  async #sendNext(): Promise<boolean> {
    const now = this.#ports.moment();
    const batch = this.#waiting.slice(0, this.#atOnce);
    const answer = await this.#ports.request('orders:report', {
      reports: batch.map(({ reportId, orderId, report, at, place }) => ({
        reportId,
        orderId,
        report,
        ageMs: ageMs(at, now),
        ...(place === undefined ? {} : { place }),
      })),
    });
    if (this.#isAside) return false;
    if (!answer.ok) {
      if (answer.code !== 'bad_request') return false;
      // What the hub will never take must not stand before what it would.
      if (batch.length > 1) this.#atOnce = 1;
      else this.#answered(batch, new Map([[batch[0]?.reportId ?? '', 'unreadable']]));
      return true;
    }
    const { results } = answer.data;
    const refusals = new Map<string, ReportRefusal | undefined>();
    for (const { reportId, applied, refusal } of results) {
      refusals.set(reportId, applied ? undefined : (refusal ?? 'unreadable'));
    }
    // What the hub left out of its answer is sent again.
    this.#answered(
      batch.filter(({ reportId }) => refusals.has(reportId)),
      refusals,
    );
    return results.length > 0;
  }

  #answered(batch: readonly WaitingReport[], refusals: ReadonlyMap<string, ReportRefusal | undefined>): void {
    const answered = new Set(batch.map(({ reportId }) => reportId));
    this.#set(this.#waiting.filter(({ reportId }) => !answered.has(reportId)));
    if (this.#waiting.length === 0) this.#atOnce = reportsAtOnce;
    for (const report of batch) {
      const refusal = refusals.get(report.reportId);
      if (refusal !== undefined) this.#ports.onRefused(report, refusal);
    }
  }

  #set(waiting: readonly WaitingReport[]): void {
    this.#waiting = waiting;
    try {
      if (waiting.length === 0) this.#ports.storage.removeItem(storageKey);
      else this.#ports.storage.setItem(storageKey, JSON.stringify(waiting));
    } catch {
      // A full or forbidden storage: they wait in this page at least.
    }
    this.#ports.onWaiting(waiting);
  }
}

/** What was kept; a damaged report is left out, and those beside it are kept. */
function readWaiting(storage: ReportOutboxPorts['storage']): readonly WaitingReport[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((one) => {
      const read = waitingReportSchema.safeParse(one);
      return read.success ? [read.data] : [];
    });
  } catch {
    return [];
  }
}
