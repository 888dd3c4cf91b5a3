import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import * as messagePackParser from 'socket.io-msgpack-parser';
import { protocolVersion, type HandshakeRefusal } from '../../src-shared/protocol/index.ts';
import { visitOf, type Doors } from '../base/doors.ts';
import type { HostGuard } from '../http/hostGuard.ts';

/** Type of socket.io's packet that refuses a connection, with the reason in `data.data`. */
const connectErrorType = messagePackParser.PacketType.CONNECT_ERROR;

/** The engine.io side of a connection, as far as it is used here. */
export interface EngineConnection {
  id: string;
  request: IncomingMessage;
  remoteAddress: string;
  /** The WebSocket below; it answers pings by itself. */
  transport?: { socket?: { on(event: 'ping' | 'pong', listener: () => void): unknown } };
  on(event: 'packet', listener: (packet?: { data?: unknown }) => void): unknown;
  on(event: 'drain', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  removeAllListeners(event: string): unknown;
  write(data: unknown): unknown;
  close(): unknown;
}

/**
 * How long the other end may take to close after the hub did, in milliseconds: who broke the rules is not waited for, who was
 * refused is to read why.
 */
const closeGraceMs = 250;
const refusedGraceMs = 3_000;

/** Refusals of requests for a WebSocket, decided from their headers alone. */
export interface Upgrades {
  /** engine.io asks it before it answers the request for a WebSocket. */
  allowRequest(
    request: IncomingMessage,
    decide: (message: string | null | undefined, isAllowed: boolean) => void,
  ): void;
  /** Whether a request was or will be refused. */
  isRefused(request: IncomingMessage): boolean;
  /** Refuses what is to be refused with a reason that the surface can show. */
  attach(server: Server): void;
}

export function refusal(code: HandshakeRefusal['code'], message: string): HandshakeRefusal {
  return { code, message, hubProtocolVersion: protocolVersion };
}

export function accessDenied(): HandshakeRefusal {
  return refusal('access_denied', 'Sign in at /sign-in.html; a screen is let in there by its code.');
}

/**
 * Checks name, origin and credentials before a frame is decoded. A request under a foreign name is answered over HTTP and
 * gets no WebSocket. A page of another origin or with a wrong key gets one, because a browser can receive the reason only over it; the
 * hub sends that one sentence, reads nothing of what comes, and closes.
 */
export function createUpgrades(options: {
  guard: Pick<HostGuard, 'malformed' | 'foreign' | 'needsHttps'>;
  doors: Doors;
  onRefused(refused: HandshakeRefusal | { code: string }, request: IncomingMessage): void;
}): Upgrades {
  const { guard, doors, onRefused } = options;
  const refused = new WeakMap<IncomingMessage, HandshakeRefusal>();
  const judge = (request: IncomingMessage): HandshakeRefusal | undefined => {
    const visit = visitOf(request);
    const isWrong = visit.credentials.key !== undefined && doors.principalOf(visit) === undefined;
    return isWrong ? accessDenied() : undefined;
  };
  return {
    allowRequest(request, decide) {
      const malformed = guard.malformed(request);
      if (malformed !== undefined) {
        onRefused(malformed, request);
        return decide(malformed.message, false);
      }
      const foreign = guard.foreign(request);
      if (foreign?.code === 'wrong_host') {
        onRefused(foreign, request);
        return decide(foreign.message, false);
      }
      if (guard.needsHttps(request) !== undefined) {
        onRefused({ code: 'https_needed' }, request);
        return decide('This hub is asked over HTTPS.', false);
      }
      const reason = foreign === undefined ? judge(request) : refusal('wrong_origin', foreign.message);
      if (reason !== undefined) refused.set(request, reason);
      decide(null, true);
    },
    isRefused: (request) => refused.has(request),
    attach(server) {
      const encoder = new messagePackParser.Encoder();
      server.engine.on('connection', (connection: EngineConnection) => {
        const reason = refused.get(connection.request);
        const { socket } = connection.request;
        connection.once('close', () => {
          const graceMs = reason === undefined ? closeGraceMs : refusedGraceMs;
          setTimeout(() => socket.destroy(), graceMs).unref();
        });
        if (reason === undefined) return;
        onRefused(reason, connection.request);
        // socket.io listens already: nothing that was or will be sent comes to its decoder.
        connection.removeAllListeners('data');
        const packet = { type: connectErrorType, nsp: '/', data: { message: reason.message, data: reason } };
        for (const encoded of encoder.encode(packet) as unknown as Buffer[]) connection.write(encoded);
        connection.close();
      });
    },
  };
}
