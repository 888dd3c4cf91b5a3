import { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followKeyRequests } from '../../../../src-sfu/media/keyRequests.ts';

describe('requests for key pictures', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** A producer that tells of what it traces, as mediasoup's does. */
  async function follow() {
    const producer = Object.assign(new EventEmitter(), { enableTraceEvent: vi.fn(() => Promise.resolve()) });
    const requests = await followKeyRequests(producer as unknown as types.Producer);
    const heard: number[] = [];
    const beganMs = performance.now();
    const ask = (): void => void requests.untilHeard().then(() => heard.push(performance.now() - beganMs));
    const request = (type = 'pli'): void => void producer.emit('trace', { type });
    return { producer, heard, ask, request };
  }

  it('counts the one that the first packets make', async () => {
    const { producer, heard, ask } = await follow();
    expect(producer.enableTraceEvent).toHaveBeenCalledWith(['pli']);
    ask();
    await vi.advanceTimersByTimeAsync(329);
    expect(heard).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(heard).toHaveLength(1);
    ask();
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toHaveLength(2);
  });

  it('waits on when another one is made meanwhile, and only for those', async () => {
    const { heard, ask, request } = await follow();
    ask();
    await vi.advanceTimersByTimeAsync(300);
    request();
    await vi.advanceTimersByTimeAsync(200);
    request('keyframe');
    expect(heard).toEqual([]);
    await vi.advanceTimersByTimeAsync(130);
    expect(heard).toEqual([630]);
  });

  it('does not wait for ever for viewers who ask again and again', async () => {
    const { heard, ask, request } = await follow();
    ask();
    for (let times = 0; times < 10; times += 1) {
      await vi.advanceTimersByTimeAsync(100);
      request();
    }
    expect(heard).toEqual([660]);
  });
});
