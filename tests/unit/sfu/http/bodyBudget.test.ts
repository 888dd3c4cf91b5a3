import { createServer, request as post, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fc from '../../../support/properties.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { createBodyBudget } from '../../../../src-sfu/http/alerts/bodyBudget.ts';
import { readBody, type BodyError, type BodyLimits } from '../../../../src-sfu/http/requestBody.ts';

function budgetAt(clock: { nowMs: number }) {
  return createBodyBudget({
    smallBytes: 10,
    known: { small: 100, large: 200 },
    unknown: { small: 100, large: 200 },
    share: 0.5,
    idleMs: 1_000,
    nowMs: () => clock.nowMs,
  });
}

describe('the room of bodies', () => {
  test('is not that of the unknown for those who are known, nor that of the large for the small', () => {
    const budget = budgetAt({ nowMs: 0 });
    for (const share of ['a', 'b', 'c']) budget.open({ isKnown: false, share }, () => undefined).take(110);
    expect(budget.open({ isKnown: false, share: 'd' }, () => undefined).take(110)).toBe(false);
    expect(budget.open({ isKnown: false, share: 'd' }, () => undefined).take(10)).toBe(true);
    expect(budget.open({ isKnown: true, share: 'k' }, () => undefined).take(110)).toBe(true);
  });

  test('counts what has come, and has it back afterwards', () => {
    const budget = budgetAt({ nowMs: 0 });
    const first = budget.open({ isKnown: true, share: 'a' }, () => undefined);
    expect([first.take(110), first.take(1)]).toEqual([true, false]);
    first.release();
    expect(budget.open({ isKnown: true, share: 'a' }, () => undefined).take(110)).toBe(true);
  });

  test('is taken from stalled bodies, the longest stalled first, and from no others', () => {
    const clock = { nowMs: 0 };
    const budget = budgetAt(clock);
    const gone: string[] = [];
    const open = (share: string) => {
      const holding = budget.open({ isKnown: false, share }, () => {
        gone.push(share);
        holding.release();
      });
      return holding;
    };
    open('stalled').take(110);
    clock.nowMs = 600;
    open('busy').take(110);
    expect(open('late').take(110)).toBe(false);
    clock.nowMs = 1_100;
    expect(open('later').take(110)).toBe(true);
    expect(gone).toEqual(['stalled']);
  });

  test('never holds more than it has, whatever comes and goes', () => {
    const step = fc.record({
      sender: fc.nat(5),
      isKnown: fc.boolean(),
      bytes: fc.nat(150),
      isEnd: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const budget = budgetAt({ nowMs: 0 });
        const open = new Map<string, { holding: ReturnType<typeof budget.open>; held: number }>();
        for (const { sender, isKnown, bytes, isEnd } of steps) {
          const name = `${isKnown} ${sender}`;
          const one = open.get(name) ?? {
            holding: budget.open({ isKnown, share: name }, () => undefined),
            held: 0,
          };
          open.set(name, one);
          if (isEnd) {
            one.holding.release();
            open.delete(name);
          } else if (one.holding.take(bytes)) one.held += bytes;
          const held = [...open]
            .filter(([key]) => key.startsWith(String(isKnown)))
            .map(([, other]) => other.held);
          expect(held.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(300);
        }
        for (const { holding } of open.values()) holding.release();
        expect(budget.open({ isKnown: true, share: 'x' }, () => undefined).take(110)).toBe(true);
      }),
    );
  });
});

describe('a body that comes slowly', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  /** Reads one body with these limits; what became of it, and the request to write it with. */
  async function reading(
    limits: BodyLimits,
  ): Promise<{ sent: ClientRequest; outcome: Promise<Buffer | BodyError> }> {
    const outcome = Promise.withResolvers<Buffer | BodyError>();
    const server = createServer((request: IncomingMessage, response) => {
      readBody(request, limits).then(
        (body) => (outcome.resolve(body), response.end()),
        (error: unknown) => (outcome.resolve(error as BodyError), response.end()),
      );
    });
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sent = post({ host: '127.0.0.1', port, method: 'POST' });
    sent.on('error', () => undefined).flushHeaders();
    return { sent, outcome: outcome.promise };
  }

  test('is ended when nothing arrives for the stall time, long before its whole time', async () => {
    const { sent, outcome } = await reading({ maxBytes: 1_000, timeoutMs: 600_000, stallMs: 100 });
    sent.write('{"a":');
    expect(await outcome).toMatchObject({ statusCode: 408, code: 'body_too_slow' });
  });

  test('is ended when bytes arrive one by one', async () => {
    const { sent, outcome } = await reading({ maxBytes: 1_000_000, timeoutMs: 600_000, stallMs: 200 });
    const drip = setInterval(() => sent.write('x'), 20);
    expect(await outcome).toMatchObject({ statusCode: 408 });
    clearInterval(drip);
  });

  test('is read when it comes in pieces', async () => {
    const { sent, outcome } = await reading({ maxBytes: 1_000_000, timeoutMs: 600_000, stallMs: 5_000 });
    for (let piece = 0; piece < 100; piece += 1) sent.write('0123456789');
    sent.end();
    expect((await outcome) as Buffer).toHaveLength(1_000);
  });
});
