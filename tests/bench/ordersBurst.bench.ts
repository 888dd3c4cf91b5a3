import { setTimeout as delay } from 'node:timers/promises';
import { startHubProcess } from '../support/processes.ts';
import type { SurfaceClient } from '../support/surfaceClient.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { addMember, asked, openOrdersDesk, placeOf } from './ordersCity.ts';

const defaultCount = 500;
const phones = 20;
/** Between what one of them asks. */
const pauseMs = 25;
const phonePauseMs = 200;
/** The last of the orders waits for all others. */
const patienceMs = 60_000;

/**
 * `orders.burst`: 500 orders that one desk writes at the same moment, until the last is answered. `orders.burst.reports` and
 * `orders.burst.requests`: meanwhile, from the request to its answer, reports of 20 phones about orders of their own, and what another
 * desk asks: who should go, an order with its history, the link. `--count N`.
 */
export const benchOrdersBurst: Bench = async (report, progress, { count = defaultCount }) => {
  const hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1' } });
  const clients: SurfaceClient[] = [];
  try {
    const desk = await openOrdersDesk(hub.url, 1);
    const other = await openOrdersDesk(hub.url, 2);
    clients.push(desk, other);
    const members: SurfaceClient[] = [];
    for (let number = 0; number < phones; number += 1) members.push(await addMember(hub.url, desk, number));
    clients.push(...members);
    for (let number = 0; number < phones; number += 1) await write(desk, `own-${number}`, number);
    const reports: number[] = [];
    const requests: number[] = [];
    let isRunning = true;
    const timed = async (times: number[], work: () => Promise<unknown>): Promise<void> => {
      const beganAtMs = performance.now();
      await work();
      times.push(performance.now() - beganAtMs);
    };
    const meanwhile = Promise.all([
      ...members.map(async (phone, number) => {
        for (let turn = 0; isRunning; turn += 1) {
          const reportId = `report-${number}-${turn}`;
          const own = {
            reportId,
            orderId: `own-${number}`,
            report: { type: 'note' as const, note: reportId },
            ageMs: 0,
          };
          await delay(phonePauseMs);
          await timed(reports, () => asked(phone, 'orders:report', { reports: [own] }));
        }
      }),
      (async () => {
        for (let turn = 0; isRunning; turn += 1) {
          await delay(pauseMs);
          await timed(requests, () => asked(other, 'orders:rank', { place: placeOf(turn) }));
          await timed(requests, () => asked(other, 'orders:read', { orderId: `own-${turn % phones}` }));
          await timed(requests, () => asked(other, 'session:checkLink', {}));
        }
      })(),
    ]);
    const beganAtMs = performance.now();
    await Promise.all(Array.from({ length: count }, (_, index) => write(desk, `burst-${index}`, index)));
    const tookMs = performance.now() - beganAtMs;
    isRunning = false;
    await meanwhile;
    progress(`  ${reports.length} reports and ${requests.length} requests meanwhile`);
    report(singleFigure('orders.burst', 'ms', tookMs, count));
    report(figureOf('orders.burst.reports', 'ms', reports));
    report(figureOf('orders.burst.requests', 'ms', requests));
  } finally {
    for (const client of clients) client.close();
    await hub.stop();
  }
};

async function write(desk: SurfaceClient, orderId: string, number: number): Promise<void> {
  const memberId = `member-${number % phones}`;
  const answer = await desk.socket.timeout(patienceMs).emitWithAck('orders:create', {
    orderId,
    content: { kind: 'inspection', priority: 3, place: placeOf(number), instructions: '', checklist: [] },
    crew: { memberIds: [memberId], inChargeId: memberId },
  });
  if (!answer.ok) throw new Error(answer.message);
}
