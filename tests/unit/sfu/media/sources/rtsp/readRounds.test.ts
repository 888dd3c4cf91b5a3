import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createReadRounds,
  longestWaitMs,
  type ReadRound,
} from '../../../../../../src-sfu/media/sources/rtsp/readRounds.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A connection whose socket waits again each time that it was read; the times at which it was read, in milliseconds. */
function readingConnection(rounds: ReturnType<typeof createReadRounds>): {
  round: ReadRound;
  readAt: number[];
} {
  const socket = new Socket();
  const round = rounds.join();
  const readAt: number[] = [];
  const startedAt = Date.now();
  socket.resume = () => {
    readAt.push(Date.now() - startedAt);
    round.readLater(socket);
    return socket;
  };
  round.readLater(socket);
  return { round, readAt };
}

describe('cameras that nobody watches are read in rounds', () => {
  it('at first after a short wait, then twice as long, at most the longest', () => {
    const { readAt } = readingConnection(createReadRounds());
    vi.advanceTimersByTime(3_000);
    const waits = readAt.map((at, index) => at - (readAt[index - 1] ?? 0));
    expect(waits[0]).toBeLessThanOrEqual(50);
    expect(Math.max(...waits)).toBeLessThanOrEqual(longestWaitMs);
    expect(waits.slice(4).every((wait) => wait > longestWaitMs * 0.8)).toBe(true);
    for (const [index, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(50 * 2 ** index);
  });

  it('with a short wait again after a restart', () => {
    const { round, readAt } = readingConnection(createReadRounds());
    vi.advanceTimersByTime(3_000);
    round.restart();
    const before = readAt.length;
    vi.advanceTimersByTime(longestWaitMs + 50);
    expect((readAt[before + 1] ?? Infinity) - (readAt[before] ?? 0)).toBeLessThanOrEqual(50);
  });

  it('never hundreds in one turn, although all of them began together', () => {
    const rounds = createReadRounds();
    const connections = Array.from({ length: 300 }, () => readingConnection(rounds));
    vi.advanceTimersByTime(10_000);
    const counts = new Map<number, number>();
    for (const { readAt } of connections)
      for (const at of readAt.filter((one) => one > 8_000)) counts.set(at, (counts.get(at) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(40);
    expect(Math.max(...counts.values())).toBeLessThan(60);
  });

  it('and no timer runs when none waits', () => {
    const rounds = createReadRounds();
    const socket = new Socket();
    rounds.join().readLater(socket);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(longestWaitMs);
    expect(vi.getTimerCount()).toBe(0);
  });
});
