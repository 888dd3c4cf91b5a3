import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, expect, it, vi } from 'vitest';
import { forgiveStalls } from '../../../src-sfu/signaling/stallForgiveness.ts';
import { eventually } from '../../support/processes.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('gives every connection its time for an answer once more after the hub stood still, and only then', () => {
  vi.useFakeTimers();
  let stoodStillMs = 0;
  const running = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => running() + stoodStillMs);
  const server = new EventEmitter();
  const connect = () => Object.assign(new EventEmitter(), { pingTimeoutTimer: { refresh: vi.fn() } });
  const [stays, leaves] = [connect(), connect()];
  const stalls: number[] = [];
  const forgiveness = forgiveStalls(server, (ms) => void stalls.push(Math.round(ms)));
  for (const socket of [stays, leaves]) server.emit('connection', socket);
  // One that waits for no answer.
  server.emit('connection', Object.assign(new EventEmitter(), { pingTimeoutTimer: null }));
  leaves.emit('close');
  vi.advanceTimersByTime(5_000);
  expect(stays.pingTimeoutTimer.refresh).not.toHaveBeenCalled();
  stoodStillMs = 7_000;
  vi.advanceTimersByTime(5_000);
  expect(stays.pingTimeoutTimer.refresh).toHaveBeenCalledOnce();
  expect(leaves.pingTimeoutTimer.refresh).not.toHaveBeenCalled();
  expect(stalls).toEqual([7_000]);
  forgiveness.cancel();
});

it('reaches the timer by which engine.io ends a connection that answers no ping', async () => {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'], pingInterval: 50, pingTimeout: 300 });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  // It reads pings and never answers.
  const client = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  try {
    const [socket] = (await once(server.engine, 'connection')) as [PingedSocket];
    await eventually('a ping is under way', () => typeof socket.pingTimeoutTimer?.refresh === 'function');
    let isClosed = false;
    socket.once('close', () => (isClosed = true));
    const endMs = performance.now() + 1_500;
    // Looked after as often as a busy machine lets it.
    await eventually('it was kept for much longer than its time', () => {
      socket.pingTimeoutTimer?.refresh();
      return performance.now() > endMs || isClosed;
    });
    expect(isClosed).toBe(false);
    await eventually('without it, it is gone', () => isClosed);
  } finally {
    client.close();
    await server.close();
  }
});

interface PingedSocket extends EventEmitter {
  pingTimeoutTimer?: { refresh(): unknown } | null;
}
