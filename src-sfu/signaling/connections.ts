import { clientAddressOf } from '../base/clientAddress.ts';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import { visitOf, type Doors } from '../base/doors.ts';
import type { Logger } from '../logger.ts';
import { watchSilence, type Timer } from '../base/timers.ts';
import { bytesPerSecondOfPrincipal, messagesPerSecond } from './budgets.ts';
import { createDoor, placeOf, type Door, type Place } from './door.ts';
import { createOutbox, maxPrincipalBytes, maxTotalBytes, sizeOf, type Outbox } from './outbox.ts';
import { createOwnerBytes, ownerOf } from './owners.ts';
import type { EngineConnection } from './upgrades.ts';

/** Why the hub ended a connection; the surface receives this reason when it reconnects. */
export type EndReason = 'too_slow' | 'too_busy';

/** One WebSocket, from its opening to its end. */
export interface Connection {
  place: Place;
  outbox: Outbox;
  /** Set by signalling. Called when notices were left out and the surface reads its messages again. */
  onResync(): void;
  /** Set by signalling. Called when the number of waiting bytes may have decreased. */
  onRoom(): void;
}

export interface ConnectionsOptions {
  server: Server;
  doors: Doors;
  isRefused(request: IncomingMessage): boolean;
  onTaken?(request: IncomingMessage): void;
  onEnded(connection: Connection, reason: EndReason): void;
  logger: Logger;
}

/** Every WebSocket of the hub: who holds which place, what waits for it, how much it sends. */
export interface Connections {
  door: Door;
  /** By the id of the engine.io connection. */
  find(id: string): Connection | undefined;
  close(): void;
}

const checkIntervalMs = 500;

export function createConnections(options: ConnectionsOptions): Connections {
  const { server, doors, logger } = options;
  const nowMs = (): number => performance.now();
  const door = createDoor({ nowMs });
  const connections = new Map<string, Connection>();
  const received = createOwnerBytes(nowMs);

  const end = (connection: Connection, reason: EndReason): void => {
    logger.warn(
      { reason, from: connection.place.address, waitingBytes: connection.outbox.waitingBytes() },
      'a connection was ended',
    );
    options.onEnded(connection, reason);
    connection.place.end();
  };

  server.engine.on('connection', (engine: EngineConnection & Parameters<typeof createOutbox>[0]) => {
    const { request } = engine;
    if (options.isRefused(request)) return;
    options.onTaken?.(request);
    const principal = doors.principalOf(visitOf(request));
    const address = clientAddressOf(request);
    let messages = 0;
    let countedSinceMs = nowMs();
    const connection: Connection = {
      place: {
        ...placeOf(principal),
        address,
        owner: ownerOf(principal, address),
        isJoined: false,
        sinceMs: nowMs(),
        end: () => void request.socket.destroy(),
      },
      outbox: createOutbox(engine, () => end(connection, 'too_slow')),
      onResync: () => undefined,
      onRoom: () => undefined,
    };
    const count = (): void => {
      if (nowMs() - countedSinceMs >= 1_000) {
        messages = 0;
        countedSinceMs = nowMs();
      }
      messages += 1;
      if (messages === messagesPerSecond) end(connection, 'too_busy');
    };
    engine.on('packet', (packet) => {
      count();
      const { owner = '' } = connection.place;
      if (received.add(owner, sizeOf(packet?.data)) > bytesPerSecondOfPrincipal) end(connection, 'too_busy');
    });
    // Frames that carry no message are work all the same. The hub's own pings are packets of engine.io, so that browsers send none.
    engine.transport?.socket?.on('ping', count);
    engine.transport?.socket?.on('pong', count);
    // Emitted when the system took all that it was given.
    engine.on('drain', () => connection.onRoom());
    connections.set(engine.id, connection);
    engine.once('close', () => {
      connections.delete(engine.id);
      door.leave(connection.place);
    });
    door.enter(connection.place);
  });

  const look = (stoodStillMs: number): void => {
    let totalBytes = 0;
    let most: Connection | undefined;
    const waiting = new Map<string, { bytes: number; most: Connection }>();
    for (const connection of connections.values()) {
      const state = connection.outbox.look(nowMs(), stoodStillMs > 0);
      if (state === 'end') {
        end(connection, 'too_slow');
        continue;
      }
      if (state === 'resync') connection.onResync();
      connection.onRoom();
      const bytes = connection.outbox.waitingBytes();
      totalBytes += bytes;
      if (most === undefined || bytes > most.outbox.waitingBytes()) most = connection;
      if (bytes === 0) continue;
      const { owner = '' } = connection.place;
      const own = waiting.get(owner) ?? { bytes: 0, most: connection };
      own.bytes += bytes;
      if (bytes > own.most.outbox.waitingBytes()) own.most = connection;
      waiting.set(owner, own);
    }
    for (const own of waiting.values()) {
      if (own.bytes > maxPrincipalBytes) end(own.most, 'too_slow');
    }
    if (totalBytes > maxTotalBytes && most !== undefined) end(most, 'too_slow');
    if (stoodStillMs === 0) door.expire();
  };
  const watch: Timer = watchSilence(checkIntervalMs, look);

  return { door, find: (id) => connections.get(id), close: () => watch.cancel() };
}
