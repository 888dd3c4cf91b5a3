import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPositionTrack } from '../../../../src-sfu/features/timeline/positionTrack.ts';
import type { PositionSample } from '../../../../src-sfu/features/timeline/timeline.ports.ts';
import { createWorkPeriods } from '../../../../src-sfu/features/timeline/workPeriods.ts';
import { newOrder } from '../../../../src-shared/orders/order.ts';
import { orderSchema, type Order } from '../../../../src-shared/orders/orders.protocol.ts';

/** Degrees of latitude for so many metres. */
const north = (metres: number): number => 29.8 + metres / 111_320;
let nowMs = 1_000_000;
let stored: PositionSample[] = [];
let fails = false;
const faults: unknown[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 1_000_000;
  stored = [];
  fails = false;
  faults.length = 0;
});
afterEach(() => vi.useRealTimers());

function order(state: Order['state'], memberIds: string[] = ['ann']): Order {
  return orderSchema.parse({
    ...newOrder(nowMs),
    orderId: 'o',
    number: '29-001',
    createdBy: '王芳',
    kind: 'other',
    priority: 2,
    place: { name: '一店' },
    instructions: '',
    checklist: [],
    state,
    memberIds,
  });
}

function stage() {
  const work = createWorkPeriods(() => nowMs);
  const track = createPositionTrack({
    worked: work.worked,
    writing: {
      addPositions(samples) {
        if (fails) return Promise.reject(new Error('disk full'));
        stored.push(...samples);
        return Promise.resolve();
      },
    },
    onFault: (error) => faults.push(error),
    nowMs: () => nowMs,
  });
  const report = (metres: number, atMs = nowMs): void =>
    track.reported('ann', 'wenquan', { latitude: north(metres), longitude: 114.3, atMs });
  return { work, track, report };
}

describe('positions of members', () => {
  it('are kept from accepting an order to clearing it, and of nobody else', async () => {
    const { work, track, report } = stage();
    report(0);
    work.orderChanged(order('dispatched'));
    report(50);
    nowMs += 20_000;
    work.orderChanged(order('accepted'));
    report(100);
    track.reported('bo', 'wenquan', { latitude: 29.8, longitude: 114.3, atMs: nowMs });
    nowMs += 20_000;
    work.orderChanged(order('on_scene'));
    report(200);
    nowMs += 20_000;
    work.orderChanged(order('cleared'));
    nowMs += 20_000;
    report(300);
    await track.close();
    expect(stored.map(({ memberId, latitude }) => [memberId, latitude])).toEqual([
      ['ann', north(100)],
      ['ann', north(200)],
    ]);
  });

  it('are kept of a whole squad while an SOS is open', async () => {
    const { work, track } = stage();
    const emergency = {
      emergencyId: 'e',
      memberId: 'ann',
      memberName: '安',
      squadId: 'wenquan',
      raisedAtMs: nowMs,
    };
    work.emergencyChanged({ ...emergency, progress: { state: 'sent', sinceMs: nowMs } });
    track.reported('bo', 'wenquan', { latitude: 29.8, longitude: 114.3, atMs: nowMs });
    track.reported('zhang', 'yongan', { latitude: 29.8, longitude: 114.3, atMs: nowMs });
    nowMs += 60_000;
    work.emergencyChanged({ ...emergency, progress: { state: 'resolved', sinceMs: nowMs } });
    nowMs += 60_000;
    track.reported('bo', 'wenquan', { latitude: 29.9, longitude: 114.3, atMs: nowMs });
    await track.close();
    expect(stored.map(({ memberId }) => memberId)).toEqual(['bo']);
  });

  it('are at most one in 10 s, and only after 10 m', async () => {
    const { work, track, report } = stage();
    work.orderChanged(order('en_route'));
    for (let second = 0; second < 60; second += 1) {
      report(second * 20);
      nowMs += 1_000;
    }
    for (let second = 0; second < 60; second += 1) {
      report(59 * 20 + 5);
      nowMs += 1_000;
    }
    await track.close();
    // Six while moving; who then stands still has moved by more than 10 m since the last of them once more.
    expect(stored).toHaveLength(7);
  });

  it('that came late find their place, where the member worked then', async () => {
    const { work, track, report } = stage();
    work.orderChanged(order('en_route'));
    const acceptedMs = nowMs;
    nowMs += 60_000;
    report(600);
    report(300, acceptedMs + 30_000);
    report(590, acceptedMs + 58_000);
    work.orderChanged(order('cleared'));
    nowMs += 3_600_000;
    report(100, acceptedMs + 10_000);
    report(700, acceptedMs + 120_000);
    report(50, acceptedMs - 1);
    await track.close();
    expect(stored.map(({ atMs }) => atMs - acceptedMs)).toEqual([60_000, 30_000, 10_000]);
  });

  it('wait while they cannot be written, and are written later, each once', async () => {
    const { work, track, report } = stage();
    work.orderChanged(order('en_route'));
    report(0);
    fails = true;
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(stored).toEqual([]);
    expect(faults).toHaveLength(1);
    fails = false;
    nowMs += 20_000;
    report(100);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(stored.map(({ latitude }) => latitude)).toEqual([north(0), north(100)]);
    await track.close();
    expect(stored).toHaveLength(2);
  });
});
