import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { createFairSequence } from '../../../../src-sfu/base/fairSequence.ts';

describe('tasks of several askers', () => {
  it('run one after the other: each asker in its order, the askers in turn', async () => {
    const { exclusive } = createFairSequence();
    const ran: string[] = [];
    let running = 0;
    const ask = (asker: string, name: string) =>
      exclusive(asker, async () => {
        running += 1;
        expect(running).toBe(1);
        await Promise.resolve();
        ran.push(`${asker}${name}`);
        running -= 1;
        return name;
      });
    const flood = Array.from({ length: 5 }, (_, index) => ask('a', String(index)));
    const [one, other] = [ask('b', '0'), ask('c', '0')];
    expect(await Promise.all([...flood, one, other])).toEqual(['0', '1', '2', '3', '4', '0', '0']);
    expect(ran).toEqual(['a0', 'a1', 'b0', 'c0', 'a2', 'a3', 'a4']);
  });

  it('go on after one that fails, which is told to who asked for it', async () => {
    const { exclusive } = createFairSequence();
    const failing = exclusive('a', () => Promise.reject(new Error('the disk is full')));
    const throwing = exclusive('a', () => {
      throw new Error('at once');
    });
    const fine = exclusive('a', () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('the disk is full');
    await expect(throwing).rejects.toThrow('at once');
    expect(await fine).toBe('done');
    expect(await exclusive('a', () => Promise.resolve('later'))).toBe('later');
  });

  it('run each in the context of who asked for it', async () => {
    const { exclusive } = createFairSequence();
    const context = new AsyncLocalStorage<string>();
    const seen = await Promise.all(
      ['ann', 'bo', 'ann'].map((name) =>
        context.run(name, () => exclusive(name, () => Promise.resolve(context.getStore()))),
      ),
    );
    expect(seen).toEqual(['ann', 'bo', 'ann']);
  });
});
