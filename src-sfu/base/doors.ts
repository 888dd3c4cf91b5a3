import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { createListeners } from '../../src-shared/listeners.ts';
import { clientAddressOf } from './clientAddress.ts';
import {
  credentialsIn,
  surfaceHeader,
  type Credentials as SocketCredentials,
} from '../../src-shared/protocol/credentials.ts';
import type { Principal } from '../../src-shared/session/principal.ts';
import type { Surface } from '../../src-shared/session/roles.ts';

/** The secrets that somebody shows. */
export interface Credentials extends SocketCredentials {
  /** Of a command of the hub's machine or of another system. */
  key?: string | undefined;
}

/** What somebody shows who asks to be let in, over HTTP or for a WebSocket. */
export interface Visit {
  /** Of the HTTP request, or of the one that opened the WebSocket; cookies are read from here. */
  headers: IncomingHttpHeaders;
  /** Where it comes from, as the network says, or a proxy that the settings name. */
  address: string;
  /** Secrets in `Authorization: Bearer`, in the list of subprotocols, in the handshake or in `session:join`. */
  credentials: Credentials;
  /** Whether it came over HTTPS to the hub itself. */
  isSecure?: boolean;
  /** The sign-in that a desk was handed over to since it connected: its cookie of then is of no use any more. Set by the hub alone. */
  handedOverTo?: string;
  /** The surface that joins, or whose page asks: a browser may hold the credentials of a person, of a screen and of a site. */
  surface?: Surface;
}

/**
 * One kind of credential and what stands behind it. Everything that a door asks is in memory, so that it answers at once:
 * nobody waits for the store while a WebSocket is opened.
 */
export interface PrincipalDoor {
  /** Undefined for a visit that shows nothing this door knows. Called for every HTTP request and at every joining. */
  principalOf(visit: Visit): Principal | undefined;
  /** Listens for sign-ins, pairings and tokens that ended: by their `sessionId`. */
  onRevoked?(listener: (sessionId: string) => void): void;
  /** Listens for sign-ins whose rights are others now, for example because the desk was locked: by their `sessionId`. */
  onChanged?(listener: (sessionId: string) => void): void;
  /** Whether the person of a sign-in gave the password or a code within 5 min; undefined for what this door does not know. */
  isConfirmed?(sessionId: string): boolean | undefined;
  /** Listens for people who took over the desk of another: what one sign-in held belongs to the next. */
  onHandedOver?(listener: (fromSessionId: string, toSessionId: string) => void): void;
}

/** The doors of a hub, in their order: the first that knows a credential decides. */
export interface Doors {
  principalOf(visit: Visit): Principal | undefined;
  /** Listens for what was revoked at any door; a listener ends what the session holds. */
  onRevoked(listener: (sessionId: string) => void): void;
  /** Listens for what changed at any door; a listener asks again what the session may do. */
  onChanged(listener: (sessionId: string) => void): void;
  /** Whether a principal may do what asks for a confirmation. Only people are asked: nobody types at a command or a platform. */
  isConfirmed(principal: Pick<Principal, 'kind' | 'sessionId'>): boolean;
  /** Listens for desks that one person took over from another. */
  onHandedOver(listener: (fromSessionId: string, toSessionId: string) => void): void;
}

export function createDoors(doors: readonly PrincipalDoor[]): Doors {
  const revoked = createListeners<[sessionId: string]>();
  const changed = createListeners<[sessionId: string]>();
  const handedOver = createListeners<[fromSessionId: string, toSessionId: string]>();
  for (const door of doors) {
    door.onRevoked?.(revoked.notify);
    door.onChanged?.(changed.notify);
    door.onHandedOver?.(handedOver.notify);
  }
  return {
    principalOf(visit) {
      for (const door of doors) {
        const principal = door.principalOf(visit);
        if (principal !== undefined) return principal;
      }
      return undefined;
    },
    isConfirmed: ({ kind, sessionId }) =>
      kind !== 'person' || doors.some((door) => door.isConfirmed?.(sessionId) === true),
    onRevoked: revoked.add,
    onChanged: changed.add,
    onHandedOver: handedOver.add,
  };
}

/** What a request shows. */
export function visitOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): Visit {
  const { headers, socket } = request;
  const shown = credentialsIn(headers['sec-websocket-protocol']);
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return {
    headers,
    address: clientAddressOf(request),
    credentials: { ...shown, key: bearer },
    ...(headers[surfaceHeader] === 'site' ? { surface: 'site' as const } : {}),
    isSecure: (socket as Partial<TLSSocket>).encrypted === true,
  };
}

/** A browser in a few words, from its `User-Agent`: the longest that is kept of it has 200 characters. */
export function deviceOf({ headers }: Pick<Visit, 'headers'>): string {
  return (headers['user-agent'] ?? '').slice(0, 200);
}
