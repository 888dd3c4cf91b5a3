import { beforeEach, expect, it } from 'vitest';
import {
  createAnswerCache,
  type AnswerCache,
  type KeptAnswer,
} from '../../../../src-sfu/http/public/front/answerCache.ts';

let nowMs: number;
let cache: AnswerCache;
/** Questions to the hub that are not answered yet, in their order. */
let open: ((answer: KeptAnswer) => void)[];
beforeEach(() => {
  nowMs = 1_000;
  open = [];
  cache = createAnswerCache({ nowMs: () => nowMs, maxBytes: 10, maxEntries: 3 });
});

const answerOf = (text: string, status = 200): KeptAnswer => ({
  status,
  headers: {},
  body: Buffer.from(text),
});
const ask = (): Promise<KeptAnswer> => new Promise((resolve) => open.push(resolve));
const textOf = (answer: KeptAnswer | undefined): string | undefined => answer?.body.toString();
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('asks once for all who wait, and keeps the answer for its life', async () => {
  const answers = [cache.load('a', 250, ask), cache.load('a', 250, ask)];
  expect(open).toHaveLength(1);
  expect(cache.fresh('a')).toBeUndefined();
  open[0]?.(answerOf('one'));
  expect((await Promise.all(answers)).map(textOf)).toEqual(['one', 'one']);
  nowMs += 249;
  expect(textOf(cache.fresh('a'))).toBe('one');
  nowMs += 1;
  expect(cache.fresh('a')).toBeUndefined();
});

it('forgets what it has and what is on its way, which is asked for again', async () => {
  const kept = cache.load('kept', 250, ask);
  open[0]?.(answerOf('old'));
  await kept;
  const coming = cache.load('coming', 250, ask);
  cache.forget();
  expect(cache.fresh('kept')).toBeUndefined();
  open[1]?.(answerOf('seen'));
  await settle();
  expect(open).toHaveLength(3);
  expect(cache.fresh('coming')).toBeUndefined();
  open[2]?.(answerOf('gone', 404));
  expect(textOf(await coming)).toBe('gone');
});

it('gives up where each of its attempts is overtaken', async () => {
  const coming = cache.load('a', 250, ask);
  const failed = expect(coming).rejects.toThrow('changes too often');
  for (let attempt = 0; attempt < 4; attempt += 1) {
    cache.forget();
    open[attempt]?.(answerOf('seen'));
    await settle();
  }
  await failed;
  expect(cache.fresh('a')).toBeUndefined();
});

it('keeps no refusal, no failure, and nothing that has no life', async () => {
  const refused = cache.load('a', 250, ask);
  open[0]?.(answerOf('busy', 503));
  await refused;
  expect(cache.fresh('a')).toBeUndefined();
  await expect(cache.load('b', 250, () => Promise.reject(new Error('no hub')))).rejects.toThrow('no hub');
  const again = cache.load('b', 0, ask);
  open[1]?.(answerOf('here'));
  expect(textOf(await again)).toBe('here');
  expect(cache.fresh('b')).toBeUndefined();
});

it('never has more bytes or answers than it may, and drops the oldest first', async () => {
  const put = (key: string, text: string): Promise<KeptAnswer> =>
    cache.load(key, 250, async () => answerOf(text));
  for (const key of ['a', 'b', 'c', 'd']) await put(key, '12');
  expect(['a', 'b', 'c', 'd'].map((key) => cache.fresh(key) !== undefined)).toEqual([
    false,
    true,
    true,
    true,
  ]);
  await put('e', '123456');
  expect(['b', 'c', 'd', 'e'].map((key) => cache.fresh(key) !== undefined)).toEqual([
    false,
    true,
    true,
    true,
  ]);
  await put('large', '12345678901');
  expect(cache.fresh('large')).toBeUndefined();
  expect(cache.fresh('e')).toBeUndefined();
  await put('f', '1234567890');
  expect(textOf(cache.fresh('f'))).toBe('1234567890');
});
