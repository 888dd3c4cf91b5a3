import { describe, expect, it, vi } from 'vitest';
import { requests, type RequestName } from '../../../../src-shared/protocol/index.ts';
import type { Ack } from '../../../../src-shared/protocol/define.ts';
import { createConnectionLife } from '../../../../src-sfu/base/connectionLife.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';
import { createBudgets, createConnectionLoad } from '../../../../src-sfu/signaling/budgets.ts';
import { createRequestRunner } from '../../../../src-sfu/signaling/requestRunner.ts';
import { createDatabaseTurns } from '../../../../src-sfu/storage/databaseTurns.ts';
import { principalOf } from '../authorityStage.ts';

const patienceMs = 8_000;

/** What a request is answered whose handler and whose question of scope do this. */
async function answerOf(
  parts: { handler?: () => Promise<unknown>; scope?: () => Promise<unknown[]> },
  name: RequestName = 'orders:read',
): Promise<Ack<unknown>> {
  const { handler = () => Promise.resolve({ ok: true, data: {} }), scope = () => Promise.resolve([]) } =
    parts;
  const run = createRequestRunner({
    handlers: { [name]: handler } as never,
    scopes: { [name]: scope } as never,
    budgets: createBudgets(),
    isConfirmed: () => true,
    logger: { error: vi.fn(), warn: vi.fn() } as never,
    leaveAgain: () => undefined,
    onDone: () => undefined,
    onDenied: () => undefined,
    onRequest: () => undefined,
  });
  const principal = principalOf('supervisor', { districts: ['咸安区'], squads: [] });
  const identity = { surface: 'desk', principal, role: principal.role };
  const context = { connectionId: 'k', isPhoneOnly: false, identity } as unknown as SurfaceContext;
  const asker = { context, life: createConnectionLife(), load: createConnectionLoad(() => 0) };
  return new Promise((resolve) => {
    void run(asker, name, [{ orderId: 'o1' }, resolve]);
  });
}

/** A turn at a database that another holds for longer than anybody waits. */
function lateTurn(): { turn: Promise<void>; settle(): Promise<unknown> } {
  const turns = createDatabaseTurns({ maxWaiting: 10, patienceMs });
  void turns.take(false);
  return { turn: turns.take(false), settle: () => vi.advanceTimersByTimeAsync(patienceMs) };
}

describe('a request for which the database has no time', () => {
  it.each([
    ['its handler', 'handler'],
    ['whose thing it is', 'scope'],
  ])('is answered that the database is busy, and not that the server failed: %s', async (_what, part) => {
    vi.useFakeTimers();
    expect(requests['orders:read'].capability).toBe('orders:view');
    const { turn, settle } = lateTurn();
    const answer = answerOf({ [part]: () => turn.then(() => []) });
    await settle();
    vi.useRealTimers();
    expect(await answer).toMatchObject({
      ok: false,
      code: 'unavailable',
      reason: 'session.database_busy',
      message: 'The database is busy. Try again in a moment.',
    });
  });

  it.each([
    ['SQLITE_FULL', 'session.database_full'],
    ['ENOSPC', 'session.database_full'],
    ['SQLITE_READONLY_DBMOVED', 'session.database_read_only'],
    ['EROFS', 'session.database_read_only'],
    ['SQLITE_CORRUPT', 'session.database_damaged'],
    ['SQLITE_IOERR_WRITE', 'session.database_failing'],
    ['STORE_THREAD_ENDED', 'session.database_failing'],
  ])('is answered what is wrong with it: %s', async (code, reason) => {
    const answer = await answerOf({
      handler: () => Promise.reject(Object.assign(new Error('of the database'), { code })),
    });
    expect(answer).toMatchObject({ ok: false, code: 'unavailable', reason });
  });

  it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'EACCES', 'ERR_INVALID_ARG_TYPE'])(
    'is not mixed up with a statement or a file that is wrong: %s',
    async (code) => {
      const answer = await answerOf({
        handler: () => Promise.reject(Object.assign(new Error('of something else'), { code })),
      });
      expect(answer).toMatchObject({ ok: false, code: 'internal' });
    },
  );

  it.each(['handler', 'scope'])('is not mixed up with a fault: %s', async (part) => {
    const answer = await answerOf({ [part]: () => Promise.reject(new Error('a fault')) });
    expect(answer).toMatchObject({ ok: false, code: 'internal', reason: 'session.failed' });
  });
});
