import { watchSilence, type Timer } from '../base/timers.ts';

/** A connection of engine.io, as far as its own watch for answers to pings goes. */
interface PingedSocket {
  pingTimeoutTimer?: { refresh?(): unknown } | null;
  once(event: 'close', listener: () => void): unknown;
}

interface PingingServer {
  on(event: 'connection', listener: (socket: PingedSocket) => void): unknown;
}

/** Well below the time a ping may go unanswered. */
const checkIntervalMs = 250;

/**
 * When the hub stood still, the answers to its pings wait unread, and engine.io would end every connection before it reads
 * them: each gets the time for its answer once more.
 */
export function forgiveStalls(server: PingingServer, onForgiven: (stoodStillMs: number) => void): Timer {
  const sockets = new Set<PingedSocket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return watchSilence(checkIntervalMs, (stoodStillMs) => {
    if (stoodStillMs === 0) return;
    for (const { pingTimeoutTimer } of sockets) pingTimeoutTimer?.refresh?.();
    onForgiven(stoodStillMs);
  });
}
