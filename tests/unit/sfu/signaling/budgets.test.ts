import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createBudgets,
  createConnectionLoad,
  maxLargeRequests,
  maxWaitingRequests,
  positionsPerMinute,
  pressesPerMinute,
  pressesPerMinuteOfPrincipal,
  requestsPerSecond,
  requestsPerSecondOfPrincipal,
  rowsOf,
  rowsPerMinute,
  rowsPerMinuteOfPrincipal,
} from '../../../../src-sfu/signaling/budgets.ts';
import { createOwnerBytes, createOwnerLoads, ownerOf } from '../../../../src-sfu/signaling/owners.ts';
import { roomBytes } from '../../../../src-sfu/signaling/outbox.ts';

const changes = (count: number) => ({
  changes: Array.from({ length: count }, (_, index) => ({
    changeId: `c${index}`,
    status: 'available',
    ageMs: 0,
  })),
});
const phone = { connectionId: 'a', memberId: 'ann', isPhone: true };

describe('the budgets of a connection', () => {
  it('take the outbox of a phone that was offline, and stop one that writes without end', async () => {
    const budgets = createBudgets();
    let written = 0;
    for (let request = 0; request < 200; request += 1) {
      if ((await budgets.refusesContent(phone, 'squads:reportStatuses', changes(50))) === undefined)
        written += 50;
    }
    expect(written).toBe(rowsPerMinute);
    expect(written).toBeGreaterThanOrEqual(800);
  });

  it('are the member’s, not the connection’s', async () => {
    const budgets = createBudgets();
    const ask = (connectionId: string) =>
      budgets.refusesContent({ ...phone, connectionId }, 'squads:reportStatuses', changes(50));
    for (let request = 0; request < rowsPerMinute / 50; request += 1)
      expect(await ask(`${request}`)).toBe(undefined);
    expect(await ask('new')).toMatch(/entries in a minute/);
    expect(
      await budgets.refusesContent(
        { connectionId: 'b', memberId: 'bo' },
        'squads:reportStatuses',
        changes(50),
      ),
    ).toBe(undefined);
  });

  it('count presses of the talk key by member, as each writes who had the floor', async () => {
    const budgets = createBudgets();
    let granted = 0;
    for (let press = 0; press < 600; press += 1) {
      const asker = { connectionId: `${press % 7}`, memberId: 'ann' };
      const input = { groupId: 'city', press };
      if ((await budgets.refusesContent(asker, 'talk:requestFloor', input)) === undefined) granted += 1;
    }
    expect(granted).toBe(pressesPerMinute);
    const other = { connectionId: 'b', memberId: 'bo' };
    const input = { groupId: 'city', press: 1 };
    expect(await budgets.refusesContent(other, 'talk:requestFloor', input)).toBe(undefined);
    // What ends a press is never refused.
    expect(await budgets.refusesContent(phone, 'talk:releaseFloor', input)).toBe(undefined);
  });

  it('let an SOS through whatever the phone sent besides', async () => {
    const budgets = createBudgets();
    let refused = 0;
    for (let request = 0; request < requestsPerSecond; request += 1) {
      if ((await budgets.refuses(phone, 'squads:reportPhone')) !== undefined) refused += 1;
    }
    expect(refused).toBeGreaterThan(0);
    for (let request = 0; request < 100; request += 1) {
      await budgets.refusesContent(phone, 'squads:reportStatuses', changes(50));
    }
    expect(await budgets.refuses(phone, 'squads:raiseEmergency')).toBe(undefined);
    expect(await budgets.refusesContent(phone, 'squads:raiseEmergency', {})).toBe(undefined);
  });

  it('take the snapshots of a surface that comes and goes, and stop one that asks for nothing else', async () => {
    const budgets = createBudgets();
    const desk = { connectionId: 'desk', memberId: undefined, isPhone: false };
    let taken = 0;
    for (let request = 0; request < 100; request += 1) {
      if ((await budgets.refuses(desk, 'session:join')) === undefined) taken += 1;
    }
    expect(taken).toBe(20);
    // Of a phone no fewer, and an SOS still goes through.
    const token = { ...phone, connectionId: 'b' };
    expect(await budgets.refuses(token, 'session:join')).toBe(undefined);
    for (let request = 0; request < 100; request += 1) await budgets.refuses(token, 'session:join');
    expect(await budgets.refuses(token, 'squads:raiseEmergency')).toBe(undefined);
  });

  it('count each stream of a page as the two requests that it saves', async () => {
    const budgets = createBudgets();
    const wall = { connectionId: 'wall', memberId: undefined, isPhone: false };
    const page = { streams: Array(32).fill(undefined) };
    let taken = 0;
    for (let request = 0; request < 100; request += 1) {
      if ((await budgets.refuses(wall, 'cameras:openStreams')) !== undefined) break;
      if ((await budgets.refusesContent(wall, 'cameras:openStreams', page)) !== undefined) break;
      taken += 64;
    }
    expect(taken).toBeLessThanOrEqual(requestsPerSecond);
    // A wall of 64 tiles comes up at once.
    expect(taken).toBeGreaterThanOrEqual(128);
  });

  it('take an hour of positions at once', async () => {
    const budgets = createBudgets();
    const positions = { positions: Array(100).fill({}) };
    let taken = 0;
    for (let request = 0; request < 100; request += 1) {
      if ((await budgets.refusesContent(phone, 'squads:reportPositions', positions)) === undefined)
        taken += 100;
    }
    expect(taken).toBe(positionsPerMinute);
    expect(taken).toBeGreaterThanOrEqual(3_600);
  });

  it('count what is written, and nothing else', () => {
    expect(rowsOf('squads:reportStatuses', changes(7))).toBe(7);
    expect(rowsOf('orders:report', { reports: Array(3).fill({}) })).toBe(3);
    expect(rowsOf('findings:report', { reports: Array(4).fill({}) })).toBe(4);
    expect(rowsOf('sites:report', { reports: Array(3).fill({}) })).toBe(3);
    expect(rowsOf('findings:answerOwn', { reports: Array(5).fill({}) })).toBe(5);
    for (const name of [
      'alerts:work',
      'wall:placeCamera',
      'squads:saveMember',
      'whip:makeDevice',
      'findings:create',
      'findings:work',
      'findings:review',
      'findings:saveClause',
      'findings:saveTimes',
      'orders:create',
      'orders:lead',
      'orders:override',
      'orders:saveSettings',
      'squads:leadDuty',
      'public:recordConsent',
      'public:withdrawConsent',
      'public:saveSite',
      'public:drawCurtain',
      'showcase:setCurtain',
      'showcase:releaseCase',
      'turning:move',
      'turning:takeOver',
      'kitchenTalk:begin',
      'kitchenTalk:takeOver',
      'kitchenTalk:play',
      'kitchenTalk:saveSentence',
      'kitchenTalk:removeSentence',
      'turning:savePreset',
      'turning:deletePreset',
      'turning:relistPreset',
      'recorders:add',
      'recorders:change',
      'recorders:remove',
      'recorders:match',
      'recorders:release',
      'onvif:signIn',
      'onvif:place',
      'onvif:forget',
      'webhooks:create',
      'webhooks:setState',
      'webhooks:sendTest',
      'push:subscribe',
      'shifts:work',
      'shifts:writeNote',
    ] as const) {
      expect([name, rowsOf(name, {})]).toEqual([name, 1]);
    }
    for (const name of [
      'wall:reportPlayback',
      'squads:raiseEmergency',
      'media:consume',
      'session:join',
      'public:watch',
      'public:getStill',
      'findings:readOwn',
      'turning:keepMoving',
      'kitchenTalk:listSentences',
      'kitchenTalk:keep',
      'kitchenTalk:end',
      'turning:stop',
      'recorders:askCatalogue',
      'onvif:list',
      'onvif:readPicture',
      'webhooks:list',
      'shifts:read',
    ] as const) {
      expect([name, rowsOf(name, {})]).toEqual([name, 0]);
    }
  });
});

describe('requests with large answers', () => {
  it('wait for one another and for room, in their order, and the others never', async () => {
    let waitingBytes = 0;
    const load = createConnectionLoad(() => waitingBytes);
    const begun: number[] = [];
    for (let index = 0; index < maxLargeRequests + 2; index += 1) {
      void load.enter('cameras:getPoster').then(() => begun.push(index));
    }
    await Promise.resolve();
    expect(await load.enter('talk:requestFloor')).toBe(true);
    expect(begun).toHaveLength(maxLargeRequests);
    waitingBytes = roomBytes + 1;
    load.leave('cameras:getPoster');
    expect(await load.enter('media:consume')).toBe(true);
    expect(begun).toHaveLength(maxLargeRequests);
    waitingBytes = 0;
    load.roomChanged();
    await Promise.resolve();
    expect(begun).toEqual(Array.from({ length: maxLargeRequests + 1 }, (_, index) => index));
  });

  it('are refused where too many wait, and when the connection ends', async () => {
    const load = createConnectionLoad(() => roomBytes + 1);
    const asked = Array.from({ length: maxWaitingRequests }, () => load.enter('session:join'));
    expect(await load.enter('session:join')).toBe(false);
    load.end();
    expect(new Set(await Promise.all(asked))).toEqual(new Set([false]));
  });
});

describe('the budgets of a principal', () => {
  // Everything is asked within one second, however slow the machine is.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('are one for all of its connections', async () => {
    const budgets = createBudgets();
    let taken = 0;
    for (let request = 0; request < 2 * requestsPerSecondOfPrincipal; request += 1) {
      const asker = {
        connectionId: `${request % 10}`,
        memberId: undefined,
        owner: 'person:wang',
        isPhone: false,
      };
      if ((await budgets.refuses(asker, 'media:resumeConsumers')) === undefined) taken += 1;
    }
    expect(taken).toBe(requestsPerSecondOfPrincipal);
    const other = { connectionId: 'other', memberId: undefined, owner: 'person:li', isPhone: false };
    expect(await budgets.refuses(other, 'media:resumeConsumers')).toBe(undefined);
  });

  it('give ten phones of a member what one has', async () => {
    const budgets = createBudgets();
    let taken = 0;
    for (let request = 0; request < 500; request += 1) {
      const asker = { ...phone, connectionId: `${request % 10}`, owner: 'phone:ann' };
      if ((await budgets.refuses(asker, 'squads:reportPhone')) === undefined) taken += 1;
    }
    expect(taken).toBe(60);
  });

  it('count rows and presses by account, so that a desk that connects again has no new ones', async () => {
    const budgets = createBudgets();
    const written: Record<string, number> = { 'wall:placeCamera': 0, 'talk:requestFloor': 0 };
    for (let request = 0; request < 3_500; request += 1) {
      const asker = { connectionId: `${request}`, memberId: undefined, owner: 'person:wang' };
      for (const name of ['wall:placeCamera', 'talk:requestFloor'] as const) {
        if ((await budgets.refusesContent(asker, name, {})) === undefined)
          written[name] = (written[name] ?? 0) + 1;
      }
    }
    expect(written).toEqual({
      'wall:placeCamera': rowsPerMinuteOfPrincipal,
      'talk:requestFloor': pressesPerMinuteOfPrincipal,
    });
  });

  it.each(['squads:raiseEmergency', 'squads:confirmEmergencyShown', 'squads:acknowledgeEmergency'] as const)(
    'never hold up %s, nor a page that comes back to send it',
    async (name) => {
      const budgets = createBudgets();
      const asker = { connectionId: 'a', memberId: undefined, owner: 'person:wang', isPhone: false };
      for (let request = 0; request < 4_000; request += 1) {
        await budgets.refuses({ ...asker, connectionId: `${request % 9}` }, 'wall:placeCamera');
        await budgets.refusesContent(asker, 'wall:placeCamera', {});
      }
      expect(await budgets.refuses(asker, 'wall:placeCamera')).toMatch(/Slow down/);
      expect(await budgets.refuses({ ...asker, connectionId: 'new' }, 'session:join')).toBe(undefined);
      expect(await budgets.refuses(asker, name)).toBe(undefined);
      expect(await budgets.refusesContent(asker, name, { emergencyId: 'e' })).toBe(undefined);
      // Each of them is bounded by itself.
      let taken = 0;
      for (let request = 0; request < 100; request += 1) {
        if ((await budgets.refuses(asker, name)) === undefined) taken += 1;
      }
      expect(taken).toBeLessThanOrEqual(10);
    },
  );

  it('count the streams of all of its connections, until each connection ends', () => {
    const loads = createOwnerLoads();
    const [first, second, other] = [0, 1, 2].map(() => createConnectionLoad(() => 0));
    if (first === undefined || second === undefined || other === undefined)
      throw new Error('three are needed');
    const leave = loads.add('person:wang', first);
    loads.add('person:wang', second);
    loads.add('person:wang', second);
    loads.add('person:li', other);
    for (const id of ['a', 'b', 'c']) first.streams.add(id);
    second.streams.add('a');
    second.opening = 2;
    other.streams.add('z');
    expect([loads.streamsOf('person:wang'), loads.streamsOf('person:li'), loads.streamsOf('nobody')]).toEqual(
      [6, 1, 0],
    );
    leave();
    leave();
    expect(loads.streamsOf('person:wang')).toBe(3);
  });

  it('count the bytes of each second anew', () => {
    let now = 0;
    const bytes = createOwnerBytes(() => now);
    expect([bytes.add('a', 10), bytes.add('b', 1), bytes.add('a', 5)]).toEqual([10, 1, 15]);
    now = 1_000;
    expect(bytes.add('a', 7)).toBe(7);
  });

  it('are an account’s, a screen’s or a member’s, and of strangers one for each address', () => {
    expect(ownerOf({ kind: 'person', accountId: 'wang' }, '192.0.2.1')).toBe('person:wang');
    expect(ownerOf({ kind: 'phone', accountId: 'ann' }, '192.0.2.1')).toBe('phone:ann');
    expect(ownerOf(undefined, '192.0.2.1')).toBe('address:192.0.2.1');
  });
});
