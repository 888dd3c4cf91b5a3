import { describe, expect, it } from 'vitest';
import { createAnsweredCommands } from '../../../../src-sfu/base/answeredCommands.ts';

describe('a repeated command', () => {
  const commands = (remembered = 2) =>
    createAnsweredCommands<{ ok: boolean; run: number }>({ remembered, wasDone: ({ ok }) => ok });

  it('receives the answer of the first one, also while that is under way', async () => {
    const answered = commands();
    let runs = 0;
    const run = () => Promise.resolve({ ok: true, run: (runs += 1) });
    const both = await Promise.all([answered('wall', 'c1', run), answered('wall', 'c1', run)]);
    expect([...both, await answered('wall', 'c1', run)].map(({ run: number }) => number)).toEqual([1, 1, 1]);
  });

  it('runs again when the first one was refused or failed', async () => {
    const answered = commands();
    await answered('wall', 'c1', () => Promise.resolve({ ok: false, run: 1 }));
    await expect(answered('wall', 'c1', () => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
    expect(await answered('wall', 'c1', () => Promise.resolve({ ok: true, run: 3 }))).toEqual({
      ok: true,
      run: 3,
    });
  });

  it('of another scope is another command, and the oldest answers are forgotten', async () => {
    const answered = commands();
    let runs = 0;
    const run = () => Promise.resolve({ ok: true, run: (runs += 1) });
    await answered('wall', 'c1', run);
    await answered('alerts', 'c1', run);
    await answered('alerts', 'c2', run);
    expect(await answered('alerts', 'c1', run)).toEqual({ ok: true, run: 2 });
    expect(await answered('wall', 'c1', run)).toEqual({ ok: true, run: 4 });
  });
});
