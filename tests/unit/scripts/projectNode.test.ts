import { describe, expect, it } from 'vitest';
import { rerunOnProjectNode } from '../../../scripts/setup/node.mjs';

describe('a set-up on a Node that reads no TypeScript', () => {
  const rerun = async (readsTypeScript: boolean, result: { ok: boolean; code: number | undefined }) => {
    const runs: unknown[] = [];
    const code = await rerunOnProjectNode(['scripts/setup.mjs', '--for', 'test'], {
      readsTypeScript,
      node: () => '/project/node',
      run: (...run) => {
        runs.push(run);
        return Promise.resolve({ ...result, output: '' });
      },
    });
    return { code, runs };
  };

  it.each([
    [{ ok: true, code: 0 }, 0],
    [{ ok: false, code: 3 }, 3],
    [{ ok: false, code: undefined }, 1],
  ])('goes on with the project’s own, and ends as that does: %j', async (result, code) => {
    expect(await rerun(false, result)).toEqual({
      code,
      runs: [['/project/node', ['scripts/setup.mjs', '--for', 'test'], { show: true }]],
    });
  });

  it('runs nothing again where this Node will do', async () => {
    expect(await rerun(true, { ok: true, code: 0 })).toEqual({ code: undefined, runs: [] });
  });
});
