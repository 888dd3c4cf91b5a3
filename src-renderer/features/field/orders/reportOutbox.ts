import { z } from 'zod';
import type { Ack } from '../../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../../src-shared/protocol/index.ts';
import { orderReportSchema, type OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';
import { placeSchema, squadsIdSchema } from '../../../../src-shared/squads/squads.protocol.ts';
import { OnceOutbox } from '../../../server/onceOutbox.ts';
import { ageMs, type Moment } from '../moment.ts';
import type { Place } from '../positionRate.ts';

const waitingReportSchema = z.object({
  reportId: squadsIdSchema,
  /** Who did it: another may sign in on this phone before it is sent. What an earlier version kept has none. */
  memberId: squadsIdSchema.optional(),
  orderId: squadsIdSchema,
  /** The order's number, for the message about a report whose order is not here any more. */
  number: z.string(),
  report: orderReportSchema,
  at: z.object({ wallMs: z.number(), runningMs: z.number(), pageId: z.string() }),
  place: placeSchema.optional(),
});

/** What a member did with an order, and the hub has not answered yet. */
export type WaitingReport = z.output<typeof waitingReportSchema>;

type ReportedRefusal = NonNullable<OutputOf<'orders:report'>['results'][number]['refusal']>;
/** Why the hub did not apply a report; `unreadable` when it could not even read it. */
export type ReportRefusal = ReportedRefusal | 'unreadable';

export interface ReportOutboxPorts {
  request(name: 'orders:report', input: InputOf<'orders:report'>): Promise<Ack<OutputOf<'orders:report'>>>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Who is signed in; empty: nobody. */
  memberId(): string;
  moment(): Moment;
  newId(): string;
  delay(delayMs: number): Promise<void>;
  /** Called whenever something else waits than before. */
  onWaiting(waiting: readonly WaitingReport[]): void;
  /** The hub did not apply a report. */
  onRefused(report: WaitingReport, refusal: ReportRefusal): void;
}

/** Keeps reports about orders until the hub has answered each. Those of a member who signed out wait until that member is back. */
export class ReportOutbox extends OnceOutbox<WaitingReport, ReportedRefusal> {
  readonly #making: Pick<ReportOutboxPorts, 'newId' | 'moment' | 'memberId'>;

  constructor(ports: ReportOutboxPorts) {
    super({
      storage: ports.storage,
      storageKey: 'mingchu.fieldOrderReports',
      schema: waitingReportSchema,
      delay: ports.delay,
      isMine: ({ memberId = ports.memberId() }) => memberId === ports.memberId(),
      onWaiting: ports.onWaiting,
      onRefused: ports.onRefused,
      send(batch) {
        const now = ports.moment();
        return ports.request('orders:report', {
          reports: batch.map(({ reportId, orderId, report, at, place }) => ({
            reportId,
            orderId,
            report,
            ageMs: ageMs(at, now),
            ...(place === undefined ? {} : { place }),
          })),
        });
      },
    });
    this.#making = ports;
  }

  add(order: { orderId: string; number: string }, report: OrderReport, place?: Place): void {
    const { orderId, number } = order;
    const memberId = this.#making.memberId();
    this.put({
      reportId: this.#making.newId(),
      ...(memberId === '' ? {} : { memberId }),
      orderId,
      number,
      report,
      at: this.#making.moment(),
      ...(place === undefined ? {} : { place }),
    });
  }
}
