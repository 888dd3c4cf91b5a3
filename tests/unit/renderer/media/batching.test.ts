import { describe, expect, it } from 'vitest';
import { ConsumerBatch } from '../../../../src-renderer/media/consumerBatch.ts';
import { Limiter } from '../../../../src-renderer/media/limiter.ts';
import type { Signalling } from '../../../../src-renderer/media/signalling.ts';

function recordingHub(missing: string[] = []) {
  const asked: { name: string; consumerIds: string[] }[] = [];
  const signalling = {
    request: (name: string, input: { consumerIds: string[] }) => {
      asked.push({ name, consumerIds: [...input.consumerIds] });
      return Promise.resolve({ ok: true, data: { missing } });
    },
    reconnect: () => undefined,
  } as unknown as Signalling;
  return { asked, signalling };
}

describe('batches of consumers', () => {
  it('sends what is asked in one go as one request', async () => {
    const { asked, signalling } = recordingHub();
    const batch = new ConsumerBatch(signalling);
    const known = await Promise.all(['a', 'b', 'c'].map((consumerId) => batch.resume(consumerId)));
    expect(known).toEqual([true, true, true]);
    expect(asked).toEqual([{ name: 'media:resumeConsumers', consumerIds: ['a', 'b', 'c'] }]);
  });

  it('answers each asker whether its own consumer is missing', async () => {
    const { signalling } = recordingHub(['b']);
    const batch = new ConsumerBatch(signalling);
    expect(await Promise.all([batch.resume('a'), batch.resume('b')])).toEqual([true, false]);
  });

  it('never sends more than the contract takes', async () => {
    const { asked, signalling } = recordingHub();
    const batch = new ConsumerBatch(signalling);
    await Promise.all(Array.from({ length: 300 }, (_, index) => batch.close(String(index))));
    expect(asked.map((request) => request.consumerIds.length)).toEqual([128, 128, 44]);
  });

  it('keeps resuming and closing apart, and begins again after sending', async () => {
    const { asked, signalling } = recordingHub();
    const batch = new ConsumerBatch(signalling);
    await Promise.all([batch.resume('a'), batch.close('b')]);
    await batch.resume('c');
    expect(asked.map((request) => request.consumerIds)).toEqual([['a'], ['b'], ['c']]);
  });
});

describe('the limiter', () => {
  it('runs at most so many tasks at once, and all of them in the end', async () => {
    const limiter = new Limiter(3);
    let running = 0;
    let most = 0;
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        limiter.run(async () => {
          running += 1;
          most = Math.max(most, running);
          await Promise.resolve();
          running -= 1;
          return index;
        }),
      ),
    );
    expect(most).toBe(3);
    expect(results).toHaveLength(20);
  });

  it('goes on after a task failed', async () => {
    const limiter = new Limiter(1);
    await expect(limiter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await limiter.run(() => Promise.resolve('yes'))).toBe('yes');
  });
});
