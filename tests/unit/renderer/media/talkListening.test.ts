import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConsumerBatch } from '../../../../src-renderer/media/consumerBatch.ts';
import type { Signalling } from '../../../../src-renderer/media/signalling.ts';
import { TalkListening } from '../../../../src-renderer/media/talkListening.ts';

/** A page that hears one group, and a hub whose answers to resuming the test decides. */
function listener(resumes: ('yes' | 'missing' | 'refused' | 'silent')[]) {
  let made = 0;
  const closed: string[] = [];
  const lost = new Map<string, () => void>();
  const batch = new ConsumerBatch({
    request: (name: string, { consumerIds }: { consumerIds: string[] }) => {
      if (name !== 'media:resumeConsumers') return Promise.resolve({ ok: true, data: { missing: [] } });
      const answer = resumes.shift() ?? 'yes';
      if (answer === 'silent') return new Promise(() => undefined);
      if (answer === 'refused') return Promise.resolve({ ok: false, code: 'timeout', message: '' });
      return Promise.resolve({ ok: true, data: { missing: answer === 'missing' ? consumerIds : [] } });
    },
    reconnect: () => undefined,
  } as unknown as Signalling);
  const listening = new TalkListening({
    consume() {
      const consumerId = `consumer-${++made}`;
      const ended = Promise.withResolvers<void>();
      lost.set(consumerId, ended.resolve);
      return Promise.resolve({
        consumerId,
        stream: {},
        lost: ended.promise,
        close: () => ended.resolve(),
      } as never);
    },
    resume: (consumerId) => batch.resumeSurely(consumerId),
    closeConsumer: (consumerId) => void closed.push(consumerId),
    onAudible: () => undefined,
    route: () => () => undefined,
  });
  listening.listenTo(new Map([['talk:all', 1]]));
  return { listening, closed, lost, made: () => made };
}

describe('listening to talk', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal(
      'Audio',
      class {
        srcObject: unknown = null;
        play = () => Promise.resolve();
      },
    );
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it.each(['missing', 'refused'] as const)(
    'is tried again when resuming was answered as %s, until it flows',
    async (how) => {
      const { closed, made } = listener([how, how, 'yes']);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(made()).toBe(3);
      expect(closed).toEqual(['consumer-1', 'consumer-2']);
      // The third flows, and is left alone.
      await vi.advanceTimersByTimeAsync(60_000);
      expect(made()).toBe(3);
    },
  );

  it('is tried more and more rarely, and never all the time', async () => {
    const { made } = listener(Array.from({ length: 1_000 }, () => 'missing' as const));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made()).toBeGreaterThan(15);
    expect(made()).toBeLessThan(30);
  });

  it('is tried again when the track was lost before resuming was answered', async () => {
    const { lost, made } = listener(['silent', 'yes']);
    await vi.advanceTimersByTimeAsync(1_000);
    lost.get('consumer-1')?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(made()).toBe(2);
  });

  it('ends when nobody wants to hear it any more', async () => {
    const { listening, made } = listener(['missing', 'missing', 'missing']);
    await vi.advanceTimersByTimeAsync(1);
    listening.listenTo(new Map());
    const count = made();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made()).toBe(count);
  });
});
