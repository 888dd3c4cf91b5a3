import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTalkLog } from '../../../../src-sfu/features/talk/talkLog.ts';
import type { TalkRepository } from '../../../../src-sfu/features/talk/talk.repository.ts';
import { createTalkService, type TalkService } from '../../../../src-sfu/features/talk/talk.service.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';

const squad = 'squad:wenquan';

describe('the talk groups of a hub', () => {
  let talk: TalkService;
  let squads: Map<string, string>;
  /** Who speaks in each group, by the gates. */
  let open: Map<string, string>;
  let passPacket: (speakerId: string, atMs: number) => void;
  /** Time that passed without any timer of the hub. */
  let stoodStillMs: number;
  const nowMs = (): number => Date.now() + stoodStillMs;
  const standStill = (ms: number): void => void (stoodStillMs += ms);
  let heard: { to: string; name: string; payload: unknown }[];

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    stoodStillMs = 0;
    const running = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => running() + stoodStillMs);
    squads = new Map([
      ['ann', 'wenquan'],
      ['bo', 'wenquan'],
    ]);
    open = new Map();
    heard = [];
    const repository: TalkRepository = {
      load: () => Promise.resolve({ lastTalkId: 0, epochs: new Map() }),
      begin: () => Promise.resolve(),
      end: () => Promise.resolve(),
      revoked: () => Promise.resolve(),
      list: () => Promise.resolve([]),
    };
    talk = createTalkService({
      gates: {
        setTalker(groupId, speakerId) {
          if (speakerId === undefined) open.delete(groupId);
          else open.set(groupId, speakerId);
        },
        onVoiceChanged: (listener) => ['ann', 'bo'].forEach((speakerId) => listener(speakerId, true)),
        onPassed: (listener) => (passPacket = listener),
        forget: () => undefined,
      },
      people: {
        squadIds: () => ['wenquan', 'yongan'],
        hasSquad: (squadId) => ['wenquan', 'yongan'].includes(squadId),
        order: () => undefined,
        ordersOf: () => [],
        hasMember: (memberId) => squads.has(memberId),
        member(memberId) {
          const squadId = squads.get(memberId);
          return squadId === undefined ? undefined : { name: memberId, squadId };
        },
      },
      log: createTalkLog({ repository, lastTalkId: 0, logger: createLogger('silent') }),
      epochs: new Map(),
      nowMs,
    });
    for (const memberId of ['ann', 'bo']) {
      talk.joined({
        speakerId: memberId,
        kind: 'member',
        name: memberId,
        memberId,
        notify: (name, payload) => void heard.push({ to: memberId, name, payload }),
      });
    }
  });
  afterEach(() => {
    talk.close();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const press = (who: string, number: number, groupId = squad) =>
    talk.request(who, { groupId, press: number, priority: 'normal' });
  /** Time passes in which somebody is heard. */
  const speak = (who: string, ms: number): void => {
    for (let passed = 0; passed < ms; passed += 100) {
      vi.advanceTimersByTime(100);
      passPacket(who, Date.now());
    }
  };
  const notified = (to: string, name: string) => heard.filter((one) => one.to === to && one.name === name);

  const lead = (who: string, number: number, groupId = squad) =>
    talk.request(who, { groupId, press: number, priority: 'lead' });

  it('answers a press before it notifies the presser, notifies all others at once, and keeps the order of notices', () => {
    expect(press('ann', 1)).toMatchObject({ data: { state: 'granted' } });
    expect(notified('bo', 'talk:floorTaken')).toHaveLength(1);
    expect(notified('ann', 'talk:floorTaken')).toHaveLength(0);
    // What follows at once does not overtake the notice that waits for the answer.
    talk.revoke(squad, 1, 'Desk');
    expect(heard.filter(({ to }) => to === 'ann').map(({ name }) => name)).toEqual([
      'talk:floorTaken',
      'talk:floorRevoked',
    ]);
    talk.release('ann', squad, 1);
    vi.advanceTimersByTime(10_000);
    press('ann', 2);
    vi.advanceTimersByTime(0);
    expect(notified('ann', 'talk:floorTaken')).toHaveLength(2);
  });

  it('is given to the leader of the squad before a member who talks, and not before a desk', () => {
    press('bo', 1);
    expect(lead('ann', 1)).toMatchObject({ ok: true, data: { state: 'queued', position: 1 } });
    expect(notified('bo', 'talk:floorRevoked')).toMatchObject([{ payload: { cause: 'overridden' } }]);
    vi.advanceTimersByTime(1_000);
    expect(open.get(squad)).toBe('ann');
    talk.release('ann', squad, 1);
    talk.left('bo');
    talk.joined({ speakerId: 'bo', kind: 'desk', name: '王芳', notify: () => undefined });
    press('bo', 2);
    expect(open.get(squad)).toBe('bo');
    expect(lead('ann', 2)).toMatchObject({ data: { state: 'queued' } });
    vi.advanceTimersByTime(1_000);
    expect(open.get(squad)).toBe('bo');
  });

  it('is taken from the leader of the squad by an officer who overrides', () => {
    lead('ann', 1);
    talk.left('bo');
    talk.joined({ speakerId: 'bo', kind: 'desk', name: '王芳', notify: () => undefined });
    talk.request('bo', { groupId: squad, press: 1, priority: 'override' });
    expect(notified('ann', 'talk:floorRevoked')).toMatchObject([{ payload: { cause: 'overridden' } }]);
  });

  it('frees the floor within two seconds of the last packet', () => {
    press('ann', 1);
    speak('ann', 5_000);
    expect(open.get(squad)).toBe('ann');
    vi.advanceTimersByTime(1_999);
    expect(open.has(squad)).toBe(false);
    expect(notified('ann', 'talk:floorRevoked')).toMatchObject([{ payload: { cause: 'lost' } }]);
  });

  it.each([
    ['was moved to another squad', () => squads.set('ann', 'yongan')],
    ['was removed', () => squads.delete('ann')],
  ])('is taken at once from who %s, with a cause that is not a lost network', (_what, change) => {
    press('ann', 1);
    change();
    talk.peopleChanged();
    expect(open.has(squad)).toBe(false);
    expect(notified('ann', 'talk:floorRevoked')).toMatchObject([{ payload: { cause: 'group_left' } }]);
  });

  it('gives who waited time to key up, and to begin to speak after that', () => {
    press('ann', 1);
    press('bo', 1);
    talk.release('ann', squad, 1);
    vi.advanceTimersByTime(3_000);
    expect(open.get(squad)).toBe('bo');
    expect(talk.confirm('bo', squad, 2).ok).toBe(true);
    vi.advanceTimersByTime(1_000);
    passPacket('bo', Date.now());
    vi.advanceTimersByTime(1_000);
    expect(open.get(squad)).toBe('bo');
  });

  it('takes nobody for silent because the hub itself stood still', () => {
    press('ann', 1);
    speak('ann', 1_000);
    standStill(20_000);
    // The watch looks before what was said meanwhile is read.
    vi.advanceTimersByTime(250);
    expect(open.get(squad)).toBe('ann');
    passPacket('ann', nowMs());
    vi.advanceTimersByTime(1_250);
    expect(open.get(squad)).toBe('ann');
    // After that it is as strict as before.
    vi.advanceTimersByTime(749);
    expect(open.has(squad)).toBe(false);
  });

  it('takes a talker who is gone for silent though the hub stands still again and again', () => {
    press('ann', 1);
    for (let count = 0; count < 10 && open.has(squad); count += 1) {
      standStill(600);
      vi.advanceTimersByTime(500);
    }
    expect(open.has(squad)).toBe(false);
  });

  it('lets who had to key up while the hub stood still do so', () => {
    press('ann', 1);
    press('bo', 1);
    talk.release('ann', squad, 1);
    vi.advanceTimersByTime(3_000);
    standStill(5_000);
    vi.advanceTimersByTime(250);
    expect(open.get(squad)).toBe('bo');
    expect(talk.confirm('bo', squad, 2).ok).toBe(true);
  });

  it('takes the floor at the limit from who speaks on', () => {
    press('ann', 1);
    speak('ann', 30_900);
    expect(notified('ann', 'talk:limitNear')).toHaveLength(1);
    expect(open.get(squad)).toBe('ann');
    speak('ann', 200);
    expect(open.has(squad)).toBe(false);
  });

  it('lets nobody speak in two groups', () => {
    press('ann', 1);
    expect(press('ann', 1, 'all')).toMatchObject({ data: { state: 'denied', cause: 'elsewhere' } });
    expect(press('ann', 2, 'all')).toMatchObject({ data: { state: 'granted' } });
    expect([...open]).toEqual([['all', 'ann']]);
    expect(press('ann', 1), 'a late message of the press before').toMatchObject({
      data: { state: 'denied', cause: 'old_press' },
    });
  });

  it('takes the floor from a member who is moved to another squad', () => {
    press('ann', 1);
    press('bo', 1);
    squads.set('ann', 'yongan');
    talk.peopleChanged();
    expect(open.get(squad)).toBe('bo');
    expect(press('ann', 2)).toMatchObject({ ok: false, code: 'forbidden' });
  });

  it('frees the floor at once when the connection is gone', () => {
    press('ann', 1);
    talk.left('ann');
    expect(open.has(squad)).toBe(false);
    expect(press('ann', 2)).toMatchObject({ ok: false, reason: 'talk.not_in_group' });
  });
});
