import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io } from 'socket.io-client';
import { Server } from 'socket.io';
import { expect, it, vi } from 'vitest';
import { forgiveStalls } from '../../../src-sfu/signaling/stallForgiveness.ts';
import { eventually } from '../../support/processes.ts';

it('gives every connection its time for an answer once more after the hub stood still', async () => {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'], pingInterval: 50, pingTimeout: 400 });
  const stalls: number[] = [];
  const forgiveness = forgiveStalls(server.engine, (ms) => void stalls.push(ms));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnection: false });
  const left = vi.fn();
  server.on('connection', (socket) => socket.on('disconnect', left));
  try {
    await eventually('the surface is connected', () => server.engine.clientsCount === 1);
    const [socket] = Object.values(
      (server.engine as unknown as { clients: Record<string, PingedSocket> }).clients,
    );
    // A ping is under way, whose answer comes while the hub stands still: what this reaches into must be there.
    await eventually('a ping is under way', () => typeof socket?.pingTimeoutTimer?.refresh === 'function');
    const refresh = vi.spyOn(socket?.pingTimeoutTimer as { refresh(): unknown }, 'refresh');
    const endMs = performance.now() + 700;
    while (performance.now() < endMs);
    await eventually('the stall is noticed', () => stalls.length > 0);
    expect(refresh).toHaveBeenCalled();
    expect(left).not.toHaveBeenCalled();
    expect(client.connected).toBe(true);
  } finally {
    forgiveness.cancel();
    client.disconnect();
    await server.close();
  }
});

interface PingedSocket {
  pingTimeoutTimer?: { refresh(): unknown } | null;
}
