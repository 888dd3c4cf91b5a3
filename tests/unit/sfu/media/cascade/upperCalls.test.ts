import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openSendingSocket } from '../../../../../src-sfu/media/cascade/sendingSocket.ts';
import type { UpperOffer } from '../../../../../src-sfu/media/cascade/upperOffer.ts';
import { headerOf, parameterOf } from '../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { cameraGbId, offer, stageUpperLink as stage } from '../../../../support/upperLinkStage.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => vi.useRealTimers());

it('begins and ends a call only for who knows the tag that it was answered with', async () => {
  const one = stage();
  await one.registered();
  const callId = await one.ask('INVITE', cameraGbId, { body: offer });
  const good = one.news().find(({ start }) => 'status' in start && start.status === 200);
  await one.ask('ACK', cameraGbId, { callId, tag: 'guessed' });
  await one.ask('ACK', cameraGbId, { callId, tag: '' });
  expect([one.media.begun, one.views]).toEqual([0, []]);
  await one.ask('ACK', cameraGbId, { callId });
  expect([one.media.begun, one.views, one.targets]).toEqual([1, ['began c1'], ['127.0.0.1:6000']]);
  await one.ask('BYE', cameraGbId, { callId, sequence: 2, tag: 'guessed' });
  await one.ask('BYE', cameraGbId, { callId, sequence: 3 });
  expect(one.statuses()).toEqual([481, 200]);
  expect(one.views).toEqual(['began c1', 'ended c1']);
  expect(parameterOf(good && headerOf(good, 'to'), 'tag')).toMatch(/^[0-9a-f]{12}$/);
});

it('keeps each answered call until it is over, and ends those that an earlier run left by BYE until that is answered', async () => {
  const one = stage();
  await one.registered();
  const callId = await one.ask('INVITE', cameraGbId, { body: offer });
  await one.ask('ACK', cameraGbId, { callId });
  expect(one.dialogs).toEqual([`began ${callId}`]);
  await one.ask('BYE', cameraGbId, { callId, sequence: 2 });
  expect(one.dialogs).toEqual([`began ${callId}`, `ended ${callId}`]);
  const left = {
    callId: 'old',
    uri: 'sip:u@127.0.0.1',
    from: '<sip:c@4200000000>;tag=ours',
    to: '<sip:u@4200000000>;tag=up',
  };
  const next = stage({}, { left: [left] });
  await next.registered();
  const bye = next.news().find((message) => 'method' in message.start && message.start.method === 'BYE');
  expect([bye && headerOf(bye, 'call-id'), bye && headerOf(bye, 'from')]).toEqual(['old', left.from]);
  expect(next.dialogs).toEqual([]);
  if (bye !== undefined) next.answer(bye, '481 Call Does Not Exist');
  await next.tick();
  expect(next.dialogs).toEqual(['ended old']);
});

it('counts no view that nobody acknowledged', async () => {
  const one = stage();
  await one.registered();
  for (let number = 0; number < 5; number += 1) await one.ask('INVITE', cameraGbId, { body: offer });
  await one.tick(20_000);
  expect(one.link.views()).toEqual([]);
  expect([one.media.opened, one.media.closed, one.views]).toEqual([5, 5, []]);
});

it('sends pictures to the platform and to its media servers that were entered, and nowhere else', async () => {
  const one = stage({
    address: '192.168.1.8',
    mediaAddresses: ['192.168.1.9', '10.0.0.2', '127.0.0.1', '169.254.1.1'],
  });
  await one.registered();
  for (const address of ['127.0.0.1', '127.8.8.8', '169.254.1.1', '10.0.0.2', '192.168.1.7'])
    await one.ask('INVITE', cameraGbId, { body: offer.replace('127.0.0.1', address) });
  expect(one.statuses()).toEqual([403, 403, 403, 403, 403]);
  expect(one.media.opened).toBe(0);
  expect(one.link.standing().lastProblem).toMatchObject({ problem: 'media_address', address: '192.168.1.7' });
  for (const address of ['192.168.1.8', '192.168.1.9'])
    await one.ask('INVITE', cameraGbId, { body: offer.replace('127.0.0.1', address) });
  expect(one.statuses()).toEqual([100, 200, 'BYE', 100, 200]);
});

it('says that no port is free for pictures', async () => {
  const one = stage();
  await one.registered();
  one.setOpen(() => Promise.resolve({ ok: false, why: 'full' }));
  await one.ask('INVITE', cameraGbId, { body: offer });
  expect(one.statuses()).toEqual([100, 503]);
  expect(one.link.standing().lastProblem?.problem).toBe('no_media_port');
});

it('lets a platform connect from its own address and its media servers, whichever of them its offer names', async () => {
  const one = stage({ mediaAddresses: ['127.0.0.2', '10.1.1.1'] });
  await one.registered();
  let offered: UpperOffer | undefined;
  one.setOpen((given) => {
    offered = given;
    return Promise.resolve({ ok: false, why: 'full' });
  });
  const body = offer.replace('video 6000 RTP', 'video 0 TCP/RTP').replace('y=', 'a=setup:active\r\ny=');
  await one.ask('INVITE', cameraGbId, { body });
  const { mayConnect } = offered ?? {};
  const may = (address: string): boolean | undefined => mayConnect?.(address);
  expect(['127.0.0.1', '10.1.1.1', '127.0.0.2', '10.9.9.9', '10.0.0.2'].map(may)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

it('takes a connection for a view from whom the platform may send, and hangs up on others', async () => {
  vi.useRealTimers();
  let opened = 0;
  const socket = await openSendingSocket({
    offer: {
      ...{ way: 'tcpPassive', address: '127.0.0.1', port: 0 },
      mayConnect: (address) => address === '127.0.0.2',
    },
    host: '127.0.0.1',
    ports: { first: 42_900, last: 42_960 },
    onOpen: () => void (opened += 1),
    onClosed: () => undefined,
    nowMs: () => 0,
  });
  const dial = (localAddress: string): Socket =>
    connect({ host: '127.0.0.1', port: socket?.port ?? 0, localAddress }).on('error', () => undefined);
  await once(dial('127.0.0.1').resume(), 'close');
  expect(opened).toBe(0);
  const server = dial('127.0.0.2');
  await vi.waitFor(() => expect(opened).toBe(1));
  const came = once(server, 'data');
  expect(socket?.send(Buffer.from('picture'))).toBe(true);
  expect(String(await came)).toContain('picture');
  socket?.close();
  server.destroy();
});

it('ends a view whose pictures are refused for seconds, because nobody listens there any more', async () => {
  vi.useRealTimers();
  const receiver = createSocket('udp4');
  receiver.bind(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address();
  let nowMs = 0;
  let closed = 0;
  const socket = await openSendingSocket({
    offer: { way: 'udp', address: '127.0.0.1', port },
    host: '127.0.0.1',
    ports: { first: 42_900, last: 42_960 },
    onOpen: () => undefined,
    onClosed: () => (closed += 1),
    nowMs: () => nowMs,
  });
  const came = once(receiver, 'message');
  socket?.send(Buffer.from('picture'));
  await came;
  await new Promise<void>((resolve) => void receiver.close(resolve));
  const send = async (): Promise<void> => {
    socket?.send(Buffer.from('picture'));
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (; nowMs < 4_500; nowMs += 500) await send();
  expect(closed).toBe(0);
  await vi.waitFor(
    async () => {
      nowMs += 100;
      await send();
      expect(closed).toBeGreaterThan(0);
    },
    { interval: 1, timeout: 5_000 },
  );
  socket?.close();
});
