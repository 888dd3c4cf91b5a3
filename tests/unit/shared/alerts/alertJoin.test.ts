import { describe, expect, it } from 'vitest';
import { transitionAlert, type AlertProgress } from '../../../../src-shared/alerts/alert.ts';
import { cameraKeyOf, joinKey, joinsAlert } from '../../../../src-shared/alerts/alertJoin.ts';
import { noonMs, officer, raised } from './alertBuilders.ts';

const joinWindowMs = 60_000;

function joins(progress: AlertProgress, occurredAtMs: number): boolean {
  return joinsAlert(
    { progress, occurredAtMs: noonMs, lastOccurredAtMs: noonMs + 10_000, joinWindowMs },
    occurredAtMs,
  );
}

function calledFalse(alertClass: 1 | 2): AlertProgress {
  const moved = transitionAlert(
    raised(alertClass),
    { type: 'calledFalse', by: officer('a'), reason: 'nothing_there' },
    noonMs + 20_000,
  );
  if (!moved.ok) throw new Error(moved.reason);
  return moved.state;
}

describe('repeats of one kind at one camera', () => {
  it('join an open alert within its window, after the last time and before the first', () => {
    expect(joins(raised(1), noonMs + 70_000)).toBe(true);
    expect(joins(raised(1), noonMs + 70_001)).toBe(false);
    expect(joins(raised(1), noonMs - 60_000)).toBe(true);
    expect(joins(raised(1), noonMs - 60_001)).toBe(false);
  });

  it('of what was called false are counted to it for a while, but never a class 1', () => {
    expect(joins(calledFalse(2), noonMs + 80_000)).toBe(true);
    expect(joins(calledFalse(2), noonMs + 80_001)).toBe(false);
    expect(joins(calledFalse(1), noonMs + 20_001)).toBe(false);
  });

  it('raise a new alert once the former one was resolved', () => {
    const moved = transitionAlert(raised(2), { type: 'resolved', by: officer('a') }, noonMs + 1_000);
    expect(moved.ok && joins(moved.state, noonMs + 2_000)).toBe(false);
  });

  it('never join those of another kind or camera, however a camera is called', () => {
    const keys = [
      joinKey('no_hat', cameraKeyOf('1', 'x')),
      joinKey('no_hat', cameraKeyOf('2', 'x')),
      joinKey('no_mask', cameraKeyOf('1', 'x')),
      joinKey('no_hat', cameraKeyOf(undefined, 'x')),
      joinKey('no_hat', cameraKeyOf(undefined, 'camera:1')),
      joinKey('no_hat', cameraKeyOf(undefined, '1')),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
