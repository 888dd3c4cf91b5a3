import { afterEach, describe, expect, it, vi } from 'vitest';
import { createOrdersInMemory } from '../../../../src-sfu/features/orders/orders.repository.ts';
import {
  createOrdersService,
  type OrdersService,
} from '../../../../src-sfu/features/orders/orders.service.ts';
import { followOrders, peopleOf } from '../../../../src-sfu/features/talk/orderGroups.ts';
import { createTalkLog } from '../../../../src-sfu/features/talk/talkLog.ts';
import type { TalkRepository } from '../../../../src-sfu/features/talk/talk.repository.ts';
import { createTalkService, type TalkService } from '../../../../src-sfu/features/talk/talk.service.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';
import { defaultOrderTimes } from '../../../../src-shared/orders/order.ts';
import type { OrderContent, OrderDeed, OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';
import type { Member } from '../../../../src-shared/squads/squads.protocol.ts';
import { transitionGroupChoice, type GroupChoice } from '../../../../src-shared/talk/memberGroups.ts';
import type { TalkRecord, TalkSnapshot } from '../../../../src-shared/talk/talk.protocol.ts';
import fc from '../../../support/properties.ts';

const content: OrderContent = {
  kind: 'inspection',
  priority: 1,
  place: { name: '温泉一小食堂', district: '咸安区' },
  instructions: '',
  checklist: [],
};
const squadOf = { ann: 'wenquan', bo: 'wenquan', zhang: 'yongan' } as const;
type MemberId = keyof typeof squadOf;
const memberIds = Object.keys(squadOf) as MemberId[];

/** A phone as the field app is: it follows what the hub says. */
interface Phone {
  choice: GroupChoice | undefined;
  homes: string[];
}

/** A hub with orders and talk, and three phones. */
function stage() {
  vi.useFakeTimers({ now: 1_000_000 });
  const nowMs = () => Date.now();
  const logger = createLogger('silent');
  const repository = createOrdersInMemory();
  const members = memberIds.map((memberId): Member => ({
    memberId,
    squadId: squadOf[memberId],
    name: memberId,
    duty: { status: 'available', sinceMs: 0 },
    isConnected: true,
    bodyCam: { state: 'off', sinceMs: 0 },
  }));
  const member = (memberId: string) => members.find((one) => one.memberId === memberId);
  const records: TalkRecord[] = [];
  const talkRepository: TalkRepository = {
    load: () => Promise.resolve({ lastTalkId: 0, epochs: new Map() }),
    begin: (record) => Promise.resolve(void records.push(record)),
    end: () => Promise.resolve(),
    revoked: () => Promise.resolve(),
    list: () => Promise.resolve([]),
  };
  const forgotten: string[] = [];
  const phones = new Map(memberIds.map((id): [MemberId, Phone] => [id, { choice: undefined, homes: [] }]));
  const heard: { to: string; name: string; payload: { floor?: { groupId: string } } }[] = [];
  let orders!: OrdersService;
  let talk!: TalkService;

  const join = (memberId: MemberId): TalkSnapshot => {
    talk.joined({
      speakerId: memberId,
      kind: 'member',
      name: memberId,
      memberId,
      notify(name, payload) {
        heard.push({ to: memberId, name, payload: payload as never });
        if (name !== 'talk:groupsChanged') return;
        const { homeGroupId, floors } = payload as { homeGroupId: string; floors: { groupId: string }[] };
        take(memberId, homeGroupId, floors);
      },
    });
    const snapshot = talk.snapshot(memberId)!;
    take(memberId, snapshot.homeGroupId!, snapshot.floors);
    return snapshot;
  };
  const take = (memberId: MemberId, homeGroupId: string, floors: readonly { groupId: string }[]): void => {
    const phone = phones.get(memberId)!;
    phone.homes.push(homeGroupId);
    const groupIds = floors.map(({ groupId }) => groupId);
    phone.choice = transitionGroupChoice(phone.choice, { type: 'assigned', homeGroupId, groupIds });
  };
  /** Starts the hub, or starts it again: the database stays. */
  const start = async (): Promise<void> => {
    orders?.close();
    talk?.close();
    orders = createOrdersService({
      repository,
      members: () => members,
      member,
      homeOf: () => undefined,
      timesOf: () => defaultOrderTimes,
      settings: () => ({ asksNextSquadItself: false, nextSquadsAtMost: 1 }),
      alertKindOf: () => Promise.resolve(undefined),
      workAlert: () => Promise.resolve(),
      dayOf: () => '2026-11-07',
      logger,
      nowMs,
    });
    await orders.load();
    const board = {
      openOrder: orders.openOne,
      ordersOfMember: orders.ofMember,
      onOrderChanged: orders.onChanged,
    };
    talk = createTalkService({
      gates: {
        setTalker: () => undefined,
        onVoiceChanged: (listener) => [...memberIds, 'desk'].forEach((one) => listener(one, true)),
        onPassed: () => undefined,
        forget: (groupId) => void forgotten.push(groupId),
      },
      people: peopleOf(
        {
          squads: () => [{ squadId: 'wenquan' }, { squadId: 'yongan' }],
          squad: (squadId) => (['wenquan', 'yongan'].includes(squadId) ? {} : undefined),
          member,
        },
        board,
      ),
      log: createTalkLog({ repository: talkRepository, lastTalkId: 0, logger }),
      epochs: new Map(),
      nowMs,
    });
    followOrders(board, talk);
    for (const memberId of memberIds) join(memberId);
  };
  const joinDesk = (hears?: (groupId: string) => boolean): void =>
    talk.joined({
      speakerId: 'desk',
      kind: 'desk',
      name: '值班席',
      ...(hears === undefined ? {} : { hears }),
      notify: (name, payload) => void heard.push({ to: 'desk', name, payload: payload as never }),
    });
  let commands = 0;
  const send = (orderId: string, ...going: MemberId[]) =>
    orders.create(
      { orderId, content, crew: { memberIds: going, inChargeId: going[0]! } },
      { id: 'wang', name: '王芳' },
    );
  const direct = (orderId: string, deed: OrderDeed) => {
    const revision = orders.openOne(orderId)?.revision ?? 0;
    commands += 1;
    return orders.direct(
      { commandId: `c${commands}`, orderId, revision, deed },
      { id: 'wang', name: '王芳' },
    );
  };
  const report = (memberId: string, orderId: string, what: OrderReport) => {
    commands += 1;
    return orders.report(memberId, [{ reportId: `r${commands}`, orderId, report: what, ageMs: 0 }]);
  };
  const press = (speakerId: string, groupId: string) => {
    commands += 1;
    return talk.request(speakerId, { groupId, press: commands, priority: 'normal' });
  };
  return {
    start,
    join,
    joinDesk,
    send,
    direct,
    report,
    press,
    phones,
    heard,
    forgotten,
    records,
    of: () => ({ orders, talk }),
    group: (memberId: MemberId) => phones.get(memberId)?.choice?.groupId,
    choose(memberId: MemberId, groupId: string) {
      const phone = phones.get(memberId)!;
      phone.choice = transitionGroupChoice(phone.choice, { type: 'chosen', groupId });
    },
  };
}

let parts: ReturnType<typeof stage>;
const begin = async () => {
  parts = stage();
  await parts.start();
  return parts;
};
afterEach(() => {
  parts.of().orders.close();
  parts.of().talk.close();
  vi.useRealTimers();
});

describe('the talk group of an order', () => {
  it('takes those who go, and gives them back when the order is done', async () => {
    const { send, report, direct, group } = await begin();
    await send('o1', 'ann', 'bo');
    expect([group('ann'), group('bo'), group('zhang')]).toEqual(['order:o1', 'order:o1', 'squad:yongan']);
    await report('ann', 'o1', { type: 'onScene' });
    expect(group('bo')).toBe('order:o1');
    await report('ann', 'o1', { type: 'cleared', disposition: 'no_violation' });
    expect([group('ann'), group('bo')]).toEqual(['squad:wenquan', 'squad:wenquan']);
    await direct('o1', { type: 'close' });
    expect(parts.forgotten).toEqual(['order:o1']);
  });

  it.each([
    ['rejected', () => parts.report('ann', 'o1', { type: 'rejected', reason: 'busy' })],
    ['cancelled', () => parts.direct('o1', { type: 'cancel', reason: '误报' })],
  ])('gives them back when it is %s', async (_what, end) => {
    const { send, group } = await begin();
    await send('o1', 'ann');
    await end();
    expect(group('ann')).toBe('squad:wenquan');
  });

  it('changes hands with the order: who is taken off goes back, who comes is heard with the talker’s name', async () => {
    const { send, direct, group, joinDesk, press, heard } = await begin();
    await send('o1', 'ann');
    joinDesk();
    press('desk', 'order:o1');
    await direct('o1', {
      type: 'reassign',
      reason: '更近',
      crew: { memberIds: ['zhang'], inChargeId: 'zhang' },
    });
    expect([group('ann'), group('zhang')]).toEqual(['squad:wenquan', 'order:o1']);
    const joined = heard.findLast(({ to, name }) => to === 'zhang' && name === 'talk:groupsChanged');
    expect(joined?.payload).toMatchObject({
      homeGroupId: 'order:o1',
      floors: expect.arrayContaining([
        expect.objectContaining({
          groupId: 'order:o1',
          orderNumber: '7-001',
          talker: expect.objectContaining({ name: '值班席' }),
        }),
      ]),
    });
  });

  it('is not for other members, and for a desk only where it may see the order', async () => {
    const { send, press, joinDesk, of } = await begin();
    await send('o1', 'ann');
    expect(press('bo', 'order:o1')).toMatchObject({ ok: false, reason: 'talk.not_in_group' });
    joinDesk(() => false);
    expect(press('desk', 'order:o1')).toMatchObject({ ok: false, reason: 'talk.not_in_group' });
    expect(of().talk.mayUse('desk', 'order:o1')).toBe(false);
    joinDesk((groupId) => groupId === 'order:o1');
    expect(press('desk', 'order:o1')).toMatchObject({ ok: true, data: { state: 'granted' } });
    expect(press('desk', 'order:o2')).toMatchObject({ ok: false, reason: 'talk.not_in_group' });
  });

  it('is left by who is taken off, also in the middle of a talk', async () => {
    const { send, direct, press, heard, of } = await begin();
    await send('o1', 'ann');
    expect(press('ann', 'order:o1')).toMatchObject({ ok: true, data: { state: 'granted' } });
    await direct('o1', { type: 'reassign', reason: '更近', crew: { memberIds: ['bo'], inChargeId: 'bo' } });
    expect(of().talk.mayUse('ann', 'order:o1')).toBe(false);
    expect(heard.some(({ to, name }) => to === 'ann' && name === 'talk:floorRevoked')).toBe(true);
    expect(
      heard.some(
        ({ to, name, payload }) =>
          to === 'bo' && name === 'talk:floorIdle' && payload.floor?.groupId === 'order:o1',
      ),
    ).toBe(true);
  });

  it('is left by who was added and is taken off again', async () => {
    const { send, direct, group, press } = await begin();
    await send('o1', 'ann');
    await direct('o1', { type: 'add', memberIds: ['zhang'] });
    expect(group('zhang')).toBe('order:o1');
    await direct('o1', { type: 'remove', memberIds: ['zhang'] });
    expect([group('ann'), group('zhang')]).toEqual(['order:o1', 'squad:yongan']);
    expect(press('zhang', 'order:o1')).toMatchObject({ ok: false, reason: 'talk.not_in_group' });
  });

  it('does not keep its members from an SOS of their squad', async () => {
    const { send, heard, of } = await begin();
    await send('o1', 'ann');
    expect(of().talk.openHotMicrophone('bo', 900)).toBe(true);
    expect(
      heard.some(
        ({ to, name, payload }) =>
          to === 'ann' && name === 'talk:floorTaken' && payload.floor?.groupId === 'squad:wenquan',
      ),
    ).toBe(true);
  });

  it('is recorded with the number of the order', async () => {
    const { send, press, records } = await begin();
    await send('o1', 'ann');
    press('ann', 'order:o1');
    press('bo', 'squad:wenquan');
    await vi.waitFor(() => expect(records).toHaveLength(2));
    expect(records.map(({ groupId, orderNumber }) => [groupId, orderNumber])).toEqual([
      ['order:o1', '7-001'],
      ['squad:wenquan', undefined],
    ]);
  });

  it('is there again after a restart of the hub, and does not pull back who went elsewhere by hand', async () => {
    const { send, start, choose, group, phones, report } = await begin();
    await send('o1', 'ann', 'bo');
    choose('bo', 'all');
    await start();
    expect([group('ann'), group('bo')]).toEqual(['order:o1', 'all']);
    expect(phones.get('bo')?.homes.at(-1)).toBe('order:o1');
    await report('ann', 'o1', { type: 'onScene' });
    await report('ann', 'o1', { type: 'cleared', disposition: 'other' });
    expect([group('ann'), group('bo')]).toEqual(['squad:wenquan', 'all']);
  });

  it('notifies no phone of steps that move nobody', async () => {
    const { send, report, phones } = await begin();
    await send('o1', 'ann');
    const before = phones.get('ann')!.homes.length;
    await report('ann', 'o1', { type: 'delivered' });
    await report('ann', 'o1', { type: 'accepted' });
    await report('ann', 'o1', { type: 'note', note: '已出发' });
    expect(phones.get('ann')!.homes).toHaveLength(before);
  });

  it('has each member in exactly one group after any sequence, in the squad’s where there is no order', async () => {
    const step = fc.record({
      what: fc.constantFrom(
        'send',
        'accept',
        'clear',
        'reject',
        'reassign',
        'cancel',
        'close',
        'restart',
        'rejoin',
      ),
      orderId: fc.constantFrom('o1', 'o2', 'o3'),
      memberId: fc.constantFrom(...memberIds),
      waitMs: fc.integer({ min: 0, max: 90_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await begin();
        for (const { what, orderId, memberId, waitMs } of steps) {
          await vi.advanceTimersByTimeAsync(waitMs);
          const crew = { memberIds: [memberId], inChargeId: memberId };
          if (what === 'send') {
            await parts.send(orderId, memberId);
            await parts.direct(orderId, { type: 'dispatch', crew });
          }
          if (what === 'accept') await parts.report(memberId, orderId, { type: 'onScene' });
          if (what === 'clear')
            await parts.report(memberId, orderId, { type: 'cleared', disposition: 'other' });
          if (what === 'reject') await parts.report(memberId, orderId, { type: 'rejected', reason: 'busy' });
          if (what === 'reassign') await parts.direct(orderId, { type: 'reassign', reason: 'x', crew });
          if (what === 'cancel') await parts.direct(orderId, { type: 'cancel', reason: 'x' });
          if (what === 'close') await parts.direct(orderId, { type: 'close' });
          if (what === 'restart') await parts.start();
          if (what === 'rejoin') parts.join(memberId);
          const { orders, talk } = parts.of();
          for (const id of memberIds) {
            const own = orders
              .ofMember(id)
              .filter(({ state }) => ['dispatched', 'accepted', 'en_route', 'on_scene'].includes(state));
            const last = own.toSorted(
              (one, other) => (other.dispatched?.atMs ?? 0) - (one.dispatched?.atMs ?? 0),
            )[0];
            const group = parts.group(id)!;
            expect(talk.mayUse(id, group)).toBe(true);
            if (last === undefined) expect(group).toBe(`squad:${squadOf[id]}`);
            else expect(own.map((order) => `order:${order.orderId}`)).toContain(group);
            expect(
              talk.snapshot(id)?.floors.filter(({ groupId }) => groupId.startsWith('order:')),
            ).toHaveLength(own.length);
          }
        }
        parts.of().orders.close();
        parts.of().talk.close();
      }),
      { numRuns: 60 },
    );
  });
});
