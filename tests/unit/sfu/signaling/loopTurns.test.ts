import { describe, expect, it } from 'vitest';
import { createConnectionLife } from '../../../../src-sfu/base/connectionLife.ts';
import { createBudgets, createConnectionLoad } from '../../../../src-sfu/signaling/budgets.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';
import { createLoopTurns } from '../../../../src-sfu/signaling/loopTurns.ts';
import { createRequestRunner } from '../../../../src-sfu/signaling/requestRunner.ts';
import type { RequestName } from '../../../../src-shared/protocol/index.ts';
import { principalOf } from '../authorityStage.ts';

describe('turns of the event loop', () => {
  it('come one at a time, in the order in which they were asked for, and never at once', async () => {
    const scheduled: (() => void)[] = [];
    const turns = createLoopTurns((callback) => scheduled.push(callback));
    const begun: number[] = [];
    const ask = (number: number): void => void turns.next().then(() => begun.push(number));
    const runTurn = async (): Promise<number[]> => {
      scheduled.shift()?.();
      await Promise.resolve();
      return [...begun];
    };
    [1, 2, 3].forEach(ask);
    expect(scheduled).toHaveLength(1);
    expect(await runTurn()).toEqual([1]);
    expect(await runTurn()).toEqual([1, 2]);
    ask(4);
    expect(await runTurn()).toEqual([1, 2, 3]);
    expect(await runTurn()).toEqual([1, 2, 3, 4]);
    expect(scheduled).toEqual([]);
    ask(5);
    expect(await runTurn()).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('requests that come together', () => {
  /** Runs so many requests of one desk, and asks after each turn of the event loop how many handlers have begun. */
  async function begunByTurn(name: RequestName, count: number): Promise<number[]> {
    let begun = 0;
    const run = createRequestRunner({
      handlers: new Proxy(
        {},
        {
          get: () => () => {
            begun += 1;
            return Promise.resolve({ ok: true, data: {} });
          },
        },
      ) as never,
      scopes: { [name]: 'own' } as never,
      budgets: createBudgets(),
      isConfirmed: () => true,
      logger: { error: () => undefined } as never,
      leaveAgain: () => undefined,
      onDone: () => undefined,
      onDenied: () => undefined,
      onRequest: () => undefined,
    });
    const principal = principalOf('administrator');
    const identity = { surface: 'desk', principal, role: principal.role };
    const context = { connectionId: 'k', isPhoneOnly: false, identity } as unknown as SurfaceContext;
    const asker = { context, life: createConnectionLife(), load: createConnectionLoad(() => 0) };
    for (let number = 0; number < count; number += 1)
      void run(asker, name, [{ cameraId: 'c', stream: 'sub' }, () => undefined]);
    const seen: number[] = [];
    while (begun < count) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(begun);
    }
    return seen;
  }

  it.each(['cameras:readDirectory', 'map:readSettings'] as const)(
    'leave room between two large answers: %s',
    async (name) => {
      const seen = await begunByTurn(name, 100);
      const atOnce = seen.map((begun, turn) => begun - (seen[turn - 1] ?? 0));
      expect(Math.max(...atOnce)).toBe(1);
    },
  );

  it.each(['session:checkLink', 'cameras:openStream', 'cameras:getPoster'] as const)(
    'do not wait where the answer is made at once: %s',
    async (name) => {
      expect(await begunByTurn(name, 100)).toEqual([100]);
    },
  );
});
