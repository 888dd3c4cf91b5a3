import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followPage, type Read } from '../../../../src-renderer/app/public/usePage.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { visibilityState: 'visible' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const page = { kitchens: [] };
/** Follows a page that is read every 30 s, at a hub that answers these one after another and the last one from then on. */
function follow(...answers: (() => Response)[]) {
  const taken: Read<unknown>[] = [];
  const asked = vi.fn(async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer?.() ?? Response.error();
  });
  vi.stubGlobal('fetch', asked);
  const stop = followPage('/public/kitchens', 30_000, (read) => void taken.push(read));
  return { taken, asked, stop };
}
const busy = (): Response => new Response('{}', { status: 503 });
const answered = (): Response => Response.json(page);

it('asks a busy hub again after 2 s, not after the time between two readings', async () => {
  const { taken, stop } = follow(busy, busy, answered);
  await vi.advanceTimersByTimeAsync(3_999);
  expect(taken).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(taken).toEqual([{ state: 'read', page }]);
  stop();
});

it('asks no sooner once it was answered, and not at all after it was stopped', async () => {
  const { asked, stop } = follow(answered);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(asked).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toHaveBeenCalledTimes(2);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveBeenCalledTimes(2);
});

it('shows nothing old of a hub that does not answer', async () => {
  const { taken, stop } = follow(answered, () => {
    throw new TypeError('fetch failed');
  });
  await vi.advanceTimersByTimeAsync(30_000 + 34_000);
  expect(taken.at(-1)).toEqual({ state: 'unreachable' });
  stop();
});

it('reads a page on a phone whose browser has no `AbortSignal.timeout`, and gives up an answer that does not come', async () => {
  const { timeout } = AbortSignal;
  Reflect.deleteProperty(AbortSignal, 'timeout');
  try {
    const { taken, stop } = follow(answered);
    await vi.advanceTimersByTimeAsync(0);
    expect(taken).toEqual([{ state: 'read', page }]);
    stop();
    const signals: AbortSignal[] = [];
    vi.stubGlobal('fetch', (_path: string, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    });
    const end = followPage('/public/sites/X', 800, () => undefined);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    await vi.advanceTimersByTimeAsync(800);
    expect(signals).toHaveLength(2);
    end();
  } finally {
    Object.assign(AbortSignal, { timeout });
  }
});
