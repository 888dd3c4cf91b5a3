import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReorderBuffer } from '../../../../../src-sfu/media/ingest/reorderBuffer.ts';
import { rtp } from './rtpBuilders.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A buffer that was given packets with these sequence numbers, and the numbers that left it. */
function given(...sequences: number[]) {
  const left: number[] = [];
  const buffer = new ReorderBuffer((packet) => left.push(packet.readUInt16BE(2)));
  const push = (...more: number[]): void => {
    for (const sequence of more) buffer.push(rtp({ sequence, timestamp: 0, payload: Buffer.from([1]) }));
  };
  push(...sequences);
  return { left, push, buffer };
}

describe('ReorderBuffer', () => {
  it('puts packets that overtook each other in order, over the wrap', () => {
    expect(given(65_534, 0, 65_535, 2, 1, 3).left).toEqual([65_534, 65_535, 0, 1, 2, 3]);
  });

  it('holds what came too early also where the next packet is written over it', () => {
    const left: Buffer[] = [];
    const buffer = new ReorderBuffer((packet) => left.push(Buffer.from(packet)));
    const memory = Buffer.allocUnsafeSlow(4_096);
    for (const sequence of [1, 3, 4, 2]) {
      const packet = rtp({ sequence, timestamp: 0, payload: Buffer.alloc(40, sequence) });
      memory.set(packet);
      buffer.push(memory.subarray(0, packet.length));
      memory.fill(0xee);
    }
    expect(left.map((packet) => packet[12])).toEqual([1, 2, 3, 4]);
  });

  it('drops late and doubled ones', () => {
    expect(given(10, 11, 10, 11, 9, 12).left).toEqual([10, 11, 12]);
  });

  it('waits 50 ms for a missing one, then goes on without it', () => {
    const { left } = given(1, 3, 4);
    vi.advanceTimersByTime(49);
    expect(left).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(left).toEqual([1, 3, 4]);
  });

  it('holds at most 16', () => {
    const { left } = given(1, ...Array.from({ length: 17 }, (_unused, index) => 3 + index));
    expect(left).toHaveLength(18);
  });

  it('follows a camera that begins to count again', () => {
    const { left } = given(40_000, ...Array.from({ length: 60 }, (_unused, index) => 20_000 + index));
    expect(left.at(-1)).toBe(20_059);
  });

  it('waits as long as ever for what is missing after a camera began to count again', () => {
    const { left, push } = given(40_000, 40_002);
    vi.advanceTimersByTime(40);
    push(...Array.from({ length: 40 }, (_unused, index) => 20_000 + index), 20_041);
    vi.advanceTimersByTime(49);
    expect(left.at(-1)).toBe(20_039);
    vi.advanceTimersByTime(1);
    expect(left.at(-1)).toBe(20_041);
  });

  it('passes over datagrams that are no RTP, such as those that keep a firewall open', () => {
    const { left, push, buffer } = given(60_000);
    buffer.push(Buffer.from('keep open'));
    buffer.push(Buffer.alloc(0));
    push(60_001, 60_002);
    expect(left).toEqual([60_000, 60_001, 60_002]);
  });

  it('keeps no timer after it was closed', () => {
    const { buffer } = given(1, 3);
    buffer.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
