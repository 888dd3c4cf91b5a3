import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { talkGroupResource } from '../../../../src-sfu/app/requestScopes.ts';
import { orderResource } from '../../../../src-sfu/features/orders/orderScope.ts';
import { createTimelineCases } from '../../../../src-sfu/features/timeline/timelineCases.ts';
import { createTimelineService } from '../../../../src-sfu/features/timeline/timeline.service.ts';
import { createTimelineSources } from '../../../../src-sfu/features/timeline/timelineSources.ts';
import { createAuditRepository } from '../../../../src-sfu/storage/audit.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createOrdersRepository } from '../../../../src-sfu/storage/orders.sql.ts';
import { createTimelineRecords } from '../../../../src-sfu/storage/timelineRecords.sql.ts';
import { createTimelineWriting } from '../../../../src-sfu/storage/timelineWriting.sql.ts';
import { raiseAlert } from '../../../../src-shared/alerts/alert.ts';
import { alertSchema } from '../../../../src-shared/alerts/alertView.ts';
import { newOrder } from '../../../../src-shared/orders/order.ts';
import { orderSchema, type Order, type OrderStep } from '../../../../src-shared/orders/orders.protocol.ts';
import { may } from '../../../../src-shared/session/principal.ts';
import type { Emergency } from '../../../../src-shared/squads/squads.protocol.ts';

/** When the tests' things begin. */
export const startMs = Date.UTC(2026, 10, 29, 4);

/** A store with timelines over it, and functions that put things into it. */
export async function timelineStage() {
  const store = await openStore(':memory:');
  const records = createTimelineRecords(store, (fromMs, toMs) => [{ fromMs, toMs }]);
  const writing = createTimelineWriting(store);
  const nowMs = startMs + 3_600_000;
  let lastWorkMs = 0;
  const attachments: { attachment: { attachmentId: string }; number: string }[] = [];
  const squadOfMember = (memberId: string) => (memberId === 'zhang' ? 'yongan' : 'wenquan');
  const cases = createTimelineCases({
    records,
    resourceOfOrder: orderResource,
    membersOf: (squadId) => (squadId === 'wenquan' ? ['ann', 'bo'] : ['zhang']),
    lastWorkAfter: () => Promise.resolve(lastWorkMs),
    nowMs: () => nowMs,
  });
  const timeline = createTimelineService({
    find: cases.find,
    sources: createTimelineSources(
      records,
      (groupId) =>
        talkGroupResource(groupId, { squadOfMember, resourceOfOpenOrder: () => ({ district: undefined }) }),
      () => Promise.resolve(attachments),
    ),
    maySee: (order, asker) => may(asker, 'orders:view', orderResource(order)),
    namesOf: () => Promise.resolve({}),
    clockSteps: () => [],
    newId: randomUUID,
    nowMs: () => nowMs,
  });
  const orders = createOrdersRepository(store);
  let talkId = 0;
  return {
    store,
    timeline,
    cases,
    nowMs,
    /** An attachment of the case, by its id and the number of its order or finding. */
    attach: (attachmentId: string, number: string) =>
      void attachments.push({ attachment: { attachmentId }, number }),
    /** What follows from orders last changed then. */
    workedUntil: (ms: number) => void (lastWorkMs = ms),
    async order(
      parts: Partial<Order>,
      steps: (Partial<OrderStep> & Pick<OrderStep, 'action'>)[],
    ): Promise<Order> {
      const order = orderSchema.parse({
        ...newOrder(startMs),
        orderId: 'o',
        number: '29-001',
        createdBy: '王芳',
        kind: 'alert',
        priority: 1,
        place: { name: '一店', district: '咸安区', siteId: 's1' },
        instructions: '',
        checklist: [],
        ...parts,
      });
      await orders.save({
        order,
        steps: steps.map((step) => ({
          atMs: startMs,
          happenedAtMs: step.atMs ?? startMs,
          actor: '王芳',
          ...step,
        })),
        numbered: { day: '2026-11-29', countOfDay: Number(order.number.slice(3)) },
        audit: { action: 'orders:create', actor: '王芳', detail: {} },
      });
      return order;
    },
    talk(groupId: string, atMs: number, endedAtMs: number, memberId = 'ann') {
      const talk = {
        talkId: (talkId += 1),
        groupId,
        talker: { kind: 'member', name: memberId, memberId },
        priority: 'normal',
        startedAtMs: atMs,
      };
      return sql`insert into talks (id, group_id, epoch, started_at_ms, ended_at_ms, end_cause, document)
        values (${talkId}, ${groupId}, 1, ${atMs}, ${endedAtMs}, 'released', ${JSON.stringify(talk)})`.execute(
        store,
      );
    },
    position: (memberId: string, atMs: number, squadId = 'wenquan') =>
      writing.addPositions([
        { memberId, squadId, atMs, receivedAtMs: atMs, latitude: 29.8, longitude: 114.3 },
      ]),
    async bodyCam(memberId: string, atMs: number, endedAtMs: number | undefined, squadId = 'wenquan') {
      const id = randomUUID();
      await writing.beginBodyCam({ id, memberId, squadId, startedAtMs: atMs });
      if (endedAtMs !== undefined) await writing.endBodyCam(id, endedAtMs);
    },
    cutOffBodyCams: writing.cutOffBodyCams,
    view: (action: string, subject: string, atMs: number, seconds: number) =>
      createAuditRepository(store).append([
        { atMs, actor: '李强', action, subject, detail: { seconds }, principal: null },
      ]),
    alert(alertId: string, kindId: string, atMs: number) {
      const alert = alertSchema.parse({
        ...raiseAlert({ class: 1 }, atMs),
        alertId,
        revision: 1,
        kindId,
        source: { type: 'hub' },
        occurredAtMs: atMs,
        lastOccurredAtMs: atMs,
        reportedCamera: 'k',
        notes: 0,
      });
      return sql`insert into alerts (id, kind_id, class, state, raised_at_ms, document)
        values (${alertId}, ${kindId}, 1, 'new', ${atMs}, ${JSON.stringify(alert)})`.execute(store);
    },
    site: (id: string, district: string) =>
      sql`insert into sites (id, external_id, name, type, district, address, updated_at_ms)
        values (${id}, ${id}, '一店', 'school_canteen', ${district}, '', 0)`.execute(store),
    async emergency(emergency: Emergency): Promise<void> {
      const { emergencyId: id, memberId, raisedAtMs, progress } = emergency;
      const row = { member_id: memberId, state: progress.state, raised_at_ms: raisedAtMs };
      await store
        .insertInto('emergencies')
        .values({ id, ...row, document: JSON.stringify(emergency) })
        .execute();
    },
    close: () => (store as unknown as { destroy(): Promise<void> }).destroy(),
  };
}
