import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import {
  handshakeSchema,
  notices,
  protocolVersion,
  type BroadcastName,
  type HandshakeRefusal,
  type HubToSurfaceEvents,
  type NoticeName,
  type NoticeOf,
  type SurfaceToHubEvents,
} from '../../src-shared/protocol/index.ts';
import {
  receives,
  receivesOwn,
  type NoticeReceiver,
  type NoticeSubject,
} from '../../src-shared/session/audience.ts';
import { narrowTo } from '../../src-shared/session/narrowing.ts';
import type { Denial } from '../base/denial.ts';
import { visitOf, type Doors, type Visit } from '../base/doors.ts';
import type { HostGuard } from '../http/hostGuard.ts';
import type { Principal, Scope } from '../../src-shared/session/principal.ts';
import type { RequestScopes } from '../base/requestScopes.ts';
import type { MediaDirectory } from '../features/media/media.ports.ts';
import { createConnectionLife } from '../base/connectionLife.ts';
import type { Logger } from '../logger.ts';
import { boundedParser, maxMessageBytes } from './boundedParser.ts';
import { createBudgets, createConnectionLoad } from './budgets.ts';
import { createConnections, type Connection, type EndReason } from './connections.ts';
import { placeOf, type Place } from './door.ts';
import type { RequestHandlers, SurfaceContext } from './handlers.ts';
import { createRequestRunner } from './requestRunner.ts';
import { forgiveStalls } from './stallForgiveness.ts';
import { accessDenied, createUpgrades, refusal } from './upgrades.ts';

/** A connection that has not joined by then is ended. Milliseconds. */
const connectTimeoutMs = 10_000;
/** The number of ended connections whose reason is remembered for their surfaces. */
const maxEndsRemembered = 1_000;

const endMessages: Record<EndReason, string> = {
  too_slow:
    'This surface did not take what the hub sent, so the hub ended its connection. Look at its network; it comes back by itself.',
  too_busy:
    'This surface sent more than any surface should, so the hub ended its connection. It comes back by itself; reload the page if this happens again.',
};

/** A stall of the hub that is worth a line in the log. */
const reportedStallMs = 1_000;

/** Surfaces on the wire: handshakes, parsed requests, numbered notices. */
export interface Signaling {
  surfaces(): SurfaceContext[];
  find(connectionId: string): SurfaceContext | undefined;
  /** To every surface that the notice's definition names as its audience. `about` is what the notice is about. */
  broadcast<Name extends BroadcastName>(name: Name, payload: NoticeOf<Name>, about?: NoticeSubject): void;
  /** As `broadcast`, but only to surfaces that receive it for their own squad, member or screen. */
  broadcastToOwn<Name extends BroadcastName>(name: Name, payload: NoticeOf<Name>, about: NoticeSubject): void;
  /**
   * As `broadcast`, with what each surface may see of it: `payloadFor` is asked once for each scope that surfaces have, and
   * returns undefined for those who see nothing of it.
   */
  broadcastFor<Name extends BroadcastName>(
    name: Name,
    payloadFor: (scope: Pick<Principal, 'scope'>) => NoticeOf<Name> | undefined,
  ): void;
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
type SurfaceSocket = Socket<SurfaceToHubEvents, HubToSurfaceEvents>;

/** Starts taking surfaces on an HTTP server. */
export function startSignaling(options: SignalingOptions): Signaling {
  const { guard, doors, handlers, media, logger } = options;
  const contexts = new Map<string, SurfaceContext>();
  const socketIds = new WeakMap<Connection, string>();
  const places = new WeakMap<SurfaceContext, Place>();
  const visits = new WeakMap<SurfaceSocket, Visit>();
  const renewals = new WeakMap<SurfaceContext, () => void>();
  const ends = new Map<string, EndReason>();
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
    onEnded(connection, reason) {
      const connectionId = socketIds.get(connection);
      if (connectionId === undefined) return;
      ends.set(connectionId, reason);
      const [oldest] = ends.keys();
      if (ends.size > maxEndsRemembered && oldest !== undefined) ends.delete(oldest);
    },
    logger,
  });
  const connectionOf = (socket: SurfaceSocket): Connection | undefined =>
    connections.find(engineOf(socket).id);

  server.use((socket, next) => {
    const refused = admit(socket);
    if (refused === undefined) return next();
    logger.info({ code: refused.code, from: socket.handshake.address }, 'a handshake was refused');
    next(Object.assign(new Error(refused.message), { data: refused }));
  });

  /** Updates the kind of place that the connection holds, after it joined or signed in. */
  const admit = (socket: SurfaceSocket): HandshakeRefusal | undefined => {
    const parsed = handshakeSchema.safeParse(socket.handshake.auth);
    if (!parsed.success) {
      return refusal('bad_handshake', 'The handshake was not understood. Reload the page.');
    }
    const { protocolVersion: version, isPhone, memberToken, previousConnectionId } = parsed.data;
    if (version !== protocolVersion) {
      return refusal(
        'version_mismatch',
        `This surface speaks version ${version}, the hub version ${protocolVersion}. Reload the page.`,
      );
    }
    const reason = previousConnectionId === undefined ? undefined : ends.get(previousConnectionId);
    if (previousConnectionId !== undefined && ends.delete(previousConnectionId) && reason !== undefined) {
      return refusal(reason, endMessages[reason]);
    }
    const place = connectionOf(socket)?.place;
    if (place === undefined) return accessDenied();
    const { credentials, ...shown } = visitOf(socket.request);
    const visit: Visit = {
      ...shown,
      credentials: {
        key: credentials.key,
        memberToken: memberToken ?? credentials.memberToken,
      },
    };
    visits.set(socket, visit);
    const principal = doors.principalOf(visit);
    if (place.kind === 'member' || principal?.kind === 'phone') {
      connections.door.become(place, 'member', placeOf(principal).memberId ?? place.memberId);
      return undefined;
    }
    if (principal !== undefined) {
      const others = connections.door.surfaces() - (place.kind === 'surface' ? 1 : 0);
      if (others < options.maxSurfaces) {
        connections.door.become(place, 'surface');
        return undefined;
      }
      // A phone may sign in, and report an emergency, however full the hub is.
      if (isPhone !== true) {
        return refusal('hub_full', 'The hub has as many surfaces as it takes. Close one and try again.');
      }
    }
    if (isPhone !== true) return accessDenied();
    connections.door.become(place, 'stranger');
    return undefined;
  };

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
      visit: visits.get(socket) ?? visitOf(socket.request),
      isPhoneOnly: place.kind !== 'surface',
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

  doors.onRevoked((sessionId) => {
    for (const context of [...contexts.values()]) {
      if (context.identity?.principal.sessionId === sessionId) context.disconnect();
      // One that has not joined yet holds its place by what it showed when it came.
      const holdsPlace = context.identity === undefined && places.get(context)?.kind !== 'stranger';
      if (holdsPlace && doors.principalOf(context.visit) === undefined) context.disconnect();
    }
  });

  /** Asks the doors again what the surfaces of a sign-in may do. */
  const renew = (sessionId: string): void => {
    for (const context of [...contexts.values()]) {
      const { identity } = context;
      if (identity?.principal.sessionId !== sessionId) continue;
      const { surface, screenId = '' } = identity;
      const known = doors.principalOf({ ...context.visit, surface });
      const principal = known === undefined ? undefined : narrowTo(surface, known, screenId);
      if (principal === undefined) {
        context.disconnect();
        continue;
      }
      context.identity = { ...identity, principal, role: principal.role };
      options.onRenewed(context);
      // What it may see is another now: it takes a new snapshot.
      renewals.get(context)?.();
    }
  };
  doors.onChanged(renew);
  doors.onHandedOver((from, to) => {
    for (const context of contexts.values()) {
      if (context.identity?.principal.sessionId !== from) continue;
      context.visit = { ...context.visit, handedOverTo: to };
    }
    renew(from);
  });

  const receivers = (): [SurfaceContext, NoticeReceiver][] =>
    [...contexts.values()].flatMap((context): [SurfaceContext, NoticeReceiver][] => {
      const { identity } = context;
      if (identity === undefined) return [];
      const { principal, screenId, member } = identity;
      if (member === undefined) return [[context, { ...principal, screenId }]];
      const { memberId } = member;
      return [[context, { ...principal, memberId, squadId: options.squadOfMember(memberId) }]];
    });

  return {
    surfaces: () => [...contexts.values()],
    find: (connectionId) => contexts.get(connectionId),
    broadcast(name, payload, about) {
      for (const [context, receiver] of receivers()) {
        if (receives(notices[name].audience, receiver, about)) context.notify(name, payload);
      }
    },
    broadcastFor(name, payloadFor) {
      const payloads = new Map<string, ReturnType<typeof payloadFor>>();
      for (const [context, receiver] of receivers()) {
        if (!receives(notices[name].audience, receiver)) continue;
        const key = scopeKey(receiver.scope);
        if (!payloads.has(key)) payloads.set(key, payloadFor(receiver));
        const payload = payloads.get(key);
        if (payload !== undefined) context.notify(name, payload);
      }
    },
    broadcastToOwn(name, payload, about) {
      for (const [context, receiver] of receivers()) {
        if (receivesOwn(notices[name].audience, receiver, about)) context.notify(name, payload);
      }
    },
    async close() {
      forgiveness.cancel();
      connections.close();
      await server.close();
    },
  };
}

/** Equal for equal scopes. */
function scopeKey({ districts, squads }: Scope): string {
  return districts === 'all' && squads === 'all' ? 'all' : JSON.stringify([districts, squads]);
}

/** The engine.io connection under a socket. socket.io names it `conn`. */
function engineOf(socket: SurfaceSocket): { id: string } {
  return socket.conn as unknown as { id: string };
}
