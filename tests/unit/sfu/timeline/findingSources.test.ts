import { describe, expect, it } from 'vitest';
import {
  createFindingSources,
  lastFindingWork,
} from '../../../../src-sfu/features/timeline/findingSources.ts';
import { orderResource } from '../../../../src-sfu/features/orders/orderScope.ts';
import type { FindingRecords } from '../../../../src-sfu/features/timeline/findingSources.ts';
import type { TimelineCase } from '../../../../src-sfu/features/timeline/timeline.ports.ts';
import type { Attachment } from '../../../../src-shared/attachments/attachments.protocol.ts';
import type { Finding, FindingStep } from '../../../../src-shared/findings/findings.protocol.ts';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';
import { county, principalOf } from '../authorityStage.ts';

const own = '咸安区';
const finding = (findingId: string, more: Partial<Finding>): Finding =>
  ({ findingId, number: findingId, place: { name: '一店', district: own, siteId: 's' }, ...more }) as Finding;
const step = (action: FindingStep['action'], atMs: number): FindingStep =>
  ({ action, atMs, happenedAtMs: atMs, actor: { id: 'person:1', name: '王芳' }, revision: 1 }) as FindingStep;
const photograph = (attachmentId: string, receivedAtMs: number): Attachment =>
  ({
    attachmentId,
    kind: 'photograph',
    purpose: 'after',
    by: { kind: 'phone', id: 'li', name: '李伟' },
    takenAtMs: receivedAtMs - 60_000,
    receivedAtMs,
  }) as Attachment;

const all = [
  finding('F1', { orderId: 'o' }),
  finding('F2', { alertId: 'a' }),
  finding('F3', {}),
  finding('F4', { orderId: 'o', place: { name: '二店', district: '赤壁市', siteId: 's' } }),
];
const records: FindingRecords = {
  ofSite: (siteId) => Promise.resolve(siteId === 's' ? all : []),
  from: ({ orderIds, alertIds }) =>
    Promise.resolve(
      all.filter(
        ({ orderId = '', alertId = '' }) => orderIds.includes(orderId) || alertIds.includes(alertId),
      ),
    ),
  steps: (findingId) => Promise.resolve([step('found', 100), step('closed', findingId === 'F1' ? 900 : 300)]),
  attachmentsOf: ({ kind, id }) => Promise.resolve([photograph(`${kind} ${id}`, 200)]),
  resourceOfOrder: orderResource,
};
const [steps, pictures] = createFindingSources(records);
const found = (type: 'order' | 'site'): TimelineCase =>
  ({
    head: { subject: { type, id: type === 'site' ? 's' : 'o' } },
    orders: [{ orderId: 'o', place: { name: '一店', district: own, siteId: 's' } }],
    alerts: [{ alertId: 'a' }],
  }) as unknown as TimelineCase;
const period = { fromMs: 0, toMs: 500 };

describe('findings in a timeline', () => {
  it('are those of the order and of its alert, within the period and the asker’s districts', async () => {
    const events = await steps?.eventsOf(found('order'), period, principalOf('duty_officer', county), 10);
    expect(events?.map(({ about, what, atMs }) => [about, what, atMs])).toEqual([
      ['F1', 'finding_found', 100],
      ['F2', 'finding_found', 100],
      ['F2', 'finding_closed', 300],
    ]);
  });

  it('are all of a site, the earliest up to the limit', async () => {
    const events = await steps?.eventsOf(found('site'), period, principalOf('duty_officer', county), 4);
    expect(events?.map(({ about, atMs }) => [about, atMs])).toEqual([
      ['F1', 100],
      ['F2', 100],
      ['F3', 100],
      ['F2', 300],
    ]);
  });

  it('are closed to who may not see findings', () => {
    expect(steps?.isOpenTo(principalOf('screen'))).toBe(false);
    expect(steps?.isOpenTo(principalOf('auditor'))).toBe(true);
  });
});

describe('the last of what follows from an order', () => {
  const last = (parts: Partial<Order>): Promise<number> =>
    lastFindingWork(records, { orderId: 'none', place: { name: '一店' }, ...parts } as Order);

  it('is a step of its findings or of those of its alert, or a photograph that came late', async () => {
    const place = { name: '一店', siteId: 's' };
    expect(await last({ orderId: 'o', place })).toBe(900);
    expect(await last({ alertId: 'a', place })).toBe(300);
    expect(await last({})).toBe(200);
  });
});

describe('photographs in a timeline', () => {
  it('are those of an order without a district too, for who may see the order', async () => {
    const place = { name: '路口' };
    const orders = [{ orderId: 'o9', place, squadId: 'wenquan' }] as Order[];
    const ofSquad = { ...county, squads: ['wenquan'] };
    for (const [scope, count] of [
      [ofSquad, 1],
      [{ ...county, squads: [] }, 0],
    ] as const) {
      const asker = principalOf('duty_officer', scope);
      const events = await pictures?.eventsOf({ ...found('order'), orders, alerts: [] }, period, asker, 10);
      expect(events).toHaveLength(count);
    }
  });

  it('are those of orders and findings, with the time at which they were taken', async () => {
    const events = await pictures?.eventsOf(found('order'), period, principalOf('duty_officer', county), 10);
    expect(events?.map(({ eventId }) => eventId).sort()).toEqual([
      'attachment:finding F1',
      'attachment:finding F2',
      'attachment:order o',
    ]);
    expect(events?.[0]).toMatchObject({
      lane: 'picture',
      what: 'photograph_after',
      picture: { attachmentId: 'order o' },
      memberId: 'li',
      happenedAtMs: 200 - 60_000,
    });
  });
});
