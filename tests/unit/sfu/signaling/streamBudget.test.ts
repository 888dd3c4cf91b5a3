import { describe, expect, it, vi } from 'vitest';
import { ok, type Ack } from '../../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../../src-shared/protocol/index.ts';
import {
  createConnectionLoad,
  maxDeskStreams,
  maxPrincipalStreams,
  maxStreams,
} from '../../../../src-sfu/signaling/budgets.ts';
import { countStreams, withinStreamBudget } from '../../../../src-sfu/signaling/streamBudget.ts';

const pageOf = (from: number, count: number): InputOf<'cameras:openStreams'> => ({
  streams: Array.from({ length: count }, (_, index) => ({ cameraId: `c${from + index}`, stream: 'sub' })),
});

/** A surface whose pages are all opened. */
function surface(kind: 'wall' | 'desk') {
  const load = createConnectionLoad(() => 0);
  const run = (input: unknown): Promise<Ack<unknown>> => {
    const { streams } = input as InputOf<'cameras:openStreams'>;
    const data = { answers: streams.map((wish) => ok({ streamId: `${wish?.cameraId}:sub` })) };
    countStreams(load, 'cameras:openStreams', input, data);
    return Promise.resolve(ok(data));
  };
  const open = async (from: number, count: number): Promise<boolean[]> => {
    const reply = await withinStreamBudget(load, kind, 'cameras:openStreams', pageOf(from, count), run);
    if (!reply.ok) throw new Error(reply.code);
    return (reply.data as OutputOf<'cameras:openStreams'>).answers.map((answer) => answer.ok);
  };
  return { load, open };
}

describe('the streams that a surface may hold', () => {
  it.each([
    ['wall', maxStreams],
    ['desk', maxDeskStreams],
  ] as const)(
    'are as many for a %s that opens pages as for one that opens them one by one',
    async (kind, most) => {
      const { open, load } = surface(kind);
      for (let from = 0; from < most - 10; from += 16) await open(from, Math.min(16, most - 10 - from));
      const last = await open(5_000, 16);
      expect(last).toEqual([...Array<boolean>(10).fill(true), ...Array<boolean>(6).fill(false)]);
      await expect(open(6_000, 1)).rejects.toThrow('too_many');
      expect(load.streams.size).toBe(most);
      countStreams(load, 'cameras:closeStream', { streamId: 'c3:sub' }, {});
      expect(await open(6_000, 2)).toEqual([true, false]);
    },
  );

  it('are bounded for all connections of a principal together', async () => {
    const { open, load } = surface('wall');
    let elsewhere = maxPrincipalStreams - 20;
    load.heldByPrincipal = () => elsewhere + load.streams.size + load.opening;
    expect((await open(0, 32)).filter(Boolean)).toHaveLength(20);
    await expect(open(100, 1)).rejects.toThrow('too_many');
    elsewhere -= 5;
    expect(await open(200, 6)).toEqual([true, true, true, true, true, false]);
  });

  it('are counted while pages are being opened', async () => {
    const load = createConnectionLoad(() => 0);
    const opening = Promise.withResolvers<Ack<unknown>>();
    const run = vi.fn(() => opening.promise);
    const pages = Array.from({ length: 20 }, (_, index) =>
      withinStreamBudget(load, 'wall', 'cameras:openStreams', pageOf(32 * index, 32), run),
    );
    expect(run).toHaveBeenCalledTimes(maxStreams / 32);
    opening.resolve(ok({ answers: [] }));
    const answers = await Promise.all(pages);
    expect(answers.filter((answer) => !answer.ok && answer.code === 'too_many')).toHaveLength(
      20 - maxStreams / 32,
    );
    expect(load.opening).toBe(0);
  });

  it('do not concern other requests', async () => {
    const load = createConnectionLoad(() => 0);
    load.opening = maxStreams;
    const run = () => Promise.resolve(ok('done'));
    expect(await withinStreamBudget(load, 'wall', 'cameras:closeStream', {}, run)).toEqual(ok('done'));
    expect(await withinStreamBudget(load, 'wall', 'cameras:openStream', {}, run)).toMatchObject({
      ok: false,
    });
  });
});
