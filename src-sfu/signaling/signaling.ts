import type { Server as HttpServer } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Server, type Socket } from 'socket.io';
import { refuse, type Ack } from '../../src-shared/protocol/define.ts';
import { findUnstorable } from '../../src-shared/protocol/storableText.ts';
import {
  handshakeSchema,
  notices,
  protocolVersion,
  requests,
  type BroadcastName,
  type HandshakeRefusal,
  type HubToSurfaceEvents,
  type NoticeOf,
  type RequestName,
  type SurfaceToHubEvents,
} from '../../src-shared/protocol/index.ts';
import {
  receives,
  receivesOwn,
  type NoticeReceiver,
  type NoticeSubject,
} from '../../src-shared/session/audience.ts';
import { can } from '../../src-shared/session/roles.ts';
import type { AccessGuard } from '../http/accessGuard.ts';
import type { MediaDirectory } from '../features/media/media.ports.ts';
import { createConnectionLife, type ConnectionLife } from '../connectionLife.ts';
import type { Logger } from '../logger.ts';
import { boundedParser, maxMessageBytes } from './boundedParser.ts';
import type { RequestHandlers, SurfaceContext } from './handlers.ts';
import { forgiveStalls } from './stallForgiveness.ts';
import { accessDenied, createUpgrades, credentialsOf, refusal } from './upgrades.ts';

/** A connection that has not said who it is by then is ended, in milliseconds. */
const connectTimeoutMs = 10_000;
/** Requests one connection may make in a second; a wall of 64 tiles that starts anew makes about 200. */
const requestsPerSecond = 600;
/** A phone makes few: each of its requests counts for so many. */
const phoneRequestWeight = 10;
/** Phones that are connected but not signed in, at one time: anybody on the network can be one. */
const maxStrangers = 50;

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
  close(): Promise<void>;
}

export interface SignalingOptions {
  httpServer: HttpServer;
  guard: AccessGuard;
  handlers: RequestHandlers;
  media: MediaDirectory;
  maxSurfaces: number;
  /** A message as surfaces get it. */
  shown<T>(message: T): T;
  logger: Logger;
  /** The squad in which a member is now. */
  squadOfMember(memberId: string): string | undefined;
  onLeft(context: SurfaceContext): void;
  onRequest(name: string, outcome: string, durationMs: number): void;
}

type HubServer = Server<SurfaceToHubEvents, HubToSurfaceEvents>;
type SurfaceSocket = Socket<SurfaceToHubEvents, HubToSurfaceEvents>;

/** Starts taking surfaces on an HTTP server. */
export function startSignaling(options: SignalingOptions): Signaling {
  const { guard, handlers, media, logger } = options;
  const contexts = new Map<string, SurfaceContext>();
  const limiter = new RateLimiterMemory({ points: requestsPerSecond, duration: 1 });
  const upgrades = createUpgrades({
    guard,
    onRefused: ({ code }, request) =>
      logger.info({ code, from: request.socket.remoteAddress }, 'handshake refused'),
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
      'the hub stood still; nobody is taken for gone by it',
    );
  });

  upgrades.attach(server);
  server.use((socket, next) => {
    const strangers = [...contexts.values()].filter(isStranger).length;
    const refusal = checkHandshake(socket, guard, contexts.size >= options.maxSurfaces, strangers);
    if (refusal === undefined) return next();
    logger.info({ code: refusal.code, from: socket.handshake.address }, 'handshake refused');
    next(Object.assign(new Error(refusal.message), { data: refusal }));
  });

  server.on('connection', (socket) => {
    let sequence = 0;
    const context: SurfaceContext = {
      connectionId: socket.id,
      address: socket.handshake.address,
      isPhoneOnly: !guard.admits(socket.handshake.address, accessKeyOf(socket)),
      identity: undefined,
      media: media.openSurface({
        consumersClosed: (consumerIds, streamId) =>
          context.notify('media:consumersClosed', { consumerIds, streamId }),
      }),
      notify(name, payload) {
        if (context.identity === undefined) return;
        sequence += 1;
        (socket.emit as (name: string, sequence: number, payload: unknown) => void)(
          name,
          sequence,
          options.shown(payload),
        );
      },
      lastSequence: () => sequence,
      disconnect: () => void socket.disconnect(true),
    };
    const life = createConnectionLife();
    life.undoAtEnd(() => contexts.delete(socket.id));
    contexts.set(socket.id, context);
    // What a surface sends never becomes an event of the socket itself: it could be one of socket.io's own, or an error.
    socket.use(([name, ...rest]: unknown[]) => {
      answer(context, life, name, rest).catch((error: unknown) => {
        logger.error({ err: error }, 'a request could not be answered');
      });
    });
    socket.on('error', (error) => logger.debug({ err: error }, 'a message of a surface was refused'));
    socket.on('disconnect', () => {
      life.end();
      leave(context);
    });
  });

  const leave = (context: SurfaceContext): void => {
    context.media.close();
    options.onLeft(context);
  };

  /**
   * Answers one request. None begins after its connection ended; one that was under way at that moment may have made
   * something since, and leaving once more undoes it: every `onLeft` can be called again.
   */
  const answer = async (
    context: SurfaceContext,
    life: ConnectionLife,
    name: unknown,
    rest: unknown[],
  ): Promise<void> => {
    const acknowledge = rest.at(-1);
    if (typeof acknowledge !== 'function') return;
    const startedAtMs = performance.now();
    const reply = await respond(context, life, String(name), rest.length > 1 ? rest[0] : undefined);
    if (life.isOver()) leave(context);
    options.onRequest(
      isRequestName(String(name)) ? String(name) : 'unknown',
      reply.ok ? 'ok' : reply.code,
      performance.now() - startedAtMs,
    );
    (acknowledge as (reply: Ack<unknown>) => void)(reply);
  };

  const respond = async (
    context: SurfaceContext,
    life: ConnectionLife,
    name: string,
    input: unknown,
  ): Promise<Ack<unknown>> => {
    const weight = context.isPhoneOnly || context.identity?.surface === 'field' ? phoneRequestWeight : 1;
    const allowed = await limiter.consume(context.connectionId, weight).then(
      () => true,
      () => false,
    );
    if (!allowed)
      return refuse('too_many', `More than ${requestsPerSecond / weight} requests in a second. Slow down.`);
    if (!isRequestName(name)) {
      return refuse('unknown_request', `The hub knows no request "${name.slice(0, 64)}".`);
    }
    const definition = requests[name];
    if (definition.capability !== 'none') {
      if (context.identity === undefined) {
        return refuse('not_joined', 'Join first: send session:join.');
      }
      if (!can(context.identity.role, definition.capability)) {
        return refuse('forbidden', `The role ${context.identity.role} may not do ${name}.`);
      }
    }
    const parsed = definition.input.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const path = issue === undefined || issue.path.length === 0 ? 'the request' : issue.path.join('.');
      return refuse('bad_request', `${name}: ${path}: ${issue?.message ?? 'not understood'}.`);
    }
    const unstorable = findUnstorable(parsed.data);
    if (unstorable !== undefined) {
      return refuse('bad_request', `${name}: ${unstorable.path}: ${unstorable.message}.`);
    }
    if (life.isOver()) return refuse('unavailable', 'The connection ended.');
    try {
      const handler = handlers[name] as (context: SurfaceContext, input: unknown) => Promise<Ack<unknown>>;
      return await handler(context, parsed.data);
    } catch (error) {
      logger.error({ err: error, request: name }, 'a request failed');
      return refuse('internal', `${name} failed in the hub. The hub’s log tells why.`);
    }
  };

  const receivers = (): [SurfaceContext, NoticeReceiver][] =>
    [...contexts.values()].flatMap((context): [SurfaceContext, NoticeReceiver][] => {
      const { identity } = context;
      if (identity === undefined) return [];
      const { role, screenId, member } = identity;
      if (member === undefined) return [[context, { role, screenId }]];
      const { memberId } = member;
      return [[context, { role, memberId, squadId: options.squadOfMember(memberId) }]];
    });

  return {
    surfaces: () => [...contexts.values()],
    find: (connectionId) => contexts.get(connectionId),
    broadcast(name, payload, about) {
      for (const [context, receiver] of receivers()) {
        if (receives(notices[name].audience, receiver, about)) context.notify(name, payload);
      }
    },
    broadcastToOwn(name, payload, about) {
      for (const [context, receiver] of receivers()) {
        if (receivesOwn(notices[name].audience, receiver, about)) context.notify(name, payload);
      }
    },
    async close() {
      forgiveness.cancel();
      await server.close();
    },
  };
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}

function isStranger({ isPhoneOnly, identity }: SurfaceContext): boolean {
  return isPhoneOnly && identity?.member === undefined;
}

function accessKeyOf(socket: SurfaceSocket): string | undefined {
  const key: unknown = socket.handshake.auth.accessKey;
  return typeof key === 'string' ? key : credentialsOf(socket.request).accessKey;
}

function checkHandshake(
  socket: SurfaceSocket,
  guard: AccessGuard,
  isFull: boolean,
  strangers: number,
): HandshakeRefusal | undefined {
  const { address } = socket.handshake;
  const parsed = handshakeSchema.safeParse(socket.handshake.auth);
  if (!parsed.success) {
    return refusal('bad_handshake', 'The handshake was not understood. Reload the page.');
  }
  if (parsed.data.protocolVersion !== protocolVersion) {
    return refusal(
      'version_mismatch',
      `This surface speaks version ${parsed.data.protocolVersion}, the hub version ${protocolVersion}. Reload the page.`,
    );
  }
  if (!guard.admits(address, parsed.data.accessKey ?? accessKeyOf(socket))) {
    if (parsed.data.isPhone === true) {
      return isFull || strangers >= maxStrangers
        ? refusal('hub_full', 'The hub has as many phones as it takes. Try again in a minute.')
        : undefined;
    }
    return accessDenied();
  }
  if (isFull)
    return refusal('hub_full', 'The hub has as many surfaces as it takes. Close one and try again.');
  return undefined;
}
