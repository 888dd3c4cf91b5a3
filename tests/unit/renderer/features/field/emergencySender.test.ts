import { describe, expect, it } from 'vitest';
import { EmergencySender } from '../../../../../src-renderer/features/field/emergencySender.ts';
import { ok, refuse } from '../../../../../src-shared/protocol/define.ts';
import type { Emergency } from '../../../../../src-shared/squads/squads.protocol.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A phone with a clock that a test moves, and a hub that answers as it says. */
function phone(kept = new Map<string, string>()) {
  const timers: { atMs: number; resolve: () => void }[] = [];
  const sent: { emergencyId: string }[] = [];
  const world = { nowMs: 1_000, answer: 'none' as 'none' | 'sent' | 'shown', isStored: true };
  const emergency = (emergencyId: string, state: 'sent' | 'shown'): Emergency => ({
    ...(world.isStored ? {} : { isNotStoredYet: true }),
    emergencyId,
    memberId: 'm',
    memberName: '张伟',
    squadId: 's',
    raisedAtMs: 0,
    progress: { state, sinceMs: 0 },
  });
  const sender = new EmergencySender({
    request: (async (_name: string, input: { emergencyId: string }) => {
      sent.push(input);
      if (world.answer === 'none') return refuse('timeout', 'not in time', { reason: 'session.no_answer' });
      return ok({ emergency: emergency(input.emergencyId, world.answer) });
    }) as never,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    moment: () => ({ wallMs: world.nowMs, runningMs: world.nowMs, pageId: 'one' }),
    newId: () => 'emergency-1',
    nextPress: () => 1,
    place: () => undefined,
    delay: (delayMs) =>
      new Promise<void>((resolve) => void timers.push({ atMs: world.nowMs + delayMs, resolve })),
    onChange: () => undefined,
  });
  return {
    sender,
    sent,
    world,
    kept,
    emergency,
    async pass(durationMs: number) {
      world.nowMs += durationMs;
      for (const timer of timers.filter(({ atMs }) => atMs <= world.nowMs)) timer.resolve();
      await settled();
    },
  };
}

describe('SOS on a phone', () => {
  it('is sent when the key was held for three seconds, and not before', async () => {
    const { sender, sent, pass } = phone();
    sender.press();
    await pass(2_900);
    sender.letGo();
    await pass(5_000);
    expect(sent).toEqual([]);
    sender.press();
    await pass(3_100);
    expect(sent).toMatchObject([{ emergencyId: 'emergency-1' }]);
    expect(sender.own.progress.state).toBe('sent');
  });

  it('is said again with the same id until the centre has shown it', async () => {
    const { sender, sent, pass, world } = phone();
    sender.press();
    await pass(3_100);
    await pass(1_100);
    world.answer = 'sent';
    await pass(1_100);
    expect(sender.own).toMatchObject({ isAtHub: true, progress: { state: 'sent' } });
    world.answer = 'shown';
    await pass(1_100);
    expect(sender.own.progress.state).toBe('shown');
    const count = sent.length;
    await pass(10_000);
    expect(sent).toHaveLength(count);
    expect(new Set(sent.map(({ emergencyId }) => emergencyId))).toEqual(new Set(['emergency-1']));
  });

  it('goes on over a page that was loaded again', async () => {
    const kept = new Map<string, string>();
    const first = phone(kept);
    first.sender.press();
    await first.pass(3_100);
    const second = phone(kept);
    await settled();
    expect(second.sender.own.progress.state).toBe('sent');
    expect(second.sent).toMatchObject([{ emergencyId: 'emergency-1' }]);
  });

  it('is armed again after an earlier one ended, whatever the hub says meanwhile', async () => {
    const { sender, sent, pass, world, emergency } = phone();
    world.answer = 'shown';
    sender.press();
    await pass(3_100);
    sender.emergencyChanged({
      ...emergency('emergency-1', 'shown'),
      progress: { state: 'resolved', sinceMs: 0 },
    });
    const count = sent.length;
    sender.press();
    await pass(1_000);
    sender.snapshotArrived([], 'm');
    expect(sender.own.progress.state).toBe('arming');
    await pass(2_100);
    expect(sent).toHaveLength(count + 1);
  });

  it('stays in the phone’s own store until the hub has stored it, though the centre shows it', async () => {
    const { sender, sent, kept, pass, world, emergency } = phone();
    world.answer = 'shown';
    world.isStored = false;
    sender.press();
    await pass(3_100);
    expect(sender.own).toMatchObject({ progress: { state: 'shown' }, isStored: false });
    await pass(1_100);
    await pass(1_100);
    expect(sent).toHaveLength(3);
    expect(kept.size).toBe(1);
    world.isStored = true;
    sender.emergencyChanged(emergency('emergency-1', 'shown'));
    expect(sender.own.isStored).toBe(true);
    expect(kept.size).toBe(0);
    await pass(5_000);
    expect(sent).toHaveLength(3);
  });

  it('is sent again with its id by a phone whose hub was killed before it had stored it', async () => {
    const { sender, sent, pass, world } = phone();
    world.answer = 'shown';
    world.isStored = false;
    sender.press();
    await pass(3_100);
    // The hub that comes back knows of nothing.
    world.answer = 'none';
    sender.snapshotArrived([], 'm');
    expect(sender.own).toMatchObject({ progress: { state: 'sent' }, isAtHub: false, isStored: false });
    const count = sent.length;
    await pass(1_100);
    expect(sent.length).toBeGreaterThan(count);
    expect(new Set(sent.map(({ emergencyId }) => emergencyId))).toEqual(new Set(['emergency-1']));
  });

  it('takes no word about the emergency of another member for its own', async () => {
    const { sender, pass, emergency } = phone();
    sender.press();
    await pass(3_100);
    sender.emergencyChanged(emergency('emergency-2', 'shown'));
    expect(sender.own.progress.state).toBe('sent');
  });
});
