import type { IncomingMessage } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { HubToSurfaceEvents, NoticeName, SurfaceToHubEvents } from '../../src-shared/protocol/index.ts';
import { createConnectionLife } from '../base/connectionLife.ts';
import type { Denial } from '../base/denial.ts';
import type { Doors } from '../base/doors.ts';
import type { RequestScopes } from '../base/requestScopes.ts';
import type { MediaDirectory } from '../features/media/media.ports.ts';
import type { HostGuard } from '../http/hostGuard.ts';
import type { Logger } from '../logger.ts';
import { createAdmission, type SurfaceSocket } from './admission.ts';
import { boundedParser, maxMessageBytes } from './boundedParser.ts';
import { createBroadcasts, type Broadcasts } from './broadcasts.ts';
import { createBudgets, createConnectionLoad } from './budgets.ts';
import { createConnections, type Connection } from './connections.ts';
import type { Place } from './door.ts';
import type { RequestHandlers, SurfaceContext } from './handlers.ts';
import { createRequestRunner } from './requestRunner.ts';
import { followSignIns } from './signInChanges.ts';
import { forgiveStalls } from './stallForgiveness.ts';
import { createUpgrades } from './upgrades.ts';

/** A connection that has not joined by then is ended. Milliseconds. */
const connectTimeoutMs = 10_000;
/** A stall of the hub that is worth a line in the log. */
const reportedStallMs = 1_000;

/** Surfaces on the wire: handshakes, parsed requests, numbered notices. */
export interface Signaling extends Broadcasts {
  surfaces(): SurfaceContext[];
  find(connectionId: string): SurfaceContext | undefined;
  close(): Promise<void>;
}

export interface SignalingOptions {
  httpServer: HttpServer;
  guard: Pick<HostGuard, 'malformed' | 'foreign' | 'needsHttps'>;
  /** Who stands behind what a surface shows. */
  doors: Doors;
  handlers: RequestHandlers;
  scopes: RequestScopes;
  media: MediaDirectory;
  /** A WebSocket was accepted. A request that is refused is not reported here. */
  onTaken?(request: IncomingMessage): void;
  maxSurfaces: number;
  /** A message as surfaces get it. */
  shown<T>(message: T): T;
  logger: Logger;
  /** The squad in which a member is now. */
  squadOfMember(memberId: string): string | undefined;
  /** What a joined surface may do is another now: its desk was locked or unlocked, or another person sits there. */
  onRenewed(context: SurfaceContext): void;
  /** Called when a surface is gone, and again for each of its requests that was under way then. */
  onLeft(context: SurfaceContext): void;
  /** A request was refused for lack of a right. */
  onDenied(denial: Denial): void;
  onRequest(name: string, outcome: string, durationMs: number): void;
}

type HubServer = Server<SurfaceToHubEvents, HubToSurfaceEvents>;

/** Starts taking surfaces on an HTTP server. */
export function startSignaling(options: SignalingOptions): Signaling {
  const { guard, doors, handlers, media, logger } = options;
  const contexts = new Map<string, SurfaceContext>();
  const socketIds = new WeakMap<Connection, string>();
  const places = new WeakMap<SurfaceContext, Place>();
  const renewals = new WeakMap<SurfaceContext, () => void>();
  const upgrades = createUpgrades({
    guard,
    doors,
    onRefused: ({ code }, request) =>
      logger.info({ code, from: request.socket.remoteAddress }, 'a handshake was refused'),
  });
  const server: HubServer = new Server(options.httpServer, {
    parser: boundedParser,
    allowRequest: (request, decide) => upgrades.allowRequest(request, decide),
    connectTimeout: connectTimeoutMs,
    transports: ['websocket'],
    maxHttpBufferSize: maxMessageBytes,
    pingInterval: 5_000,
    pingTimeout: 5_000,
    serveClient: false,
  });

  const forgiveness = forgiveStalls(server.engine, (stoodStillMs) => {
    if (stoodStillMs < reportedStallMs) return;
    logger.warn(
      { stoodStillMs: Math.round(stoodStillMs) },
      'the hub process was suspended or blocked; silence during this time does not end connections',
    );
  });

  upgrades.attach(server);
  const connections = createConnections({
    server,
    doors,
    isRefused: upgrades.isRefused,
    ...(options.onTaken === undefined ? {} : { onTaken: options.onTaken }),
    onEnded(connection, reason) {
      const connectionId = socketIds.get(connection);
      if (connectionId !== undefined) admission.connectionEnded(connectionId, reason);
    },
    logger,
  });
  const connectionOf = (socket: SurfaceSocket): Connection | undefined =>
    connections.find(engineOf(socket).id);
  const admission = createAdmission({
    doors,
    door: connections.door,
    maxSurfaces: options.maxSurfaces,
    placeOfSocket: (socket) => connectionOf(socket)?.place,
  });

  server.use((socket, next) => {
    const refused = admission.admit(socket);
    if (refused === undefined) return next();
    logger.info({ code: refused.code, from: socket.handshake.address }, 'a handshake was refused');
    next(Object.assign(new Error(refused.message), { data: refused }));
  });

  const runRequest = createRequestRunner({
    handlers,
    scopes: options.scopes,
    budgets: createBudgets(),
    isConfirmed: doors.isConfirmed,
    logger,
    leaveAgain: (context) => leave(context),
    onDone({ context }, name) {
      if (name !== 'session:join') return;
      const place = places.get(context);
      if (place === undefined) return;
      place.isJoined = true;
      const memberId = context.identity?.member?.memberId;
      if (memberId !== undefined && place.kind !== 'member')
        connections.door.become(place, 'member', memberId);
      else if (memberId === undefined && place.kind === 'member') connections.door.become(place, 'stranger');
    },
    onDenied: options.onDenied,
    onRequest: options.onRequest,
  });
  const leave = (context: SurfaceContext): void => {
    context.media.close();
    options.onLeft(context);
  };

  server.on('connection', (socket) => {
    const connection = connectionOf(socket);
    if (connection === undefined) return void socket.disconnect(true);
    const { outbox, place } = connection;
    let sequence = 0;
    const send = (name: NoticeName, payload: unknown): void => {
      (socket.emit as (name: string, sequence: number, payload: unknown) => void)(name, sequence, payload);
    };
    const context: SurfaceContext = {
      connectionId: socket.id,
      address: socket.handshake.address,
      visit: admission.visitOf(socket),
      isPhoneOnly: place.kind === 'member' || place.kind === 'stranger',
      identity: undefined,
      media: media.openSurface({
        consumersClosed: (consumerIds, streamId) =>
          context.notify('media:consumersClosed', { consumerIds, streamId }),
      }),
      notify(name, payload) {
        if (context.identity === undefined) return;
        sequence += 1;
        if (outbox.takesNotice(name)) send(name, options.shown(payload));
      },
      lastSequence: () => sequence,
      disconnect: () => void socket.disconnect(true),
    };
    const life = createConnectionLife();
    const load = createConnectionLoad(outbox.waitingBytes);
    const asker = { context, life, load };
    life.undoAtEnd(load.end);
    socketIds.set(connection, socket.id);
    places.set(context, place);
    connection.onRoom = load.roomChanged;
    connection.onResync = () => context.notify('session:noticesDropped', {});
    contexts.set(socket.id, context);
    renewals.set(context, () => {
      // A number that is missing makes the surface join again.
      sequence += 1;
      context.notify('session:noticesDropped', {});
    });
    life.undoAtEnd(() => contexts.delete(socket.id));
    // What a surface sends never becomes an event of the socket itself: it could be one of socket.io's own, or an error.
    socket.use(([name, ...rest]: unknown[]) => {
      runRequest(asker, String(name), rest).catch((error: unknown) => {
        logger.error({ err: error }, 'the answer of a request could not be sent');
      });
    });
    socket.on('error', (error) =>
      logger.debug({ err: error }, 'a message of a surface was malformed and was refused'),
    );
    socket.on('disconnect', () => {
      life.end();
      leave(context);
    });
  });

  followSignIns({
    doors,
    surfaces: () => contexts.values(),
    holdsPlace: (context) => places.get(context)?.kind !== 'stranger',
    onRenewed(context) {
      options.onRenewed(context);
      renewals.get(context)?.();
    },
  });

  return {
    surfaces: () => [...contexts.values()],
    find: (connectionId) => contexts.get(connectionId),
    ...createBroadcasts({
      surfaces: () => contexts.values(),
      squadOfMember: options.squadOfMember,
    }),
    async close() {
      forgiveness.cancel();
      connections.close();
      await server.close();
    },
  };
}

/** The engine.io connection under a socket. socket.io names it `conn`. */
function engineOf(socket: SurfaceSocket): { id: string } {
  return socket.conn as unknown as { id: string };
}
