import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createUpperTransport } from '../../../../../src-sfu/media/cascade/upperTransport.ts';
import { headerOf, isRequest } from '../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { cameraGbId, offer, stageUpperLink as stage } from '../../../../support/upperLinkStage.ts';
import { ourId } from '../../../../support/upperStage.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => vi.useRealTimers());

it('ends what a platform watched that does not know the hub any more, before it registers again', async () => {
  const one = stage({ keepaliveSeconds: 10 });
  await one.registered();
  const callId = await one.ask('INVITE', cameraGbId, { body: offer });
  await one.ask('ACK', cameraGbId, { callId });
  one.news();
  await one.tick(10_000);
  const [keepalive] = one.news();
  if (keepalive !== undefined) one.answer(keepalive, '404 Not Found');
  await one.tick();
  expect(one.statuses()).toEqual(['BYE', 'REGISTER']);
  expect(one.link.views()).toEqual([]);
  expect([one.media.closed, one.views]).toEqual([1, ['began c1', 'ended c1']]);
});

it('registers once more at once where it is seen at another address than it said', async () => {
  const one = stage();
  const { second } = await one.register();
  one.seenFrom('172.16.0.9', 62_000);
  one.answer(second, '200 OK', [['Expires', '3600']]);
  await one.tick();
  const [third, ...more] = one.news();
  expect(third && headerOf(third, 'contact')).toBe(`<sip:${ourId}@172.16.0.9:62000>`);
  expect(more).toEqual([]);
  // An address that changes each time is not followed without end.
  one.seenFrom('172.16.0.9', 63_000);
  if (third !== undefined) one.answer(third, '200 OK', [['Expires', '3600']]);
  await one.tick();
  expect(one.news()).toEqual([]);
  expect(one.link.standing().state).toBe('registered');
});

it('loses its connection while it renews, registers again over a new one, and stays registered', async () => {
  const one = stage({ transport: 'tcp', keepaliveSeconds: 600 });
  await one.registered();
  await one.tick(3_600_000 * 0.8 - 1);
  for (const message of one.news()) if (isRequest(message)) one.answer(message, '200 OK');
  await one.tick(1);
  expect(one.statuses()).toContain('REGISTER');
  one.lose();
  await one.tick();
  // The renewal that was lost with it throws nothing down.
  expect(one.link.standing()).toMatchObject({
    state: 'registering',
    lastProblem: { problem: 'no_connection' },
  });
  const [again] = one.news();
  // What the lost connection said about our address holds no more.
  expect(again && headerOf(again, 'contact')).toBe(`<sip:${ourId}@10.0.0.2:40000>`);
  if (again !== undefined) one.answer(again, '200 OK', [['Expires', '3600']]);
  await one.tick();
  for (const message of one.news()) one.answer(message, '200 OK', [['Expires', '3600']]);
  await one.tick(20_000);
  expect(one.link.standing().state).toBe('registered');
});

it('leaves no connection behind that was still being opened when it was closed, and opens one for all who ask', async () => {
  vi.useRealTimers();
  const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  let accepted = 0;
  server.on('connection', () => (accepted += 1));
  const make = () =>
    createUpperTransport({
      protocol: 'tcp',
      host: '127.0.0.1',
      peer: { address: '127.0.0.1', port },
      onMessage: () => undefined,
      onLost: () => undefined,
    });
  const shared = make();
  await Promise.all([shared.open(), shared.open()]);
  expect(shared.port()).toBeGreaterThan(0);
  shared.close();
  await expect(shared.open()).rejects.toThrow();
  const early = make();
  const opening = early.open();
  early.close();
  await expect(opening).rejects.toThrow();
  expect(early.port()).toBe(0);
  await vi.waitFor(async () => {
    const open = await new Promise((resolve) => void server.getConnections((_, count) => resolve(count)));
    expect(open).toBe(0);
  });
  expect(accepted).toBeLessThanOrEqual(2);
  server.close();
});
