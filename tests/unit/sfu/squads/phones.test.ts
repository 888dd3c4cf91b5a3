import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createTurns } from '../../../../src-sfu/base/turns.ts';
import { createPhones, type Phones } from '../../../../src-sfu/features/squads/phones.ts';
import { createRoster, type Roster } from '../../../../src-sfu/features/squads/roster.ts';
import type { SquadsRepository } from '../../../../src-sfu/features/squads/squads.repository.ts';
import { phoneIdleLifeMs } from '../../../../src-shared/squads/squads.protocol.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createSquadsRepository } from '../../../../src-sfu/storage/squads.sql.ts';

const minute = 60_000;
const token = 'a'.repeat(43);
const input = (code: string, its = token) => ({ code, token: its, phoneName: 'phone' });

describe('codes for signing in', () => {
  let nowMs: number;
  let phones: Phones;
  let roster: Roster;
  let repository: SquadsRepository;
  const load = async (): Promise<void> => {
    const content = await repository.load(nowMs);
    roster = createRoster(content);
    phones = createPhones({ content, repository, roster, inTurn: createTurns(), nowMs: () => nowMs });
  };
  const makeCode = async (): Promise<string> => {
    const made = await phones.makeCode('ann', 'seat 1');
    if (!made.ok) throw new Error(made.message);
    return made.data.code;
  };

  beforeEach(async () => {
    nowMs = Date.UTC(2026, 10, 20);
    repository = createSquadsRepository(await openStore(':memory:'));
    const squad = { squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false };
    await repository.saveSquad(squad, 'seat 1', nowMs);
    const duty = { status: 'off_duty', sinceMs: nowMs } as const;
    await repository.saveMember({ memberId: 'ann', squadId: 'wenquan', name: 'Ann', duty }, 'seat 1', nowMs);
    await load();
  });

  it('are good for ten minutes and no moment longer', async () => {
    const early = await makeCode();
    nowMs += 10 * minute - 1;
    expect((await phones.signIn(input(early), 'here', 'k')).ok).toBe(true);
    const late = await makeCode();
    nowMs += 10 * minute;
    expect(await phones.signIn(input(late, 'b'.repeat(43)), 'here', 'k')).toMatchObject({ code: 'conflict' });
  });

  it('do not live for ever at a hub that starts again with its date set back', async () => {
    const code = await makeCode();
    nowMs -= 3 * 24 * 60 * minute;
    await load();
    expect(await phones.signIn(input(code), 'here', 'k')).toMatchObject({ code: 'conflict' });
    // One that is made now is good.
    expect((await phones.signIn(input(await makeCode(), 'b'.repeat(43)), 'here', 'k')).ok).toBe(true);
  });

  it('are one of a member, however often one is asked for after an answer was lost with a killed hub', async () => {
    const lost = await makeCode();
    await load();
    const shown = await makeCode();
    expect((await repository.load(nowMs)).codes).toHaveLength(1);
    expect(await phones.signIn(input(lost), 'here', 'k')).toMatchObject({ code: 'not_found' });
    expect((await phones.signIn(input(shown), 'here', 'k')).ok).toBe(true);
  });

  it('are used once, though two phones use one at the same moment', async () => {
    const code = await makeCode();
    const answers = await Promise.all([
      phones.signIn(input(code, 'b'.repeat(43)), 'here', 'k'),
      phones.signIn(input(code, 'c'.repeat(43)), 'there', 'l'),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('and sign-ins outlive the hub; secrets are nowhere in its store', async () => {
    const code = await makeCode();
    await phones.signIn(input(code), 'here', 'k');
    const unused = await makeCode();
    await load();
    expect(phones.memberOf(token)).toBe('ann');
    expect((await phones.signIn(input(code), 'here', 'k')).ok, 'the phone that used it asks again').toBe(
      true,
    );
    expect(await phones.signIn(input(code, 'd'.repeat(43)), 'here', 'k')).toMatchObject({ code: 'conflict' });
    const kept = JSON.stringify(await repository.load(nowMs));
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(unused.replace('-', ''));
  });

  it('stop working for a phone that was signed out, from that moment', async () => {
    const code = await makeCode();
    await phones.signIn(input(code), 'here', 'k');
    const notified: string[] = [];
    phones.onSignedOut((memberId, reason) => notified.push(`${memberId} ${reason}`));
    await phones.signOut('ann', 'revoked', 'seat 1');
    expect(phones.memberOf(token)).toBeUndefined();
    expect(notified).toEqual(['ann revoked']);
    expect(await phones.signIn(input(code), 'here', 'k'), 'its used code is used').toMatchObject({
      ok: false,
      reason: 'squads.code_used',
    });
    await load();
    expect(phones.memberOf(token)).toBeUndefined();
    expect(roster.member('ann')?.phone).toBeUndefined();
  });

  it('of a phone that nobody uses end after 30 days; the last use and its address outlive the hub', async () => {
    await phones.signIn(input(await makeCode()), '192.0.2.5', 'k');
    nowMs += minute;
    phones.used('ann', '192.0.2.6');
    const usedAtMs = nowMs;
    await phones.tidy(() => false);
    await load();
    const kept = { lastUsedAtMs: usedAtMs, address: '192.0.2.6' };
    expect([phones.phoneOf('ann'), roster.member('ann')?.phone]).toMatchObject([kept, kept]);

    // One that is connected is in use, though it asks for nothing.
    nowMs += phoneIdleLifeMs - 1;
    await phones.tidy(() => true);
    nowMs += phoneIdleLifeMs - 1;
    expect(phones.memberOf(token)).toBe('ann');
    const notified: string[] = [];
    phones.onSignedOut((memberId, reason) => notified.push(`${memberId} ${reason}`));
    nowMs += 1;
    expect(phones.memberOf(token)).toBeUndefined();
    await phones.tidy(() => false);
    expect(notified).toEqual(['ann unused']);
    expect(roster.member('ann')?.phone).toBeUndefined();
    await load();
    expect(phones.phoneOf('ann')).toBeUndefined();
  });

  it('are checked within five seconds each, wherever they come from and however many guess there and elsewhere', async () => {
    vi.useFakeTimers({ now: nowMs });
    try {
      const code = await makeCode();
      // As many connections of phones that nobody has signed in on as the hub has at one time, 20 of one address.
      const connections = 50;
      let checked = 0;
      let isOver = false;
      const guesser = async (connection: number): Promise<void> => {
        const from = connection < 20 ? 'office' : `198.51.100.${connection % 6}`;
        for (let guess = 0; !isOver; guess += 1) {
          const answer = await phones.signIn(
            input(`AAAA-${String(guess).padStart(4, '2')}`, 'g'.repeat(43)),
            from,
            `guesser ${connection}`,
          );
          if (answer.ok || answer.code !== 'not_found') throw new Error('a guess was answered otherwise');
          checked += 1;
        }
      };
      const guessing = Array.from({ length: connections - 1 }, (_, connection) => guesser(connection));
      const passes = async (ms: number): Promise<void> => {
        nowMs += ms;
        await vi.advanceTimersByTimeAsync(ms);
      };
      for (let second = 0; second < 20; second += 1) await passes(1_000);
      const before = checked;
      for (let second = 0; second < 30; second += 1) await passes(1_000);
      // What was free of cost is over: from now on it is ten in a second, of all of them together.
      expect(checked - before).toBeLessThanOrEqual(300);

      let answeredAfterMs: number | undefined;
      const startedAtMs = nowMs;
      const signingIn = phones.signIn(input(code), 'office', 'phone').then((answer) => {
        expect(answer.ok).toBe(true);
        answeredAfterMs = nowMs - startedAtMs;
      });
      // A second one of the same connection does not take another place.
      expect(await phones.signIn(input(code), 'office', 'phone')).toMatchObject({ code: 'too_many' });
      for (let step = 0; step < 50; step += 1) await passes(100);
      // Its turn came within this time; the rest is the store's, which has a thread and a clock of its own.
      await signingIn;
      expect(answeredAfterMs).toBeLessThanOrEqual(5_000);
      isOver = true;
      await passes(10_000);
      await Promise.all(guessing);
      // A minute later nobody waits.
      await passes(60_000);
      expect(await phones.signIn(input('AAAA-AAAA'), 'office', 'phone')).toMatchObject({ code: 'not_found' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('are checked while a stranger sends one on each of more connections than can wait, and leaves each', async () => {
    vi.useFakeTimers({ now: nowMs });
    try {
      const code = await makeCode();
      const passes = async (ms: number): Promise<void> => {
        nowMs += ms;
        await vi.advanceTimersByTimeAsync(ms);
      };
      const guess = (sender: string, from: string) =>
        phones.signIn(input('AAAA-AAAA', 'g'.repeat(43)), from, sender);
      for (let wrong = 0; wrong < 100; wrong += 1) void guess(`first ${wrong}`, `198.51.100.${wrong}`);
      await passes(10_000);
      // Of one customer's networks, each on a connection that the hub has no more when the next one comes.
      for (let one = 0; one < 1_000; one += 1) {
        void guess(`gone ${one}`, `2001:db8:7:${one.toString(16)}::1`);
        phones.senderGone(`gone ${one}`);
      }
      const startedAtMs = nowMs;
      let answeredAfterMs: number | undefined;
      const phone = phones.signIn(input(code), '192.0.2.5', 'phone').then((answer) => {
        expect(answer.ok).toBe(true);
        answeredAfterMs = nowMs - startedAtMs;
      });
      for (let step = 0; step < 5; step += 1) await passes(100);
      await phone;
      expect(answeredAfterMs).toBeLessThanOrEqual(500);
    } finally {
      vi.useRealTimers();
    }
  });

  it('are checked while a stranger’s codes take all places: the newest of his own gives way', async () => {
    vi.useFakeTimers({ now: nowMs });
    try {
      const code = await makeCode();
      const passes = async (ms: number): Promise<void> => {
        nowMs += ms;
        await vi.advanceTimersByTimeAsync(ms);
      };
      const guess = (sender: number) =>
        phones.signIn(
          input('AAAA-AAAA', 'g'.repeat(43)),
          `2001:db8:7:${sender.toString(16)}::1`,
          `${sender}`,
        );
      for (let wrong = 0; wrong < 100; wrong += 1) void guess(wrong);
      await passes(10_000);
      const guesses = Array.from({ length: 100 }, (_, one) => guess(1_000 + one));
      const phone = phones.signIn(input(code), '192.0.2.5', 'phone');
      for (let step = 0; step < 70; step += 1) await passes(100);
      expect(await phone).toMatchObject({ ok: true });
      const answers = await Promise.all(guesses);
      // One more than those for which there is no room: the phone has a place.
      expect(answers.filter((answer) => !answer.ok && answer.code === 'too_many')).toHaveLength(100 - 64 + 1);
    } finally {
      vi.useRealTimers();
    }
  });
});
