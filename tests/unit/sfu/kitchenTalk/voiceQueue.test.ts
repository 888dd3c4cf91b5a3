import { describe, expect, it } from 'vitest';
import { frameSamples, silentByte } from '../../../../src-shared/kitchenTalk/aLaw.ts';
import { VoiceQueue } from '../../../../src-sfu/features/kitchenTalk/voiceQueue.ts';
import fc from '../../../support/properties.ts';

const frame = (mark: number): Uint8Array => new Uint8Array(frameSamples).fill(mark);
const markOf = (taken: Uint8Array): number | '-' => (taken[0] === silentByte ? '-' : (taken[0] ?? 0));
const takeAll = (queue: VoiceQueue, count: number) =>
  Array.from({ length: count }, () => markOf(queue.take()));

describe('the frames of a voice', () => {
  it('go on in their order, over the end of the numbers, after a reserve of two', () => {
    const queue = new VoiceQueue();
    queue.push(65_535, frame(1));
    expect(takeAll(queue, 2)).toEqual(['-', '-']);
    queue.push(1, frame(3));
    queue.push(0, frame(2));
    expect(takeAll(queue, 4)).toEqual([1, 2, 3, '-']);
  });

  it('that are lost are silence, and one that comes too late is left out', () => {
    const queue = new VoiceQueue();
    queue.push(1, frame(1));
    queue.push(3, frame(3));
    expect(takeAll(queue, 2)).toEqual([1, '-']);
    queue.push(2, frame(2));
    expect(takeAll(queue, 2)).toEqual([3, '-']);
  });

  it('never wait for longer than 100 ms, and begin again with a reserve after a pause', () => {
    const queue = new VoiceQueue();
    for (let number = 1; number <= 20; number += 1) queue.push(number, frame(number));
    expect(takeAll(queue, 6)).toEqual([16, 17, 18, 19, 20, '-']);
    takeAll(queue, 5);
    queue.push(21, frame(21));
    expect(takeAll(queue, 1)).toEqual(['-']);
    queue.push(22, frame(22));
    expect(takeAll(queue, 2)).toEqual([21, 22]);
    queue.push(5_000, frame(9));
    queue.push(5_001, frame(10));
    expect(takeAll(queue, 2)).toEqual([9, 10]);
  });

  it('whatever comes: each at most once, never backwards, and nothing of another length', () => {
    const came = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.nat(3)), { maxLength: 80 });
    fc.assert(
      fc.property(came, (pushes) => {
        const queue = new VoiceQueue();
        const heard: number[] = [];
        const take = (): void => {
          const mark = markOf(queue.take());
          if (mark !== '-') heard.push(mark);
        };
        queue.push(0, new Uint8Array(80));
        for (const [sequence, takes] of pushes) {
          queue.push(sequence, frame(sequence));
          for (let taken = 0; taken < takes; taken += 1) take();
        }
        for (let taken = 0; taken < 12; taken += 1) take();
        expect(heard).toEqual([...new Set(heard)].toSorted((one, other) => one - other));
      }),
      { numRuns: 100 },
    );
  });
});
